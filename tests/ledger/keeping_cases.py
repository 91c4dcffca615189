"""What tests of keeping share: a ledger with the real vault over a database, its keeper, looks at what is stored."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from gateway.database.scopes import DatabaseRole
from gateway.keys.material import Purpose, ring
from gateway.keys.vault import KEPT, SubjectVault
from gateway.keys.years import YearKeys
from gateway.ledger.append import Ledger
from gateway.ledger.entry import Entry, Released
from gateway.ledger.keeping import erasure
from gateway.ledger.keeping.erasure import Erased
from gateway.ledger.keeping.index import IndexReport, verify_index
from gateway.ledger.keeping.keeper import Keeper
from gateway.ledger.keeping.retention import Pruned, prune
from gateway.ledger.keeping.subject_keys import SubjectKey
from gateway.ledger.limits import Limits
from gateway.ledger.receipt import Receipt
from tests.fresh_database import FreshDatabase
from tests.ledger.ledgers import START, entry, released, seeded, verified

YEAR = 2026
ROOT = b"k" * 32
ANN, BEN = (1001).to_bytes(8), (1002).to_bytes(8)


@dataclass(slots=True)
class Hands:
    """Clocks that a test moves. A pause lets as much time pass as was asked for."""

    t: int = START
    seconds: float = 0.0
    pauses: list[float] = field(default_factory=list)

    def milliseconds(self) -> int:
        self.t += 1
        return self.t

    def monotonic(self) -> float:
        return self.seconds

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.seconds += seconds
        self.t += int(seconds * 1000)

    def move_to(self, day: date) -> None:
        days = (day - date(2026, 5, 20)).days
        self.t = START + days * 86_400_000


@dataclass(slots=True, kw_only=True)
class Kept:
    """One process with its ledger and vault; the keeper's and an owner's connection."""

    ledger: Ledger
    vault: SubjectVault
    keeper: Keeper
    owner: asyncpg.Connection
    hands: Hands

    def ref(self, subject: bytes) -> bytes:
        return self.vault.digest("subject", subject)

    async def tell(self, *subjects: bytes, **changes: Any) -> Receipt:
        """An entry that discloses a record of each of these persons."""
        return await self.ledger.append(told(*subjects, **changes))

    async def erase(self, subject: bytes, *, year: int = YEAR, mistaken: bool = True) -> Erased:
        return await erasure.erase(self.keeper, self.ref(subject), year=year, reason="asked", mistaken=mistaken)

    async def hold(self, subject: bytes, *, on: bool = True) -> int:
        return await erasure.hold(self.keeper, self.ref(subject), on=on, reason="dispute")

    async def prune(self, before: date, today: date) -> Pruned:
        years = self.vault.years
        return await prune(
            self.keeper,
            before,
            today=today,
            reason="term",
            years=years.before(before.year),
            destroy=years.destroy,
        )

    async def index(self) -> IndexReport:
        """As the reader's role finds it."""
        await verified(self.owner)
        return await verify_index(self.owner.fetch, self.vault)

    async def counted(self) -> dict[str, int]:
        return {status.value: number for status, number in (await self.index()).counts.items() if number}

    async def rows(self, receipt: Receipt) -> list[asyncpg.Record]:
        return list(
            await self.owner.fetch("SELECT * FROM audit_disclosure WHERE entry_id = $1 ORDER BY n", receipt.entry_id)
        )

    async def keys(self) -> dict[UUID, asyncpg.Record]:
        return {row["id"]: row for row in await self.owner.fetch("SELECT * FROM subject_key")}

    async def opened(self, receipt: Receipt, n: int = 0) -> bytes:
        row, keys = (await self.rows(receipt))[n], await self.keys()
        key = keys[UUID(row["dek_id"])]
        place = receipt.entry_id.bytes + n.to_bytes(4, "big")
        stored = SubjectKey(id=key["id"], subject_ref=key["subject_ref"], year=key["year"], wrapped=key["wrapped_dek"])
        return self.vault.open(row["ct"], aad=place, dek_id=row["dek_id"], key=stored)


def person(subject: bytes) -> Released:
    return released(natural=True, subject=subject)


def told(*subjects: bytes, **changes: Any) -> Entry:
    return entry(released=(*map(person, subjects), released()), **changes)


@asynccontextmanager
async def kept_in(
    database: FreshDatabase, folder: Path, *, seed: int = 1, hands: Hands | None = None
) -> AsyncIterator[Kept]:
    """Processes with the same folder share their keys, as those of an installation do."""
    hands = hands or Hands()
    role, credentials = DatabaseRole.LEDGER_WRITER, database.credentials
    login = {"user": credentials.name(role), "password": credentials.secrets[role]}
    async with AsyncExitStack() as stack:
        pool = await stack.enter_async_context(asyncpg.create_pool(database.url, **login, min_size=0, max_size=2))
        vault = SubjectVault(
            ring=ring(Purpose.LEDGER_ROWS, 1, {1: ROOT}),
            years=YearKeys(folder, entropy=seeded(seed)),
            fetch=pool.fetch,
            entropy=seeded(100 + seed),
            clock=hands.milliseconds,
            monotonic=hands.monotonic,
        )
        ledger = await stack.enter_async_context(
            Ledger(
                connect=lambda: asyncpg.connect(database.url, **login),
                vault=vault,
                process="test",
                clock=hands.milliseconds,
                random=seeded(200 + seed),
                limits=Limits(confirm=30.0, oldest=30.0),
            )
        )
        owner = await stack.enter_async_context(database.owner())
        keeper = Keeper(
            connection=await stack.enter_async_context(database.connect(DatabaseRole.LEDGER_KEEPER)),
            append=ledger.append,
            clock=hands.milliseconds,
            pause=hands.pause,
            kept=KEPT,
            confirm=2.0,
        )
        yield Kept(ledger=ledger, vault=vault, keeper=keeper, owner=owner, hands=hands)
