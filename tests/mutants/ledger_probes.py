"""Probes of the ledger itself: who is answered, once what is durable; and what no leaf may hold."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from functools import partial
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import asyncpg

from gateway.database.scopes import DatabaseRole
from gateway.ledger.append import Ledger
from gateway.ledger.chain import Chain, ChainLost, close_chain, open_chain, prepare
from gateway.ledger.commit import Guard, no_consents
from gateway.ledger.entry import Hidden, Kind
from gateway.ledger.errors import LeafRefused, LedgerBusy, LedgerUnavailable, NotWritten, ReleaseRefused
from gateway.ledger.leaf import LEAF_LIMIT, Draft, draft
from gateway.ledger.limits import Limits
from gateway.ledger.lint import lint_leaf
from tests.ledger.cutter import CommitCutter
from tests.ledger.ledgers import START, SampleVault, entry, seeded, steady_clock
from tests.mutants.probing import probe, pure
from tests.mutants.town import Town

CONSENT = UUID(int=7)
PATIENT = Limits(confirm=30.0, oldest=30.0)
Connect = Callable[[], Awaitable[asyncpg.Connection]]


def ledger(connect: Connect, limits: Limits = PATIENT, guard: Guard = no_consents) -> Ledger:
    return Ledger(
        connect=connect,
        vault=SampleVault(),
        process="probe",
        clock=steady_clock(),
        random=seeded(next(_SEEDS)),
        guard=guard,
        limits=limits,
    )


async def permitting(connection: asyncpg.Connection, consents: Sequence[UUID]) -> Collection[UUID]:
    return consents


_SEEDS = iter(range(1_000_000))


def plainly(town: Town) -> Connect:
    """Connections of the writer's role."""
    return partial(asyncpg.connect, town.city.database.url, **_login(town))


def _login(town: Town) -> dict[str, str]:
    role, credentials = DatabaseRole.LEDGER_WRITER, town.city.database.credentials
    return {"user": credentials.name(role), "password": credentials.secrets[role]}


@asynccontextmanager
async def cut_off(town: Town, word: bytes, *, forward: bool) -> AsyncIterator[Connect]:
    """The same, of which the first to send ``word``, which commits, gets no answer; ``forward``: the server has got it
    all the same."""
    url = town.city.database.url
    address = parse_qs(urlsplit(url).query)
    cutter = CommitCutter(f"{address['host'][0]}/.s.PGSQL.{address['port'][0]}", word, forward=forward)
    async with cutter.listening() as folder:
        yield partial(asyncpg.connect, url, host=folder, port=5432, **_login(town))


async def stored(town: Town) -> set[UUID]:
    async with town.city.database.connect(DatabaseRole.LEDGER_READER) as reader:
        return {row["id"] for row in await reader.fetch("SELECT id FROM audit_pending")}


async def refused(appending: Awaitable[object]) -> type[Exception] | None:
    try:
        await appending
    except NotWritten as refusal:
        return type(refusal)
    return None


@probe
async def entries_are_durable_before_they_are_answered(town: Town) -> None:
    """COMMIT POINT: an answer whose entry did not arrive is not given; one whose entry did is looked up and given."""
    for consent, word in ((None, b'"wprev"'), (CONSENT, b"COMMIT;")):
        async with ledger(plainly(town), guard=permitting) as log:
            assert (await log.append(entry(consent=consent))).entry_id in await stored(town)
        before = await stored(town)
        async with cut_off(town, word, forward=False) as connect, ledger(connect, guard=permitting) as log:
            assert await refused(log.append(entry(consent=consent))) is LedgerUnavailable
            assert await stored(town) == before
        async with cut_off(town, word, forward=True) as connect, ledger(connect, guard=permitting) as log:
            assert await refused(log.append(entry(consent=consent))) is None
            assert len(await stored(town)) == len(before) + 1
        assert not log.available


@probe
async def releases_need_their_consent(town: Town) -> None:
    """Asked in the transaction of the entry: a consent that ended meanwhile releases nothing."""
    before = await stored(town)
    async with ledger(plainly(town)) as log:
        assert await refused(log.append(entry(consent=CONSENT))) is ReleaseRefused
    assert await stored(town) == before
    async with ledger(plainly(town)) as log:
        assert await refused(log.append(entry(kind=Kind.DENY, consent=CONSENT, released=(), fields={}))) is None


@probe
async def whoever_waits_too_long_is_not_answered(town: Town) -> None:
    """Nor does anyone wait where too many do. Nothing is written here: no chain is begun."""
    hasty, full = (ledger(plainly(town), limits) for limits in (Limits(confirm=0), Limits(capacity=0)))
    for log in (hasty, full):
        assert await refused(log.append(entry())) is LedgerUnavailable
        for flusher in log._flushers:
            flusher.ready.set()
    assert await refused(hasty.append(entry())) is LedgerUnavailable
    assert await refused(full.append(entry())) is LedgerBusy


@probe
async def closed_chains_stay_closed(town: Town) -> None:
    """And sessions of the log are durable, whatever the database is set to."""
    writer = UUID(bytes=seeded(next(_SEEDS))(16), version=4)
    connection = await plainly(town)()
    try:
        await connection.execute("SET synchronous_commit = off")
        await prepare(connection, 2.0)
        assert await connection.fetchval("SHOW synchronous_commit") == "on"
        await open_chain(connection, writer, "probe", START)
        chain = Chain(writer)
        await close_chain(connection, writer, START)
        try:
            async with connection.transaction():
                await chain.extend(connection, chain.place([drafted()]))
        except ChainLost:
            return
        raise AssertionError
    finally:
        await connection.close()


def drafted(**changes: object) -> Draft:
    return draft(entry(**changes), entry_id=UUID(int=1), t=START, salt=lambda: bytes(32), vault=SampleVault())


@pure
def leaves_hold_nothing_personal() -> None:
    """The last guard: whatever was drafted, a leaf that holds an identifier, an address or a name is not written."""
    good = {"basis": ["WH-二(六)1"], "id": "0189f7c2-0000-7000-8000-000000000001", "t": START, "v": 1}
    lint_leaf(_leaf(good))
    for value in ("420199198503120015", "138 0013 8000", "test@example.org", "王测试", "91420199MA9TERT12345678901"):
        assert _is_refused(partial(lint_leaf, _leaf({**good, "purpose": value}))), value
    assert _is_refused(lambda: drafted(policy_version="420199198503120015"))
    assert _is_refused(lambda: drafted(basis=tuple(f"WH-{n:05}" for n in range(LEAF_LIMIT // 10))))


def _leaf(members: dict[str, object]) -> bytes:
    return json.dumps(members, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _is_refused(call: Callable[[], object]) -> bool:
    try:
        call()
    except LeafRefused:
        return True
    return False


@pure
def what_callers_chose_is_committed_to() -> None:
    """A word stands in a leaf only where it looks like a code; of a number of a matter only its form does."""
    name = Hidden(name="since when", type="String!", value="x")
    said = json.loads(
        drafted(purpose="Zhang San", role="a-1234567", variables=(name,), matter="HSZB-2026/0117").members
    )
    variable = said["vars"][0]
    for found in (said["purpose"], said["role"], said["query"]["op"], variable["name"], variable["value"]):
        assert isinstance(found, dict), found
        assert found.keys() == {"c", "len"}
    assert variable["type"] == "String!"
    assert said["case"]["format"] == "LLLL-DDDD/DDDD"
    assert not _is_refused(lambda: drafted(matter="鄂-1"))
    plain = json.loads(drafted().members)
    assert (plain["purpose"], plain["role"]) == ("PM-301", "bidder")
