"""Sign-ins under way: what each is known by again, and a row that is taken once, when it comes back.

State, nonce and verifier follow from one secret that a single browser holds; the table knows its digest alone. So a
response that another browser began, or that comes twice, or after ten minutes, finds nothing.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime

from gateway.identity.jose import encode
from gateway.identity.register import Rows
from gateway.portal.sessions import digest_of

_BEGIN = "INSERT INTO portal_sign_in (id, goes_to, session, act) VALUES ($1, $2, $3, $4) RETURNING id"
_TAKE = """
    DELETE FROM portal_sign_in WHERE id = $1 AND begun_at > clock_timestamp() - interval '10 minutes'
    RETURNING goes_to, session, act, begun_at
"""
_PURGE = """
    WITH gone AS (DELETE FROM portal_sign_in WHERE begun_at <= clock_timestamp() - interval '10 minutes' RETURNING 1)
    SELECT count(*) AS gone FROM gone
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What one sign-in is known by again; all of it follows from a secret that one browser alone holds."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)

    @property
    def challenge(self) -> str:
        """RFC 7636 4.2, S256."""
        return encode(hashlib.sha256(self.verifier.encode()).digest())


def attempt_of(secret: str) -> Attempt:
    """The same of the same secret, 256 bits each, and none of them tells another."""
    state, nonce, verifier = (
        encode(hmac.digest(secret.encode(), word, "sha256")) for word in (b"state", b"nonce", b"verifier")
    )
    return Attempt(state=state, nonce=nonce, verifier=verifier)


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """``session`` and ``act``: which session is authenticated anew, for what; None at a sign-in."""

    goes_to: str
    session: bytes | None = field(repr=False)
    act: str | None
    begun_at: datetime


@dataclass(frozen=True, slots=True)
class SignIns:
    """``rows``: of the role PORTAL."""

    rows: Rows

    async def begin(self, goes_to: str, *, session: bytes | None = None, act: str | None = None) -> str:
        """The secret of a new one, for the browser alone."""
        secret = secrets.token_urlsafe(32)
        await self.rows.fetchrow(_BEGIN, digest_of(secret), goes_to, session, act)
        return secret

    async def take(self, secret: str) -> Begun | None:
        """It, once; None where it was taken, is too old, or never was."""
        row = await self.rows.fetchrow(_TAKE, digest_of(secret))
        return None if row is None else Begun(**row)

    async def purge(self) -> int:
        """Forget those that never came back; how many."""
        row = await self.rows.fetchrow(_PURGE)
        return int(row["gone"]) if row else 0
