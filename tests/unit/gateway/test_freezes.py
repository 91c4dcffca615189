"""A freeze holds from the next request on, of whoever is concerned, whatever is asked; and for answers on their way."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from authz.frozen import Freeze, Target, person_of
from authz.grant import Grant
from authz.principal import Caller
from gateway.approvals.officers import Officer
from gateway.database.scopes import DatabaseRole
from gateway.freezes import store
from gateway.freezes.imposing import Freezes, NothingFrozen
from gateway.freezes.naming import NoSuchTarget, name_of
from gateway.identity.register import StoredClients
from gateway.log.vaults import milliseconds
from schema.errors import Code
from tests.city import City
from tests.fresh_database import FreshDatabase
from tests.unit.gateway.offices import BUILDERS, HOUSING, LOOK, OPEN, bidding, opening

pytestmark = pytest.mark.anyio

TENDER = """query ($uscc: String!) @purpose(code: "PM-301", role: "bidder", matter: "HSZB-2026-0200") {
    subject(by: {uscc: $uscc}) { name records { edges { node { documentNumber } } } } }"""
NAME_ALONE = """query ($uscc: String!) { subject(by: {uscc: $uscc}) { name } }"""
LICENCES = '{ records(filter: {item: ["LICENCE"]}) { totalCount } }'
VERDICT = 'query ($uscc: String!) @purpose(code: "PM-301", role: "bidder", matter: "HSZB-2026-0200") {' + (
    " standing(by: {uscc: $uscc}) { majorPenalty { answer } } }"
)
WHO = {"uscc": BUILDERS}
BY = Officer(client="AUDIT", number="1001", organisation="audit")


@pytest.fixture
async def town(database: FreshDatabase) -> AsyncIterator[City]:
    async with bidding(database) as found:
        yield found


@asynccontextmanager
async def freezes(town: City, role: DatabaseRole | None = None) -> AsyncIterator[Freezes]:
    opened = town.database.owner() if role is None else town.database.connect(role)
    async with opened as connection:
        append = town.installation.ledger.append
        yield Freezes(connection=connection, append=append, clock=milliseconds, new_id=uuid4)


async def impose(town: City, target: Target, name: str, ends: int | None = None) -> UUID:
    async with freezes(town) as found:
        return await found.impose(Freeze(target=target, name=name, ends=ends), "a screenshot appeared", BY)


async def lift(town: City, target: Target, name: str) -> int:
    async with freezes(town) as found:
        return await found.lift(target, name, "examined", BY)


ASKED: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("data", TENDER, WHO),
    ("no data", LOOK, {"number": "HSZB-2026-0200"}),
    ("the catalogue", "{ catalogue { code } }", {}),
    ("a change", OPEN, opening("HSZB-2026-0299")),
    ("what is refused anyway", TENDER.replace("0200", "0999"), WHO),
)


@pytest.mark.parametrize(("document", "variables"), [each[1:] for each in ASKED], ids=[each[0] for each in ASKED])
@pytest.mark.parametrize(
    ("target", "name"),
    [(Target.AGENCY, HOUSING), (Target.OPERATOR, person_of(HOUSING, "1001"))],
    ids=["agency", "operator"],
)
async def test_whoever_is_frozen_gets_nothing_from_the_next_request_on(
    town: City, target: Target, name: str, document: str, variables: dict[str, Any]
) -> None:
    before = await town.ask(document, variables, client="A1")
    await impose(town, target, name)
    after = await town.ask(document, variables, client="A1")
    other = await town.ask(NAME_ALONE, WHO, client="A4")

    assert before.code is not Code.FROZEN
    assert (after.code, other.code) == (Code.FROZEN, None)
    leaf = await town.entry(after.entry)
    assert (leaf["kind"], leaf["principal"], leaf["decision"]["reasons"]) == ("deny", "A1", ["FROZEN"])


async def test_a_change_of_a_frozen_agency_is_not_made(town: City) -> None:
    await impose(town, Target.AGENCY, HOUSING)
    await town.ask(OPEN, opening("HSZB-2026-0298"), client="A1")
    await lift(town, Target.AGENCY, HOUSING)

    assert (await town.ask(LOOK, {"number": "HSZB-2026-0298"}, client="A1")).data == {"matter": None}


async def test_what_is_lifted_goes_on_with_the_next_request(town: City) -> None:
    await impose(town, Target.AGENCY, HOUSING)
    await impose(town, Target.AGENCY, HOUSING)
    refused = await town.ask(TENDER, WHO, client="A1")
    lifted = await lift(town, Target.AGENCY, HOUSING)
    answer = await town.ask(TENDER, WHO, client="A1")

    assert (refused.code, lifted, answer.code) == (Code.FROZEN, 2, None)
    with pytest.raises(NothingFrozen):
        await lift(town, Target.AGENCY, HOUSING)


async def test_a_freeze_with_an_end_ends(town: City) -> None:
    until = milliseconds() + 3_600_000
    await impose(town, Target.AGENCY, HOUSING, ends=until)
    town.pipeline = replace(town.pipeline, clock=at(until - 1))
    before = await town.ask(TENDER, WHO, client="A1")
    town.pipeline = replace(town.pipeline, clock=at(until))
    after = await town.ask(TENDER, WHO, client="A1")

    assert (before.code, after.code) == (Code.FROZEN, None)


async def test_a_frozen_scope_stops_it_for_everybody(town: City) -> None:
    await impose(town, Target.SCOPE, "PUBLICATION")

    assert (await town.ask(NAME_ALONE, WHO)).code is Code.FROZEN
    assert (await town.ask("{ catalogue { code } }")).code is Code.FROZEN
    assert (await town.ask(TENDER, WHO, client="A1")).code is None


async def test_a_frozen_item_stops_what_reads_or_counts_it_and_nothing_else(town: City) -> None:
    await impose(town, Target.ITEM, "PENALTY")

    assert (await town.ask(TENDER, WHO, client="A1")).code is Code.FROZEN
    assert (await town.ask(VERDICT, WHO, client="A1")).code is Code.FROZEN
    assert (await town.ask("{ records { totalCount } }")).code is Code.FROZEN
    assert (await town.ask(NAME_ALONE, WHO, client="A1")).code is None
    assert (await town.ask(LICENCES, client="A1")).code is None


# On the way -----------------------------------------------------------------------------------------------------------


def meanwhile(town: City, act: Callable[[], Any]) -> None:
    """Just after the statement of the next answer has read its rows, and before it is logged, something happens."""
    inner, left = town.pipeline.connection, [act]

    @asynccontextmanager
    async def connection(grant: Grant, caller: Caller) -> AsyncIterator[Any]:
        async with inner(grant, caller) as found:
            yield found
        if left:
            await left.pop()()

    town.pipeline = replace(town.pipeline, connection=connection)


async def test_an_answer_on_its_way_is_stopped_and_the_log_tells_of_both(town: City) -> None:
    meanwhile(town, lambda: impose(town, Target.AGENCY, HOUSING))

    answer = await town.ask(TENDER, WHO, client="A1")

    assert (answer.code, "data" in answer.body) == (Code.FROZEN, False)
    async with town.database.owner() as owner:
        kinds = await owner.fetch(
            "SELECT convert_from(leaf, 'UTF8')::jsonb ->> 'kind' AS kind FROM audit_pending ORDER BY id"
        )
    assert [row["kind"] for row in kinds][-3:] == ["admin", "release", "deny"]


async def test_an_answer_on_its_way_to_somebody_else_leaves(town: City) -> None:
    meanwhile(town, lambda: impose(town, Target.AGENCY, "another"))

    assert (await town.ask(TENDER, WHO, client="A1")).code is None


async def test_a_freeze_waits_for_what_is_being_logged(town: City) -> None:
    """A commit of the log that has looked at what is frozen comes before the freeze."""
    async with town.database.connect(DatabaseRole.LEDGER_WRITER) as writer, town.database.owner() as owner:
        transaction = writer.transaction()
        await transaction.start()
        assert await writer.fetchval("SELECT freezes_standing()") == 0
        await owner.execute("SET lock_timeout = '50ms'")
        with pytest.raises(asyncpg.LockNotAvailableError):
            await insert_freeze(owner)
        await transaction.rollback()
        await insert_freeze(owner)
        assert await writer.fetchval("SELECT freezes_standing()") == 1


async def insert_freeze(owner: asyncpg.Connection) -> None:
    await owner.execute(
        "INSERT INTO frozen (id, target, name, reason, imposed_by, imposed_at, entry) "
        "VALUES (gen_random_uuid(), 'SCOPE', 'SELF', 'a trial', 'AUDIT/1001', 1, gen_random_uuid())"
    )


# The register ---------------------------------------------------------------------------------------------------------


async def test_each_step_is_an_entry_that_names_nobody(town: City) -> None:
    await impose(town, Target.OPERATOR, person_of(HOUSING, "1001"), ends=milliseconds() + 900_000)
    await lift(town, Target.OPERATOR, person_of(HOUSING, "1001"))

    async with town.database.owner() as owner:
        (row,) = await store.history(owner)
    first, second = await town.entry(str(row["entry"])), await town.entry(str(row["lift_entry"]))
    assert [each["action"] for each in (first, second)] == ["freeze-imposed", "freeze-lifted"]
    assert [each["principal"] for each in (first, second)] == ["AUDIT", "AUDIT"]
    assert all(HOUSING not in str(each) for each in (first, second))
    assert (row["imposed_by"], row["reason"], row["lifted_by"]) == ("AUDIT/1001", "a screenshot appeared", "AUDIT/1001")


@pytest.mark.parametrize(
    "statement", ["UPDATE frozen SET ends_at = 5000000000000", "DELETE FROM frozen", "DELETE FROM frozen_lift"]
)
async def test_the_history_is_append_only(town: City, statement: str) -> None:
    await impose(town, Target.SCOPE, "SELF")
    await lift(town, Target.SCOPE, "SELF")

    async with town.database.owner() as owner:
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            await owner.execute(statement)


async def test_no_process_that_answers_can_freeze_or_lift(town: City) -> None:
    for role in DatabaseRole:
        async with town.database.connect(role) as connection:
            with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.ReadOnlySQLTransactionError)):
                await connection.execute("INSERT INTO frozen_lift (frozen) VALUES (gen_random_uuid())")


async def test_names_are_looked_up_before_anything_is_frozen(town: City) -> None:
    clients = StoredClients(town.installation.registry)
    items = {"PENALTY"}

    assert await name_of(Target.AGENCY, "A1", clients, items) == HOUSING
    assert await name_of(Target.AGENCY, "AUDIT", clients, items) == "audit"
    assert await name_of(Target.OPERATOR, "A1/1001", clients, items) == f"{HOUSING}/1001"
    assert await name_of(Target.ITEM, "PENALTY", clients, items) == "PENALTY"
    assert await name_of(Target.SCOPE, "SELF", clients, items) == "SELF"
    for target, misspelt in (
        (Target.AGENCY, "A9"),
        (Target.OPERATOR, "A1/1009"),
        (Target.OPERATOR, "A1"),
        (Target.ITEM, "PENALTIES"),
        (Target.SCOPE, "self"),
    ):
        with pytest.raises(NoSuchTarget):
            await name_of(target, misspelt, clients, items)


def at(moment: int) -> Callable[[], Any]:
    return lambda: datetime.fromtimestamp(moment / 1000, UTC)
