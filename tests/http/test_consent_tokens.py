"""Tokens of a consent against the running edge: whose consent it must be, what the token says, and that it is bound."""

import dataclasses
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from authz.askable import Askable
from authz.principal import Rights, Subject
from gateway.consents.records import By, ConsentRecord, Reason, Request, RequestState, State, Terms
from gateway.identity import jose
from gateway.identity.tokens import Selected
from schema.demands.demand import Coordinate
from tests.consents.bank import thumbprint
from tests.http.edge_app import START, City, city
from tests.unit.gateway.test_consent_asking import OFFERED

pytestmark = pytest.mark.anyio

ID = UUID("8f14e45f-ceea-467f-9a36-dcb2f1b5d3c1")
NOBODYS = UUID("0f14e45f-ceea-467f-9a36-dcb2f1b5d3c2")
NOW = datetime.fromtimestamp(START, UTC)
ASKED = Rights(
    items=frozenset({"PENALTY", "LICENCE"}),
    fields=frozenset({Coordinate("Record.decidedOn"), Coordinate("Record.facts")}),
)
GRANTED = Rights(items=frozenset({"PENALTY"}), fields=frozenset({Coordinate("Record.decidedOn")}))
PERIOD = (date(2021, 5, 20), date(2026, 5, 20))


def record(bank_key: str, **changes: Any) -> ConsentRecord:
    """A consent of the subject 7 to B1, narrower than what was asked."""
    terms = Terms(
        purpose="PM-901", matter="LN20260519-88", rights=ASKED, period=PERIOD, uses=3, days=30, retention_days=30
    )
    request = Request(
        id=ID,
        client="B1",
        thumbprint=bank_key,
        subject=Subject(id=7, digest=b"\x07" * 32, natural=True),
        terms=terms,
        necessity="a loan",
        service_depends=False,
        via=None,
        state=RequestState.GRANTED,
        asked_at=NOW,
        lapses_at=NOW + timedelta(days=7),
    )
    given = ConsentRecord(
        request=request,
        by=By.SUBJECT,
        rights=GRANTED,
        period=PERIOD,
        uses=1,
        used=0,
        granted_at=NOW,
        first=NOW,
        expires_at=NOW + timedelta(days=30),
        notice=b"\x01" * 32,
        notice_version="1",
        language="zh",
        assurance="3",
        relation=None,
        contact=None,
        thumbprint=bank_key,
        state=State.ACTIVE,
        reason=None,
        state_at=NOW,
        usable=True,
    )
    return dataclasses.replace(given, **changes)


@pytest.fixture
def edge(tmp_path: Path) -> City:
    found = city(tmp_path, nonces=False)
    found.consents.records[ID] = record(thumbprint(found.banks["B1"].holder))
    return found


async def asked(edge: City, client: str = "B1", consent: object = str(ID), **changes: Any) -> httpx.Response:
    bank = edge.banks[client]
    details = changes.pop("details", [{"type": "credit-consent/1", "consent_id": consent}])
    form = bank.form(authorization_details=json.dumps(details), **changes)
    async with edge.client() as http:
        return await http.post("/oauth/token", data=form, headers={"DPoP": bank.proof("POST", "/oauth/token")})


def claims_of(token: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(jose.decode(token.split(".")[1]))
    return found


async def test_a_token_says_what_was_granted_and_of_whom_to_this_bank_alone(edge: City) -> None:
    answer = await asked(edge)

    told = answer.json()
    granted = {
        "type": "credit-consent/1",
        "consent_id": str(ID),
        "purpose": "PM-901",
        "record_types": ["PENALTY"],
        "fields": ["Record.decidedOn"],
    }
    assert (answer.status_code, told["token_type"], told["expires_in"]) == (200, "DPoP", 300)
    assert told["authorization_details"] == [granted]
    claims = claims_of(told["access_token"])
    assert claims["sub"] == "B1-knows-7"
    assert claims["cver"] == 3
    assert claims["authorization_details"] == [granted]
    assert claims["cnf"] == {"jkt": thumbprint(edge.banks["B1"].holder)}
    assert claims["exp"] - claims["iat"] == 300
    assert "refresh_token" not in told


async def test_the_consent_goes_with_the_token(edge: City) -> None:
    token, bank = (await asked(edge)).json()["access_token"], edge.banks["B1"]
    headers = {"Authorization": f"DPoP {token}", "DPoP": bank.proof("POST", "/graphql", token)}

    answer = await edge.ask(**headers)

    assert answer.status_code == 200
    assert edge.echo.asked[0][1].consent == str(ID)


@pytest.mark.parametrize(
    "changes",
    [
        {"usable": False},
        {"usable": False, "used": 1, "state": State.EXHAUSTED},
        {"usable": False, "used": 1, "state": State.SUSPENDED, "reason": Reason.OFFICER},
        {"usable": False, "state": State.REVOKED, "reason": Reason.SUBJECT},
    ],
    ids=["not usable", "used up", "suspended", "revoked"],
)
async def test_a_consent_that_may_not_be_used_is_one_that_is_not_there(edge: City, changes: dict[str, Any]) -> None:
    edge.consents.records[ID] = dataclasses.replace(edge.consents.records[ID], **changes)

    ended, unknown, others = await asked(edge), await asked(edge, consent=str(NOBODYS)), await asked(edge, "B2")

    assert {answer.status_code for answer in (ended, unknown, others)} == {400}
    assert len({answer.content for answer in (ended, unknown, others)}) == 1
    assert unknown.json()["error"] == "invalid_authorization_details"
    assert not edge.consents.suspended


async def test_with_the_last_use_taken_there_is_a_token_for_its_further_pages(edge: City) -> None:
    edge.consents.records[ID] = dataclasses.replace(edge.consents.records[ID], usable=False, used=1)
    assert (await asked(edge)).status_code == 200


ELEMENT = {"type": "credit-consent/1", "consent_id": str(ID)}


@pytest.mark.parametrize(
    "details",
    [
        [],
        [ELEMENT, ELEMENT],
        ELEMENT,
        "x",
        [None],
        [{**ELEMENT, "type": "credit-consent/2"}],
        [{**ELEMENT, "fields": ["Record.facts"]}],
        [{**ELEMENT, "consent_id": str(ID).upper()}],
        [{**ELEMENT, "consent_id": f"{{{ID}}}"}],
        [{**ELEMENT, "consent_id": "x' OR 1=1 --"}],
        [{**ELEMENT, "consent_id": [str(ID)]}],
        [{"type": "credit-consent/1"}],
    ],
)
async def test_details_name_one_consent_and_ask_for_nothing_else(edge: City, details: object) -> None:
    answer = await asked(edge, details=details)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_authorization_details")


async def test_t27_under_another_key_the_consent_is_suspended(edge: City) -> None:
    bank = edge.banks["B1"]
    bank.holder = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
    rolled = dataclasses.replace(edge.register.clients["B1"], dpop_thumbprint=thumbprint(bank.holder))
    edge.register.clients["B1"] = rolled

    first, second = await asked(edge), await asked(edge)

    assert (first.status_code, first.content) == (400, second.content)
    assert edge.consents.suspended == [(ID, Reason.KEY_CHANGED, By.SYSTEM)]


async def test_a_client_without_a_key_gets_no_token_of_a_consent(edge: City) -> None:
    """Not even of one that the register took for its own."""
    edge.consents.records[ID] = record(None, request=dataclasses.replace(record("").request, client="A1"))  # type: ignore[arg-type]
    form = edge.form("A1", authorization_details=json.dumps([ELEMENT]))
    async with edge.client() as http:
        answer = await http.post("/oauth/token", data=form)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_authorization_details")


def selected(**changes: Any) -> Selected:
    told = Selected(id=str(ID), subject="B1-knows-7", details=ELEMENT, version=1)  # type: ignore[arg-type]
    return dataclasses.replace(told, **changes)


@pytest.mark.parametrize(
    "issue",
    [
        lambda edge: edge.tokens.issue(client_id="B1", staff_number="1001", consent=selected()),
        lambda edge: edge.tokens.issue(
            client_id="B1", staff_number="1001", thumbprint="x" * 43, consent=selected(subject="B1")
        ),
        lambda edge: edge.tokens.issue(
            client_id="B1", staff_number="1001", thumbprint="x" * 43, consent=selected(details={"type": "other"})
        ),
    ],
    ids=["bound to no key", "of the client itself", "of another type"],
)
async def test_not_even_our_own_key_makes_such_a_token_good(edge: City, issue: Callable[[City], str]) -> None:
    with pytest.raises(jose.JoseError):
        edge.tokens.read(issue(edge))


def test_the_good_token_of_these_tests_is_good(edge: City) -> None:
    token = edge.tokens.issue(client_id="B1", staff_number="1001", thumbprint="x" * 43, consent=selected())

    assert edge.tokens.read(token).consent == str(ID)


@pytest.mark.parametrize("offered", OFFERED.values(), ids=OFFERED.keys())
def test_a_consent_to_all_that_may_be_asked_fits_in_a_token(edge: City, offered: Askable) -> None:
    fields = sorted(frozenset[str]().union(*offered.values()))
    details = {**ELEMENT, "purpose": "PM-901", "record_types": sorted(offered), "fields": fields}
    consent = selected(details=details, subject="x" * 48)

    token = edge.tokens.issue(client_id="B1", staff_number="1001", thumbprint="x" * 43, consent=consent)

    assert len(token) < jose.TOKEN_BYTES / 2
    assert edge.tokens.read(token).consent == str(ID)
