"""What the log says of an operation holds nothing personal, wherever a caller plants it; and says what was released."""

import json
import logging
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from gateway.ledger.lint import lint_leaf
from schema.errors import Code
from tests.city import City
from tests.fresh_database import FreshDatabase
from tests.unit.gateway.offices import ADD, BUILDERS, EXPERT, OPEN, bidding, opening

pytestmark = pytest.mark.anyio

NUMBER, PHONE, NAME, MAIL, STREET = "420199198503120015", "13800138000", "李测试", "li@credit.test", "洪山区测试路1号"
CANARIES = (NUMBER, PHONE, NAME, MAIL, STREET, EXPERT["idNumber"], EXPERT["name"], NUMBER[6:14])
STATED = 'query @purpose(code: "PM-301", role: "bidder", matter: "MATTER") { viewer { kind } }'
PLANTED: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "a variable": ("query ($v: String!) { subject(by: {uscc: $v}) { name } }", {"v": NUMBER}),
    "a variable with a name": ("query ($v: String!) { subjects(filter: {name: $v}) { totalCount } }", {"v": NAME}),
    "an object in a variable": (
        "query ($v: SubjectLookup!) { standing(by: $v) { identityMatch { answer } } }",
        {"v": {"person": {"idNumber": NUMBER, "name": NAME}}},
    ),
    "a list in a variable": (
        "query ($v: [SubjectLookup!]!) { standings(by: $v) { majorPenalty { answer } } }",
        {"v": [{"uscc": NUMBER}, {"uscc": PHONE}]},
    ),
    "a variable nobody declared": ("{ viewer { kind } }", {"v": NUMBER, PHONE: NAME}),
    "a variable that does not fit": ("query ($v: Int!) { records(first: $v) { totalCount } }", {"v": NUMBER}),
    "a default": (f'query ($v: String! = "{NUMBER}") {{ subject(by: {{uscc: $v}}) {{ name }} }}', {}),
    "a literal": (f'{{ subjects(filter: {{name: "{NAME}{PHONE}"}}) {{ totalCount }} }}', {}),
    "a comment": (f"{{ viewer {{ kind }} }} # {NAME} {NUMBER} {STREET}", {}),
    "an alias": (f"{{ a{NUMBER}: viewer {{ _{PHONE}: kind }} }}", {}),
    "the name of an operation": (f"query Check{NUMBER} {{ viewer {{ kind }} }}", {}),
    "the name of a fragment": (f"{{ viewer {{ ...f{PHONE} }} }} fragment f{PHONE} on Viewer {{ kind }}", {}),
    "the name of a variable": (
        f"query ($v{PHONE}: String!) {{ subject(by: {{uscc: $v{PHONE}}}) {{ name }} }}",
        {f"v{PHONE}": BUILDERS},
    ),
    "a misspelt field": (f"{{ viewer {{ k{NUMBER} }} }}", {}),
    "a purpose and a role": (f'query @purpose(code: "{NUMBER}", role: "{NAME}") {{ viewer {{ kind }} }}', {}),
    "a purpose in a variable": ("query ($c: String!) @purpose(code: $c) { viewer { kind } }", {"c": f"{NAME}{PHONE}"}),
    "a matter": (STATED.replace("MATTER", f"{NAME}{NUMBER}"), {}),
    "a cursor": (f'{{ records(after: "{NUMBER}{PHONE}") {{ totalCount }} }}', {}),
    "an id": (f'{{ node(id: "{MAIL}") {{ id }} }}', {}),
    "a document to explain": ("query ($d: String!) { explain(document: $d) { scope } }", {"d": f"{{{NUMBER}}}#{NAME}"}),
    "no document at all": (f"{NAME} {NUMBER} {PHONE}", {}),
    "the number of a new matter": (OPEN, opening(f"{NAME}-{NUMBER}")),
    "a party": (ADD, {"number": "HSZB-2026-0200", "parties": [{"by": {"person": EXPERT}, "role": "review_expert"}]}),
}  # fmt: skip


@pytest.fixture(scope="module")
async def town(module_database: FreshDatabase) -> AsyncIterator[City]:
    async with bidding(module_database) as found:
        yield found


async def everything_stored(town: City) -> list[str]:
    """All cells of the ledger's tables, as text; bytes both as they are and in hexadecimal."""
    found = []
    async with town.database.owner() as owner:
        for table in ("audit_pending", "audit_actor", "audit_disclosure", "audit_writer"):
            for row in await owner.fetch(f"SELECT * FROM {table}"):  # noqa: S608
                for value in row.values():
                    parts = value if isinstance(value, list) else [value]
                    found += [
                        each.decode("utf-8", "replace") if isinstance(each, bytes) else str(each) for each in parts
                    ]
                    found += [each.hex() for each in parts if isinstance(each, bytes)]
    return found


@pytest.mark.parametrize("place", PLANTED)
async def test_nothing_personal_reaches_the_log(
    town: City, database_home: Any, place: str, caplog: pytest.LogCaptureFixture
) -> None:
    document, variables = PLANTED[place]
    with caplog.at_level(logging.DEBUG):
        answers = [await town.ask(document, variables, client=client) for client in (None, "A1")]

    leaves = [await town.entry(answer.entry) for answer in answers]
    assert [leaf["decision"]["reasons"] for leaf in leaves] == [
        [] if answer.code is None else [answer.code.value] for answer in answers
    ]
    assert Code.INTERNAL not in {answer.code for answer in answers}
    written = [*await everything_stored(town), caplog.text, (database_home / "database" / "log").read_text("utf-8")]
    for text in written:
        for canary in CANARIES:
            assert canary not in text
    for leaf in leaves:
        lint_leaf(json.dumps(leaf, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode())


async def test_what_identifies_nobody_stands_in_the_leaf_as_it_was_asked(town: City) -> None:
    document = """
        query Latest($n: Int!, $from: Date, $who: String!) {
          records(first: $n, filter: {decidedFrom: $from, documentNumber: $who}) { totalCount }
        }
    """
    answer = await town.ask(document, {"n": 5, "from": "2024-01-01", "who": NUMBER})

    leaf = await town.entry(answer.entry)
    assert leaf["query"]["op"]["len"] == len("Latest")
    assert leaf["vars"][:2] == [
        {"name": "v1", "type": "Int!", "value": 5},
        {"name": "v2", "type": "Date", "value": "2024-01-01"},
    ]
    assert leaf["vars"][2]["value"].keys() == {"c", "len"}
    assert leaf["vars"][2]["value"]["len"] == len(NUMBER)


async def test_the_same_value_is_committed_to_differently_each_time(town: City) -> None:
    document, variables = PLANTED["a variable"]

    leaves = [await town.entry((await town.ask(document, variables)).entry) for _ in range(2)]

    first, second = (leaf["vars"][0]["value"]["c"] for leaf in leaves)
    assert first != second


async def test_every_row_that_was_shown_is_told_with_what_was_shown_of_it(town: City) -> None:
    document = """query ($who: String!) { subject(by: {uscc: $who}) {
        name records { edges { node { documentNumber } } } } }"""

    answer = await town.ask(document, {"who": BUILDERS})

    leaf = await town.entry(answer.entry)
    assert (leaf["counts"]["records"], leaf["counts"]["subjects"]) == (1, 1)
    assert sum(each["rt"].get("Penalty", 0) for each in leaf["released"]) == 1
    async with town.database.owner() as owner:
        rows = await owner.fetch("SELECT * FROM audit_disclosure WHERE entry_id = $1::uuid", answer.entry)
    told = {coordinate for row in rows for coordinate in row["clear_coordinates"]}
    assert told >= {"Organisation.name", "Record.documentNumber"}


async def test_who_was_asked_about_is_told_though_nothing_is_known(town: City) -> None:
    document, variables = PLANTED["a variable"]
    known = await town.entry((await town.ask(document, {"v": BUILDERS})).entry)
    unknown = await town.entry((await town.ask(document, variables)).entry)

    assert known["counts"]["subjects"] == unknown["counts"]["subjects"] == 1
    assert [each["rt"] for each in unknown["released"]] == [{}]
