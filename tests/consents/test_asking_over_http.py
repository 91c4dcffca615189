"""A bank asks for consents over HTTP, at two processes on one database: what is refused, what is told, to whom."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from gateway.consents.records import By, Reason
from gateway.settings import PREFIX
from tests.consents.pair import Pair, two_servers
from tests.consents.requests import ANYBODY, GONE, LIFELONG, MINOR, N2, NOBODY, PROTECTED, body, key
from tests.http.running import free_port

PATH = "/consents"
ROWS = "SELECT '{table}' AS name, whole_row::text AS told FROM {table} AS whole_row"


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with two_servers() as found:
        found.home.said("protect", PROTECTED["idNumber"], "--by", "AUDIT/U1", "--reason", "a test of who is known")
        yield found


@pytest.fixture(scope="module")
def token(pair: Pair) -> str:
    return pair.token("B1")


def ask(pair: Pair, token: str, headers: dict[str, str] | None = None, **changes: Any) -> httpx.Response:
    return pair.call(pair.one, "POST", PATH, token, json=body(**changes), headers=key() if headers is None else headers)


def look(pair: Pair, token: str, consent: str, client: str = "B1", method: str = "GET") -> httpx.Response:
    return pair.call(pair.other, method, f"{PATH}/{consent}", token, client=client)


def refusal(answer: httpx.Response) -> tuple[int, str]:
    (error,) = answer.json()["errors"]
    return answer.status_code, error["extensions"]["code"]


def denials(pair: Pair) -> list[dict[str, Any]]:
    rows = pair.owner("SELECT leaf FROM audit_pending ORDER BY t")
    leaves = [json.loads(row["leaf"]) for row in rows]
    return [leaf for leaf in leaves if leaf["kind"] == "deny" and str(leaf["action"]).startswith("consent-")]


def test_a_request_is_pending_and_says_where_the_subject_decides(pair: Pair, token: str) -> None:
    answer = ask(pair, token)
    told = answer.json()
    assert answer.status_code == 201, answer.text
    assert told.keys() == {"id", "status", "consent_uri", "expires_at"}
    assert told["status"] == "pending"
    assert told["consent_uri"] == f"{pair.home.url}/portal/requests/{told['id']}"
    assert answer.headers["location"] == f"{PATH}/{told['id']}"
    assert answer.headers["cache-control"] == "private, no-store"
    assert look(pair, token, told["id"]).json() == told


def test_what_was_granted_is_told_and_never_the_subject(pair: Pair, token: str) -> None:
    consent = ask(pair, token).json()["id"]
    record = pair.granted(consent)
    answer = look(pair, token, consent)
    told = answer.json()
    assert (told["status"], told["uses"], told["uses_left"]) == ("active", 2, 2)
    assert told["items"] == sorted(record.rights.items)
    assert told["fields"] == sorted(record.rights.fields)
    assert told["period"] == {"from": "2021-01-01", "until": "2026-05-31"}
    assert not any(each in answer.text for each in (*N2.values(), "subject"))


@pytest.mark.parametrize("decided", [False, True], ids=["pending", "granted"])
def test_the_bank_gives_it_up_and_that_stays_so(pair: Pair, token: str, decided: bool) -> None:
    consent = ask(pair, token).json()["id"]
    if decided:
        pair.granted(consent)
    first, again = (look(pair, token, consent, method="DELETE") for _ in range(2))
    assert (first.status_code, again.status_code, first.content) == (204, 204, b"")
    assert look(pair, token, consent).json()["status"] == ("ended" if decided else "not_granted")


def test_a_suspension_is_an_end_to_the_bank_while_it_lasts(pair: Pair, token: str) -> None:
    consent = ask(pair, token).json()["id"]
    pair.granted(consent)

    async def suspend() -> None:
        async with pair.opened() as installation:
            assert await installation.consents.suspend(UUID(consent), Reason.OFFICER, By.OFFICER)

    asyncio.run(suspend())
    told = look(pair, token, consent).json()
    assert (told["status"], told["uses_left"]) == ("ended", 0)


# Forever, for everything, for everybody: T19 --------------------------------------------------------------------------


@pytest.mark.parametrize("change", sorted(LIFELONG))
def test_no_consent_is_asked_for_without_an_end_or_for_everything(pair: Pair, token: str, change: str) -> None:
    answer = ask(pair, token, **LIFELONG[change])
    assert refusal(answer) == (400, "BAD_REQUEST")
    assert not any(each in answer.text for each in ("9999", "auto_renew", *N2.values()))


def test_each_refusal_of_a_bank_is_logged_and_good_requests_between_them_are_served(pair: Pair, token: str) -> None:
    before = len(denials(pair))
    answers = [
        ask(pair, token, **change).status_code for bad in ("two purposes", "null end") for change in ({}, LIFELONG[bad])
    ]
    assert answers == [201, 400, 201, 400]
    logged = denials(pair)[before:]
    assert [(leaf["action"], leaf["decision"]["reasons"]) for leaf in logged] == [
        ("consent-request", ["BAD_REQUEST"])
    ] * 2
    assert {leaf["principal"] for leaf in logged} == {"B1"}


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"matter": "LN-420199198503120015"}, 400, "BAD_REQUEST"),
        ({"purpose": "PM-906"}, 403, "PURPOSE_NOT_ALLOWED"),
        ({"purpose": "PM-301"}, 403, "PURPOSE_NOT_ALLOWED"),
        ({"items": ["ABNORMAL_OPERATION"], "categories": GONE}, 400, "BAD_REQUEST"),
        ({"fields": ["NaturalPerson.phone"]}, 400, "BAD_REQUEST"),
        ({"manner": "monitoring", "expires_in": 181}, 400, "BAD_REQUEST"),
    ],
    ids=["matter", "list", "agencies", "kind", "field", "monitoring"],
)
def test_what_policy_does_not_allow_is_not_asked(
    pair: Pair, token: str, changes: dict[str, Any], status: int, code: str
) -> None:
    assert refusal(ask(pair, token, **changes)) == (status, code)


def test_monitoring_is_longer_and_a_firm_is_asked_for_what_is_of_firms(pair: Pair, token: str) -> None:
    assert ask(pair, token, manner="monitoring", expires_in=180, uses=12).status_code == 201
    firm = {"uscc": "91420199MA9TERT20X"}
    answer = ask(pair, token, subject=firm, categories=["ABNORMAL"], items=GONE, fields=["Record.status"])
    assert answer.status_code == 201, answer.text


def test_the_key_of_a_request_is_needed_and_is_for_one_request(pair: Pair, token: str) -> None:
    for headers in (
        {},
        {"Idempotency-Key": "short"},
        {"Idempotency-Key": "a" * 129},
        {"Idempotency-Key": "with blank s"},
    ):
        assert refusal(ask(pair, token, headers)) == (400, "BAD_REQUEST")
    once = key()
    first, again = ask(pair, token, once), ask(pair, token, once)
    assert (again.status_code, again.json()) == (201, first.json())
    assert refusal(ask(pair, token, once, uses=1)) == (400, "BAD_REQUEST")
    assert refusal(ask(pair, token, once, subject={"person": NOBODY})) == (400, "BAD_REQUEST")


def test_the_form_of_the_request_is_checked(pair: Pair, token: str) -> None:
    def post(**request: Any) -> tuple[int, str]:
        request.setdefault("headers", {}).update(key())
        return refusal(pair.call(pair.one, "POST", request.pop("path", PATH), token, **request))

    assert post(content=b"a=b", headers={"Content-Type": "application/x-www-form-urlencoded"})[0] == 415
    assert post(content=b"{}", headers={"Content-Type": "application/json", "Content-Encoding": "gzip"})[0] == 415
    assert post(content=b"[" * 5000, headers={"Content-Type": "application/json"})[0] == 400
    assert post(content=b" " * 40_000, headers={"Content-Type": "application/json"})[0] == 413


def test_without_a_key_bound_token_there_is_nothing(pair: Pair) -> None:
    bare = pair.one.http.post(PATH, json=body(), headers=key())
    agency = pair.one.http.post(PATH, json=body(), headers={**key(), **pair.home.bearer("A1")})
    assert refusal(bare) == refusal(agency) == (401, "UNAUTHENTICATED")
    assert refusal(pair.one.http.get(f"{PATH}/{uuid4()}")) == (401, "UNAUTHENTICATED")


def test_changes_are_rationed_so_that_what_a_subject_takes_back_finds_its_turn(pair: Pair, token: str) -> None:
    """Each is a transaction of the log by itself: a bank that sent them as fast as questions would fill its line."""
    rate = {**pair.home.environment, f"{PREFIX}CALLER_RATE": "20"}
    rationed = replace(pair.home, port=free_port(), environment=rate)
    with rationed.serving("serve", "--without", "watch", "--without", "sequencer", "--port", f"{rationed.port}") as one:
        first, second = (pair.call(one, "POST", PATH, token, json=body(), headers=key()) for _ in range(2))
    assert first.status_code == 201, first.text
    assert refusal(second) == (429, "RATE_LIMITED")


# Who is known: T21 ----------------------------------------------------------------------------------------------------


def test_the_answer_is_the_same_whoever_is_asked_about(pair: Pair, token: str) -> None:
    shapes = set()
    for _ in range(3):
        for person in ANYBODY.values():
            answer = ask(pair, token, subject={"person": person})
            told = answer.json()
            kinds = tuple((name, len(str(value))) for name, value in told.items())
            headers = frozenset(answer.headers.keys()), answer.headers["content-length"]
            shapes.add((answer.status_code, told["status"], kinds, headers))
    assert len(shapes) == 1


def test_nothing_that_was_sent_is_kept_or_written_in_the_clear(pair: Pair, token: str) -> None:
    """BASIS: PIPL-51 (T26)."""
    once = key()
    ask(pair, token, once, subject={"person": MINOR})
    ask(pair, token, subject={"person": MINOR}, necessity=f"{MINOR['name']}的贷款")
    ask(pair, token, subject={"person": MINOR}, matter=MINOR["idNumber"])
    tables = [row["tablename"] for row in pair.owner("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    rows = pair.owner(" UNION ALL ".join(ROWS.format(table=table) for table in tables))
    sent = (*(MINOR[each] for each in ("name", "idNumber")), *once.values())
    words = {form for text in sent for form in (text, text.encode().hex())}
    assert "consent_request" in {row["name"] for row in rows}
    assert {row["name"] for row in rows if any(word in row["told"] for word in words)} == set()
    assert not any(word in pair.home.folder.with_name("written").read_text("utf-8") for word in words)


# Whose it is: T22 -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_consent_of_another_bank_is_none(pair: Pair, token: str, method: str) -> None:
    consent = ask(pair, token).json()["id"]
    other = pair.token("B2")
    ids = (
        consent,
        str(uuid4()),
        consent.upper(),
        consent.replace("-", ""),
        "1",
        f"{consent}/x",
        "..%2f..",
        "%00",
        "K1",
    )
    answers = [look(pair, other, each, "B2", method) for each in ids]
    assert {(each.status_code, each.content) for each in answers} == {(404, answers[0].content)}
    assert len({frozenset(each.headers.keys()) for each in answers}) == 1
    assert look(pair, token, consent).json()["status"] == "pending"
    assert {"consent-status" if method == "GET" else "consent-end"} <= {leaf["action"] for leaf in denials(pair)}


# What was granted stays: T23 ------------------------------------------------------------------------------------------


def test_terms_do_not_change_and_other_terms_are_another_consent(pair: Pair, token: str) -> None:
    once = key()
    consent = ask(pair, token, once).json()["id"]
    pair.granted(consent)
    before = look(pair, token, consent).json()
    for method in ("PUT", "PATCH", "POST"):
        assert look(pair, token, consent, method=method).status_code == 405
    assert refusal(ask(pair, token, once, retention_days=1000)) == (400, "BAD_REQUEST")
    another = ask(pair, token, retention_days=1000).json()
    assert another["id"] != consent
    assert another["status"] == "pending"
    assert look(pair, token, consent).json() == before
    assert look(pair, token, consent, method="DELETE").status_code == 204
    assert look(pair, token, consent).json()["status"] == "ended"
