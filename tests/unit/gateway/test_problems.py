"""Codes, statuses and sentences: complete, as documented, and silent about what was sent."""

import json
import re
from pathlib import Path

import pytest

from gateway.problems import (
    GRAPHQL_RESPONSE,
    JSON,
    SENTENCES,
    ProtocolRefusal,
    RateRefusal,
    describe,
    headers_of,
    status_of,
)
from schema.errors import Code, PolicyError, Refusal

DOCUMENTED = Path(__file__).parents[3] / "docs" / "errors.md"


def error_of(body: bytes) -> dict[str, object]:
    (error,) = json.loads(body)["errors"]
    assert isinstance(error, dict)
    return error


def test_every_code_has_a_sentence_in_both_languages() -> None:
    assert set(SENTENCES) == set(Code)
    assert all(sentence.english.endswith(".") and sentence.english.isascii() for sentence in SENTENCES.values())
    assert all(re.search(r"[\u4e00-\u9fff]+。$", sentence.chinese) for sentence in SENTENCES.values())


def test_the_documented_table_is_the_map() -> None:
    rows = re.findall(r"^\| ([A-Z_]+) \| (\d+) \| (\d+) \| (.+?) \| (.+?) \|$", DOCUMENTED.read_text("utf-8"), re.M)

    assert [(code, int(status), int(plain), english, chinese) for code, status, plain, english, chinese in rows] == [
        (str(code), found.status, found.plain_status, found.english, found.chinese) for code, found in SENTENCES.items()
    ]


def test_only_wellformed_requests_may_fail_with_200() -> None:
    assert {code for code in Code if status_of(code, JSON) == 200} == {
        Code.DOCUMENT_INVALID,
        Code.LIMIT_EXCEEDED,
        Code.FIELD_NOT_FILTERABLE,
        Code.CURSOR_INVALID,
    }
    assert all(status_of(code, GRAPHQL_RESPONSE) >= 400 for code in Code)


def test_a_refusal_is_told_with_its_own_sentence_and_place() -> None:
    problem = describe(Refusal(Code.DOCUMENT_INVALID, "A name is unknown.", line=2, column=5), incident="i")

    assert error_of(problem.body) == {
        "message": "A name is unknown.",
        "locations": [{"line": 2, "column": 5}],
        "extensions": {"code": "DOCUMENT_INVALID", "messageZh": "查询文档无效。"},
    }
    assert (problem.status(GRAPHQL_RESPONSE), problem.status(JSON)) == (400, 200)


def test_a_refusal_without_a_sentence_gets_that_of_its_code() -> None:
    problem = describe(PolicyError(Code.PURPOSE_REQUIRED, ""), incident="i")

    assert error_of(problem.body)["message"] == "The operation must state a purpose."
    assert "locations" not in error_of(problem.body)


@pytest.mark.parametrize(
    "error", [ValueError("420199198503120015"), Refusal(Code.INTERNAL, "420199198503120015"), KeyboardInterrupt()]
)
def test_what_was_not_foreseen_has_a_number_and_no_text(error: BaseException) -> None:
    problem = describe(error, incident="i-7")

    assert problem.code is Code.INTERNAL
    assert error_of(problem.body)["extensions"] == {
        "code": "INTERNAL",
        "messageZh": "系统内部错误。",
        "incident": "i-7",
    }
    assert b"4201" not in problem.body


def test_an_incident_is_told_of_incidents_only() -> None:
    assert b"i-7" not in describe(Refusal(Code.RATE_LIMITED, ""), incident="i-7").body


def test_refusals_of_http_have_a_status_of_their_own() -> None:
    problem = describe(ProtocolRefusal(405, "By POST.", allow="POST"), incident="i")

    assert problem.status(GRAPHQL_RESPONSE) == problem.status(JSON) == 405
    assert problem.headers == {"Allow": "POST"}
    assert problem.code is Code.BAD_REQUEST


def test_headers_that_http_asks_for() -> None:
    assert describe(RateRefusal(17), incident="i").headers == {"Retry-After": "17"}
    assert headers_of(Code.LEDGER_UNAVAILABLE).keys() == headers_of(Code.RATE_LIMITED).keys() == {"Retry-After"}
    assert headers_of(Code.UNAUTHENTICATED).keys() == headers_of(Code.OPERATOR_NOT_VALID).keys() == {"WWW-Authenticate"}
    assert not headers_of(Code.PURPOSE_REQUIRED)
