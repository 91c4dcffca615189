"""Roots that are not credit data: who asks, its own matters, and what the regulations say to everyone."""

import dataclasses
import json
from collections.abc import AsyncIterator

import pytest

from gateway.identity.clients import ClientRole, principal_of
from gateway.identity.register import StoredClients
from schema.errors import Code
from tests.city import Answer, City, city
from tests.fresh_database import FreshDatabase

pytestmark = pytest.mark.anyio

VIEWER = """{ viewer { kind scope operator consent businessDate policyVersion catalogueVersion
    agency { id uscc name supervisionField jurisdiction { code name } } jurisdiction { code }
    purpose { code } matter { number } purposes { code name } } }"""
USE = {
    "accessLog": "{ accessLog { totalCount } }",
    "usageReport": '{ usageReport(jurisdiction: "420100", quarter: "2026Q1") { __typename } }',
}
TENDER = 'query @purpose(code: "PM-301", matter: "HSZB-2026-0117", role: "bidder")'


@pytest.fixture(scope="module")
async def town(module_database: FreshDatabase) -> AsyncIterator[City]:
    async with city(module_database) as found:
        yield found


async def test_the_public_is_nobody_in_particular(town: City) -> None:
    viewer = (await town.ask(VIEWER)).data["viewer"]

    assert (viewer["kind"], viewer["scope"], viewer["operator"], viewer["agency"]) == (
        "PUBLIC",
        "PUBLICATION",
        None,
        None,
    )
    assert (viewer["purposes"], viewer["purpose"], viewer["matter"]) == ([], None, None)
    assert viewer["businessDate"] == "2026-05-20"
    assert viewer["policyVersion"] == town.installation.policy.version


async def test_an_agency_is_told_what_it_may_state(town: City) -> None:
    viewer = (await town.ask(VIEWER, client="A1")).data["viewer"]

    assert (viewer["kind"], viewer["scope"], viewer["operator"]) == ("AGENCY", "PUBLICATION", "1001")
    assert viewer["agency"]["uscc"] == "1142019900TERT0292"
    assert viewer["agency"]["jurisdiction"]["code"] == viewer["jurisdiction"]["code"] == "420111"
    assert [each["code"] for each in viewer["purposes"]] == ["PM-301", "PM-302", "PM-831"]
    assert (viewer["purpose"], viewer["matter"]) == (None, None)


async def test_with_a_purpose_it_is_told_under_which_matter(town: City) -> None:
    viewer = (await town.ask(f"{TENDER} {VIEWER}", client="A1")).data["viewer"]

    assert (viewer["scope"], viewer["purpose"], viewer["matter"]) == (
        "SHARING",
        {"code": "PM-301"},
        {"number": "HSZB-2026-0117"},
    )


@pytest.mark.parametrize(("client", "operator", "kind"), [("B1", "1001", "BANK"), ("AUDIT", "U1", "AUDITOR")])
async def test_others_are_what_they_are(town: City, client: str, operator: str, kind: str) -> None:
    viewer = (await town.ask(VIEWER, client=client, operator=operator)).data["viewer"]

    assert (viewer["kind"], viewer["operator"]) == (kind, operator)


async def test_a_credit_service_is_one_and_states_its_purpose_with_a_consent_alone(town: City) -> None:
    """BASIS: EZ-5, WH-二(六)2. What it is registered as is enough for that, and not for more."""
    bank = await town.caller("B1")
    client = await StoredClients(town.installation.registry).client("B1")
    assert client is not None
    service = principal_of(dataclasses.replace(client, role=ClientRole.CREDIT_SERVICE, purposes=frozenset({"PM-906"})))
    caller = dataclasses.replace(bank, principal=service)
    viewer = (await town.ask(VIEWER, caller=caller)).data["viewer"]
    asked = await town.ask('query @purpose(code: "PM-906") { records { totalCount } }', caller=caller)

    assert (viewer["kind"], viewer["scope"], [each["code"] for each in viewer["purposes"]]) == (
        "CREDIT_SERVICE",
        "PUBLICATION",
        ["PM-906"],
    )
    assert asked.code is Code.PURPOSE_NOT_ALLOWED


async def test_an_agency_has_another_id_for_every_viewer(town: City) -> None:
    ids = [(await town.ask(VIEWER, client=client)).data["viewer"]["agency"]["id"] for client in ("A1", "A1", "A2")]
    seen_by_another = await town.ask(
        '{ records(filter: {item: ["PENALTY"]}) { edges { node { authority { id name } } } } }', client="A1"
    )

    assert ids[0] == ids[1] != ids[2]
    assert {len(each) for each in ids} == {48}
    assert all(edge["node"]["authority"]["id"] != ids[0] for edge in seen_by_another.data["records"]["edges"])


MATTER = """query ($number: String!) { matter(number: $number) {
    number open openedOn closedOn operators purpose { code } agency { uscc } parties { role kind } } }"""


async def test_an_agency_sees_its_own_matter(town: City) -> None:
    answer = await town.ask(MATTER, {"number": "HSZB-2026-0117"}, client="A1")

    assert answer.data["matter"] == {
        "number": "HSZB-2026-0117",
        "open": True,
        "openedOn": "2026-05-06",
        "closedOn": None,
        "operators": ["1001"],
        "purpose": {"code": "PM-301"},
        "agency": {"uscc": "1142019900TERT0292"},
        "parties": [{"role": "bidder", "kind": "organisation"}] * 2,
    }


async def test_a_closed_matter_is_its_own_still(town: City) -> None:
    answer = await town.ask(MATTER, {"number": "HSZB-2025-0990"}, client="A1")

    assert (answer.data["matter"]["open"], answer.data["matter"]["closedOn"]) == (False, "2025-12-31")


@pytest.mark.parametrize(("client", "operator"), [(None, "1001"), ("A2", "1001"), ("B1", "1001"), ("AUDIT", "U1")])
async def test_a_matter_of_another_cannot_be_told_from_none(town: City, client: str | None, operator: str) -> None:
    raw = [
        (await town.ask(MATTER, {"number": number}, client=client, operator=operator)).raw
        for number in ("HSZB-2026-0117", "HSZB-2026-9999")
    ]

    assert raw[0] == raw[1]
    assert b'"matter":null' in raw[0]


async def test_what_the_regulations_say_is_the_same_for_everyone(town: City) -> None:
    document = """{ catalogue(jurisdiction: "420100", category: JUDICIAL) { code name }
        purposes(jurisdiction: "420700") { code } measureList(jurisdiction: "420700") { code name }
        listTypes(jurisdiction: "420700") { code } }"""

    answers = [await town.ask(document), await town.ask(document, client="A1")]

    assert answers[0].raw == answers[1].raw
    assert all(answers[0].data.values())
    assert answers[0].statements == ()


async def test_a_place_that_is_none_has_no_regulations_of_its_own(town: City) -> None:
    document = "query ($place: String) { purposes(jurisdiction: $place) { code } }"

    everywhere = await town.ask(document)
    ezhou = await town.ask(document, {"place": "420700"})

    assert len(everywhere.data["purposes"]) >= len(ezhou.data["purposes"]) > 0


async def test_the_root_type_has_a_name(town: City) -> None:
    asked = await town.ask("{ __typename a: __typename viewer { __typename kind } }")

    assert asked.data == {"__typename": "Query", "a": "Query", "viewer": {"__typename": "Viewer", "kind": "PUBLIC"}}


def message(asked: Answer) -> str:
    return str(json.loads(asked.raw)["errors"][0]["message"])


@pytest.mark.parametrize(
    "document",
    USE.values(),
    ids=USE,
)
@pytest.mark.parametrize("client", [None, "A1"])
async def test_the_log_is_not_for_those_who_ask(town: City, document: str, client: str | None) -> None:
    asked = await town.ask(document, client=client)

    assert asked.code is Code.PURPOSE_NOT_ALLOWED
    assert message(asked).endswith("only")


async def test_an_office_that_states_no_purpose_asks_as_the_public_does(town: City) -> None:
    asked = await town.ask(USE["usageReport"], client="A3")

    assert asked.code is Code.PURPOSE_NOT_ALLOWED
    assert "PM-905" in message(asked)
