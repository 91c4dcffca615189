"""Turns what an entry released, and who acted, into side rows: keyed digests to search by, and a sealed text.

Side rows can be erased without breaking a proof: the leaf holds only commitments to them. No key is kept here; sealing
and digesting are handed in as ``Sealing``, which a ``Vault`` gives for the persons of one entry.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol
from unicodedata import normalize
from uuid import UUID

from gateway.ledger.entry import Entry, Operator, Released
from gateway.ledger.proof.canonical import canonical
from gateway.ledger.proof.commitments import commit

TEXT_LIMIT = 256  # characters kept of a text the caller chose


class Sealing(Protocol):
    """The keys of one entry's side rows, at hand."""

    def digest(self, kind: str, value: bytes) -> bytes:
        """A keyed digest, 32 bytes, equal for equal ``kind`` ("subject", "record", "operator", "matter") and value."""
        ...

    def seal(self, plain: bytes, *, aad: bytes, subject_ref: bytes | None) -> tuple[bytes, str]:
        """Ciphertext, and the id of the key that opens it: the subject's own where there is a ``subject_ref``."""
        ...


class Vault(Protocol):
    """The keys of the side rows."""

    async def prepare(self, subjects: Collection[bytes]) -> Sealing:
        """Bring the keys of these natural persons to hand. Errors: ``LedgerUnavailable``."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Disclosure:
    """A row of ``audit_disclosure``, and what the leaf says of it."""

    commitment: bytes
    subjects: int
    types: Mapping[str, int]
    levels: Mapping[str, int]
    subject_ref: bytes | None
    record_refs: tuple[bytes, ...]
    clear: tuple[str, ...]
    salt: bytes
    ct: bytes
    dek_id: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Actor:
    """A row of ``audit_actor``."""

    operator_ref: bytes | None
    matter_ref: bytes | None
    seed: bytes
    ct: bytes
    dek_id: str


def gather(released: Iterable[Released]) -> tuple[tuple[Released, ...], ...]:
    """The side rows to be: one for each natural person's ``Released``, one for all organisations with the same fields
    in clear on the same basis."""
    persons: list[tuple[Released, ...]] = []
    organisations: dict[tuple[frozenset[str], tuple[str, ...]], list[Released]] = {}
    for one in released:
        if one.natural:
            persons.append((one,))
        else:
            organisations.setdefault((frozenset(one.clear), one.basis), []).append(one)
    return (*persons, *(tuple(group) for group in organisations.values()))


def disclosure(
    group: tuple[Released, ...], *, entry_id: UUID, n: int, consent: str | None, salt: bytes, vault: Sealing
) -> Disclosure:
    """The side row of one group, the ``n``-th of its entry."""
    levels = _levels(group)
    plain = canonical(_told(group, levels, consent))
    subject_ref = vault.digest("subject", group[0].subject) if group[0].natural else None
    ct, dek_id = vault.seal(plain, aad=entry_id.bytes + n.to_bytes(4, "big"), subject_ref=subject_ref)
    return Disclosure(
        commitment=commit("released", salt, plain),
        subjects=len({one.subject for one in group}),
        types=Counter(row.type for one in group for row in one.rows),
        levels=levels,
        subject_ref=subject_ref,
        record_refs=_refs(group, vault),
        clear=tuple(sorted(set(group[0].clear))),
        salt=salt,
        ct=ct,
        dek_id=dek_id,
    )


def actor(entry: Entry, *, entry_id: UUID, seed: bytes, vault: Sealing) -> Actor:
    """Who acted, in which matter, from which address."""
    operator = None if entry.operator is None else acting(entry.principal, entry.operator)
    matter = None if entry.matter is None else legible(entry.matter)
    told = {
        "address": None if entry.address is None else legible(entry.address),
        "matter": matter,
        "operator": operator,
    }
    ct, dek_id = vault.seal(canonical(told), aad=entry_id.bytes, subject_ref=None)
    return Actor(
        operator_ref=None if operator is None else vault.digest("operator", operator.encode()),
        matter_ref=None if matter is None else vault.digest("matter", matter.encode()),
        seed=seed,
        ct=ct,
        dek_id=dek_id,
    )


def acting(principal: str, operator: Operator) -> str:
    """The text that stands for a natural person acting for a principal."""
    return legible(f"{principal}/{operator.number}")


def legible(text: str) -> str:
    """A text the caller chose, in the one form that is committed to and sealed: normalised, trimmed, cut, encodable."""
    whole = normalize("NFKC", text[:TEXT_LIMIT].encode("utf-8", "backslashreplace").decode())
    return whole.strip()[:TEXT_LIMIT].strip()


def _told(group: tuple[Released, ...], levels: Mapping[str, int], consent: str | None) -> Mapping[str, object]:
    return {
        "basis": group[0].basis,
        "clear": sorted(set(group[0].clear)),
        "consent": consent,
        "levels": levels,
        "rows": [{"item": row.item, "ref": row.ref.hex(), "type": row.type} for one in group for row in one.rows],
        "subjects": [one.subject.hex() for one in group],
    }


def _levels(group: tuple[Released, ...]) -> Mapping[str, int]:
    total: dict[str, int] = {}
    for one in group:
        for level, number in one.levels.items():
            total[level] = total.get(level, 0) + number
    return total


def _refs(group: tuple[Released, ...], vault: Sealing) -> tuple[bytes, ...]:
    """Digests of the rows; an organisation is found in its aggregated row as if it were a row itself."""
    rows = [vault.digest("record", row.ref) for one in group for row in one.rows]
    organisations = [vault.digest("subject", one.subject) for one in group if not one.natural]
    return tuple(dict.fromkeys((*organisations, *rows)))
