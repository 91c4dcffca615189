"""The demonstration as a newcomer meets it: one command, a server for everyone, tokens from the command line."""

import asyncio
import hashlib
import json
import os
import re
import secrets
import shlex
import subprocess
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from gateway.database.engines import owner_connection
from gateway.ledger.proof.commitments import commit
from tests.http.running import BUSINESS_DATE, SCRIPT, Home, Server, new_home
from tests.http.tokens import asked_for_token

FOODS = "91420199MA9TERT20X"
PUBLIC = "query ($uscc: String!) { subject(by: {uscc: $uscc}) { name records { totalCount } } }"
TENDER = """
    query ($uscc: String!) @purpose(code: "PM-301", matter: "HSZB-2026-0117", role: "bidder") {
      viewer { kind scope operator } subject(by: {uscc: $uscc}) { name records { totalCount } }
    }
"""
GRAPHQL = "application/graphql-response+json; charset=utf-8"


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    with new_home() as found:
        yield found


@pytest.fixture(scope="module")
def server(home: Home) -> Iterator[Server]:
    with home.serving("demo", "--port", str(home.port), "--at", BUSINESS_DATE) as found:
        yield found


@pytest.fixture(scope="module")
def tender(server: Server) -> dict[str, str]:
    """What A1's operator sends with each request."""
    return server.home.bearer("A1")


def stored(home: Home, entry: str) -> dict[str, Any]:
    """The row of the log under this id."""

    async def look() -> dict[str, Any]:
        with home.database() as url:
            async with owner_connection(url) as owner:
                found = await owner.fetchrow("SELECT * FROM audit_pending WHERE id = $1::uuid", entry)
        return dict(found or {})

    return asyncio.run(look())


def entries(home: Home) -> int:
    async def count() -> int:
        with home.database() as url:
            async with owner_connection(url) as owner:
                found: int = await owner.fetchval("SELECT count(*) FROM audit_pending")
        return found

    return asyncio.run(count())


# What it answers ------------------------------------------------------------------------------------------------------


def test_the_public_is_answered(server: Server) -> None:
    answer = server.ask(PUBLIC, {"uscc": FOODS})

    assert (answer.status_code, answer.headers["content-type"]) == (200, GRAPHQL)
    assert answer.json()["data"]["subject"] == {"name": "武汉测试食品有限公司", "records": {"totalCount": 1}}
    assert answer.json()["extensions"]["disclosure"]["scope"] == "PUBLICATION"


def test_an_agency_sees_more_in_its_own_matter(server: Server, tender: dict[str, str]) -> None:
    answer = server.ask(TENDER, {"uscc": FOODS}, tender)

    data = answer.json()["data"]
    assert data["viewer"] == {"kind": "AGENCY", "scope": "SHARING", "operator": "1001"}
    assert data["subject"] == {"name": "武汉测试食品有限公司", "records": {"totalCount": 3}}


def test_the_business_date_is_the_one_that_was_given(server: Server) -> None:
    assert server.ask("{ viewer { businessDate } }").json()["data"] == {"viewer": {"businessDate": BUSINESS_DATE}}


def test_introspection_is_answered_and_not_logged(server: Server) -> None:
    before = entries(server.home)

    answer = server.ask("{ __schema { queryType { name fields { name } } } }")

    assert "subject" in {field["name"] for field in answer.json()["data"]["__schema"]["queryType"]["fields"]}
    assert not {"audit-entry", "audit-receipt"} & answer.headers.keys()
    assert entries(server.home) == before


def test_a_refusal_is_logged_like_an_answer(server: Server) -> None:
    answer = server.ask(TENDER, {"uscc": FOODS})

    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["extensions"]["code"]) == (403, "PURPOSE_NOT_ALLOWED")
    leaf = json.loads(stored(server.home, answer.headers["audit-entry"])["leaf"])
    assert (leaf["kind"], leaf["decision"]["reasons"]) == ("deny", ["PURPOSE_NOT_ALLOWED"])


def test_a_browser_gets_graphiql_with_everything_it_needs(server: Server) -> None:
    page = server.get("/graphql", accept="text/html")

    assert (page.status_code, page.headers["content-type"].partition(";")[0]) == (200, "text/html")
    needed = [urljoin("/graphql", each) for each in re.findall(r'(?:src|href)="([^"]+)"', page.text)]
    assert len(needed) > 3
    assert {server.get(path).status_code for path in needed} == {200}


def test_get_without_a_browser_says_how_operations_are_sent(server: Server) -> None:
    answer = server.get("/graphql", accept="application/json")

    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


def test_the_schema_is_the_one_of_the_repository(server: Server) -> None:
    printed = server.home.run("schema")

    assert server.get("/schema.graphql").text == printed.stdout
    assert "type Query {" in printed.stdout


def test_whoever_runs_it_is_told_how_it_is(server: Server) -> None:
    server.ask("{ nonsense }")

    assert (server.get("/healthz").status_code, server.get("/healthz").text) == (200, "ok\n")
    assert server.checks() == {"ready": True, "checks": {"database": True, "policies": True, "ledger": True}}
    metrics = server.get("/metrics").text
    assert re.search(r'^credit_gateway_responses_total\{route="graphql",status="200"\} [1-9]', metrics, re.MULTILINE)
    assert re.search(r'^credit_gateway_refusals_total\{code="DOCUMENT_INVALID"\} [1-9]', metrics, re.MULTILINE)


def test_nothing_may_be_kept_by_anyone_on_the_way(server: Server, tender: dict[str, str]) -> None:
    answers = [
        server.ask(PUBLIC, {"uscc": FOODS}),
        server.ask(TENDER, {"uscc": FOODS}, tender),
        server.ask("{ __typename }"),
        server.ask(PUBLIC, headers={"Authorization": "Bearer x"}),
        server.get("/nowhere"),
        server.get("/metrics"),
    ]
    assert {answer.headers["cache-control"] for answer in answers} == {"private, no-store"}


def test_what_was_asked_is_in_nothing_that_the_server_writes(server: Server, tender: dict[str, str]) -> None:
    number, name = "420199198503120015", "李测试"
    for query in (PUBLIC, TENDER, f"{{ {name} {number} }}", f"{{ a{number}: nonsense }}"):
        for headers in (tender, {}, {"Authorization": f"Bearer {number}"}):
            server.ask(query, {"uscc": number, name: name}, headers)
    server.get(f"/{number}?{number}")

    database = (server.home.folder / "database" / "log").read_text("utf-8")
    for text in (server.written.read_text("utf-8"), server.get("/metrics").text, database):
        assert number not in text
        assert name not in text


# Credentials ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("altered", ["Bearer x", "Bearer", "Basic QTE6eA==", "{}x", "DPoP {}"])
def test_a_token_that_does_not_verify_is_never_the_public(server: Server, tender: dict[str, str], altered: str) -> None:
    token = tender["Authorization"].removeprefix("Bearer ")
    given = altered.format(token) if altered.startswith("DPoP") else altered.format(tender["Authorization"])

    answer = server.ask(PUBLIC, {"uscc": FOODS}, {"Authorization": given})

    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (401, "UNAUTHENTICATED")
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert FOODS not in answer.text


def test_the_token_endpoint_gives_what_the_command_gives(server: Server) -> None:
    answer = asked_for_token(server, "A1", "1001")

    assert (answer.status_code, answer.json()["token_type"]) == (200, "Bearer")
    bearer = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    assert server.ask(TENDER, {"uscc": FOODS}, bearer).status_code == 200


@pytest.mark.parametrize("operator", ["1002", "1003", "9999"])
def test_an_operator_whose_agreement_or_training_has_lapsed_gets_no_token(server: Server, operator: str) -> None:
    answer = asked_for_token(server, "A1", operator)
    command = server.home.run("token", "--client", "A1", "--operator", operator)

    assert (answer.status_code, answer.json()["code"]) == (401, "OPERATOR_NOT_VALID")
    assert answer.json().keys() == {"error", "error_description", "code"}
    assert (command.returncode, command.stdout) == (1, "")


def test_an_assertion_is_good_for_one_token(server: Server) -> None:
    identifier = secrets.token_hex(16)

    first, second = (asked_for_token(server, "A2", "1001", identifier) for _ in range(2))

    assert (first.status_code, second.status_code, second.json()["error"]) == (200, 401, "invalid_client")


# Receipts -------------------------------------------------------------------------------------------------------------


def part(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(unpadded(text))
    return found


def unpadded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def signed_by_the_published_key(server: Server, receipt: str) -> bool:
    head, claims, signature = receipt.split(".")
    keys = {key["kid"]: key for key in server.get("/.well-known/jwks.json").json()["keys"]}
    key = Ed25519PublicKey.from_public_bytes(unpadded(keys[part(head)["kid"]]["x"]))
    try:
        key.verify(unpadded(signature), f"{head}.{claims}".encode())
    except InvalidSignature:
        return False
    return True


def test_a_receipt_binds_the_answer_to_its_entry(server: Server, tender: dict[str, str]) -> None:
    answer = server.ask(TENDER, {"uscc": FOODS}, tender)
    entry, receipt = answer.headers["audit-entry"], answer.headers["audit-receipt"]
    head, claims = (part(each) for each in receipt.split(".")[:2])

    assert signed_by_the_published_key(server, receipt)
    assert head["typ"] == "audit-receipt+jwt"
    assert (claims["entry"], claims["aud"], claims["iss"]) == (entry, "A1", server.home.url)
    assert claims["resp_digest"] == hashlib.sha256(answer.content).hexdigest()
    row = stored(server.home, entry)
    leaf = json.loads(row["leaf"])
    assert claims["leaf_hash"] == row["leaf_hash"].hex()
    opened = commit("resp", bytes.fromhex(claims["nonce"]), hashlib.sha256(answer.content).digest())
    assert leaf["resp"] == opened.hex()
    assert (leaf["principal"], leaf["purpose"], leaf["case"]["present"]) == ("A1", "PM-301", True)


def test_an_altered_receipt_does_not_verify(server: Server) -> None:
    receipt = server.ask(PUBLIC, {"uscc": FOODS}).headers["audit-receipt"]
    head, _, signature = receipt.split(".")
    other = server.ask(PUBLIC, {"uscc": FOODS}).headers["audit-receipt"].split(".")[1]

    assert signed_by_the_published_key(server, receipt)
    assert not signed_by_the_published_key(server, f"{head}.{other}.{signature}")


def test_an_officer_reads_over_http_who_was_told_what(server: Server, tender: dict[str, str]) -> None:
    """An entry is in the log that is read as soon as its answer has left; nobody else reads it."""
    entry = server.ask(TENDER, {"uscc": FOODS}, tender).headers["audit-entry"]
    document = """{ accessLog(filter: {agency: "A1"}) {
        edges { node { id at agency { name } decision purpose matterNumber operator } } } }"""

    told = server.ask(document, headers=server.home.bearer("AUDIT", "U1"))

    found = {edge["node"]["id"]: edge["node"] for edge in told.json()["data"]["accessLog"]["edges"]}
    assert (found[entry]["purpose"], found[entry]["matterNumber"]) == ("PM-301", "HSZB-2026-0117")
    assert (found[entry]["agency"]["name"], found[entry]["operator"]) == ("洪山区住房和建设局", "1001")
    assert told.headers["audit-entry"] not in found
    assert server.ask(document, headers=tender).json()["errors"][0]["extensions"]["code"] == "PURPOSE_NOT_ALLOWED"


# What was printed -----------------------------------------------------------------------------------------------------


def test_the_last_line_says_where_it_is_ready(server: Server) -> None:
    assert server.written.read_text("utf-8").splitlines()[-1] == f"READY {server.home.url}"


def printed_commands(written: str) -> list[str]:
    return [line.strip() for line in written.splitlines() if line.strip().startswith(("curl ", "TOKEN=", "eval "))]


def shell_variables(line: str) -> dict[str, str]:
    """What a printed line sets in a shell, as somebody pastes it there."""
    path = f"{SCRIPT.parent}:{os.environ['PATH']}"
    said = f'{line}; printf "%s %s" "$TOKEN" "${{PROOF-}}"'
    done = subprocess.run(
        ["bash", "-c", said], capture_output=True, text=True, env={**os.environ, "PATH": path}, check=True
    )
    token, proof = done.stdout.split(" ")
    return {"$TOKEN": token, "$PROOF": proof}


def test_the_printed_commands_work_as_they_stand(server: Server) -> None:
    variables: dict[str, str] = {}
    answered = []
    for line in printed_commands(server.written.read_text("utf-8")):
        if not line.startswith("curl "):
            variables = shell_variables(line)
            continue
        command = shlex.split(line)
        headers = dict(each.split(": ", 1) for each in _following(command, "-H"))
        body = _following(command, "-d")[0]
        address = next(each for each in command if each.startswith("http"))
        for name, value in variables.items():
            headers = {header: text.replace(name, value) for header, text in headers.items()}
        answered.append(server.http.post(address, content=body, headers=headers).json())
    assert len(answered) >= 4
    assert all("errors" not in answer and all(answer["data"].values()) for answer in answered)


def _following(command: list[str], option: str) -> list[str]:
    return [command[place + 1] for place, each in enumerate(command) if each == option]
