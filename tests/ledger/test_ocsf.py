"""Events of OCSF against the published schema of the version that they state."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from gateway.ledger.export.ocsf import VERSION, event
from gateway.ledger.proof.canonical import canonical, read
from gateway.ledger.sequence import own_leaves
from gateway.ledger.sequence.backlog import Gap
from tests.ledger.json_schema import problems
from tests.ledger.ledgers import START, members, seeded
from tests.ledger.test_leaf_vectors import ENTRIES, VECTORS

SCHEMA = json.loads((Path(__file__).parent / "ocsf" / "ocsf_1_7_0.json").read_text("utf-8"))


def leaves() -> dict[str, bytes]:
    gaps = own_leaves.missing([Gap(writer=UUID(int=1), first=0, last=3)])
    named = own_leaves.keys_named("credit.420100/audit", "2026", [bytes(32)])
    own = own_leaves.chain([*gaps, named], START, seeded(1)).leaves
    return {
        **{name: (VECTORS / f"{name}.json").read_bytes() for name in ENTRIES},
        "alert": own[0],
        "keys named": own[1],
    }


@pytest.mark.parametrize("name", [*ENTRIES, "alert", "keys named"])
def test_an_event_is_as_the_framework_wants_it(name: str) -> None:
    leaf = leaves()[name]
    made = json.loads(canonical(event(leaf, 7)))

    assert problems(made, SCHEMA) == []
    assert made["metadata"]["version"] == VERSION
    assert (made["metadata"]["uid"], made["metadata"]["sequence"]) == (members(leaf)["id"], 7)
    assert made["time"] == members(leaf)["t"]


def test_an_answer_is_a_query_and_a_refusal_a_failure() -> None:
    made, refused = (event(leaves()[name], 0) for name in ("release", "refusals"))

    assert (made["type_uid"], made["status_id"], made["count"]) == (600504, 1, 1)
    assert made["actor"]["user"]["uid"] == members(leaves()["release"])["operator"]["c"]
    assert made["src_endpoint"]["name"] == "A1"
    assert made["query_info"]["query_string"].endswith(members(leaves()["release"])["query"]["doc"])
    assert (refused["status_id"], refused["count"], refused["status_detail"]) == (2, 37, "BAD_REQUEST")


def test_an_alert_is_a_finding() -> None:
    made = event(leaves()["alert"], 0)

    assert (made["class_uid"], made["finding_info"]["title"]) == (2004, "leaves-missing")


def test_an_event_says_all_that_the_leaf_says() -> None:
    """What a leaf holds stands in its event: nothing that watches can be told less than the log knows."""
    for leaf in leaves().values():
        told = json.dumps(json.loads(canonical(event(leaf, 0))))
        for value in _values(read(leaf)):
            assert json.dumps(value) in told


def _values(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [each for one in value.values() for each in _values(one)]
    if isinstance(value, list | tuple):
        return [each for one in value for each in _values(one)]
    return [] if value is None else [value]


SPOILT: dict[str, dict[str, Any]] = {
    "a class": {"class_uid": 6001},
    "no time": {"time": None},
    "time as text": {"time": "now"},
    "an attribute that is not known": {"operator": "x"},
    "no database": {"database": {"name": "x"}},
    "nobody": {"actor": {}},
}


@pytest.mark.parametrize("how", SPOILT)
def test_the_schema_refuses_what_is_spoilt(how: str) -> None:
    made = {**json.loads(canonical(event(leaves()["release"], 0))), **SPOILT[how]}
    assert problems({key: value for key, value in made.items() if value is not None}, SCHEMA)


@pytest.mark.parametrize(
    ("kind", "action", "activity"),
    [("read-log", "log-exported", 1), ("admin", "policy", 2), ("consent", "consent-granted", 2)],
)
def test_the_activity_is_that_of_the_kind(kind: str, action: str, activity: int) -> None:
    leaf = canonical({**members(leaves()["release"]), "kind": kind, "action": action})
    assert event(leaf, 0)["type_uid"] == 600500 + activity
