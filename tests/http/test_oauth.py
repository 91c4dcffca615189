"""Getting a token and using it: the token endpoint, lapsed operators, suspensions, key rolls, metadata."""

import dataclasses
import secrets
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from authz.principal import Operator
from gateway.identity import jose
from gateway.identity.authority import ASSERTION_TYPE
from gateway.identity.clients import Staff
from gateway.identity.tokens import SPARE, AccessTokens
from gateway.keys import folder as key_folder
from gateway.keys.material import Use
from schema.errors import Code
from tests.http.edge_app import AUDIENCE, ISSUER, City, city, key_set

pytestmark = pytest.mark.anyio


@pytest.fixture
def edge(tmp_path: Path) -> City:
    return city(tmp_path)


async def request_token(edge: City, form: dict[str, str] | None = None) -> httpx.Response:
    async with edge.client() as http:
        return await http.post("/oauth/token", data=form or edge.form())


async def token_of(edge: City, client: str = "A1") -> str:
    response = await request_token(edge, edge.form(client))
    assert response.status_code == 200, response.text
    return str(response.json()["access_token"])


async def test_a_client_and_its_operator_get_a_token_for_five_minutes(edge: City) -> None:
    response = await request_token(edge)

    body = response.json()
    assert response.status_code == 200
    assert response.headers["cache-control"] == "private, no-store"
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 300)
    header, claims = (jose.decode(part) for part in body["access_token"].split(".")[:2])
    assert b'"typ":"at+jwt"' in header
    assert b'"sub":"1001"' in claims


async def test_the_token_names_the_caller(edge: City) -> None:
    response = await edge.ask(await token_of(edge))

    assert response.status_code == 200
    ((_, caller, _),) = edge.echo.asked
    assert (caller.principal.client, caller.principal.role) == ("A1", "dept.housing")
    assert (caller.principal.organisation, caller.principal.jurisdiction) == ("1142019900TERTA1", "420111")
    assert caller.principal.purposes == {"PM-301"}
    assert caller.operator is not None
    assert caller.operator.staff_number == "1001"


async def test_the_auditors_client_belongs_to_no_agency(edge: City) -> None:
    await edge.ask(await token_of(edge, "AUDIT"))

    ((_, caller, _),) = edge.echo.asked
    assert (caller.principal.role, caller.principal.agency_id) == ("auditor", None)


async def test_a_token_ends_after_five_minutes_even_if_it_was_just_used(edge: City) -> None:
    token = await token_of(edge)
    edge.clock.now += 299
    assert (await edge.ask(token)).status_code == 200

    edge.clock.now += 1
    response = await edge.ask(token)

    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (401, "UNAUTHENTICATED")


@pytest.mark.parametrize("operator", ["1002", "1003", "1004", "9999", "x'; --", "1" * 65])
async def test_an_operator_who_may_not_ask_gets_no_token(edge: City, operator: str) -> None:
    response = await request_token(edge, edge.form(operator=operator))

    body = response.json()
    assert response.status_code == 401
    assert (body["error"], body["code"]) == ("invalid_grant", "OPERATOR_NOT_VALID")
    assert operator not in response.text
    assert edge.refused == [Code.OPERATOR_NOT_VALID]


async def test_every_operator_who_may_not_ask_is_told_the_same(edge: City) -> None:
    answers = [await request_token(edge, edge.form(operator=number)) for number in ("1002", "1003", "1004", "9999")]

    assert len({answer.content for answer in answers}) == 1


async def test_an_agency_whose_agreement_has_lapsed_gets_no_token(edge: City) -> None:
    known = edge.register.clients["A1"]
    assert known.agency is not None
    for until, status in ((date(2026, 5, 20), 200), (date(2026, 5, 19), 401)):
        agency = dataclasses.replace(known.agency, agreement_until=until)
        edge.register.clients["A1"] = dataclasses.replace(known, agency=agency)
        assert (await request_token(edge)).status_code == status


async def test_an_operator_who_lapses_loses_a_token_in_use(edge: City) -> None:
    token = await token_of(edge)
    lapsed = Operator(staff_number="1001", agreement_until=date(2026, 5, 19), trained_until=date(2027, 1, 1))
    edge.register.staff_of["A1", "1001"] = Staff(operator=lapsed, active=True)

    response = await edge.ask(token)

    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (401, "OPERATOR_NOT_VALID")
    assert not edge.echo.asked


@pytest.mark.parametrize("of", ["client", "agency", "gone"])
async def test_a_suspension_ends_tokens_in_use_and_new_ones(edge: City, of: str) -> None:
    token = await token_of(edge)
    known = edge.register.clients.pop("A1")
    assert known.agency is not None
    if of == "client":
        edge.register.clients["A1"] = dataclasses.replace(known, suspended=True)
    if of == "agency":
        agency = dataclasses.replace(known.agency, suspended=True)
        edge.register.clients["A1"] = dataclasses.replace(known, agency=agency)

    used, asked = await edge.ask(token), await request_token(edge)

    assert (used.status_code, asked.status_code) == (401, 401)
    assert asked.json()["error"] == "invalid_client"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"grant_type": "authorization_code"}, "unsupported_grant_type"),
        ({"grant_type": None}, "unsupported_grant_type"),
        ({"client_assertion_type": "urn:x"}, "invalid_client"),
        ({"client_assertion_type": None}, "invalid_client"),
        ({"operator": None}, "invalid_request"),
        ({"operator": ""}, "invalid_request"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"client_id": "A2"}, "invalid_client"),
        ({"authorization_details": "[]"}, "invalid_authorization_details"),
        ({"authorization_details": "{"}, "invalid_authorization_details"),
    ],
)
async def test_a_form_that_asks_for_something_else_is_refused(
    edge: City, changes: dict[str, str | None], error: str
) -> None:
    response = await request_token(edge, edge.form(**changes))  # type: ignore[arg-type]  # operator may be None here

    assert (response.status_code, response.json()["error"]) == (401 if error == "invalid_client" else 400, error)


async def test_the_client_id_may_be_stated(edge: City) -> None:
    assert (await request_token(edge, edge.form(client_id="A1"))).status_code == 200


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (b'{"grant_type":"client_credentials"}', "application/json"),
        (b"grant_type=client_credentials&grant_type=client_credentials", "application/x-www-form-urlencoded"),
        (b"grant_type=%ff", "application/x-www-form-urlencoded"),
        (b"\xff\xfe=1", "application/x-www-form-urlencoded"),
        (b"a", "application/x-www-form-urlencoded"),
        (b"&".join(b"p%d=1" % n for n in range(40)), "application/x-www-form-urlencoded"),
        (b"", "application/x-www-form-urlencoded"),
        (b"grant_type=client_credentials", "multipart/form-data; boundary=x"),
    ],
)
async def test_a_body_that_is_not_one_form_is_refused(edge: City, content: bytes, content_type: str) -> None:
    async with edge.client() as http:
        response = await http.post("/oauth/token", content=content, headers={"Content-Type": content_type})

    assert response.status_code == 400
    assert response.json()["error"] in ("invalid_request", "unsupported_grant_type")


async def test_an_assertion_is_taken_once(edge: City) -> None:
    form = edge.form()

    first, second = await request_token(edge, form), await request_token(edge, form)

    assert (first.status_code, second.status_code) == (200, 401)
    assert second.json()["error"] == "invalid_client"


async def test_the_same_identifier_serves_two_clients(edge: City) -> None:
    forms = [edge.form(name, client_assertion=edge.assertion(name, jti="same-identifier")) for name in ("A1", "A2")]

    assert [(await request_token(edge, form)).status_code for form in forms] == [200, 200]


async def test_a_full_memory_of_identifiers_refuses_rather_than_forgets(tmp_path: Path) -> None:
    edge = city(tmp_path, most_seen=2)
    used = [edge.form() for _ in range(3)]

    assert [(await request_token(edge, form)).status_code for form in used] == [200, 200, 401]
    edge.clock.now += 61 + SPARE
    assert (await request_token(edge)).status_code == 200


async def test_a_bank_gets_no_bearer_token(edge: City) -> None:
    response = await request_token(edge, edge.form("B1"))

    assert (response.status_code, response.json()["error"]) == (400, "invalid_dpop_proof")


async def test_a_client_registered_with_a_key_gets_no_bearer_token(edge: City) -> None:
    edge.register.clients["A1"] = dataclasses.replace(edge.register.clients["A1"], dpop_thumbprint="x" * 43)

    assert (await request_token(edge)).json()["error"] == "invalid_dpop_proof"


async def test_a_bound_token_is_never_taken_as_a_bearer_token(edge: City) -> None:
    token = edge.tokens.issue(client_id="A1", staff_number="1001", thumbprint="x" * 43)

    for scheme in ("Bearer", "DPoP"):
        response = await edge.ask(Authorization=f"{scheme} {token}")
        assert response.status_code == 401


async def test_token_requests_have_one_bucket_for_each_network(tmp_path: Path) -> None:
    edge = city(tmp_path, public_rate=20)

    answers = [await request_token(edge) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[2].headers["retry-after"]) > 0


async def test_tokens_of_an_older_key_hold_until_they_end(edge: City, tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    before = edge.tokens.issue(client_id="A1", staff_number="1001")
    kid = key_folder.roll_signing(folder, Use.TOKEN, entropy=secrets.token_bytes)
    rolled = key_folder.read(folder).signing[Use.TOKEN]
    after_roll = AccessTokens(rolled, issuer=ISSUER, audience=AUDIENCE, clock=edge.clock)

    after = after_roll.issue(client_id="A1", staff_number="1001")

    assert jose.read(after, types=frozenset({"at+jwt"})).kid == kid
    assert after_roll.read(before).client_id == after_roll.read(after).client_id == "A1"
    with pytest.raises(jose.JoseError):
        edge.tokens.read(after)


async def test_a_client_rolls_its_key(edge: City) -> None:
    old, new = edge.private["A1"], edge.private["A2"]
    both = {**jose.read_key_set(key_set(old, "A1-key")), **jose.read_key_set(key_set(new, "A2-key"))}
    edge.register.clients["A1"] = dataclasses.replace(edge.register.clients["A1"], keys=both)
    by_either = [edge.assertion(), edge.assertion(key="A2")]
    assert [(await request_token(edge, edge.form(client_assertion=text))).status_code for text in by_either] == [
        200
    ] * 2

    only_new = jose.read_key_set(key_set(new, "A2-key"))
    edge.register.clients["A1"] = dataclasses.replace(edge.register.clients["A1"], keys=only_new)

    assert (await request_token(edge)).status_code == 401


async def test_the_server_describes_itself(edge: City) -> None:
    async with edge.client() as http:
        described = (await http.get("/.well-known/oauth-authorization-server")).json()
        published = (await http.get(described["jwks_uri"])).json()["keys"]

    assert described["issuer"] == ISSUER
    assert described["token_endpoint"] == f"{ISSUER}/oauth/token"
    assert described["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]
    assert {key["kid"] for key in published} == {edge.keys.signer(use).kid for use in (Use.TOKEN, Use.RECEIPT)}
    assert all(key.keys() == {"kty", "crv", "x", "kid", "use", "alg"} for key in published)


async def test_published_keys_verify_our_tokens(edge: City) -> None:
    async with edge.client() as http:
        published = jose.read_key_set((await http.get("/.well-known/jwks.json")).text)

    compact = jose.read(await token_of(edge), types=frozenset({"at+jwt"}))

    assert jose.verify(compact, published[compact.kid])["aud"] == AUDIENCE


async def test_tokens_and_forms_are_in_no_log(
    edge: City, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    form = edge.form(operator="1002")
    token = await token_of(edge)
    await request_token(edge, form)
    await edge.ask(token)
    await edge.ask(token + "x")

    heard = "".join((caplog.text, edge.metrics.text(), *capfd.readouterr(), repr(edge.echo.asked)))
    assert not any(part in heard for part in (token, token[-40:], form["client_assertion"], "1002"))


async def test_the_endpoint_takes_posts_only(edge: City) -> None:
    async with edge.client() as http:
        response = await http.get("/oauth/token?" + urlencode({"client_assertion_type": ASSERTION_TYPE}))

    assert (response.status_code, response.headers["allow"]) == (405, "POST")
