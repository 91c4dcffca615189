"""A process follows the version that the database names, by its signed bundle, or answers nothing."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest

from authz.bundle import Bundle, bundle_of, matrix_digest
from authz.matrix.evaluation import evaluate
from authz.policy import Policy
from gateway.in_force import VERSIONS_KEPT, PolicyNotHereError, State
from gateway.installation import Installation, opened
from gateway.versions.changing import Approval, Versions
from gateway.versions.following import Bundles
from gateway.versions.signing import signed
from tests.fresh_database import FreshDatabase
from tests.unit.authz.shipped import loaded, shipped
from tests.unit.gateway.policy_office import BACK, commented, found_office, narrower, settings_for, versions_in
from tests.unit.gateway.test_bundles import FOREIGN, OURS

pytestmark = pytest.mark.anyio

TODAY = date(2026, 5, 20)
SHIPPED, NARROWER, COMMENTED = (loaded(files).version for files in (shipped(), narrower(), commented()))


@dataclass(slots=True)
class Stored:
    """A database that names one bundle, and how often it was asked for it."""

    row: Mapping[str, Any] | None = None
    named: str = SHIPPED
    asked: int = 0
    lost: list[str] = field(default_factory=list)  # names that hold only until the next look

    async def read(self) -> Mapping[str, object]:
        return {"policy_version": self.lost[0] if self.lost else self.named, "business_date": TODAY, "freezes": 0}

    async def fetchrow(self, query: str, *args: object) -> Mapping[str, Any] | None:
        self.asked += 1
        if self.lost:
            self.lost.pop(0)
            return None
        return self.row if args == (self.named,) else None

    def state(self) -> State:
        return State(read=self.read, today=lambda: TODAY, find=Bundles(self, (OURS,)).policy)


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return bundle_of(shipped(), matrix=matrix_digest(evaluate(loaded(shipped()))), predecessor=None, diff=None)


def row_of(bundle: Bundle, **changes: object) -> dict[str, Any]:
    found = signed(bundle, OURS)
    row = {"digest": found.digest, "content": found.content, "signature": found.signature, "key": found.key}
    return row | changes


async def test_a_version_is_built_once_of_its_bundle(bundle: Bundle) -> None:
    stored = Stored(row_of(bundle))
    state = stored.state()
    found = await asyncio.gather(*(state.current() for _ in range(5)))

    assert {each.policy.version for each in found} == {SHIPPED}
    assert len({id(each.grants) for each in found}) == 1
    assert stored.asked == 1


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"content": b"{}"}, "not what was signed"),
        ({"signature": bytes(64)}, "not what was signed"),
        ({"key": FOREIGN.kid}, "a key that this installation does not have"),
    ],
    ids=["content", "signature", "key"],
)
async def test_a_bundle_that_is_not_as_it_was_signed_is_not_applied(
    bundle: Bundle, changes: dict[str, Any], why: str
) -> None:
    state = Stored(row_of(bundle, **changes)).state()
    for _ in range(2):
        with pytest.raises(PolicyNotHereError, match=why):
            await state.current()


async def test_a_bundle_of_another_version_is_not_applied(bundle: Bundle) -> None:
    with pytest.raises(PolicyNotHereError):
        await Stored(row_of(bundle), named=NARROWER).state().current()


async def test_a_bundle_that_is_read_otherwise_here_is_not_applied(bundle: Bundle) -> None:
    with pytest.raises(PolicyNotHereError):
        await Stored(row_of(replace(bundle, matrix="a" * 64))).state().current()


async def test_a_version_without_a_bundle_is_not_applied() -> None:
    with pytest.raises(PolicyNotHereError):
        await Stored().state().current()


async def test_a_version_that_was_replaced_between_two_looks_is_looked_for_again(bundle: Bundle) -> None:
    stored = Stored(row_of(bundle), lost=[NARROWER, COMMENTED])

    assert (await stored.state().current()).policy.version == SHIPPED
    assert stored.asked == 3


async def test_few_versions_are_remembered_and_always_the_last() -> None:
    made: list[str] = []
    policy = loaded(shipped())
    named = ["0"]

    async def read() -> Mapping[str, object]:
        return {"policy_version": named[0], "business_date": TODAY, "freezes": 0}

    async def find(version: str) -> Policy:
        made.append(version)
        return replace(policy, version=version)

    state = State(read=read, today=lambda: TODAY, find=find)
    for version in ("0", "1", "0", "2", "3", "0", "4", "0", "1"):
        named[0] = version
        await state.refresh()
        assert (await state.current()).policy.version == version

    assert VERSIONS_KEPT == 4
    assert made == ["0", "1", "2", "3", "4", "1"]


async def test_a_date_that_comes_to_be_set_is_noticed_though_it_is_today() -> None:
    day: list[date | None] = [None]
    policy = loaded(shipped())

    async def read() -> Mapping[str, object]:
        return {"policy_version": policy.version, "business_date": day[0], "freezes": 0}

    state = State(read=read, today=lambda: TODAY, versions={policy.version: policy})
    before = await state.current()
    day[0] = TODAY
    await state.refresh()
    after = await state.current()

    assert (before.today, before.fixed_date) == (TODAY, False)
    assert (after.today, after.fixed_date) == (TODAY, True)


# With a database ------------------------------------------------------------------------------------------------------


@pytest.fixture
def office(database: FreshDatabase) -> FreshDatabase:
    asyncio.run(found_office(database))
    return database


@pytest.fixture
async def versions(office: FreshDatabase) -> AsyncIterator[Versions]:
    async with versions_in(office) as found:
        yield found


@pytest.fixture
async def installation(office: FreshDatabase) -> AsyncIterator[Installation]:
    async with opened(settings_for(office)) as found:
        yield found


async def version_of(installation: Installation) -> str:
    await installation.state.refresh()
    return (await installation.state.current()).policy.version


async def test_an_installation_follows_there_and_back(installation: Installation, versions: Versions) -> None:
    found = [installation.policy.version]
    await versions.activate(narrower(), Approval())
    found.append(await version_of(installation))
    assert await installation.policies_ready()
    await versions.roll_back(BACK)
    found.append(await version_of(installation))

    assert found == [SHIPPED, NARROWER, SHIPPED]
    assert await installation.policies_ready()


async def test_an_installation_opens_under_what_is_in_force(office: FreshDatabase, versions: Versions) -> None:
    await versions.activate(narrower(), Approval())
    async with opened(settings_for(office)) as installation:
        assert installation.policy.version == NARROWER


async def test_a_proposal_is_never_applied(installation: Installation, versions: Versions) -> None:
    """Whoever can change the row of state, but has no key, can name only what was once approved."""
    await versions.propose(narrower())
    await versions.owner.execute("UPDATE authz_state SET policy_version = $1", NARROWER)

    with pytest.raises(PolicyNotHereError):
        await version_of(installation)
    with pytest.raises(PolicyNotHereError):
        await installation.policies_ready()
