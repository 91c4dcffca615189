"""Decides whether an identifier that may be used once is used for the first time.

``KeptInMemory`` serves one process; ``KeptInDatabase`` serves all, by a unique key. What is kept is a digest, until the
assertion or proof has expired by itself. Neither ever forgets an identifier that could still be replayed.
"""

import hashlib
from collections.abc import Callable
from typing import Protocol

from gateway.identity.register import Rows

ASSERTIONS, PROOFS = "used_identifier", "dpop_seen"
"""The tables of ``KeptInDatabase``: ``digest bytea PRIMARY KEY, expires bigint``, in seconds since 1970."""

_INSERT = "INSERT INTO {table} (digest, expires) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING expires"
_PURGE = "WITH gone AS (DELETE FROM {table} WHERE expires < $1 RETURNING 1) SELECT count(*) AS gone FROM gone"


class Seen(Protocol):
    """The memory of identifiers that may be used once."""

    async def first(self, owner: str, identifier: str, expires: int) -> bool:
        """True once for an owner and identifier, until ``expires`` (seconds since 1970)."""
        ...


def digest_of(owner: str, identifier: str) -> bytes:
    head = len(owner).to_bytes(4, "big")
    return hashlib.sha256(head + owner.encode() + identifier.encode()).digest()


class KeptInMemory:
    """For one process. With ``most`` live identifiers held, further ones are refused; none is forgotten early."""

    def __init__(self, *, clock: Callable[[], float], most: int = 100_000) -> None:
        self._clock = clock
        self._most = most
        self._expiry: dict[bytes, int] = {}

    async def first(self, owner: str, identifier: str, expires: int) -> bool:
        digest = digest_of(owner, identifier)
        if len(self._expiry) >= self._most:
            self._forget_expired()
        if digest in self._expiry or len(self._expiry) >= self._most:
            return False
        self._expiry[digest] = expires
        return True

    def _forget_expired(self) -> None:
        now = self._clock()
        self._expiry = {digest: expires for digest, expires in self._expiry.items() if expires >= now}


class KeptInDatabase:
    """For every process on one database, over the registry role's pool, which may insert in ``table``."""

    def __init__(self, rows: Rows, table: str = ASSERTIONS) -> None:
        self._rows = rows
        self._insert, self._purge = (statement.format(table=table) for statement in (_INSERT, _PURGE))

    async def first(self, owner: str, identifier: str, expires: int) -> bool:
        return await self._rows.fetchrow(self._insert, digest_of(owner, identifier), expires) is not None

    async def purge(self, now: float) -> int:
        """Forget what has expired; how many. For a task beside, not for a request."""
        row = await self._rows.fetchrow(self._purge, int(now))
        return int(row["gone"]) if row else 0
