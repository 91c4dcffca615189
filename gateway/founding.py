"""Settings -> an installation that can be opened: keys, tables, scope roles, a policy in force.

Run again it changes nothing but what a newer version brings. It never loads data, and never replaces a policy that is
in force: other shipped policies are stored as a proposal, which ``credit-gateway policy activate`` puts in force.
"""

import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date

import asyncpg

import policies
from gateway.activation import set_business_date
from gateway.administration import administered_at
from gateway.database.engines import owner_connection
from gateway.database.migrate import migrate
from gateway.installation import credentials_of, database_url
from gateway.keys import folder as key_folder
from gateway.keys.material import SigningKey, Use
from gateway.settings import Settings
from gateway.versions import store
from gateway.versions.changing import Versions
from schema.policy_file import digest_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Founded:
    """``in_force`` is the version in force afterwards; ``shipped`` that of the shipped policies."""

    in_force: str
    shipped: str


async def found(settings: Settings, *, at: date | None = None) -> Founded:
    """Keys, tables and a policy. ``at`` fixes the business date (a trial's; never a real city's)."""
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    key_folder.create(settings.keys_folder, entropy=secrets.token_bytes)
    async with database_url(settings) as url:
        await migrate(url, settings.home)
        return await establish(settings, url, at=at)


async def establish(settings: Settings, url: str, *, at: date | None = None) -> Founded:
    """The policy alone, in a database that has its tables."""
    files = policies.contents()
    async with versions_at(settings, url) as versions:
        await versions.found(files)
        if at is not None:
            await set_business_date(versions.owner, at)
        standing = await store.standing(versions.owner)
    shipped = digest_of(files, files)
    return Founded(in_force=standing.version if standing is not None else "", shipped=shipped)


@asynccontextmanager
async def versions_of(settings: Settings) -> AsyncIterator[Versions]:
    """The policy versions of an installation, to change them; also of one whose policy this program cannot apply.
    Errors: ``NoInstallationError``, ``KeysError``, ``LedgerUnavailable``, those of the database."""
    credentials_of(settings)  # before a database is started in vain
    async with database_url(settings) as url, versions_at(settings, url) as versions:
        yield versions


@asynccontextmanager
async def versions_at(settings: Settings, url: str) -> AsyncIterator[Versions]:
    """The same, of a database that runs."""
    async with administered_at(settings, url) as found:
        keys = found.keys.signing[Use.POLICY]
        yield Versions(
            owner=found.owner,
            ledger=found.ledger,
            keys=keys,
            jurisdiction=settings.jurisdiction,
            queue=found.queue,
        )


@asynccontextmanager
async def owner_of(settings: Settings) -> AsyncIterator[tuple[asyncpg.Connection, Sequence[SigningKey]]]:
    """The owner's connection and the policy keys, to look only. Errors: as ``versions_of``, but for the log's."""
    credentials_of(settings)
    keys = key_folder.read(settings.keys_folder)
    async with database_url(settings) as url, owner_connection(url) as owner:
        yield owner, keys.signing[Use.POLICY]
