"""Each check of the shipped code, taken out alone, is noticed by the probe that the list names for it.

The lists are authz.toml, resolvers.toml and gateway.toml; ``test_wall_mutants`` has those of the database. A probe
fails by an assertion: a mutant that merely breaks the code proves nothing, and fails the run.
"""

import pytest

from authz.masks import MASKS
from authz.rows import RowName
from tests.mutants import (  # noqa: F401  # each names its probes when it is read
    decision_probes,
    edge_probes,
    endpoint_probes,
    field_probes,
    identity_probes,
    key_probes,
    list_probes,
    log_probes,
    matter_probes,
    page_probes,
    policy_probes,
    purpose_probes,
    refusal_probes,
    row_probes,
    scope_probes,
    sealing_probes,
    text_probes,
    verdict_probes,
)
from tests.mutants.mutation import Mutant, applied, listed
from tests.mutants.probing import PROBES, PURE
from tests.mutants.town import Town

MUTANTS = (*listed("authz"), *listed("resolvers"), *listed("gateway"))
OF_ANSWERS = tuple(mutant for mutant in MUTANTS if mutant.probe in PROBES)
OF_FUNCTIONS = tuple(mutant for mutant in MUTANTS if mutant.probe in PURE)


def name(mutant: Mutant) -> str:
    return mutant.name


def killed(mutant: Mutant) -> bool:
    """Whether the mutant's pure probe fails with it."""
    with applied(mutant):
        try:
            PURE[mutant.probe]()
        except AssertionError:
            return True
    return False


async def killed_in_town(mutant: Mutant, town: Town) -> bool:
    """Whether the mutant's probe fails in the edge city with it."""
    town.forget()
    with applied(mutant):
        try:
            await PROBES[mutant.probe](town)
        except AssertionError:
            return True
    return False


@pytest.mark.parametrize("probe", PURE)
def test_a_probe_of_functions_passes_on_the_shipped_code(probe: str) -> None:
    PURE[probe]()


@pytest.mark.anyio
@pytest.mark.parametrize("probe", PROBES)
async def test_a_probe_of_answers_passes_on_the_shipped_code(town: Town, probe: str) -> None:
    town.forget()
    await PROBES[probe](town)


@pytest.mark.parametrize("mutant", OF_FUNCTIONS, ids=name)
def test_a_mutant_of_functions_is_killed(mutant: Mutant) -> None:
    assert killed(mutant), mutant.removes


@pytest.mark.anyio
@pytest.mark.parametrize("mutant", OF_ANSWERS, ids=name)
async def test_a_mutant_of_answers_is_killed(town: Town, mutant: Mutant) -> None:
    assert await killed_in_town(mutant, town), mutant.removes


# The lists ------------------------------------------------------------------------------------------------------------


def test_every_mutant_names_a_probe_and_every_probe_kills_one() -> None:
    assert {mutant.probe for mutant in MUTANTS} == {*PURE, *PROBES}


def test_mutants_have_names_of_their_own() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)


def test_every_mask_has_a_mutant_that_shows_the_value() -> None:
    places = {f"{mask.__module__}:{mask.__name__}" for mask in MASKS.values()}
    assert places == {mutant.place for mutant in MUTANTS if mutant.probe == "masks"}


def test_the_words_of_row_scopes_have_mutants() -> None:
    """A new name of a row scope, or of a relation, needs a mutant of its own."""
    assert set(RowName) == {"published", "shared", "shared_3y", "own_measure", "source", "registered"}


# The runner -----------------------------------------------------------------------------------------------------------

NULL = Mutant(name="null", removes="nothing", place="authz.masks:mask_phone", probe="masks", cut="return", put="return")


def test_a_mutant_that_changes_nothing_is_not_killed() -> None:
    assert not killed(NULL)


@pytest.mark.anyio
async def test_nor_is_one_in_the_edge_city(town: Town) -> None:
    null = Mutant(
        name="null",
        removes="nothing",
        place="authz.rows:_published",
        probe="public_records",
        cut="today = regime.today",
        put="today = regime.today",
    )
    assert not await killed_in_town(null, town)
