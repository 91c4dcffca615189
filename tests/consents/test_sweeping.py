"""What time brings about: requests lapse, consents end, relations and lives end; by any process, past any failure."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from authz.capacity import RelationKind
from gateway.consents.records import By, Reason, RequestState, State
from gateway.consents.register import ConsentRegister
from gateway.consents.sweeping import Sweeper
from gateway.installation import today_in_china
from gateway.sweeping import sweeper_of
from tests.city import City
from tests.consents.registers import PERSON, WANTED, bank_city, debited
from tests.consents.unguarded import unguarded
from tests.consents.wards import granted_alone, granted_by, new, registered, years_ago
from tests.fresh_database import FreshDatabase
from tests.rows import insert, person

pytestmark = pytest.mark.anyio


@pytest.fixture
async def town(database: FreshDatabase) -> AsyncIterator[City]:
    async with bank_city(database) as found:
        yield found


@pytest.fixture
def register(town: City) -> ConsentRegister:
    return town.installation.consents


@pytest.fixture
def sweeper(town: City) -> Sweeper:
    return sweeper_of(town.installation)


async def changed(town: City, statement: str, *values: object) -> None:
    """Past the guards of the tables: so that it is as late as a test needs."""
    async with town.database.owner() as owner, unguarded(owner):
        await owner.execute(statement, *values)


async def age(town: City, consent: UUID, days: int) -> None:
    await changed(
        town,
        "UPDATE consent SET granted_at = granted_at - $2::interval, not_before = not_before - $2::interval, "
        "expires_at = expires_at - $2::interval WHERE id = $1",
        consent,
        timedelta(days=days),
    )


async def words(register: ConsentRegister, consent: UUID) -> list[tuple[str, By]]:
    return [(event.what, event.by) for event in await register.events(consent)]


async def test_a_request_that_nobody_decides_lapses_after_seven_days(
    town: City, register: ConsentRegister, sweeper: Sweeper
) -> None:
    late, fresh = [await register.open(WANTED.request()) for _ in range(2)]
    await changed(
        town,
        "UPDATE consent_request SET asked_at = asked_at - interval '7 days', "
        "lapses_at = lapses_at - interval '7 days' WHERE id = $1",
        late.id,
    )
    assert await sweeper.round() == 1
    states = [(await register.request(each.id)).state for each in (late, fresh)]  # type: ignore[union-attr]
    assert states == [RequestState.LAPSED, RequestState.REQUESTED]
    assert (await words(register, late.id))[-1] == ("LAPSED", By.SYSTEM)
    assert await sweeper.round() == 0


async def test_a_consent_ends_with_its_term_and_with_its_uses(
    town: City, register: ConsentRegister, sweeper: Sweeper
) -> None:
    expired, used, good = [await granted_alone(town, uses=1) for _ in range(3)]
    await age(town, expired.id, 31)
    assert await debited(register, used.id) == 1
    await sweeper.round()
    assert (await words(register, expired.id))[-1] == ("EXPIRED", By.SYSTEM)
    assert (await words(register, used.id))[-1][0] == "GRANTED"  # further pages of that use may follow
    await changed(town, "UPDATE consent_use SET at = at - interval '10 minutes'")
    await sweeper.round()
    assert (await words(register, used.id))[-1] == ("EXHAUSTED", By.SYSTEM)
    assert (await words(register, good.id))[-1][0] == "GRANTED"


async def test_what_ended_elsewhere_ends_here_and_what_stands_stays(
    town: City, register: ConsentRegister, sweeper: Sweeper
) -> None:
    agent = await registered(town, new(RelationKind.AGENT))
    over = await registered(town, new(RelationKind.AGENT, ended=today_in_china()))
    grown = await registered(town, new(RelationKind.GUARDIAN, born=years_ago(14)))
    stands, suspended = [await granted_by(town, each, RelationKind.AGENT) for each in (agent, over)]
    ended = await granted_by(town, grown, RelationKind.GUARDIAN)
    await sweeper.round()
    found = [await register.consent(each.id) for each in (stands, suspended, ended)]
    assert [(each.state, each.reason) for each in found if each is not None] == [
        (State.ACTIVE, None),
        (State.SUSPENDED, Reason.RELATION_ENDED),
        (State.REVOKED, Reason.CAPACITY),
    ]


async def test_every_consent_of_somebody_who_has_died_ends(
    town: City, register: ConsentRegister, sweeper: Sweeper
) -> None:
    consents = [await granted_alone(town) for _ in range(2)]
    await register.suspend(consents[1].id, Reason.OFFICER, By.OFFICER)
    async with town.database.owner() as owner:
        await insert(owner, "subject", person(PERSON.id, status="DECEASED"))
    await sweeper.round()
    found = [await register.consent(each.id) for each in consents]
    assert [(each.state, each.reason) for each in found if each is not None] == [(State.REVOKED, Reason.DEATH)] * 2


async def test_several_sweep_at_once_and_each_change_is_made_once(
    town: City, register: ConsentRegister, sweeper: Sweeper
) -> None:
    consents = [await granted_alone(town) for _ in range(4)]
    for each in consents:
        await age(town, each.id, 31)
    await asyncio.gather(*(sweeper.round() for _ in range(4)))
    for each in consents:
        assert [what for what, _ in await words(register, each.id)].count("EXPIRED") == 1


@dataclass(slots=True)
class Stubborn:
    """A register that cannot end one of the consents."""

    register: ConsentRegister
    stuck: UUID

    async def end(self, id: UUID, state: State) -> bool:
        if id == self.stuck:
            raise RuntimeError("whatever it may be")
        return await self.register.end(id, state)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.register, name)


async def test_one_that_cannot_be_ended_keeps_no_other_from_it(
    town: City, register: ConsentRegister, sweeper: Sweeper, caplog: pytest.LogCaptureFixture
) -> None:
    consents = [await granted_alone(town) for _ in range(3)]
    for each in consents:
        await age(town, each.id, 31)
    await replace(sweeper, register=Stubborn(register, consents[1].id)).round()
    found = [(await register.consent(each.id)).state for each in consents]  # type: ignore[union-attr]
    assert found == [State.EXPIRED, State.ACTIVE, State.EXPIRED]
    assert [each.getMessage() for each in caplog.records] == [
        "a sweep of the consents was left unfinished: RuntimeError"
    ]
    await sweeper.round()
    assert (await register.consent(consents[1].id)).state is State.EXPIRED  # type: ignore[union-attr]
