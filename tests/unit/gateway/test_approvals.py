"""The queue: two other persons, in time, once; every step an entry. What it guards: unsealing and testing."""

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from gateway.administration import Administration, administered_at
from gateway.approvals import store
from gateway.approvals.officers import NotAnOfficer, Officer
from gateway.approvals.queue import Act, Lack, NotGranted, Queue
from gateway.clients import DutyTakenError, add_operator
from gateway.database.scopes import DatabaseRole
from gateway.identity.clients import Duty
from gateway.identity.register import StoredClients
from gateway.log.unsealing import check_entry, concerned, unsealed
from gateway.log.vaults import milliseconds
from gateway.versions.approval import NotApproved
from gateway.versions.changing import Approval
from tests.city import City
from tests.fresh_database import FreshDatabase
from tests.unit.authz.shipped import loaded, shipped
from tests.unit.gateway.offices import BUILDERS, BUILDERS_NAME, EXPERT, OPEN, UNTIL, bidding, opening
from tests.unit.gateway.policy_office import ARTICLE, BY_TWO, CREDIT, TWO, found_office, narrower, versions_in

pytestmark = pytest.mark.anyio

ANNA, BEN, CARL = (Officer(client="AUDIT", number=number, organisation="audit") for number in ("1001", "1002", "1003"))
ANNA_ELSEWHERE = Officer(client="AUDIT-2", number="1001", organisation="audit")
HOUR = 3_600_000
TENDER = """query ($uscc: String!) @purpose(code: "PM-301", role: "bidder", matter: "HSZB-2026-0200") {
    subject(by: {uscc: $uscc}) { name records { edges { node { documentNumber } } } } }"""
EXPERTS = """query ($who: SubjectLookup!) @purpose(code: "PM-302", role: "review_expert", matter: "HSZB-2026-0201") {
    standing(by: $who) { majorPenalty { answer } } }"""


@pytest.fixture
async def town(database: FreshDatabase) -> AsyncIterator[City]:
    async with bidding(database) as found:
        async with database.connect(DatabaseRole.REGISTRY) as registry:
            for number in ("1002", "1003"):
                await add_operator(registry, "AUDIT", number, UNTIL, UNTIL)
        yield found


@asynccontextmanager
async def office(town: City, *, ahead: int = 0) -> AsyncIterator[tuple[Administration, Queue]]:
    async with administered_at(town.installation.settings, town.database.url) as found:
        yield found, replace(found.queue, clock=lambda: milliseconds() + ahead)


async def lack_of(act: Awaitable[Any]) -> Lack:
    with pytest.raises(NotGranted) as caught:
        await act
    return caught.value.lack


async def asked(queue: Queue, about: str = "it") -> UUID:
    return (await queue.ask(Act.UNSEAL, about, ANNA, "a screenshot appeared", lasts=HOUR)).id


async def test_two_other_persons_approve_and_the_asker_does_it_once(town: City) -> None:
    async with office(town) as (_, queue):
        request = await asked(queue)
        await queue.approve(request, BEN)
        await queue.approve(request, CARL)
        used = await queue.use(request, Act.UNSEAL, "it", ANNA)
        again = await lack_of(queue.use(request, Act.UNSEAL, "it", ANNA))
        late = await lack_of(queue.approve(request, Officer(client="X", number="9", organisation="X")))

    assert used.given_by == ("AUDIT/1002", "AUDIT/1003")
    assert (again, late) == (Lack.REQUEST_USED, Lack.REQUEST_USED)


async def test_who_asked_cannot_approve_whatever_client_names_it_and_nobody_counts_twice(town: City) -> None:
    async with office(town) as (_, queue):
        request = await asked(queue)
        own = await lack_of(queue.approve(request, ANNA)), await lack_of(queue.approve(request, ANNA_ELSEWHERE))
        await queue.approve(request, BEN)
        twice = await lack_of(queue.approve(request, BEN))
        alone = await lack_of(queue.use(request, Act.UNSEAL, "it", ANNA))

    assert own == (Lack.OWN_REQUEST, Lack.OWN_REQUEST)
    assert (twice, alone) == (Lack.APPROVED_ALREADY, Lack.APPROVALS_MISSING)


async def test_it_is_for_this_act_about_this_by_the_asker_in_time(town: City) -> None:
    async with office(town) as (_, queue):
        request = await asked(queue)
        await queue.approve(request, BEN)
        await queue.approve(request, CARL)
        other = await lack_of(queue.use(request, Act.UNSEAL, "another", ANNA))
        act = await lack_of(queue.use(request, Act.TEST, "it", ANNA))
        by = await lack_of(queue.use(request, Act.UNSEAL, "it", BEN))
        none = await lack_of(queue.use(uuid4(), Act.UNSEAL, "it", ANNA))
        later = replace(queue, clock=lambda: milliseconds() + HOUR)
        ended = await lack_of(later.use(request, Act.UNSEAL, "it", ANNA))

    assert {other, act, none} == {Lack.NO_SUCH_REQUEST}
    assert (by, ended) == (Lack.NOT_THE_ASKER, Lack.REQUEST_ENDED)


async def test_nothing_is_approved_after_its_end(town: City) -> None:
    async with office(town) as (_, queue):
        request = await asked(queue)
        later = replace(queue, clock=lambda: milliseconds() + HOUR)
        assert await lack_of(later.approve(request, BEN)) is Lack.REQUEST_ENDED


@pytest.mark.parametrize("approver", ["audit/1001", "audit/1002"])
async def test_the_database_refuses_what_the_queue_would(town: City, approver: str) -> None:
    """Whoever writes past the queue: no own approval, no use with one."""
    async with office(town) as (administration, queue):
        request = await asked(queue)
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            await past_the_queue(administration.owner, request, approver)
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            await administration.owner.execute("UPDATE approval_request SET needed = 1")


async def past_the_queue(owner: asyncpg.Connection, request: UUID, approver: str) -> None:
    at, entry = milliseconds(), uuid4()
    await store.approve(owner, request, approver=approver, given_by="AUDIT/1", at=at, entry=entry)
    await store.use(owner, request, at, entry)


async def test_every_step_is_an_entry_that_says_nothing_of_what_it_is_about(town: City) -> None:
    async with office(town) as (_, queue):
        request = await asked(queue, about="420199199207280027")
        await lack_of(queue.approve(request, ANNA))
        await queue.approve(request, BEN)
        await queue.approve(request, CARL)
        await queue.use(request, Act.UNSEAL, "420199199207280027", ANNA)
    async with town.database.owner() as owner:
        leaves = await owner.fetch("SELECT leaf FROM audit_pending ORDER BY id")
    told = [row["leaf"].decode() for row in leaves if b'"approval-' in row["leaf"]]

    assert [("given" in each, '"deny"' in each) for each in told] == [
        (False, False),
        (True, True),
        (True, False),
        (True, False),
        (False, False),
    ]
    assert all("420199199207280027" not in each for each in told)


# What it guards -------------------------------------------------------------------------------------------------------


async def approved(queue: Queue, act: Act, about: str) -> UUID:
    request = (await queue.ask(act, about, ANNA, "a screenshot appeared", lasts=HOUR)).id
    await queue.approve(request, BEN)
    await queue.approve(request, CARL)
    return request


async def test_unsealing_tells_whom_an_entry_concerned_who_acted_and_in_which_matter(town: City) -> None:
    answer = await town.ask(TENDER, {"uscc": BUILDERS}, client="A1")
    entry, sealer = UUID(answer.entry), town.installation.sealer
    async with office(town) as (administration, queue):
        request = (await queue.ask(Act.UNSEAL, str(entry), ANNA, "a leak", lasts=HOUR)).id
        alone = await lack_of(unsealed(administration, sealer, entry, request, ANNA))
        await queue.approve(request, BEN)
        await queue.approve(request, CARL)
        found = await unsealed(administration, sealer, entry, request, ANNA)
        unknown = await lack_of(check_entry(administration, uuid4()))

    assert (alone, unknown) == (Lack.APPROVALS_MISSING, Lack.NO_SUCH_REQUEST)
    assert found["acted"] == {"operator": "A1/1001", "matter": "HSZB-2026-0200", "address": "192.0.2.7"}
    assert {each["name"] for row in found["concerned"] for each in row["subjects"]} == {BUILDERS_NAME}
    assert found["erased"] == 0


async def test_a_suspected_identifier_is_compared_by_digest(town: City) -> None:
    expert = [{"by": {"person": EXPERT}, "role": "review_expert"}]
    await town.ask(OPEN, opening("HSZB-2026-0201", purpose="PM-302", parties=expert), client="A1")
    answer = await town.ask(EXPERTS, {"who": {"person": EXPERT}}, client="A1")
    internal = town.installation.sealer.internal_id("person", f"RESIDENT_ID:{EXPERT['idNumber']}")
    ref = town.installation.vault.digest("subject", internal.to_bytes(8))
    async with office(town) as (administration, queue):
        found = await concerned(administration, ref, await approved(queue, Act.TEST, ref.hex()), ANNA)
        other = bytes(32)
        none = await concerned(administration, other, await approved(queue, Act.TEST, other.hex()), ANNA)

    assert UUID(answer.entry) in found
    assert none == ()


# Who may --------------------------------------------------------------------------------------------------------------


async def test_administrators_exclude_one_another(town: City) -> None:
    async with town.database.connect(DatabaseRole.REGISTRY) as registry:
        await add_operator(registry, "AUDIT", "1002", UNTIL, UNTIL, Duty.AUDIT)
        await add_operator(registry, "AUDIT", "1002", UNTIL, UNTIL, Duty.AUDIT)
        await add_operator(registry, "A1", "1002", UNTIL, UNTIL, Duty.SYSTEM)
        for duty in (Duty.SYSTEM, Duty.SECURITY):
            with pytest.raises(DutyTakenError):
                await add_operator(registry, "AUDIT", "1002", UNTIL, UNTIL, duty)
        with pytest.raises(asyncpg.UniqueViolationError):
            await registry.execute("INSERT INTO administrator VALUES ('audit', '1002', 'SYSTEM', 1)")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await registry.execute("UPDATE administrator SET duty = 'SYSTEM'")
    staff = await StoredClients(town.installation.registry).staff("AUDIT", "1002")
    other = await StoredClients(town.installation.registry).staff("A1", "1002")
    assert staff is not None
    assert other is not None
    assert (staff.duty, other.duty) == (Duty.AUDIT, Duty.SYSTEM)


@pytest.mark.parametrize(
    ("duty", "fit"), [(Duty.SYSTEM, False), (Duty.AUDIT, False), (Duty.SECURITY, True), (None, True)]
)
async def test_an_officer_administers_neither_system_nor_audit(town: City, duty: Duty | None, fit: bool) -> None:
    async with town.database.connect(DatabaseRole.REGISTRY) as registry:
        await add_operator(registry, "AUDIT", "1009", UNTIL, UNTIL, duty)
    async with office(town) as (administration, _):
        officers = await administration.officers()
        for named, good in (("AUDIT/1009", fit), ("A1/1001", False), ("AUDIT/9999", False), ("AUDIT", False)):
            if good:
                assert (await officers.named(named)).person == ("audit", "1009")
                with pytest.raises(NotAnOfficer):
                    await officers.of_office(named)
            else:
                with pytest.raises(NotAnOfficer):
                    await officers.named(named)


async def test_a_lapsed_officer_is_none(town: City) -> None:
    async with town.database.owner() as owner:
        await owner.execute("UPDATE operator SET trained_until = '2026-05-19' WHERE staff_number = '1002'")
    async with office(town) as (administration, _):
        with pytest.raises(NotAnOfficer):
            await (await administration.officers()).named("AUDIT/1002")


# Policies -------------------------------------------------------------------------------------------------------------


async def test_a_policy_is_put_in_force_by_two_who_did_not_ask_for_it(database: FreshDatabase) -> None:
    await found_office(database)
    await put_narrower(database)
    async with database.owner() as owner:
        await add_operator(owner, "OFFICE", "1003", UNTIL, UNTIL)
    asker, *others = (
        Officer(client="OFFICE", number=number, organisation=CREDIT) for number in ("1003", "1001", "1002")
    )
    async with versions_in(database) as versions:
        wider = shipped()
        queue = versions.queue
        request = (await queue.ask(Act.POLICY, loaded(wider).version, asker, "more is shown", lasts=HOUR)).id
        approval = Approval(basis=(ARTICLE,), request=request)
        with pytest.raises(NotApproved):
            await versions.activate(wider, approval)
        for officer in others:
            await queue.approve(request, officer)
        changed = await versions.activate(wider, approval)
        used = await store.find(versions.owner, request)
        with pytest.raises(NotGranted):
            await versions.activate(narrower(), approval)

    assert changed is not None
    assert changed.approvers == ("OFFICE/1001", "OFFICE/1002")
    assert used is not None
    assert used.used_at is not None


async def test_approvals_given_with_the_command_are_in_the_queue_as_well(database: FreshDatabase) -> None:
    await found_office(database)
    await put_narrower(database)
    async with versions_in(database) as versions:
        await versions.activate(shipped(), BY_TWO)
        (entered,) = await store.listed(versions.owner)

    assert (entered.act, entered.given_by, entered.needed) == ("policy-change", TWO, 2)
    assert entered.used_at is not None


async def put_narrower(database: FreshDatabase) -> None:
    async with versions_in(database) as versions:
        await versions.activate(narrower(), Approval())
