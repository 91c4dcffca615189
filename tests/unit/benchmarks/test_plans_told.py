"""Which nodes of a plan read a growing table from end to end, whatever else the plan says."""

from collections.abc import Mapping
from typing import Any

import pytest

from benchmarks.plans import Plan, nodes_of

SCAN = {"Relation Name": "record", "Index Name": "record_newest"}


def plan(told: Mapping[str, Any]) -> Plan:
    found = tuple(nodes_of(told))
    return Plan(pages=1, milliseconds=1.0, nodes=found, generic=())


@pytest.mark.parametrize(
    ("told", "walks"),
    [
        ({"Node Type": "Seq Scan", "Relation Name": "record"}, ["record"]),
        ({"Node Type": "Seq Scan", "Relation Name": "agency"}, []),
        ({"Node Type": "Index Scan", "Index Cond": "(subject_id = 1)", **SCAN}, []),
        ({"Node Type": "Index Scan", **SCAN}, ["record"]),
        ({"Node Type": "Bitmap Heap Scan", "Relation Name": "record"}, []),
        ({"Node Type": "Limit", "Plans": [{"Node Type": "Index Scan", **SCAN}]}, []),
        ({"Node Type": "Limit", "Plans": [{"Node Type": "Seq Scan", "Relation Name": "record"}]}, ["record"]),
        (
            {"Node Type": "Limit", "Plans": [{"Node Type": "Sort", "Plans": [{"Node Type": "Index Scan", **SCAN}]}]},
            ["record"],
        ),
    ],
)
def test_what_is_read_from_end_to_end(told: Mapping[str, Any], walks: list[str]) -> None:
    assert plan(told).walks() == walks


def test_the_plan_for_any_values_counts_as_well() -> None:
    walking = tuple(nodes_of({"Node Type": "Seq Scan", "Relation Name": "subject"}))
    found = Plan(pages=1, milliseconds=1.0, nodes=(), generic=walking)
    assert found.walks() == ["subject"]


def test_indexes_are_named_once() -> None:
    twice = {"Node Type": "Append", "Plans": [{"Node Type": "Index Scan", **SCAN}, {"Node Type": "Index Scan", **SCAN}]}
    assert plan(twice).indexes() == ["record_newest"]
