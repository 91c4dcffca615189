"""The body of a request for a consent: one purpose, one subject, an end; everything else is refused by its member."""

import json
from pathlib import Path
from typing import Any

import pytest

from gateway.consents.records import LONGEST_DAYS, MOST_USES
from gateway.consents.wanted import REQUEST, Wanted, read_wanted, schema
from schema.errors import Code, Refusal
from tests.consents.requests import GONE, LIFELONG, N2, body
from tests.ledger.json_schema import problems

SCHEMA = Path(__file__).parents[3] / "docs" / "consent-request.schema.json"
BY_POLICY = {"beyond the purpose", "uses beyond", "every item", "period of 2100"}
"""What only the policy can refuse."""


def read(**changes: Any) -> Wanted:
    return read_wanted(json.dumps(body(**changes)).encode())


def sentence(raw: bytes) -> str:
    with pytest.raises(Refusal) as refused:
        read_wanted(raw)
    assert refused.value.code is Code.BAD_REQUEST
    return refused.value.detail


def test_a_request_is_read_as_it_stands() -> None:
    wanted = read(via="测试平台")
    assert wanted.person == ("RESIDENT_ID", N2["idNumber"], N2["name"])
    assert (wanted.purpose, wanted.manner, wanted.uses, wanted.days) == ("PM-901", "check", 2, 30)
    assert (wanted.items, wanted.categories) == (("PRACTICE_LICENCE",), ("JUDICIAL", "SERIOUS"))
    assert wanted.via == "测试平台"
    assert read(subject={"uscc": "91420199ma9tert20x"}).uscc == "91420199MA9TERT20X"


@pytest.mark.parametrize("change", sorted(LIFELONG.keys() - BY_POLICY))
def test_what_no_consent_may_be_is_refused_with_its_member_and_not_its_value(change: str) -> None:
    said = sentence(json.dumps(body(**LIFELONG[change])).encode())
    assert ":" in said or said in ("There is a member that is not known here.", REQUEST.says)
    for each in ("9999", "ALL", "auto_renew", "forever", "PM-906", *N2.values()):
        assert each not in said.replace("There is no word for all", "")


@pytest.mark.parametrize(
    ("changes", "member"),
    [
        ({"subject__person__idNumber": "420199199207280028"}, "subject.person.idNumber"),
        ({"subject__person__idType": "身份证"}, "subject.person.idType"),
        ({"subject__person__name": "\u3000"}, "subject.person.name"),
        ({"subject": {"uscc": "91420199MA9TERT20Y"}}, "subject.uscc"),
        ({"period": {"from": "2026-02-30", "until": "2026-03-01"}}, "period.from"),
        ({"period": {"from": "2026-03-02", "until": "2026-03-01"}}, "period"),
        ({"necessity": "王测试的贷款"}, "necessity"),
        ({"via": "420199199207280027"}, "via"),
        ({"necessity": "\u0007"}, "necessity"),
        ({"necessity": "王\u200b测试的贷款"}, "necessity"),
        ({"necessity": "审批\u2028贷款"}, "necessity"),
        ({"via": "\u202e台平款贷"}, "via"),
        ({"matter": ""}, "matter"),
        ({"matter": " LN-1"}, "matter"),
        ({"matter": "LN-1\n"}, "matter"),
        ({"matter": "L" * 65}, "matter"),
        ({"matter": "王测试-1"}, "matter"),
        ({"matter": "LN-420199198503120015"}, "matter"),
        ({"matter": "42019919850312001x"}, "matter"),
        ({"necessity": "担保人 420199198503120015"}, "necessity"),
        ({"fields": ["Record.status", "Record.status"]}, "fields"),
        ({"uses": "2"}, "uses"),
        ({"uses": 2.0}, "uses"),
        ({"purpose": GONE}, "purpose"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_member_is_named(changes: dict[str, Any], member: str) -> None:
    assert sentence(json.dumps(body(**changes)).encode()).startswith(f"{member}: ")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"null",
        b'"x"',
        b"{",
        b'{"uses":1,"uses":2}',
        b'{"uses":NaN}',
        b"[" * 40,
        b"\xff",
        b'{"a":"\\ud800"}',
    ],
)
def test_what_is_no_json_object_is_refused(raw: bytes) -> None:
    assert sentence(raw)


@pytest.mark.parametrize("number", ["1", "L" * 64, "LN20260519-88", "鄂贷〔2026〕第 88 号", "202605190000001234567"])
def test_a_business_reference_is_any_number_of_a_business(number: str) -> None:
    assert read(matter=number).matter == number


def test_the_same_request_is_the_same_whoever_it_is_about_and_however_it_is_written() -> None:
    written = json.dumps(body())
    again = json.dumps(dict(reversed(body().items())), indent=2)
    other = json.dumps(body(subject__person__name="李测试"))
    assert read_wanted(written.encode()).body == read_wanted(again.encode()).body == read_wanted(other.encode()).body
    assert read(uses=1).body != read().body
    assert not any(each in repr(read()) for each in (N2["name"], N2["idNumber"]))


def test_the_published_schema_is_that_of_the_code() -> None:
    assert json.loads(SCHEMA.read_text("utf-8")) == schema()


@pytest.mark.parametrize("change", sorted(LIFELONG.keys() - BY_POLICY - {"no necessity"}))
def test_what_is_refused_by_its_form_is_refused_by_the_schema(change: str) -> None:
    assert problems(body(), schema()) == []
    assert problems(body(**LIFELONG[change]), schema())


def test_nothing_is_longer_than_the_register_takes() -> None:
    properties = schema()["properties"]
    assert (properties["expires_in"]["maximum"], properties["uses"]["maximum"]) == (LONGEST_DAYS, MOST_USES)
