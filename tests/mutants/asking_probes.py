"""Probes of requests for consents: their form, what policy and matter allow, what the client is told, and where."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from authz.askable import Askable, admit_asking, askable
from authz.grant import Kind
from authz.principal import Caller, ConsentId, Rights, Subject
from gateway.consents.asking import check_limits, rights_of
from gateway.consents.records import ConsentRecord, Request, RequestState, State
from gateway.consents.standing import Standing, standing, told
from gateway.consents.wanted import Wanted, read_wanted
from gateway.http.consents import _id, _key
from gateway.webhooks import NotAWebhookError, check_address, secret_of
from schema.errors import Code, PolicyError, Refusal
from tests.consents.kept import consent
from tests.consents.requests import GONE, LIFELONG, NOBODY, body
from tests.mutants.probing import pure
from tests.unit.authz.asking import POLICY, TODAY
from tests.unit.authz.test_askable import BANK, LOAN, PERSON
from tests.unit.gateway.test_consent_asking import GRANT, OFFERED

OF_POLICY = frozenset({"beyond the purpose", "uses beyond", "every item", "period of 2100"})
NOW = datetime(2026, 5, 20, 10, tzinfo=UTC)


def refused(**changes: Any) -> str | None:
    """What is said of the request with these changes, by its form alone."""
    try:
        read_wanted(json.dumps(body(**changes)).encode())
    except Refusal as refusal:
        return refusal.detail
    return None


def wanted(**changes: Any) -> Wanted:
    return read_wanted(json.dumps(body(**changes)).encode())


@pure
def no_form_is_without_an_end_or_for_everything() -> None:
    assert refused() is None
    for name in LIFELONG.keys() - OF_POLICY:
        assert refused(**LIFELONG[name]) is not None, name
    assert refused(fields=["Record.status", "Record.status"]) is not None
    assert refused(period={"from": "2026-03-02", "until": "2026-03-01"}) is not None
    assert refused(subject__person__idNumber="420199199207280028") is not None
    assert refused(subject={"uscc": "91420199MA9TERT20Y"}) is not None
    for text in ("王测试的贷款", "420199199207280027"):
        assert refused(necessity=text) is not None
        assert refused(via=text) is not None
        assert refused(matter=text) is not None
    assert refused(matter="LN-420199198503120015") is not None


@pure
def a_request_is_known_by_all_but_its_subject() -> None:
    assert wanted().body == wanted(subject={"person": NOBODY}).body
    assert wanted().body != wanted(uses=1).body


def asked(caller: Caller = BANK, subject: Subject = PERSON, **changes: Any) -> Code | None:
    matter = replace(LOAN, **changes)
    try:
        admit_asking(caller, "PM-901", "LN-1", subject, matter, POLICY.regulation, TODAY)
    except PolicyError as refusal:
        return refusal.code
    return None


@pure
def who_asks_is_who_could_query() -> None:
    assert asked() is None
    assert asked(replace(BANK, consent=ConsentId("K1"))) is Code.OUT_OF_CONSENT
    agency = replace(BANK, principal=replace(BANK.principal, role="dept.housing"))
    assert asked(agency) is Code.PURPOSE_NOT_ALLOWED
    assert asked(closed_on=TODAY) is Code.MATTER_NOT_OPEN


@pure
def nothing_is_askable_but_what_is_shown_and_not_borne() -> None:
    found = askable(GRANT, Kind.PERSON, POLICY.space)
    every = {field for fields in found.values() for field in fields}
    assert "Standing.judgmentDefaulter" in every
    assert not every & {"Record.id", "NaturalPerson.name", "Record.subject", "NaturalPerson.phone"}
    assert "ABNORMAL_OPERATION" not in found


def beyond(offered: Askable = OFFERED[Kind.PERSON], **changes: Any) -> bool:
    try:
        rights_of(wanted(**changes), offered, POLICY.catalogue)
    except Refusal:
        return True
    return False


@pure
def items_and_fields_fit_one_another() -> None:
    expected = Rights(items=frozenset({"PENALTY"}), fields=wanted_fields("Penalty.fineBand"))
    found = rights_of(
        wanted(categories=["ADMIN"], items=GONE, fields=["Penalty.fineBand"]), OFFERED[Kind.PERSON], POLICY.catalogue
    )
    assert found == expected
    for changes in (
        {"items": ["ALL"]},
        {"categories": ["EVERYTHING"]},
        {"categories": ["JUDICIAL", "SERIOUS", "PENALTY"]},
        {"fields": ["Penalty.fineBand"], "categories": GONE},
        {"fields": [*body()["fields"], "NaturalPerson.phone"]},
        {"fields": ["Standing.judgmentDefaulter", "Standing.seriousList"]},
    ):
        assert beyond(**changes), changes


def wanted_fields(*names: str) -> frozenset[Any]:
    return frozenset(names)


def over(day: date = TODAY, **changes: Any) -> bool:
    try:
        check_limits(wanted(**changes), POLICY.regulation, "420100", day)
    except Refusal:
        return True
    return False


@pure
def terms_end_where_policy_says() -> None:
    assert not over(expires_in=30, uses=3)
    assert over(expires_in=31)
    assert over(uses=4)
    assert not over(manner="monitoring", expires_in=180, uses=12)
    assert over(manner="monitoring", expires_in=181)
    assert over(purpose="PM-906", manner="monitoring")
    end = (TODAY + timedelta(days=30)).isoformat()
    after = (TODAY + timedelta(days=31)).isoformat()
    assert not over(period__until=end)
    assert over(period__until=after)


def request(**changes: Any) -> Request:
    return replace(consent().request, lapses_at=NOW + timedelta(days=1), **changes)


@pure
def the_client_is_told_four_words_and_no_subject() -> None:
    waiting = request(state=RequestState.SHOWN)
    assert standing(waiting, None, NOW) is Standing.PENDING
    assert standing(waiting, None, NOW + timedelta(days=1)) is Standing.NOT_GRANTED
    assert standing(request(state=RequestState.DENIED), None, NOW) is Standing.NOT_GRANTED
    usable = granted(usable=True)
    assert standing(usable.request, usable, NOW) is Standing.ACTIVE
    begun_later = granted(first=NOW + timedelta(days=1))
    assert standing(begun_later.request, begun_later, NOW) is Standing.ACTIVE
    for state in (State.SUSPENDED, State.REVOKED):
        ended = granted(state=state, first=NOW + timedelta(days=1))
        assert standing(ended.request, ended, NOW) is Standing.ENDED
        assert told(ended.request, ended, "", NOW)["uses_left"] == 0
    assert told(waiting, None, "", NOW + timedelta(days=1)).keys() == {"id", "status"}
    assert "subject" not in json.dumps(told(usable.request, usable, "", NOW))


def granted(**changes: Any) -> ConsentRecord:
    return replace(consent(), **{"usable": False, "state": State.ACTIVE, "first": NOW - timedelta(days=1), **changes})


def not_a_webhook(address: str = "https://bank.test/", secret: str = "whsec_" + "A" * 32) -> bool:
    try:
        check_address(address)
        secret_of(secret)
    except NotAWebhookError:
        return True
    return False


@pure
def webhooks_are_https_with_a_real_secret() -> None:
    assert not not_a_webhook()
    assert not not_a_webhook("http://127.0.0.1:9/")
    for address in ("http://bank.test/", "ftp://127.0.0.1/", "https://user@bank.test/", "https://bank.test/#a"):
        assert not_a_webhook(address), address
    for secret in ("A" * 32, "whsec_AAAA", "whsec_" + "A" * 200):
        assert not_a_webhook(secret=secret), secret


@pure
def an_id_has_one_spelling_and_a_key_is_one_header() -> None:
    one = "7977800d-4d1c-442a-8f60-8c6592dfb05d"
    assert str(_id(one)) == one
    assert [_id(each) for each in (one.upper(), one.replace("-", ""), "1", f"{{{one}}}")] == [None] * 4
    assert _key(['"0123456789"']) == _key(["0123456789"]) == "0123456789"
    for headers in ([], ["0123456789"] * 2, ["short"], ["a" * 129], ["with a blank"]):
        try:
            _key(headers)
        except Refusal:
            continue
        raise AssertionError(headers)
