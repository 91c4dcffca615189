"""Whatever is told together, no group of fewer than five can be worked out of it: asked of an oracle that knows no
algorithm, only arithmetic."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.usage.figures import Use, figures
from gateway.usage.suppression import Group, Path, is_small, tellable
from resolvers.readings import SMALL_GROUP

Row = list[Fraction]
COUNTS = st.one_of(st.integers(0, 7), st.integers(0, 60))


def paths(places: Sequence[int]) -> list[Path]:
    """A leaf for each number: territory, department, purpose."""
    return [("000000", f"T{each % 2}", f"D{each % 3}", f"P{number}") for number, each in enumerate(places)]


def reduced(rows: list[Row]) -> list[tuple[int, Row]]:
    """Row echelon form: each row with its leading place."""
    found: list[tuple[int, Row]] = []
    for row in rows:
        for lead, known in found:
            row = [a - row[lead] * b for a, b in zip(row, known, strict=True)]
        if any(row):
            first = next(n for n, value in enumerate(row) if value)
            row = [value / row[first] for value in row]
            found = [(at, [a - known[first] * b for a, b in zip(known, row, strict=True)]) for at, known in found]
            found.append((first, row))
    return found


def worked_out(known: list[Row], wanted: Sequence[int]) -> bool:
    """Whether the sum of the wanted places follows from the known sums."""
    row = [Fraction(each) for each in wanted]
    for lead, each in reduced(known):
        row = [a - row[lead] * b for a, b in zip(row, each, strict=True)]
    return not any(row)


def below(told: frozenset[Path], leaves: Sequence[Path]) -> list[Row]:
    return [[Fraction(leaf[: len(path)] == path) for leaf in leaves] for path in told]


@given(st.lists(st.tuples(st.integers(0, 5), COUNTS), min_size=1, max_size=7))
@example([(0, 1), (0, 20)])
@example([(0, 2), (3, 2)])
@example([(0, 4), (1, 9), (2, 30), (2, 30)])
@example([(0, 1), (0, 1), (0, 9)])
def test_no_sum_that_follows_from_what_is_told_is_small(drawn: list[tuple[int, int]]) -> None:
    leaves = paths([place for place, _ in drawn])
    counts = [count for _, count in drawn]
    known = below(tellable({path: Group((count,)) for path, count in zip(leaves, counts, strict=True)}), leaves)
    for wanted in product((0, 1), repeat=len(leaves)):
        if is_small(sum(a * b for a, b in zip(wanted, counts, strict=True))):
            assert not worked_out(known, wanted), wanted


@given(st.lists(st.tuples(st.integers(0, 5), COUNTS, st.integers(0, 60)), min_size=1, max_size=5))
@example([(0, 5, 5), (0, 2, 2), (0, 30, 6)])
@example([(0, 24, 20), (0, 5, 4), (0, 20, 20)])
def test_neither_hits_nor_their_opposite_follow_where_they_are_few(drawn: list[tuple[int, int, int]]) -> None:
    """Verdicts are hits and others: two unknown numbers at each leaf."""
    leaves = paths([place for place, _, _ in drawn])
    uses = {
        path: Use(queries=total, subjects=total, verdicts=total, hits=min(hits, total))
        for path, (_, total, hits) in zip(leaves, drawn, strict=True)
    }
    made = figures(uses)
    numbers = [each for use in uses.values() for each in (use.hits, use.verdicts - use.hits)]
    hits = [[x for one in row for x in (one, Fraction(0))] for row in below(made.told["hits"], leaves)]
    verdicts = [[x for one in row for x in (one, one)] for row in below(made.told["verdicts"], leaves)]
    for wanted in product((0, 1), repeat=len(numbers)):
        if is_small(sum(a * b for a, b in zip(wanted, numbers, strict=True))):
            assert not worked_out([*hits, *verdicts], wanted), wanted


def told(of: Mapping[str, int], **persons: int) -> set[str]:
    leaves: dict[Path, Group] = {("T", *name): Group((count,), persons.get(name, 0)) for name, count in of.items()}
    return {"".join(path[1:]) or path[0] for path in tellable(leaves)}


@pytest.mark.parametrize("count", [SMALL_GROUP - 1, 1])
def test_a_small_group_is_not_told_nor_what_gives_it_away(count: int) -> None:
    assert told({"AX": count, "AY": 7, "AZ": 30, "BX": 9}) == {"T", "A", "B", "AZ", "BX"}


def test_the_threshold_itself_is_told() -> None:
    assert told({"AX": SMALL_GROUP, "AY": 0}) == {"T", "A", "AX", "AY"}


def test_a_total_that_would_give_its_only_part_away_is_not_told_either() -> None:
    assert told({"AX": 2, "BX": 40}) == {"T"}


def test_small_groups_that_are_large_together_need_no_other() -> None:
    assert told({"AX": 3, "AY": 4, "AZ": 30}) == {"T", "A", "AZ"}


def test_many_queries_about_few_subjects_are_a_small_group() -> None:
    assert told({"AX": 50, "AY": 60, "AZ": 70}, AX=2, AY=6, AZ=6) == {"T", "A", "AZ"}
    assert "AX" in told({"AX": 50, "AY": 60, "AZ": 70}, AX=5, AY=6, AZ=6)


def test_nothing_counted_is_told() -> None:
    assert tellable({}) == frozenset()
    assert figures({}).at(("000000",))["queries"] == 0
