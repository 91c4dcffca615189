"""Who is signed in: sessions of the portal, kept in the database, known to a browser by a secret of its own.

The table holds a digest of the secret, never the secret. A session ends 15 minutes after its last request, 8 hours
after the sign-in, or when it is signed out; all by the clock of the database. Its secret is another one after every
authentication, so that none that was known before is worth anything.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from authz.principal import Subject
from gateway.identity.register import Rows
from gateway.keys.sealing import KeyedSealer
from gateway.portal.accounts import Account

KEPT_CHARACTERS = 16384

_ALIVE = """
    used_at > clock_timestamp() - interval '15 minutes' AND began_at > clock_timestamp() - interval '8 hours'
"""
_FRESH = "fresh_at > clock_timestamp() - interval '5 minutes'"
_FIND = f"""
    UPDATE portal_session SET used_at = clock_timestamp() WHERE id = $1 AND {_ALIVE}
    RETURNING *, CASE WHEN {_FRESH} THEN fresh_act END AS fresh
"""  # noqa: S608  # of constants, as the next two
_BEGIN = """
    INSERT INTO portal_session (id, subject, subject_digest, "natural", person, person_digest, name, person_name,
        contact, assurance, authenticated_at, csrf, born)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) RETURNING id
"""
_RENEW = f"""
    UPDATE portal_session SET id = $2, csrf = $3, assurance = $4, authenticated_at = $5, fresh_act = $6,
        fresh_at = clock_timestamp(), used_at = clock_timestamp()
    WHERE id = $1 AND subject = $7 AND person = $8 AND {_ALIVE} RETURNING id
"""  # noqa: S608
_SPEND = f"""
    UPDATE portal_session SET fresh_act = NULL, fresh_at = NULL WHERE id = $1 AND fresh_act = $2 AND {_FRESH}
    RETURNING id
"""  # noqa: S608
_KEEP = "UPDATE portal_session SET kept = $2 WHERE id = $1 RETURNING id"
_KEPT = "SELECT kept FROM portal_session WHERE id = $1"
_END = "DELETE FROM portal_session WHERE id = $1 RETURNING id"
_PURGE = f"""
    WITH gone AS (DELETE FROM portal_session WHERE NOT ({_ALIVE}) RETURNING 1) SELECT count(*) AS gone FROM gone
"""  # noqa: S608


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """``subject``: as whom, a person or an organisation; ``person``: the natural person who signed in, the same unless
    it speaks for an organisation. ``assurance``: of the authentication (acr). ``csrf`` goes into every form.
    ``fresh_act``: what it has authenticated itself anew for, less than 5 minutes ago."""

    digest: bytes = field(repr=False)
    subject: Subject
    person: Subject
    name: str = field(repr=False)  # of the subject, to be shown to it
    person_name: str = field(repr=False)
    contact: str | None = field(repr=False)  # e-mail address or telephone number, as the provider knows it
    assurance: str
    authenticated_at: datetime
    csrf: str = field(repr=False)
    fresh_act: str | None
    born: date | None = field(default=None, repr=False)  # of the person


@dataclass(frozen=True, slots=True, kw_only=True)
class Sessions:
    """``rows``: of the role PORTAL."""

    rows: Rows
    sealer: KeyedSealer

    async def find(self, secret: str) -> Session | None:
        """The session of this secret, if it has not ended; and it was used now."""
        row = await self.rows.fetchrow(_FIND, digest_of(secret))
        return None if row is None else self._session(row)

    async def begin(self, account: Account, *, assurance: str, authenticated_at: datetime) -> str:
        """A new session; its secret, for the browser alone."""
        secret, seal = secrets.token_urlsafe(32), self.sealer.seal_value
        await self.rows.fetchrow(
            _BEGIN,
            digest_of(secret),
            account.subject.id,
            account.subject.digest,
            account.subject.natural,
            account.person.id,
            account.person.digest,
            seal(account.name),
            seal(account.person_name),
            None if account.contact is None else seal(account.contact),
            assurance,
            authenticated_at,
            secrets.token_urlsafe(32),
            None if account.born is None else seal(account.born.isoformat()),
        )
        return secret

    async def renew(
        self, digest: bytes, account: Account, *, act: str, assurance: str, authenticated_at: datetime
    ) -> str | None:
        """The session authenticated anew for ``act``; its new secret. None where it is over, or is somebody else's."""
        secret = secrets.token_urlsafe(32)
        row = await self.rows.fetchrow(
            _RENEW,
            digest,
            digest_of(secret),
            secrets.token_urlsafe(32),
            assurance,
            authenticated_at,
            act,
            account.subject.id,
            account.person.id,
        )
        return None if row is None else secret

    async def spend(self, session: Session, act: str) -> bool:
        """Whether it is authenticated anew for this very act, less than 5 minutes ago; and that is used up now."""
        return await self.rows.fetchrow(_SPEND, session.digest, act) is not None

    async def keep(self, session: Session, act: str, text: str) -> None:
        """Keep what was chosen while somebody authenticates anew for this act; one text a session."""
        if len(text) > KEPT_CHARACTERS:
            raise ValueError("what is to be kept is too long")
        sealed = self.sealer.seal_value(json.dumps([act, text]))
        await self.rows.fetchrow(_KEEP, session.digest, sealed)

    async def kept(self, session: Session, act: str) -> str | None:
        """What was kept for this act."""
        row = await self.rows.fetchrow(_KEPT, session.digest)
        if row is None or row["kept"] is None:
            return None
        found, text = json.loads(self.sealer.open_value(row["kept"]))
        return str(text) if found == act else None

    async def end(self, session: Session) -> None:
        await self.rows.fetchrow(_END, session.digest)

    async def purge(self) -> int:
        """Forget the sessions that are over; how many."""
        row = await self.rows.fetchrow(_PURGE)
        return int(row["gone"]) if row else 0

    def _session(self, row: Mapping[str, Any]) -> Session:
        opened = self.sealer.open_value
        return Session(
            digest=row["id"],
            subject=Subject(id=row["subject"], digest=row["subject_digest"], natural=row["natural"]),
            person=Subject(id=row["person"], digest=row["person_digest"], natural=True),
            name=opened(row["name"]),
            person_name=opened(row["person_name"]),
            contact=None if row["contact"] is None else opened(row["contact"]),
            assurance=row["assurance"],
            authenticated_at=row["authenticated_at"],
            csrf=row["csrf"],
            fresh_act=row["fresh"],
            born=None if row["born"] is None else date.fromisoformat(opened(row["born"])),
        )


def digest_of(secret: str) -> bytes:
    """How the table knows it. The secret is 256 random bits: nothing slower is needed."""
    return hashlib.sha256(secret.encode()).digest()
