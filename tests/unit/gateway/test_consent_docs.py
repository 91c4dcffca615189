"""docs/consents.md says what the code does: the example, the limits, what can be asked for, the codes."""

import json
import re
from pathlib import Path

from authz.grant import Kind
from gateway.consents.standing import Standing
from gateway.consents.wanted import LONGEST_KEPT, REQUEST, read_wanted
from schema.errors import Code
from tests.consents.requests import body
from tests.unit.authz.asking import POLICY
from tests.unit.gateway.test_consent_asking import OFFERED

TEXT = (Path(__file__).parents[3] / "docs" / "consents.md").read_text("utf-8")
ROWS = [
    tuple(cell.strip() for cell in line.strip("| ").split("|")) for line in TEXT.splitlines() if line.startswith("|")
]
OF = {"both": {*Kind}, "persons": {Kind.PERSON}, "organisations": {Kind.ORGANISATION}}


def test_the_example_is_a_good_request() -> None:
    example = re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)[0]
    assert json.loads(example) == body()
    assert read_wanted(example.encode()).matter == "LN20260519-88"


def test_every_member_is_explained() -> None:
    explained = {name for row in ROWS for name in re.findall(r"`(\w+)`", row[0])}
    assert explained >= {*REQUEST.required, *REQUEST.optional} - {"type"}
    assert f"at most {LONGEST_KEPT}" in TEXT


def test_the_limits_are_those_of_the_policy() -> None:
    limits = {(row[0], row[1]): (int(row[2]), int(row[3])) for row in ROWS if len(row) >= 4 and row[2].isdigit()}
    regulation = POLICY.regulation
    wanted = {("PM-901", word): (each.days, each.uses) for word, each in regulation.manners_of("PM-901").items()}
    wanted |= {("any other", word): (each.days, each.uses) for word, each in regulation.manners_of("PM-906").items()}
    assert limits == wanted


def test_what_can_be_asked_for_is_what_the_policy_opens() -> None:
    told: dict[Kind, dict[str, set[str]]] = {kind: {} for kind in Kind}
    for row in ROWS:
        if len(row) >= 4 and row[3] in OF:
            for kind in OF[row[3]]:
                told[kind][row[0]] = set(filter(None, row[4].split(", "))) if len(row) > 4 else set()
    assert told == {kind: {item: set(fields) for item, fields in OFFERED[kind].items()} for kind in Kind}


def test_words_and_codes_are_ours() -> None:
    assert {row[0].strip("`") for row in ROWS if row[0].strip("`") in {*Standing}} == {*Standing}
    codes = {row[2] for row in ROWS if len(row) == 4 and row[2].isupper() and "_" in row[2]}
    assert codes
    assert codes <= {*Code}
