"""A mutant changes what it says, for whoever imported it, only for a while; and one that does not fit is refused."""

from dataclasses import replace

import pytest

from authz import masks, rows
from authz.masks import mask_phone
from gateway.http.media import chosen
from resolvers import statements
from resolvers.statements import _Writer
from tests.mutants.mutation import CannotApplyError, Mutant, applied

PHONE = Mutant(name="phone", removes="the mask", place="authz.masks:mask_phone", probe="masks", body="return number")


def test_a_function_is_changed_for_whoever_imported_it_and_only_for_a_while() -> None:
    before = mask_phone.__code__
    with applied(PHONE):
        assert mask_phone("13800138000") == masks.MASKS["MASK_PHONE"]("13800138000") == "13800138000"
    assert mask_phone.__code__ is before
    assert mask_phone("13800138000") == "138****8000"


def test_a_function_is_as_it_was_when_the_block_fails() -> None:
    with pytest.raises(LookupError), applied(PHONE):
        raise LookupError
    assert mask_phone("13800138000") == "138****8000"


def test_a_text_is_cut_from_a_method() -> None:
    before = _Writer._ordered.__code__
    mutant = replace(PHONE, place="resolvers.statements:_Writer._ordered", body=None, cut="paging, row", put="paging")
    with applied(mutant):
        assert _Writer._ordered.__code__.co_name == "_ordered"
        assert _Writer._ordered.__code__ != before


def test_nothing_is_remembered_of_a_mutant_or_of_the_time_before() -> None:
    mutant = replace(PHONE, place="gateway.http.media:_chosen", body="return None")
    assert chosen(["*/*"]) is not None
    with applied(mutant):
        assert chosen(["*/*"]) is None
    assert chosen(["*/*"]) is not None


def test_a_constant_has_another_value_for_a_while() -> None:
    mutant = replace(PHONE, place="resolvers.statements:COUNT_LIMIT", body=None, value="COUNT_LIMIT + 1")
    with applied(mutant):
        assert statements.COUNT_LIMIT == 10_001
    assert statements.COUNT_LIMIT == 10_000


@pytest.mark.parametrize(
    "change",
    [
        {"place": "authz.nothing:mask_phone"},
        {"place": "authz.masks:mask_nothing"},
        {"place": "authz.masks:MASKS"},
        {"place": "authz.masks:NOTHING", "body": None, "value": "1"},
        {"body": None, "cut": "no such text"},
        {"body": None, "cut": "mobile"},
    ],
    ids=str,
)
def test_a_mutant_that_does_not_fit_the_code_is_refused(change: dict[str, str | None]) -> None:
    with pytest.raises(CannotApplyError), applied(replace(PHONE, **change)):  # type: ignore[arg-type]
        pass
    assert rows.years_before.__name__ == "years_before"


def test_a_mutant_is_changed_in_one_way() -> None:
    with pytest.raises(CannotApplyError):
        replace(PHONE, cut="return")
    with pytest.raises(CannotApplyError):
        replace(PHONE, body=None)
