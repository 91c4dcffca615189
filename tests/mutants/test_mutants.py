"""Each check of the shipped code, taken out alone, is noticed by the probe that the list names for it.

The lists are the .toml files beside this one; ``test_wall_mutants`` has those of the database. A probe
fails by an assertion: a mutant that merely breaks the code proves nothing, and fails the run.
"""

import inspect
import traceback
from pathlib import Path
from types import ModuleType
from typing import get_args

import pytest

from authz import purpose
from authz.masks import MASKS
from authz.redaction import redact
from authz.scopes import RowScope
from gateway.identity import operators
from resolvers import cursors
from tests.mutants import (  # noqa: F401  # each names its probes when it is read
    asking_probes,
    caller_probes,
    capacity_probes,
    choice_probes,
    consent_probes,
    consent_register_probes,
    decision_probes,
    edge_probes,
    endpoint_probes,
    field_probes,
    freeze_probes,
    identity_probes,
    intake_probes,
    keeping_probes,
    key_probes,
    ledger_probes,
    list_probes,
    log_probes,
    matter_probes,
    page_probes,
    part_probes,
    points_probes,
    policy_probes,
    possession_probes,
    proof_probes,
    purpose_probes,
    reading_log_probes,
    refusal_probes,
    register_probes,
    row_probes,
    scope_probes,
    sealing_probes,
    sign_in_probes,
    statute_probes,
    storing_probes,
    text_probes,
    told_probes,
    tree_probes,
    unlogged_probes,
    usage_probes,
    use_probes,
    verdict_probes,
    way_probes,
    wire_probes,
)
from tests.mutants.mutation import Mutant, applied, listed
from tests.mutants.probing import PROBES, PURE
from tests.mutants.town import Town

LISTS = (
    *(
        "asking",
        "authz",
        "capacity",
        "consent",
        "resolvers",
        "gateway",
        "intake",
        "keeping",
        "ledger",
        "reading_log",
        "proof",
    ),
    *("choice", "consent_register", "sign_in", "statute", "storing", "tree", "usage", "watching", "wire"),
)
MUTANTS = tuple(mutant for name in LISTS for mutant in listed(name))
OF_ANSWERS = tuple(mutant for mutant in MUTANTS if mutant.probe in PROBES)
OF_FUNCTIONS = tuple(mutant for mutant in MUTANTS if mutant.probe in PURE)


def name(mutant: Mutant) -> str:
    return mutant.name


def killed(mutant: Mutant) -> bool:
    """Whether the mutant's pure probe fails with it."""
    with applied(mutant):
        try:
            PURE[mutant.probe]()
        except AssertionError as failure:
            return is_of_a_probe(failure)
    return False


async def killed_in_town(mutant: Mutant, town: Town) -> bool:
    """Whether the mutant's probe fails in the edge city with it."""
    town.forget()
    with applied(mutant):
        try:
            await PROBES[mutant.probe](town)
        except AssertionError as failure:
            return is_of_a_probe(failure)
    return False


def is_of_a_probe(failure: AssertionError) -> bool:
    """Whether what was asserted is written in a probe: an assertion of what a probe stands on says something else."""
    return Path(traceback.extract_tb(failure.__traceback__)[-1].filename).name.endswith("_probes.py")


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


def test_every_word_of_a_row_scope_has_a_mutant() -> None:
    """Where a scope becomes a condition, and where a condition is made."""
    words = {word.__name__ for word in get_args(RowScope)}
    cuts = {mutant.cut or "" for mutant in MUTANTS if mutant.place.startswith("resolvers.where:")}
    assert words == set(CONDITIONS)
    assert all(any(text in cut for cut in cuts) for text in CONDITIONS.values())


CONDITIONS = {
    "Is": "_is(row.c[fact], value)",
    "In": "constants(values)",
    "Empty": "row.c[fact].is_(None)",
    "By": "row.c[fact] <= constant(day)",
    "After": "row.c[fact] > constant(day)",
    "Party": "_party(row, source)",
    "MyAgency": "bindparam(AGENCY",
    "MyTarget": "_my_target(row, source, day)",
    "MySubject": "bindparam(SUBJECT",
    "MyPeriod": "bindparam(FROM",
    "Trigger": "condition(part, trigger, Source.RECORD)",
    "All": "and_(true(), *(",
    "Any": "or_(false(), *(",
    "Not": "func.coalesce(condition(part, row, source), false())",
}


@pytest.mark.parametrize("module", [purpose, operators, redact, cursors], ids=lambda module: module.__name__)
def test_every_function_of_a_module_of_checks_has_a_mutant(module: ModuleType) -> None:
    own = {
        name for name, found in inspect.getmembers(module, inspect.isfunction) if found.__module__ == module.__name__
    }
    mutated = {mutant.place.partition(":")[2] for mutant in MUTANTS if mutant.place.startswith(f"{module.__name__}:")}
    assert own - mutated <= {"_not_allowed", "_not_open", "_not_valid", "cursor_of"}


# The runner -----------------------------------------------------------------------------------------------------------

NULL = Mutant(name="null", removes="nothing", place="authz.masks:mask_phone", probe="masks", cut="return", put="return")


def test_a_mutant_that_changes_nothing_is_not_killed() -> None:
    assert not killed(NULL)


def test_only_what_a_probe_asserts_counts() -> None:
    with pytest.raises(AssertionError) as elsewhere:
        raise AssertionError
    assert not is_of_a_probe(elsewhere.value)


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
