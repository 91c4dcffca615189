"""Settings -> the sequencer of an installation: the one part of it that reads the private half of the log's key."""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from gateway.database.engines import role_connection
from gateway.database.roles import Credentials
from gateway.database.scopes import DatabaseRole
from gateway.installation import credentials_of, database_url, log_of
from gateway.keys import folder as key_folder
from gateway.keys.material import SigningKey, Use
from gateway.ledger.sequence import by_hand
from gateway.ledger.sequence.consistency import findings
from gateway.ledger.sequence.notes import Notes
from gateway.ledger.sequence.sequencer import Pace, Sequencer
from gateway.ledger.sequence.shards import year_of
from gateway.ledger.sequence.signer import LogKey, Signer
from gateway.log.vaults import milliseconds
from gateway.settings import Settings


@dataclass(slots=True)
class _KeysAsTheyAre:
    """The keys of the log, read again whenever the folder has changed: a key is rolled without a new start."""

    folder: Path
    _seen: int = -1
    _keys: Sequence[LogKey] = ()

    def __call__(self) -> Sequence[LogKey]:
        changed = self.folder.stat().st_mtime_ns
        if changed != self._seen:
            found = key_folder.read_log_keys(self.folder)
            self._keys = [_log_key(key) for key in found]
            self._seen = changed
        return self._keys


def _log_key(key: SigningKey) -> LogKey:
    return LogKey(public=key.public_bytes, sign=None if key.private is None else key.private.sign)


async def sequence(settings: Settings, ended: asyncio.Event) -> None:
    """Sequence until ``ended`` is set.

    Errors: ``NotSigned``, ``NotesError``, ``KeysError``, ``NoInstallationError``.
    """
    credentials = credentials_of(settings)
    async with database_url(settings) as url:
        await _sequencer(settings, url, credentials).run(ended)


async def freeze(settings: Settings, *, restored: bool) -> str:
    """Begin the next shard by hand, or after a backup was ``restored`` one in place of what it cannot continue; its
    name. Errors: as ``sequence``, ``NothingLost``, ``HeadMoved``, those of the database."""
    credentials = credentials_of(settings)
    async with database_url(settings) as url:
        sequencer = _sequencer(settings, url, credentials)
        async with (
            role_connection(url, credentials, DatabaseRole.SEQUENCER) as connection,
            by_hand.alone(connection, Pace()),
        ):
            act = by_hand.replace if restored else by_hand.freeze
            return await act(connection, sequencer, year_of(milliseconds()))


async def examine(settings: Settings) -> tuple[str, ...]:
    """What is amiss in the log's tree. Errors: ``KeysError``, ``NoInstallationError``, those of the database."""
    credentials = credentials_of(settings)
    keys = key_folder.read(settings.keys_folder).signing[Use.LEDGER]
    signer = Signer(log=log_of(settings), keys=lambda: (), notes=Notes(settings.ledger_folder))
    async with (
        database_url(settings) as url,
        role_connection(url, credentials, DatabaseRole.LEDGER_READER) as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        await connection.execute("SET LOCAL statement_timeout = 0")
        await connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        return await findings(connection, signer, [key.public_bytes for key in keys])


def _sequencer(settings: Settings, url: str, credentials: Credentials) -> Sequencer:
    async def connect() -> asyncpg.Connection:
        role = DatabaseRole.SEQUENCER
        return await asyncpg.connect(url, user=credentials.name(role), password=credentials.secrets[role])

    keys = _KeysAsTheyAre(settings.keys_folder)
    keys()  # before a database is asked in vain
    return Sequencer(
        connect=connect,
        signer=Signer(log=log_of(settings), keys=keys, notes=Notes(settings.ledger_folder)),
        clock=milliseconds,
        random=secrets.token_bytes,
    )
