"""Registered relations over the real database: who may decide now, and what stands of what was granted by one. T24."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest

from authz.capacity import Objection, RelationKind
from gateway.consents.records import By, Reason, State
from gateway.consents.registering import NoSuchRelation
from gateway.consents.relations import Decider
from gateway.database.scopes import DatabaseRole
from gateway.installation import today_in_china
from tests.city import City
from tests.consents.registers import OTHER, PERSON, WANTED, bank_city, debited
from tests.consents.wards import (
    ACTOR,
    FIRM,
    OFFICER,
    desk,
    ended,
    granted_alone,
    granted_by,
    new,
    registered,
    years_ago,
)
from tests.fresh_database import FreshDatabase
from tests.rows import insert, organisation, person

pytestmark = pytest.mark.anyio
TODAY = today_in_china()
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
async def town(database: FreshDatabase) -> AsyncIterator[City]:
    async with bank_city(database) as found:
        yield found


async def objection(town: City, decider: Decider, subject: object = PERSON) -> Objection | None:
    request = await town.installation.consents.open(replace(WANTED, subject=subject).request())  # type: ignore[arg-type]
    return await town.installation.representation.objection(request, decider)


async def enforced(town: City, consent: UUID) -> tuple[Reason | None, State, Reason | None]:
    """Why it stands no longer, and what became of it."""
    register = town.installation.consents
    record = await register.consent(consent)
    assert record is not None
    reason = await town.installation.representation.enforce(register, record)
    after = await register.consent(consent)
    assert after is not None
    return reason, after.state, after.reason


# Who may decide ------------------------------------------------------------------------------------------------------


async def test_a_person_decides_for_itself_by_its_verified_age_and_for_nobody_else(town: City) -> None:
    assert await objection(town, Decider(person=PERSON.id, born=years_ago(30))) is None
    assert await objection(town, Decider(person=PERSON.id, born=years_ago(13))) is Objection.CHILD
    assert await objection(town, Decider(person=PERSON.id, born=years_ago(17))) is Objection.MINOR
    assert await objection(town, Decider(person=OTHER.id, born=years_ago(30))) is Objection.NO_AUTHORITY
    assert await objection(town, Decider(person=FIRM.id, born=None), FIRM) is Objection.NO_AUTHORITY


async def test_what_the_register_says_of_an_age_counts_for_nothing(town: City) -> None:
    async with town.database.owner() as owner:
        await insert(owner, "subject", person(PERSON.id, person_adult_on=years_ago(20)))
    assert await objection(town, Decider(person=PERSON.id, born=years_ago(13))) is Objection.CHILD


async def test_a_representative_decides_for_the_firm_that_registered_it(town: City) -> None:
    relation = await registered(town, new(RelationKind.REPRESENTATIVE))
    assert await objection(town, Decider(person=ACTOR, relation=relation), FIRM) is None
    assert await objection(town, Decider(person=OTHER.id, relation=relation), FIRM) is Objection.NO_AUTHORITY
    assert await objection(town, Decider(person=ACTOR, relation=relation), PERSON) is Objection.NO_AUTHORITY
    assert await objection(town, Decider(person=ACTOR, relation=uuid4()), FIRM) is Objection.NO_AUTHORITY
    (found,) = await town.installation.representation.subjects_of(ACTOR)
    assert (found.id, found.subject, found.actor) == (relation, FIRM, ACTOR)


async def test_a_guardian_of_a_child_has_no_bank_to_say_yes_to(town: City) -> None:
    """T24: by default nothing of a child is open."""
    relation = await registered(town, new(RelationKind.GUARDIAN))
    assert await objection(town, Decider(person=ACTOR, relation=relation)) is Objection.CHILD


async def test_whoever_works_for_the_bank_leaves_it_to_an_officer(town: City) -> None:
    """T24."""
    relation = await registered(town, new(RelationKind.COURT_GUARDIAN, clients=frozenset({"B1"})))
    found = await objection(town, Decider(person=ACTOR, relation=relation))
    assert found is Objection.INTEREST
    assert found.for_an_officer


async def test_an_ended_relation_decides_nothing(town: City) -> None:
    """T24."""
    relation = await registered(town, new(RelationKind.AGENT))
    decider = Decider(person=ACTOR, relation=relation)
    assert await objection(town, decider) is None
    await ended(town, relation)
    assert await objection(town, decider) is Objection.RELATION_ENDED
    assert await town.installation.representation.subjects_of(ACTOR) == ()


async def test_somebody_with_a_guardian_by_court_does_not_decide_alone(town: City) -> None:
    await registered(town, new(RelationKind.COURT_GUARDIAN))
    assert await objection(town, Decider(person=PERSON.id, born=years_ago(40))) is Objection.INCAPABLE


async def test_nobody_decides_for_the_dead(town: City) -> None:
    async with town.database.owner() as owner:
        await insert(owner, "subject", person(PERSON.id, status="DECEASED"))
        await insert(owner, "subject", organisation(FIRM.id, status="DEREGISTERED"))
    relation = await registered(town, new(RelationKind.REPRESENTATIVE))
    assert await objection(town, Decider(person=PERSON.id, born=years_ago(40))) is Objection.DECEASED
    assert await objection(town, Decider(person=ACTOR, relation=relation), FIRM) is Objection.DECEASED


# What stands of it ---------------------------------------------------------------------------------------------------


async def test_what_a_person_granted_itself_stands_without_any_relation(town: City) -> None:
    record = await granted_alone(town)
    assert await enforced(town, record.id) == (None, State.ACTIVE, None)


async def test_the_end_of_a_relation_suspends_what_was_granted_by_it(town: City) -> None:
    """T24."""
    relation = await registered(town, new(RelationKind.AGENT))
    record = await granted_by(town, relation, RelationKind.AGENT)
    assert await enforced(town, record.id) == (None, State.ACTIVE, None)
    await ended(town, relation)
    assert await enforced(town, record.id) == (Reason.RELATION_ENDED, State.SUSPENDED, Reason.RELATION_ENDED)
    assert await debited(town.installation.consents, record.id) is None


async def test_so_does_its_last_day(town: City) -> None:
    relation = await registered(town, new(RelationKind.COURT_GUARDIAN, ended=TODAY))
    record = await granted_by(town, relation, RelationKind.COURT_GUARDIAN)
    assert (await enforced(town, record.id))[:2] == (Reason.RELATION_ENDED, State.SUSPENDED)
    assert record.by is By.GUARDIAN


async def test_a_relation_that_is_of_somebody_else_carries_nothing(town: City) -> None:
    other = await registered(town, new(RelationKind.AGENT, subject=OTHER))
    for relation in (other, uuid4()):
        record = await granted_by(town, relation, RelationKind.AGENT)
        assert (await enforced(town, record.id))[0] is Reason.RELATION_ENDED


async def test_a_birthday_ends_what_a_guardian_granted(town: City) -> None:
    """T24."""
    for age, expected in ((13, None), (14, Reason.CAPACITY)):
        relation = await registered(town, new(RelationKind.GUARDIAN, born=years_ago(age)))
        record = await granted_by(town, relation, RelationKind.GUARDIAN)
        reason, state, why = await enforced(town, record.id)
        assert (reason, why) == (expected, expected)
        assert state is (State.ACTIVE if expected is None else State.REVOKED)


async def test_a_death_ends_every_consent(town: City) -> None:
    record = await granted_alone(town)
    async with town.database.owner() as owner:
        await insert(owner, "subject", person(PERSON.id, status="DECEASED"))
    assert await enforced(town, record.id) == (Reason.DEATH, State.REVOKED, Reason.DEATH)


# The register of relations -------------------------------------------------------------------------------------------


async def test_each_is_entered_and_tells_both_persons_and_names_nobody(town: City) -> None:
    relation = await registered(town, new(RelationKind.AGENT))
    await ended(town, relation)
    async with town.database.owner() as owner:
        entries = [
            await owner.fetchval("SELECT entry FROM relation WHERE id = $1", relation),
            await owner.fetchval("SELECT entry FROM relation_end WHERE relation = $1", relation),
        ]
        told = [await owner.fetchval("SELECT count(*) FROM audit_disclosure WHERE entry_id = $1", e) for e in entries]
    leaves = [await town.entry(str(each)) for each in entries]
    assert [leaf["action"] for leaf in leaves] == ["relation-registered", "relation-ended"]
    assert told == [2, 2]
    assert all("deed 99" not in str(leaf) and "the court has ended it" not in str(leaf) for leaf in leaves)


async def test_the_log_of_a_consent_names_the_relation_it_was_given_by(town: City) -> None:
    relation = await registered(town, new(RelationKind.AGENT))
    for record, named in (
        (await granted_by(town, relation, RelationKind.AGENT), True),
        (await granted_alone(town), False),
    ):
        (event,) = [each for each in await town.installation.consents.events(record.id) if each.what == "GRANTED"]
        leaf = await town.entry(str(event.entry))
        assert ("relation" in [each["name"] for each in leaf["vars"]]) is named
        assert str(relation) not in str(leaf)


async def test_what_was_registered_is_never_changed_and_ends_once(town: City) -> None:
    relation = await registered(town, new(RelationKind.AGENT))
    async with town.database.owner() as owner:
        for change in ("UPDATE relation SET ended = ended + 1", "DELETE FROM relation", "TRUNCATE relation CASCADE"):
            with pytest.raises(asyncpg.IntegrityConstraintViolationError):
                await owner.execute(change)
        await desk(town, owner).end(relation, "ended", OFFICER)
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            await owner.execute("DELETE FROM relation_end")
        for each in (relation, uuid4()):
            with pytest.raises(NoSuchRelation):
                await desk(town, owner).end(each, "ended", OFFICER)


@pytest.mark.parametrize(
    "changes",
    [
        {"ended": TODAY - timedelta(days=100)},
        {"ended": TODAY + timedelta(days=365 * 11)},
        {"purposes": frozenset()},
        {"actor": PERSON.id},
        {"born": None},
        {"evidence": ""},
    ],
    ids=lambda changes: " ".join(changes),
)
async def test_without_an_end_a_purpose_or_two_persons_there_is_none(town: City, changes: dict[str, object]) -> None:
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await registered(town, new(RelationKind.AGENT, **changes))


async def test_a_guardian_is_none_beyond_the_day_of_age(town: City) -> None:
    for days, fits in ((0, True), (5, False)):
        late = years_ago(10).replace(year=years_ago(10).year + 18) + timedelta(days=days)
        if fits:
            assert await registered(town, new(RelationKind.GUARDIAN, ended=late))
        else:
            with pytest.raises(asyncpg.IntegrityConstraintViolationError):
                await registered(town, new(RelationKind.GUARDIAN, ended=late))


async def test_those_who_answer_cannot_write_one_and_the_watch_learns_of_nobody(town: City) -> None:
    for role in (DatabaseRole.REGISTRY, DatabaseRole.CONSENT_KEEPER, DatabaseRole.WATCHER):
        async with town.database.connect(role) as connection:
            for change in ("INSERT INTO relation (id) VALUES (gen_random_uuid())", "DELETE FROM relation_end"):
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute(change)
    async with town.database.connect(DatabaseRole.WATCHER) as watcher:
        for question in ("SELECT subject FROM relation", "SELECT actor FROM relation", "SELECT born FROM relation"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await watcher.fetch(question)
