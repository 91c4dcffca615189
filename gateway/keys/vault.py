"""The keys of the ledger's side rows: keyed digests to search by, a key for each natural person, one for all else.

What is told of a natural person is sealed under a key of that person and year, stored wrapped under the key of the year
(``gateway.keys.years``), and erased with it; all else under a secret of the year that is kept as long as the log.
INVARIANT: a side row opens only together with the entry it belongs to (its associated data), and a wrapped key only
for its own subject. No key stays at hand longer than ``KEPT`` seconds after it was read, so that one which was retired
seals nothing later.
"""

import hmac
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from uuid import UUID

import asyncpg
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gateway.keys.folder import KeysError
from gateway.keys.material import Entropy, Ring
from gateway.keys.years import YearKeys
from gateway.ledger.errors import LedgerUnavailable
from gateway.ledger.keeping.opening import NotOpened
from gateway.ledger.keeping.subject_keys import Fetch, SubjectKey, take

NONCE_BYTES = 12
DEK_BYTES = 32
KEPT = 10.0
"""Seconds for which a process may seal under a subject's key without looking at the table again."""
MOST = 8192
"""Subject keys at hand, at most."""
_SHARED = "shared"
_CHINA = timedelta(hours=8)

_FAILURES = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, KeysError, InvalidTag, LookupError)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Ready:
    """A ``gateway.ledger.sides.Sealing``: the keys of one entry's side rows."""

    digesting: bytes
    shared: tuple[str, AESGCM]
    subjects: Mapping[bytes, tuple[str, AESGCM]]
    entropy: Entropy

    def digest(self, kind: str, value: bytes) -> bytes:
        """32 bytes; the same for equal kind and value under every version of the ring, so that trails do not break."""
        return _digest(self.digesting, kind, value)

    def seal(self, plain: bytes, *, aad: bytes, subject_ref: bytes | None) -> tuple[bytes, str]:
        """AES-256-GCM, the nonce in front, and the id of the key. Errors: ``KeyError`` for a subject that nobody
        prepared."""
        dek_id, cipher = self.shared if subject_ref is None else self.subjects[subject_ref]
        nonce = self.entropy(NONCE_BYTES)
        return nonce + cipher.encrypt(nonce, plain, aad), dek_id


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectVault:
    """A ``gateway.ledger.sides.Vault`` over the ring of LEDGER_ROWS, the keys of the years and the table of subject
    keys. ``fetch`` runs a statement as the ledger's writer; ``clock`` gives ms since the epoch, ``monotonic`` seconds;
    ``entropy`` gives fresh keys, ids and nonces."""

    ring: Ring = field(repr=False)
    years: YearKeys = field(repr=False)
    fetch: Fetch
    entropy: Entropy
    clock: Callable[[], int]
    monotonic: Callable[[], float]
    _digesting: bytes = field(init=False, repr=False)
    _kept: dict[tuple[int, bytes], tuple[float, str, AESGCM]] = field(init=False, repr=False)
    _shared_of: dict[int, tuple[str, AESGCM]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_digesting", self.ring.secrets[min(self.ring.secrets)][32:])
        object.__setattr__(self, "_kept", {})
        object.__setattr__(self, "_shared_of", {})

    def digest(self, kind: str, value: bytes) -> bytes:
        """As ``Ready.digest``."""
        return _digest(self._digesting, kind, value)

    async def prepare(self, subjects: Collection[bytes]) -> Ready:
        """Errors: ``LedgerUnavailable`` where a key can be neither read nor made."""
        year = year_of(self.clock())
        try:
            keys = await self._keys([self.digest("subject", subject) for subject in subjects], year)
        except _FAILURES as failure:
            raise LedgerUnavailable from failure
        return Ready(digesting=self._digesting, shared=self._of_all(year), subjects=keys, entropy=self.entropy)

    def open(self, sealed: bytes, *, aad: bytes, dek_id: str, key: SubjectKey | None) -> bytes:
        """The text of a side row; ``key``: the stored one, for what is sealed under a subject's. Errors: ``NotOpened``
        for a key that is gone, or for what it did not seal at this place."""
        try:
            secret = self._unwrapped(key, self.years.kept(key.year)) if key is not None else self._shared(dek_id)
            return AESGCM(secret).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], aad)
        except (InvalidTag, KeysError, KeyError, ValueError):
            raise NotOpened from None

    def _of_all(self, year: int) -> tuple[str, AESGCM]:
        """The name and the cipher of the year's shared key, cut once."""
        if year not in self._shared_of:
            version = self.ring.current
            cipher = AESGCM(_of_year(self.ring.secrets[version], year))
            self._shared_of[year] = (f"{_SHARED}-{version}-{year}", cipher)
        return self._shared_of[year]

    async def _keys(self, refs: Collection[bytes], year: int) -> Mapping[bytes, tuple[str, AESGCM]]:
        """One statement for all that are not at hand; none where all are."""
        now = self.monotonic()  # before the table is read: what is found may be retired from then on
        at_hand = {ref: kept for ref in refs if (kept := self._kept.get((year, ref))) and now < kept[0]}
        missing = [ref for ref in refs if ref not in at_hand]
        if missing:
            wrapping = self.years.current(year)
            found = await take(self.fetch, [self._new(ref, year, wrapping) for ref in missing], year)
            fresh = {ref: self._ready(key, wrapping, now + KEPT) for ref, key in found.items()}
            self._keep(year, fresh, now)
            at_hand |= fresh
        return {ref: (dek_id, cipher) for ref, (_, dek_id, cipher) in at_hand.items()}

    def _keep(self, year: int, fresh: Mapping[bytes, tuple[float, str, AESGCM]], now: float) -> None:
        if len(self._kept) + len(fresh) > MOST:
            for old in [name for name, (until, _, _) in self._kept.items() if until <= now]:
                del self._kept[old]
        if len(self._kept) + len(fresh) > MOST:
            self._kept.clear()
        self._kept.update({(year, ref): kept for ref, kept in fresh.items()})

    def _ready(self, key: SubjectKey, wrapping: bytes, until: float) -> tuple[float, str, AESGCM]:
        return until, str(key.id), AESGCM(self._unwrapped(key, wrapping))

    def _new(self, ref: bytes, year: int, wrapping: bytes) -> SubjectKey:
        key_id, nonce = UUID(bytes=self.entropy(16), version=4), self.entropy(NONCE_BYTES)
        wrapped = nonce + AESGCM(wrapping).encrypt(nonce, self.entropy(DEK_BYTES), _place(key_id, ref))
        return SubjectKey(id=key_id, subject_ref=ref, year=year, wrapped=wrapped)

    def _unwrapped(self, key: SubjectKey, wrapping: bytes) -> bytes:
        nonce, sealed = key.wrapped[:NONCE_BYTES], key.wrapped[NONCE_BYTES:]
        return AESGCM(wrapping).decrypt(nonce, sealed, _place(key.id, key.subject_ref))

    def _shared(self, dek_id: str) -> bytes:
        """``shared-<version>-<year>``; rows from before there were subject keys name no year."""
        word, version, *year = dek_id.split("-")
        if word != _SHARED:
            raise KeyError(dek_id)
        secret = self.ring.secrets[int(version)]
        return _of_year(secret, int(year[0])) if year else secret[:DEK_BYTES]


def year_of(t: int) -> int:
    """The year of China's calendar. ``t``: ms since the epoch."""
    return (datetime.fromtimestamp(t / 1000, UTC) + _CHINA).year


def _digest(digesting: bytes, kind: str, value: bytes) -> bytes:
    return hmac.digest(digesting, kind.encode() + b"\x00" + value, "sha256")


def _place(key_id: UUID, subject_ref: bytes) -> bytes:
    return key_id.bytes + subject_ref


@lru_cache(maxsize=64)
def _of_year(secret: bytes, year: int) -> bytes:
    """What seals operators, matters and organisations of a year: so that no key seals more than a year's rows."""
    info = f"credit-gateway/1/ledger-rows/{year}".encode()
    return HKDF(algorithm=SHA256(), length=DEK_BYTES, salt=None, info=info).derive(secret[:32])
