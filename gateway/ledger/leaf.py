"""Turns an entry into a leaf that anybody may keep: canonical JSON in which people are only commitments.

Pure: time, id, randomness and keys are handed in. ``draft`` does everything that does not depend on the chain, so that
a leaf that must be refused is refused before anything waits for it; ``link`` adds its place in its writer's chain.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from gateway.ledger.entry import Entry, Hidden, Operator, Query, Variable
from gateway.ledger.errors import LeafRefused
from gateway.ledger.lint import lint_leaf
from gateway.ledger.proof.canonical import CanonicalError, canonical
from gateway.ledger.proof.commitments import commit, derive, root
from gateway.ledger.sides import Actor, Disclosure, Sealing, acting, actor, disclosure, gather, legible

Members: TypeAlias = Mapping[str, object]

VERSION = 1
LEAF_LIMIT = 16 * 1024  # bytes
LISTED_LIMIT = 200  # side rows named one by one, if the leaf holds as many; more are named by the root over them
VARIABLES_LIMIT = 24  # variables told one by one; a caller with more cannot make the leaf too large to be written
CHAIN_BYTES = 200  # what link adds, at most

# What a caller chose stands in clear only where it looks like a code, with few digits; a name is no code.
_CODE = re.compile(r"[A-Za-z_\[][A-Za-z0-9_!\[\]-]{0,63}")
_CODE_DIGITS = 5
_PURPOSE = re.compile(r"[A-Z]{2,4}-[0-9]{1,4}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Draft:
    """A leaf without its place, and its side rows. ``nonce`` opens the commitment to the response."""

    entry_id: UUID
    t: int
    members: bytes
    disclosures: tuple[Disclosure, ...]
    actor: Actor
    nonce: bytes


def draft(entry: Entry, *, entry_id: UUID, t: int, salt: Callable[[], bytes], vault: Sealing) -> Draft:
    """The entry as a leaf-to-be. ``t``: ms since the epoch; ``salt`` gives 32 fresh random bytes at each call.

    Raises:
        LeafRefused: personal data where the leaf shows values, a value without a canonical form, or over 16 KB.
    """
    seed = salt()
    consent = None if entry.consent is None else str(entry.consent)
    try:
        disclosures = tuple(
            disclosure(group, entry_id=entry_id, n=n, consent=consent, salt=salt(), vault=vault)
            for n, group in enumerate(gather(entry.released))
        )
        members = {"id": str(entry_id), "t": t, **_told(entry, seed)}
        return Draft(
            entry_id=entry_id,
            t=t,
            members=_accepted(members, disclosures),
            disclosures=disclosures,
            actor=actor(entry, entry_id=entry_id, seed=seed, vault=vault),
            nonce=derive(seed, "resp"),
        )
    except CanonicalError as reason:
        raise LeafRefused(str(reason)) from None


def of_nobody(entry: Entry) -> Members:
    """What a leaf says of an entry of the log itself, which concerns nobody and has no side rows; but for its place, id
    and time."""
    return {**_told(entry, b""), "released": []}


def link(leaf: Draft, *, writer: UUID, wseq: int, wprev: bytes) -> bytes:
    """The bytes of the leaf at place ``wseq`` of a chain, after the leaf whose hash is ``wprev``.

    The three keys sort after all others, so the canonical form is the draft's with them at its end.
    """
    return leaf.members[:-1] + f',"wprev":"{wprev.hex()}","writer":"{writer}","wseq":{wseq}}}'.encode()


def _told(entry: Entry, seed: bytes) -> Members:
    return {**_who(entry, seed), **_what(entry, seed), **_outcome(entry, seed)}


def _accepted(members: Members, disclosures: Sequence[Disclosure]) -> bytes:
    """The canonical bytes, naming the side rows one by one where there is room."""
    if len(disclosures) <= LISTED_LIMIT:
        data = _clean({**members, "released": [_listed(one) for one in disclosures]})
        if len(data) <= LEAF_LIMIT - CHAIN_BYTES:
            return data
    over = {"n": len(disclosures), "root": root([one.commitment for one in disclosures]).hex()}
    data = _clean({**members, "released": over})
    if len(data) > LEAF_LIMIT - CHAIN_BYTES:
        raise LeafRefused("the leaf is too large")
    return data


def _clean(members: Members) -> bytes:
    data = canonical(members)
    # INVARIANT: no personal data in leaves (W5). Refusing to write also refuses to answer.
    lint_leaf(data)
    return data


def _listed(one: Disclosure) -> Members:
    return {"c": one.commitment.hex(), "lv": one.levels, "n": one.subjects, "rt": one.types}


def _who(entry: Entry, seed: bytes) -> Members:
    return {
        "principal": entry.principal,
        "operator": None if entry.operator is None else _operator(entry.principal, entry.operator, seed),
        "client": {} if entry.address is None else {"address": _commitment(seed, "address", legible(entry.address))},
    }


def _operator(principal: str, operator: Operator, seed: bytes) -> Members:
    return {
        "c": _commitment(seed, "operator", acting(principal, operator)),
        "method": operator.method,
        "role": operator.role,
    }


def _what(entry: Entry, seed: bytes) -> Members:
    return {
        "action": entry.action,
        "basis": sorted(set(entry.basis)),
        "case": _case(entry.matter, seed),
        "consent": None if entry.consent is None else str(entry.consent),
        "policy": {"catalogue": entry.catalogue_version, "scope": entry.scope, "version": entry.policy_version},
        "purpose": _said(entry.purpose, "purpose", seed, _PURPOSE),
        "query": None if entry.query is None else _query(entry.query, seed),
        "role": _said(entry.role, "role", seed),
        "vars": _variables(entry.variables, seed),
    }


def _outcome(entry: Entry, seed: bytes) -> Members:
    response = entry.response
    return {
        "v": VERSION,
        "kind": entry.kind,
        "decision": {"reasons": entry.reasons, "result": entry.decision, "times": entry.times},
        "counts": _counts(entry),
        "resp": None if response is None else commit("resp", derive(seed, "resp"), response.digest).hex(),
        "perf": entry.performance,
    }


def _counts(entry: Entry) -> Members:
    verdicts = {"verdicts": entry.verdicts} if entry.verdicts else {}  # how many of each answer; of whom, nobody reads
    use = {} if entry.use is None else {"use": entry.use}
    return {
        **verdicts,
        **use,
        "bytes": 0 if entry.response is None else entry.response.size,
        "errors": 0 if entry.response is None else entry.response.errors,
        "fields": entry.fields,
        "records": sum(len(one.rows) for one in entry.released),
        "subjects": len({one.subject for one in entry.released}),
    }


def _query(query: Query, seed: bytes) -> Members:
    return {
        "cost": query.cost,
        "demand": None if query.demand is None else query.demand.hex(),
        "depth": query.depth,
        "doc": query.document.hex(),
        "op": None if query.operation is None else _hidden(query.operation, "op", seed),
    }


def _variables(variables: Sequence[Variable], seed: bytes) -> object:
    listed = [_variable(variable, f"vars/{n}", seed) for n, variable in enumerate(variables)]
    if len(listed) <= VARIABLES_LIMIT:
        return listed
    return {"n": len(listed), "root": root([canonical(one) for one in listed]).hex()}


def _variable(variable: Variable, field: str, seed: bytes) -> Members:
    return {
        "name": _said(variable.name, f"{field}/name", seed),
        "type": _said(variable.type, f"{field}/type", seed),
        "value": _value(variable, field, seed),
    }


def _value(variable: Variable, field: str, seed: bytes) -> object:
    if isinstance(variable, Hidden):
        return _hidden(variable.value, field, seed)
    if isinstance(variable.value, str) and not _DATE.fullmatch(variable.value):
        return _said(variable.value, field, seed)  # still the caller's text, as far as the ledger knows
    return variable.value


def _case(matter: str | None, seed: bytes) -> Members:
    if matter is None:
        return {"present": False}
    text = legible(matter)
    return {"c": _commitment(seed, "case", text), "format": "".join(map(_shape, text[:64])), "present": True}


def _shape(character: str) -> str:
    """The class of a character of a matter number: L, D, a separator, or S for anything else."""
    if character in "-_/.":
        return character
    if character.isascii() and character.isalpha():
        return "L"
    return "D" if character.isdigit() else "S"


def _said(text: str | None, field: str, seed: bytes, code: re.Pattern[str] = _CODE) -> object:
    """Words that a caller chose: in clear where they look like a code, otherwise a commitment."""
    if text is None:
        return None
    if code.fullmatch(text) and sum(map(str.isdigit, text)) <= _CODE_DIGITS:
        return text
    return _hidden(text, field, seed)


def _hidden(text: str, field: str, seed: bytes) -> Members:
    return {"c": _commitment(seed, field, text), "len": len(text)}


def _commitment(seed: bytes, field: str, text: str) -> str:
    return commit(field, derive(seed, field), text.encode("utf-8", "surrogatepass")).hex()
