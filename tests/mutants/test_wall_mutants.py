"""The second wall with one stone taken out: each breach is noticed, and the wall without one is not."""

import pytest

from gateway.database.scopes import READERS, DatabaseRole
from gateway.database.wall import POLICIES
from tests.mutants.breach import Breach, breaches
from tests.mutants.mutation import Mutant, applied, listed
from tests.mutants.raising_probes import strays_are_taken_away
from tests.mutants.wall_probes import PROBES
from tests.mutants.walled import Walled

pytestmark = pytest.mark.anyio

BREACHES = breaches()


async def noticed(wall: Walled, probe: str, breach: Breach | None) -> bool:
    """Whether the probe fails behind the wall with this breach in it."""
    change = wall.connection.transaction()
    await change.start()
    try:
        for statement in breach.made_by(wall.credentials) if breach is not None else ():
            await wall.connection.execute(statement)
        await PROBES[probe](wall)
    except AssertionError:
        return True
    finally:
        await change.rollback()
    return False


async def taken_away(wall: Walled) -> bool:
    """Whether strays are gone after the wall is raised anew."""
    change = wall.connection.transaction()
    await change.start()
    try:
        await strays_are_taken_away(wall)
    except AssertionError:
        return False
    finally:
        await change.rollback()
    return True


async def test_a_wall_raised_anew_has_no_strays(wall: Walled) -> None:
    assert await taken_away(wall)


@pytest.mark.parametrize("mutant", listed("raising"), ids=lambda mutant: mutant.name)
async def test_a_stray_left_behind_is_noticed(wall: Walled, mutant: Mutant) -> None:
    with applied(mutant):
        assert not await taken_away(wall), mutant.removes


@pytest.mark.parametrize("probe", PROBES)
async def test_a_whole_wall_stands(wall: Walled, probe: str) -> None:
    assert not await noticed(wall, probe, None)


@pytest.mark.parametrize("breach", BREACHES, ids=lambda breach: breach.name)
async def test_a_breach_is_noticed(wall: Walled, breach: Breach) -> None:
    assert await noticed(wall, breach.probe, breach), breach.removes


def test_every_probe_has_a_breach_to_notice() -> None:
    assert {breach.probe for breach in BREACHES} == set(PROBES)


def test_breaches_have_names_of_their_own() -> None:
    assert len({breach.name for breach in BREACHES}) == len(BREACHES)


def test_every_policy_of_a_reader_is_breached() -> None:
    open_policies = {(p.role, p.table) for p in POLICIES if p.role in READERS and p.using != "true"}
    dropped = {breach.name for breach in BREACHES if breach.name.endswith("-open")}
    assert dropped == {f"{role}-{table}-open" for role, table in open_policies}
    assert {role for role, _ in open_policies} == READERS - {DatabaseRole.LEDGER_READER}
