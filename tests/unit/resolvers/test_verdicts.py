"""The words of a verdict, and that every verdict of the catalogue has a rule."""

from datetime import UTC, date, datetime

import pytest

import policies
from resolvers.bindings import TABLES
from resolvers.verdicts import CAUTION, MAJOR_KINDS, REMEDY, VERDICTS, describe
from schema.catalogue import load_catalogue
from schema.vocabulary.records import PenaltyKind, VerdictAnswer

CATALOGUE = load_catalogue(policies.contents())
TODAY, NOW = date(2026, 5, 20), datetime(2026, 5, 20, 2, tzinfo=UTC)
LOOKING_BACK = {"cleanRecord", "majorPenalty", "fieldPenalty"}


def said(name: str, *, hit: bool, years: int = 3) -> dict[str, object]:
    return dict(describe(name, hit, today=TODAY, years=years, now=NOW))


def test_every_verdict_of_the_catalogue_has_a_rule_under_its_own_items() -> None:
    deciding: dict[str, set[str]] = {}
    for code, item in CATALOGUE.items.items():
        for coordinate in item.verdicts:
            deciding.setdefault(coordinate.partition(".")[2], set()).add(code)
    deciding.pop("subject")
    assert {name: set(rule.items) for name, rule in VERDICTS.items()} == deciding


@pytest.mark.parametrize("name", VERDICTS)
def test_a_hit_is_a_yes_but_for_a_clean_record(name: str) -> None:
    clean = name == "cleanRecord"
    assert said(name, hit=True)["answer"] == ("NO" if clean else "YES")
    assert said(name, hit=False)["answer"] == ("YES" if clean else "NO")


@pytest.mark.parametrize("name", VERDICTS)
@pytest.mark.parametrize("hit", [True, False])
def test_every_verdict_says_how_it_may_be_used(name: str, hit: bool) -> None:
    found = said(name, hit=hit)
    assert found["caution"] == CAUTION
    assert "唯一依据" in CAUTION
    assert "sole ground" in CAUTION
    assert found["answer"] in frozenset(VerdictAnswer)


@pytest.mark.parametrize("name", VERDICTS)
def test_an_adverse_answer_says_how_to_object(name: str) -> None:
    adverse = name not in {"identityMatch", "redList"}
    assert (said(name, hit=True)["remedy"] == REMEDY) is adverse
    assert said(name, hit=False)["remedy"] is None


@pytest.mark.parametrize("name", VERDICTS)
def test_only_verdicts_that_look_back_have_a_period(name: str) -> None:
    period = said(name, hit=True)["period"]
    assert (period is not None) is (name in LOOKING_BACK)


@pytest.mark.parametrize(("years", "start"), [(1, "2025-05-20"), (3, "2023-05-20"), (5, "2021-05-20")])
def test_the_period_is_that_of_the_purpose(years: int, start: str) -> None:
    assert said("majorPenalty", hit=True, years=years)["period"] == {"from": start, "to": "2026-05-20"}


def test_rules_count_rows_that_there_are() -> None:
    assert {rule.rows for rule in VERDICTS.values()} - {None} <= TABLES.keys()
    assert VERDICTS["identityMatch"].rows is None


def test_grave_penalties_are_words_of_the_vocabulary() -> None:
    assert set(MAJOR_KINDS) <= frozenset(PenaltyKind)
