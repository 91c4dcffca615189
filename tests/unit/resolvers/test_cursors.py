"""A cursor means its place in its own connection, and anything else is refused in the same words."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.keys.material import Keys
from gateway.keys.sealing import CURSOR_CHARACTERS, KeyedSealer
from resolvers.cursors import LAST_DAY, binding_of, cursor_of, position_of
from resolvers.plan import Paging
from schema.demands.demand import Condition, Coordinate, Operator, Slot, Sort
from schema.errors import Code, DataError
from tests.unit.resolvers.sealers import keys_of, sealer_of

DECIDED = Sort(coordinate=Coordinate("Record.decidedOn"), descending=True)
VALID = Sort(coordinate=Coordinate("Record.validUntil"), descending=False)
FILTERED = Condition(
    coordinate=Coordinate("Record.severity"), key="severity", operator=Operator.IN, value=Slot(name="s")
)
PAGING = Paging(
    path="subject.records",
    conditions=(FILTERED,),
    sorts=(DECIDED,),
    first=Slot(literal=20),
    after=Slot(name="after"),
    counted=False,
    bound=(Slot(name="uscc"), FILTERED.value),
)
ASKING = "A1|SHARING|PM-301|HSZB-2026-0117|None"
VARIABLES: Mapping[str, object] = {"uscc": "91420199MA9TERT20X", "s": ["SERIOUS"], "first": 20}
SEALER = sealer_of(keys_of(1))
DAY, INTERNAL = date(2026, 2, 10), 4_611_686_018_427_387_905


def sealed(paging: Paging = PAGING, asking: str = ASKING, variables: Mapping[str, object] = VARIABLES) -> str:
    return cursor_of([DAY] * len(paging.sorts), INTERNAL, binding_of(paging, asking, variables), SEALER)


def refused(
    text: str, paging: Paging = PAGING, asking: str = ASKING, variables: Mapping[str, object] = VARIABLES
) -> str:
    with pytest.raises(DataError) as caught:
        position_of(text, paging, asking, variables, SEALER)
    assert caught.value.code is Code.CURSOR_INVALID
    return caught.value.detail


THE_WORDS = refused("")


def test_a_cursor_is_the_place_of_its_row() -> None:
    assert position_of(sealed(), PAGING, ASKING, VARIABLES, SEALER).place == (DAY.toordinal(), INTERNAL)


@pytest.mark.parametrize("sorts", [(), (DECIDED,), (VALID, DECIDED), (DECIDED, VALID, DECIDED)])
def test_places_of_every_order(sorts: tuple[Sort, ...]) -> None:
    paging = replace(PAGING, sorts=sorts)
    assert position_of(sealed(paging), paging, ASKING, VARIABLES, SEALER).place == (
        *[DAY.toordinal()] * len(sorts),
        INTERNAL,
    )


def test_a_row_without_a_date_stands_at_the_end_of_time() -> None:
    """On a day that the driver sends as it is: the very last one of the calendar would become infinity."""
    text = cursor_of([None], INTERNAL, binding_of(PAGING, ASKING, VARIABLES), SEALER)
    assert position_of(text, PAGING, ASKING, VARIABLES, SEALER).place == (LAST_DAY.toordinal(), INTERNAL)
    assert date(9000, 1, 1) < LAST_DAY < date.max


@pytest.mark.parametrize("use", [None, 1, 100])
@pytest.mark.parametrize("sorts", [(), (DECIDED,), (VALID, DECIDED)])
def test_a_cursor_tells_the_use_of_a_consent_that_it_was_given_under(sorts: tuple[Sort, ...], use: int | None) -> None:
    paging = replace(PAGING, sorts=sorts)
    text = cursor_of([DAY] * len(sorts), INTERNAL, binding_of(paging, ASKING, VARIABLES), SEALER, use)
    assert position_of(text, paging, ASKING, VARIABLES, SEALER).use == use
    assert position_of(text, paging, ASKING, VARIABLES, SEALER).place == (*[DAY.toordinal()] * len(sorts), INTERNAL)
    assert len(text) == CURSOR_CHARACTERS


def test_a_use_is_bound_like_the_place() -> None:
    text = cursor_of([DAY], INTERNAL, binding_of(PAGING, ASKING, VARIABLES), SEALER, 3)
    for asking in (ASKING.replace("A1", "A2"), ASKING.replace("None", "K2")):
        with pytest.raises(DataError) as caught:
            position_of(text, PAGING, asking, VARIABLES, SEALER)
        assert caught.value.code is Code.CURSOR_INVALID


def test_every_cursor_has_the_same_length() -> None:
    texts = [
        cursor_of(dates, internal, binding_of(replace(PAGING, path=path), ASKING, VARIABLES), SEALER)
        for dates in ([None], [DAY], [DAY, DAY, DAY])
        for internal in (1, INTERNAL)
        for path in ("records", "subject.records.edges.node.measures")
    ]
    assert {len(text) for text in texts} == {CURSOR_CHARACTERS}


@settings(max_examples=200, derandomize=True, database=None)
@given(place=st.integers(0, CURSOR_CHARACTERS - 1), character=st.sampled_from("AZaz09-_ =é\0"))
def test_any_other_text_is_refused(place: int, character: str) -> None:
    text = sealed()
    other = text[:place] + character + text[place + 1 :]
    if other != text:
        assert refused(other) == THE_WORDS


@pytest.mark.parametrize("text", ["", "A", "A" * CURSOR_CHARACTERS, sealed()[:-4], sealed() + "AAAA", sealed() * 2])
def test_texts_of_other_lengths_are_refused(text: str) -> None:
    assert refused(text) == THE_WORDS


OTHER_ASKINGS = {
    "client": "A2|SHARING|PM-301|HSZB-2026-0117|None",
    "scope": "A1|PUBLICATION|PM-301|HSZB-2026-0117|None",
    "purpose": "A1|SHARING|PM-302|HSZB-2026-0117|None",
    "matter": "A1|SHARING|PM-301|HSZB-2026-0118|None",
    "consent": "A1|SHARING|PM-301|HSZB-2026-0117|K1",
}
OTHER_PAGINGS: Mapping[str, Mapping[str, Any]] = {
    "path": {"path": "subject.measures"},
    "another alias": {"path": "subject.few"},
    "order": {"sorts": (VALID,)},
    "direction": {"sorts": (replace(DECIDED, descending=False),)},
    "more orders": {"sorts": (DECIDED, VALID)},
    "another filter of equal values": {"conditions": (replace(FILTERED, key="item"),)},
    "fewer arguments": {"bound": (Slot(name="uscc"),)},
    "another argument": {"bound": (Slot(name="uscc"), FILTERED.value, Slot(literal=True))},
}
OTHER_VARIABLES: Mapping[str, Mapping[str, object]] = {
    "another subject": {**VARIABLES, "uscc": "91420199MA9TERT123"},
    "another filter": {**VARIABLES, "s": ["GENERAL"]},
    "a wider filter": {**VARIABLES, "s": ["SERIOUS", "GENERAL"]},
    "no filter": {"uscc": "91420199MA9TERT20X"},
}


@pytest.mark.parametrize("asking", OTHER_ASKINGS.values(), ids=OTHER_ASKINGS.keys())
def test_a_cursor_of_another_caller_is_refused(asking: str) -> None:
    assert refused(sealed(), asking=asking) == THE_WORDS


@pytest.mark.parametrize("changed", OTHER_PAGINGS.values(), ids=OTHER_PAGINGS.keys())
def test_a_cursor_of_another_connection_is_refused(changed: Mapping[str, Any]) -> None:
    assert refused(sealed(), paging=replace(PAGING, **changed)) == THE_WORDS


@pytest.mark.parametrize("variables", OTHER_VARIABLES.values(), ids=OTHER_VARIABLES.keys())
def test_a_cursor_of_another_question_is_refused(variables: Mapping[str, object]) -> None:
    assert refused(sealed(), variables=variables) == THE_WORDS


def test_a_cursor_is_good_for_other_sizes_of_page() -> None:
    """How many rows are wanted next is no part of where the last page ended."""
    paging = replace(PAGING, first=Slot(literal=5), counted=True)
    assert position_of(sealed(), paging, ASKING, VARIABLES, SEALER).place == (DAY.toordinal(), INTERNAL)


def test_a_cursor_under_other_keys_is_refused() -> None:
    other: Keys = keys_of(2)
    with pytest.raises(DataError) as caught:
        position_of(sealed(), PAGING, ASKING, VARIABLES, sealer_of(other))
    assert caught.value.detail == THE_WORDS


def test_nothing_can_be_read_from_what_a_cursor_is_bound_to() -> None:
    bindings = [binding_of(PAGING, asking, VARIABLES) for asking in (ASKING, *OTHER_ASKINGS.values())]
    assert len({len(binding) for binding in bindings}) == 1
    assert all(one != other for one, other in pairwise(bindings))
    assert all(b"91420199" not in binding for binding in bindings)


def test_the_refusal_repeats_nothing() -> None:
    assert "not-a-cursor" not in refused("not-a-cursor")


def test_the_sealer_of_the_gateway_is_one_for_reading() -> None:
    assert isinstance(SEALER, KeyedSealer)
