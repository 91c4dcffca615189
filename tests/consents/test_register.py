"""The register: asked, shown, decided, used and ended, each change once, and each with its entry in the log."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from authz.principal import NATION, SUBJECT_ROLE, Caller, Principal, Rights
from gateway.consents.errors import Beyond, KeyReused, NotPending
from gateway.consents.records import By, ConsentRecord, Reason, RequestState, State
from gateway.consents.register import ConsentRegister
from schema.demands.demand import Coordinate
from tests.city import City
from tests.consents.granted import granted
from tests.consents.registers import DEMAND, OTHER, PERSON, WANTED, bank_city, debited
from tests.consents.unguarded import unguarded
from tests.fresh_database import FreshDatabase

pytestmark = pytest.mark.anyio


@pytest.fixture
async def town(database: FreshDatabase) -> AsyncIterator[City]:
    async with bank_city(database) as found:
        yield found


@pytest.fixture
def register(town: City) -> ConsentRegister:
    return town.installation.consents


async def leaves(town: City, consent: UUID) -> list[dict[str, object]]:
    """The events of the register, each with what the log says of it."""
    return [await town.entry(str(event.entry)) for event in await town.installation.consents.events(consent)]


async def now_in(state: State, register: ConsentRegister, consent: UUID) -> ConsentRecord:
    found = await register.consent(consent)
    assert found is not None
    assert found.state is state
    return found


async def test_a_consent_from_its_request_to_its_end(town: City, register: ConsentRegister) -> None:
    request = await register.open(WANTED.request())
    assert (request.state, request.terms.uses, request.subject) == (RequestState.REQUESTED, 3, PERSON)
    assert request.lapses_at - request.asked_at == timedelta(days=7)
    assert await register.consent(request.id) is None
    await register.show(request.id)
    await register.show(request.id)
    decision = replace(
        WANTED.decision(),
        uses=2,
        days=10,
        rights=Rights(items=frozenset({"PENALTY"}), fields=frozenset({Coordinate("Penalty.fineAmount")})),
    )
    record = await register.grant(request.id, decision)
    assert (record.state, record.usable, record.uses, record.used, record.rights) == (
        *(State.ACTIVE, True, 2, 0),
        decision.rights,
    )
    assert record.expires_at - record.granted_at == timedelta(days=10)
    assert await register.suspend(record.id, Reason.OFFICER, By.OFFICER)
    assert not await register.suspend(record.id, Reason.OFFICER, By.OFFICER)
    assert await debited(register, record.id) is None
    assert await register.resume(record.id, By.OFFICER)
    assert not await register.resume(record.id, By.OFFICER)
    assert await debited(register, record.id) == 1
    assert await register.revoke(record.id, Reason.SUBJECT, By.SUBJECT)
    assert not await register.revoke(record.id, Reason.SUBJECT, By.SUBJECT)
    assert not await register.suspend(record.id, Reason.OFFICER, By.OFFICER)
    ended = await now_in(State.REVOKED, register, record.id)
    assert (ended.reason, ended.usable, ended.used) == (Reason.SUBJECT, False, 1)
    assert [event.what for event in await register.events(record.id)] == [
        *("REQUESTED", "SHOWN", "GRANTED", "SUSPENDED", "ACTIVE", "REVOKED")
    ]
    assert [(use.n, use.pages) for use in await register.uses(record.id)] == [(1, 1)]


async def test_the_log_says_what_happened_and_hides_of_whom(town: City, register: ConsentRegister) -> None:
    record = await granted(register, WANTED)
    await register.revoke(record.id, Reason.DEATH, By.SYSTEM)
    *_, grant, end = await leaves(town, record.id)
    assert (grant["kind"], grant["principal"], grant["purpose"], grant["consent"]) == (
        *("consent", "B1", "PM-901", str(record.id)),
    )
    assert grant["decision"] == {"reasons": ["GRANTED"], "result": "allow", "times": 1}
    assert end["decision"] == {"reasons": ["REVOKED", "DEATH"], "result": "allow", "times": 1}
    assert (grant["action"], end["action"]) == ("consent-granted", "consent-revoked")
    assert WANTED.matter not in json.dumps(grant)
    async with town.database.owner() as owner:
        whom = await owner.fetch(
            "SELECT DISTINCT subject_ref, cardinality(record_refs) AS rows FROM audit_disclosure AS told "
            "JOIN consent_event AS event ON event.entry = told.entry_id"
        )
        late = await owner.fetchval(
            "SELECT bool_and(late) FROM audit_writer JOIN audit_pending USING (writer) "
            "JOIN consent_event ON entry = audit_pending.id"
        )
    assert [tuple(row) for row in whom] == [(town.installation.vault.digest("subject", PERSON.id.to_bytes(8)), 0)]
    assert late


async def test_the_subject_finds_it_in_its_own_trail_and_nobody_else_does(
    town: City, register: ConsentRegister
) -> None:
    record = await granted(register, WANTED)
    await register.revoke(record.id, Reason.SUBJECT, By.SUBJECT)
    trail = "{ accessLog(first: 9) { edges { node { kind reasons consent purpose system records level } } } }"
    for subject, length in ((PERSON, 4), (OTHER, 0)):
        who = Principal(client="portal", organisation="s", role=SUBJECT_ROLE, jurisdiction=NATION)
        answer = await town.ask(trail, caller=Caller(principal=who, subject=subject))
        nodes = [edge["node"] for edge in answer.data["accessLog"]["edges"]]
        assert len(nodes) == length
        assert [node["reasons"] for node in nodes][:1] == ([["REVOKED", "SUBJECT"]] if length else [])
        for node in nodes:
            told = {"kind": "CONSENT", "consent": str(record.id), "purpose": "PM-901", "system": "B1"}
            assert {**told, "records": 0, "level": None, "reasons": node["reasons"]} == node


async def test_the_same_request_sent_again_is_the_same(register: ConsentRegister) -> None:
    new = WANTED.request()
    first, *others = await asyncio.gather(*(register.open(new) for _ in range(5)))
    assert {each.id for each in others} == {first.id}
    with pytest.raises(KeyReused):
        await register.open(replace(new, body=b"another"))
    with pytest.raises(KeyReused):
        await register.open(replace(new, body=b"another"))
    assert (await register.open(replace(new, client="B2"))).id != first.id
    assert len(await register.events(first.id)) == 1


async def test_requests_and_consents_are_listed_for_their_subject(register: ConsentRegister) -> None:
    one = await granted(register, WANTED)
    two = await granted(register, WANTED)
    await granted(register, replace(WANTED, subject=OTHER))
    assert [each.id for each in await register.consents_about(PERSON.id)] == [two.id, one.id]
    assert [each.id for each in await register.requests_about(PERSON.id)] == [two.id, one.id]


@pytest.mark.parametrize(
    "changes",
    [
        {"uses": 4},
        {"uses": 0},
        {"days": 31},
        {"days": 0},
        {"period": (WANTED.period[0] - timedelta(days=1), WANTED.period[1])},
        {"period": (WANTED.period[0], WANTED.period[1] + timedelta(days=1))},
        {"period": (WANTED.period[1], WANTED.period[0])},
        {"rights": replace(WANTED.rights, items=frozenset())},
        {"rights": replace(WANTED.rights, fields=frozenset())},
        {"rights": replace(WANTED.rights, items=WANTED.rights.items | {"JUDGMENT"})},
        {"rights": replace(WANTED.rights, fields=WANTED.rights.fields | {Coordinate("Penalty.facts")})},
    ],
    ids=lambda changes: next(iter(changes)),
)
async def test_nobody_grants_more_than_was_asked(register: ConsentRegister, changes: dict[str, object]) -> None:
    request = await register.open(WANTED.request())
    with pytest.raises(Beyond):
        await register.grant(request.id, replace(WANTED.decision(), **changes))  # type: ignore[arg-type]
    assert await register.consent(request.id) is None


async def test_a_request_is_decided_once(register: ConsentRegister) -> None:
    request = await register.open(WANTED.request())
    outcomes = await asyncio.gather(
        *(register.grant(request.id, WANTED.decision()) for _ in range(3)),
        *(register.deny(request.id, By.SUBJECT) for _ in range(3)),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, NotPending) for outcome in outcomes) == 5
    assert len(await register.events(request.id)) == 2
    with pytest.raises(NotPending):
        await register.show(request.id)
    with pytest.raises(NotPending):
        await register.grant(uuid4(), WANTED.decision())
    assert not await register.revoke(uuid4(), Reason.SUBJECT, By.SUBJECT)


async def test_time_ends_requests_and_consents_by_the_clock_of_the_database(
    town: City, register: ConsentRegister
) -> None:
    request = await register.open(WANTED.request())
    record = await granted(register, WANTED)
    assert not await register.lapse(request.id)
    assert not await register.end(record.id, State.EXPIRED)
    assert not await register.end(record.id, State.EXHAUSTED)
    assert (await register.due()).lapsed == () == (await register.due()).over
    await moved_back(town, request.id, record.id)
    due = await register.due()
    assert (due.lapsed, due.over) == ((request.id,), ((record.id, State.EXPIRED),))
    with pytest.raises(NotPending):
        await register.grant(request.id, WANTED.decision())
    with pytest.raises(NotPending):
        await register.deny(request.id, By.SUBJECT)
    assert await debited(register, record.id) is None
    assert not await register.end(record.id, State.EXHAUSTED)
    assert await register.lapse(request.id)
    assert await register.end(record.id, State.EXPIRED)
    due = await register.due()
    assert (due.lapsed, due.over) == ((), ())


async def moved_back(town: City, *ids: UUID) -> None:
    """As if 400 days had gone by."""
    times = {
        "consent_request": ("asked_at", "lapses_at"),
        "consent": ("granted_at", "not_before", "expires_at", "state_at"),
    }
    async with town.database.owner() as owner, unguarded(owner):
        for table, columns in times.items():
            sets = ", ".join(f"{column} = {column} - interval '400 days'" for column in columns)
            await owner.execute(f"UPDATE {table} SET {sets} WHERE id = ANY($1)", ids)  # noqa: S608


# Uses -----------------------------------------------------------------------------------------------------------------


async def test_with_one_use_left_twenty_at_once_get_one(register: ConsentRegister) -> None:
    record = await granted(register, replace(WANTED, uses=1))
    taken = await asyncio.gather(*(debited(register, record.id) for _ in range(20)))
    assert sorted(each for each in taken if each is not None) == [1]
    assert (await register.due()).over == ()  # a further page of it may still follow
    assert await register.end(record.id, State.EXHAUSTED)
    await now_in(State.EXHAUSTED, register, record.id)


async def test_further_pages_of_a_use_cost_nothing(register: ConsentRegister) -> None:
    record = await granted(register, replace(WANTED, uses=2))
    assert await debited(register, record.id) == 1
    for _ in range(19):
        assert await debited(register, record.id, use=1) == 1
    assert await debited(register, record.id, use=1) == 2
    assert await debited(register, record.id, use=1) is None
    assert [(use.n, use.pages) for use in await register.uses(record.id)] == [(1, 20), (2, 1)]


async def test_a_page_of_another_question_is_a_use(register: ConsentRegister) -> None:
    record = await granted(register, replace(WANTED, uses=2))
    assert await debited(register, record.id) == 1
    assert await debited(register, record.id, use=1, demand=b"another") == 2
    assert await debited(register, record.id, use=2, demand=DEMAND) is None


async def test_only_its_client_uses_it(register: ConsentRegister) -> None:
    record = await granted(register, WANTED)
    assert await debited(register, record.id, client="B2") is None
    assert await debited(register, record.id, client="B2", thumbprint="other") is None
    assert await debited(register, record.id) == 1


async def test_another_key_suspends_it_until_it_is_bound_anew(town: City, register: ConsentRegister) -> None:
    record = await granted(register, WANTED)
    assert await debited(register, record.id, thumbprint="new") is None
    suspended = await now_in(State.SUSPENDED, register, record.id)
    assert suspended.reason is Reason.KEY_CHANGED
    assert await debited(register, record.id) is None
    last = (await leaves(town, record.id))[-1]
    assert last["decision"] == {"reasons": ["SUSPENDED", "KEY_CHANGED"], "result": "allow", "times": 1}
    assert await register.resume(record.id, By.SUBJECT)
    assert await debited(register, record.id, thumbprint="new") == 1


async def test_a_consent_begins_when_it_says(register: ConsentRegister) -> None:
    request = await register.open(WANTED.request())
    later = request.asked_at + timedelta(days=5)
    record = await register.grant(request.id, replace(WANTED.decision(), first=later))
    assert (record.first, record.usable) == (later, False)
    assert await debited(register, record.id) is None


async def test_days_run_from_a_first_that_is_past(register: ConsentRegister) -> None:
    request = await register.open(WANTED.request())
    earlier = datetime.now(UTC) - timedelta(days=1)
    record = await register.grant(request.id, replace(WANTED.decision(), first=earlier))
    assert (record.first, record.usable) == (earlier, True)
    assert record.expires_at == earlier + timedelta(days=WANTED.decision().days)
