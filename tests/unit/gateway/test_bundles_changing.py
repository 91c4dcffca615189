"""Changing the policy in force: what it takes, in which order it becomes true, and what is left of a refusal."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from uuid import uuid4

import asyncpg
import pytest

from authz.matrix.check import PolicyRefused
from gateway.database.embedded import EmbeddedServer
from gateway.database.roles import Credentials
from gateway.database.scopes import DatabaseRole
from gateway.founding import establish
from gateway.ledger.errors import NotWritten
from gateway.versions import store
from gateway.versions.approval import Lack, NotApproved
from gateway.versions.changing import Approval, Versions
from gateway.versions.kept import NoSuchVersion, files_named, present
from gateway.versions.signing import BundleRefused
from gateway.versions.store import Act
from schema.policy_file import PolicyFileError
from tests.fresh_database import FreshDatabase, fresh_database
from tests.unit.authz.shipped import added, appended, loaded, replaced, reworded, shipped
from tests.unit.gateway.policy_office import (
    ARTICLE,
    BACK,
    BY_TWO,
    TWO,
    commented,
    found_office,
    narrower,
    settings_for,
    state,
    steps,
    version_in_force,
    versions_in,
)

pytestmark = pytest.mark.anyio

SHIPPED, NARROWER, COMMENTED = (loaded(files).version for files in (shipped(), narrower(), commented()))
NOBODY = Approval()


@pytest.fixture(scope="module")
def founded(module_database: FreshDatabase) -> FreshDatabase:
    asyncio.run(found_office(module_database))
    return module_database


@pytest.fixture
def database(
    founded: FreshDatabase, database_server: EmbeddedServer, database_credentials: Credentials
) -> Iterator[FreshDatabase]:
    """A copy of the founded one, of this test alone."""
    with fresh_database(database_server, founded.home, database_credentials, template=founded.name) as fresh:
        yield fresh


@pytest.fixture
async def versions(database: FreshDatabase) -> AsyncIterator[Versions]:
    async with versions_in(database) as found:
        yield found


# Put in force ---------------------------------------------------------------------------------------------------------


async def test_a_narrower_policy_needs_nobody(versions: Versions) -> None:
    change = await versions.activate(narrower(), NOBODY)

    assert change is not None
    assert (change.act, change.version, change.replaced, change.widens) == (Act.ACTIVATED, NARROWER, SHIPPED, False)
    assert change.narrowed > change.widened == 0
    assert await version_in_force(versions.owner) == NARROWER
    assert await steps(versions.owner) == [
        ("policy-activated", "installation", SHIPPED),
        ("policy-activated", "installation", NARROWER),
    ]


async def test_a_wider_policy_is_put_in_force_by_two_and_an_article(versions: Versions) -> None:
    await versions.activate(narrower(), NOBODY)
    change = await versions.activate(shipped(), BY_TWO)

    assert change is not None
    assert (change.widens, change.approvers, change.basis) == (True, TWO, (ARTICLE,))
    assert change.widened > change.narrowed == 0
    assert await version_in_force(versions.owner) == SHIPPED
    assert (await steps(versions.owner))[2:] == [
        ("policy-approved", "OFFICE", SHIPPED),
        ("policy-approved", "OFFICE", SHIPPED),
        ("policy-activated", "installation", SHIPPED),
    ]


async def test_the_history_names_the_entry_of_the_log(versions: Versions) -> None:
    change = await versions.activate(narrower(), NOBODY)
    founded, last = await store.changes(versions.owner)

    assert change is not None
    assert last == change
    assert (founded.act, founded.version, founded.replaced) == (Act.FOUNDED, SHIPPED, None)
    assert await versions.owner.fetchval("SELECT count(*) FROM audit_pending WHERE id = $1", last.entry) == 1


async def test_the_policy_in_force_is_not_put_in_force_again(versions: Versions) -> None:
    before = await state(versions.owner)

    assert await versions.activate(shipped(), NOBODY) is None
    assert await state(versions.owner) == before


async def test_the_bundle_says_what_it_was_compared_with(versions: Versions) -> None:
    change = await versions.activate(narrower(), NOBODY)
    assert change is not None
    found = await store.bundle(versions.owner, change.bundle)

    assert f'"predecessor":"{SHIPPED}"'.encode() in found.content
    assert f'"diff":"{change.diff}"'.encode() in found.content
    assert found.key == versions.keys[0].kid


# Not approved ---------------------------------------------------------------------------------------------------------


LACKING = (
    (NOBODY, Lack.TWO_APPROVERS),
    (Approval(named=TWO[:1], basis=(ARTICLE,)), Lack.TWO_APPROVERS),
    (Approval(named=(TWO[0], TWO[0]), basis=(ARTICLE,)), Lack.TWO_APPROVERS),
    (Approval(named=(TWO[0], "MARKETS/1001"), basis=(ARTICLE,)), Lack.APPROVER_NOT_VALID),
    (Approval(named=TWO), Lack.BASIS_MISSING),
    (Approval(named=TWO, basis=("WH-二(二)99",)), Lack.BASIS_UNKNOWN),
)


async def test_a_wider_policy_without_its_approvals_changes_nothing(versions: Versions) -> None:
    await versions.activate(narrower(), NOBODY)
    before = await state(versions.owner)
    for approval, lack in LACKING:
        with pytest.raises(NotApproved) as refused:
            await versions.activate(shipped(), approval)
        assert refused.value.lack is lack
        assert await state(versions.owner) == before

    assert (await steps(versions.owner))[2:] == [("policy-refused", "installation", SHIPPED)] * len(LACKING)


async def test_what_opens_no_cell_but_decides_who_may_ask_needs_approvals_too(versions: Versions) -> None:
    asking = replaced(shipped(), "purposes.toml", '["bidder", "agent"]', '["bidder"]')
    with pytest.raises(NotApproved, match="purpose PM-301"):
        await versions.activate(asking, NOBODY)
    change = await versions.activate(asking, BY_TWO)

    assert change is not None
    assert (change.widened, change.widens) == (0, True)


async def test_an_approver_who_is_named_though_none_is_needed_must_be_one(versions: Versions) -> None:
    with pytest.raises(NotApproved):
        await versions.activate(narrower(), Approval(named=("OFFICE/9999",)))

    assert await version_in_force(versions.owner) == SHIPPED


async def test_a_breach_of_statute_cannot_be_approved(versions: Versions) -> None:
    before = await state(versions.owner)
    with pytest.raises(PolicyRefused, match="S25"):
        await versions.activate(added(shipped(), "X", sub="data_subject"), BY_TWO)

    assert await state(versions.owner) == before
    assert [action for action, *_ in await steps(versions.owner)] == ["policy-activated", "policy-refused"]


async def test_files_that_make_no_policy_change_nothing(versions: Versions) -> None:
    before = await state(versions.owner)
    unknown_name = reworded(shipped(), "PUB-ORG-ADDRESS", sub="nobody")
    missing = {name: text for name, text in shipped().items() if name != "purposes.toml"}
    for files, error in (
        (unknown_name, PolicyFileError),
        (missing, PolicyFileError),
        (shipped() | {"MORE.toml": b""}, PolicyFileError),
    ):
        with pytest.raises(error):
            await versions.activate(files, BY_TWO)

    assert await state(versions.owner) == before
    assert [action for action, *_ in await steps(versions.owner)] == ["policy-activated", *["policy-refused"] * 3]


# The log first --------------------------------------------------------------------------------------------------------


async def test_without_the_log_nothing_is_put_in_force(database: FreshDatabase, versions: Versions) -> None:
    before = await state(versions.owner)
    writer = database.credentials.name(DatabaseRole.LEDGER_WRITER)
    await versions.owner.execute(f"REVOKE INSERT ON audit_pending FROM {writer}")

    for tried in (versions.activate(narrower(), NOBODY), versions.roll_back(BACK), versions.propose(narrower())):
        with pytest.raises(NotWritten):
            await tried

    assert await state(versions.owner) == before
    assert await store.pending(versions.owner) == ()


@pytest.mark.parametrize("step", ["policy-approved", "policy-activated"])
async def test_one_step_that_is_not_logged_stops_the_change(versions: Versions, step: str) -> None:
    await versions.activate(narrower(), NOBODY)
    before = await state(versions.owner)
    await versions.owner.execute(
        "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF position('\"{step}\"' IN convert_from(NEW.leaf, 'UTF8')) > 0 THEN RAISE EXCEPTION 'no room'; END IF; "
        "RETURN NEW; END $$; "
        "CREATE TRIGGER no_room BEFORE INSERT ON audit_pending FOR EACH ROW EXECUTE FUNCTION no_room(); "
        "GRANT EXECUTE ON FUNCTION no_room() TO PUBLIC"
    )
    with pytest.raises(NotWritten):
        await versions.activate(shipped(), BY_TWO)

    assert await state(versions.owner) == before


async def test_what_is_not_committed_is_logged_but_not_in_force(versions: Versions) -> None:
    """The log may tell of a change that did not come to be; a change that it does not tell of there is not."""
    before = await state(versions.owner)
    await versions.owner.execute(
        "CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'late'; END $$; "
        "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON policy_change DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION late()"
    )
    with pytest.raises(asyncpg.PostgresError, match="late"):
        await versions.activate(narrower(), NOBODY)

    assert await state(versions.owner) == before
    assert [version for _, _, version in await steps(versions.owner)] == [SHIPPED, NARROWER]


async def test_two_changes_at_once_follow_each_other(database: FreshDatabase, versions: Versions) -> None:
    async with versions_in(database) as others:
        await asyncio.gather(versions.activate(narrower(), NOBODY), others.activate(commented(), BY_TWO))
    founded, first, second = await store.changes(versions.owner)

    assert {first.version, second.version} == {NARROWER, COMMENTED}
    assert [first.replaced, second.replaced] == [founded.version, first.version]
    assert await version_in_force(versions.owner) == second.version


# Back -----------------------------------------------------------------------------------------------------------------


async def test_one_call_goes_back(versions: Versions) -> None:
    await versions.activate(narrower(), NOBODY)
    change = await versions.roll_back(BACK)

    assert (change.act, change.version, change.replaced) == (Act.ROLLED_BACK, SHIPPED, NARROWER)
    assert (change.widens, change.approvers, change.reason) == (True, TWO[:1], BACK.reason)
    assert await version_in_force(versions.owner) == SHIPPED
    assert (await steps(versions.owner))[2:] == [
        ("policy-approved", "OFFICE", SHIPPED),
        ("policy-rolled-back", "installation", SHIPPED),
    ]


async def test_back_and_back_again_goes_further_back(versions: Versions) -> None:
    await versions.activate(commented(), NOBODY)
    await versions.activate(narrower(), NOBODY)
    found = [(await versions.roll_back(BACK)).version for _ in range(2)]

    assert found == [COMMENTED, SHIPPED]
    with pytest.raises(NoSuchVersion, match="no earlier policy"):
        await versions.roll_back(BACK)
    assert await version_in_force(versions.owner) == SHIPPED


async def test_what_was_rolled_back_can_be_put_in_force_again_and_left_again(versions: Versions) -> None:
    for _ in range(3):
        await versions.activate(narrower(), NOBODY)
        assert (await versions.roll_back(BACK)).version == SHIPPED


async def test_any_version_that_was_in_force_can_be_gone_back_to(versions: Versions) -> None:
    await versions.activate(commented(), NOBODY)
    await versions.activate(narrower(), NOBODY)

    with pytest.raises(NotApproved):
        await versions.roll_back(BACK, to=SHIPPED[:8])  # it shows more: one person is too few
    assert await version_in_force(versions.owner) == NARROWER
    by_two = replace(BACK, named=BY_TWO.named)
    assert (await versions.roll_back(by_two, to=SHIPPED[:8])).version == SHIPPED
    assert (await versions.roll_back(BACK, to=NARROWER)).version == NARROWER


async def test_only_another_version_that_was_in_force_can_be_gone_back_to(versions: Versions) -> None:
    await versions.propose(narrower())
    for to in (NARROWER, SHIPPED, "", "f" * 64):
        with pytest.raises(NoSuchVersion):
            await versions.roll_back(BACK, to=to)
        assert (await steps(versions.owner))[-1][0] == "policy-refused"

    assert await version_in_force(versions.owner) == SHIPPED


async def test_to_go_back_needs_a_person_and_a_reason(versions: Versions) -> None:
    await versions.activate(narrower(), NOBODY)
    before = await state(versions.owner)
    for approval, lack in (
        (Approval(reason="why"), Lack.APPROVER_MISSING),
        (Approval(named=("MARKETS/1001",), reason="why"), Lack.APPROVER_NOT_VALID),
        (Approval(named=TWO), Lack.REASON_MISSING),
    ):
        with pytest.raises(NotApproved) as refused:
            await versions.roll_back(approval)
        assert refused.value.lack is lack

    assert await state(versions.owner) == before


async def test_a_policy_that_has_come_to_break_a_limit_is_not_gone_back_to(versions: Versions) -> None:
    """A row of the table of minimum necessity that has ended since."""
    opened = {"purpose": "PM-701", "item": "REGISTRATION_ORG", "field": "Organisation.name", "row": "registered"}
    row = "SHARING,PM-701,organisation,REGISTRATION_ORG,any,set:core,CLEAR,2026-01-01,2026-07-01,WC-二(三)7\n"
    passing = appended(added(shipped(), "X", **opened), "ceilings_fields.csv", row)
    await versions.owner.execute("UPDATE authz_state SET business_date = '2026-05-20'")
    await versions.activate(passing, BY_TWO)
    await versions.activate(shipped(), BY_TWO)
    await versions.owner.execute("UPDATE authz_state SET business_date = '2026-07-01'")

    with pytest.raises(PolicyRefused):
        await versions.roll_back(BACK)
    assert await version_in_force(versions.owner) == SHIPPED


async def test_a_bundle_that_was_touched_is_not_gone_back_to(versions: Versions) -> None:
    await versions.activate(narrower(), NOBODY)
    await tamper(versions.owner, SHIPPED)
    before = await state(versions.owner)

    with pytest.raises(BundleRefused, match="not what was signed"):
        await versions.roll_back(BACK)
    assert await state(versions.owner) == before


async def tamper(owner: asyncpg.Connection, version: str) -> None:
    """What nobody can do who does not own the tables."""
    await owner.execute("ALTER TABLE policy_bundle DISABLE TRIGGER policy_bundle_append_only")
    await owner.execute("UPDATE policy_bundle SET content = content || ' '::bytea WHERE policy_version = $1", version)
    await owner.execute("ALTER TABLE policy_bundle ENABLE ALWAYS TRIGGER policy_bundle_append_only")


# Proposals and what is stored -----------------------------------------------------------------------------------------


async def test_a_proposal_changes_nothing_until_it_is_approved(versions: Versions) -> None:
    await versions.activate(narrower(), NOBODY)
    before = await state(versions.owner)
    await versions.propose(commented())
    await versions.propose(commented())
    after, (pending,) = await state(versions.owner), await store.pending(versions.owner)
    files = await files_named(versions.owner, versions.keys, COMMENTED[:8])
    await versions.activate(files, BY_TWO)

    assert after == before
    assert pending["version"] == COMMENTED
    assert await version_in_force(versions.owner) == COMMENTED
    assert await store.pending(versions.owner) == ()
    assert [action for action, *_ in await steps(versions.owner)].count("policy-proposed") == 1


async def test_a_stored_version_has_one_name(versions: Versions) -> None:
    await versions.activate(narrower(), NOBODY)
    by_name = await files_named(versions.owner, versions.keys, SHIPPED)

    assert dict(by_name) == shipped()
    assert dict(await files_named(versions.owner, versions.keys, "in-force")) == narrower()
    for name in ("", "f" * 64):
        with pytest.raises(NoSuchVersion):
            await files_named(versions.owner, versions.keys, name)


async def test_what_is_stored_stays(versions: Versions) -> None:
    await versions.propose(narrower())
    for table, column in (("policy_proposal", "digest"), ("policy_bundle", "digest"), ("policy_change", "act")):
        for statement in (f"UPDATE {table} SET {column} = ''", f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):  # noqa: S608
            with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="append-only"):
                await versions.owner.execute(statement)


async def test_the_database_knows_that_it_takes_two(versions: Versions) -> None:
    (founded,) = await store.changes(versions.owner)
    wide = replace(founded, act=Act.ACTIVATED, widens=True, basis=(ARTICLE,))
    for approvers in ((), TWO[:1], (TWO[0], TWO[0])):
        with pytest.raises(asyncpg.CheckViolationError):
            await store.enter(versions.owner, replace(wide, approvers=approvers), uuid4())
    with pytest.raises(asyncpg.CheckViolationError):
        await store.enter(versions.owner, replace(wide, approvers=TWO, basis=()), uuid4())
    await store.enter(versions.owner, replace(wide, approvers=TWO), uuid4())


# A policy in force that cannot be read here ---------------------------------------------------------------------------


async def test_what_follows_an_unreadable_policy_is_wholly_new(versions: Versions) -> None:
    await tamper(versions.owner, SHIPPED)
    assert await present(versions.owner, versions.keys) == (SHIPPED, None)
    with pytest.raises(NotApproved):
        await versions.activate(narrower(), NOBODY)
    change = await versions.activate(narrower(), BY_TWO)

    assert change is not None
    assert (change.widens, change.diff, change.replaced) == (True, None, SHIPPED)


# Founding -------------------------------------------------------------------------------------------------------------


async def test_founding_again_changes_nothing(database: FreshDatabase, versions: Versions) -> None:
    before = await state(versions.owner)
    founded = await establish(settings_for(database), database.url)

    assert (founded.in_force, founded.shipped) == (SHIPPED, SHIPPED)
    assert await state(versions.owner) == before


async def test_other_shipped_policies_wait_as_a_proposal(database: FreshDatabase, versions: Versions) -> None:
    assert await versions.found(narrower()) is False
    assert await versions.found(narrower()) is False
    assert await version_in_force(versions.owner) == SHIPPED
    assert [each["version"] for each in await store.pending(versions.owner)] == [NARROWER]


async def test_a_policy_of_the_citys_own_survives_a_migration(database: FreshDatabase, versions: Versions) -> None:
    await versions.activate(narrower(), NOBODY)
    founded = await establish(settings_for(database), database.url)

    assert (founded.in_force, founded.shipped) == (NARROWER, SHIPPED)
    assert await version_in_force(versions.owner) == NARROWER
    assert await store.pending(versions.owner) == ()


async def test_an_installation_from_before_there_were_bundles_is_founded(
    database: FreshDatabase, versions: Versions
) -> None:
    await versions.owner.execute("UPDATE authz_state SET policy_version = repeat('0', 64), bundle = NULL")
    founded = await establish(settings_for(database), database.url)

    assert founded.in_force == SHIPPED
    assert (await store.changes(versions.owner))[-1].replaced == "0" * 64
