"""A bank registers no matter: its consents, each of its own business reference, are asked for and used over HTTP."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import httpx
import pytest

from tests.consents.pair import Pair, two_servers
from tests.consents.requests import GONE, LOAN, N2, body, key

N1 = {"idType": "RESIDENT_ID", "idNumber": "420199198503120015", "name": "李测试"}
NOBODY = {**N2, "idNumber": "420199199207280043"}
OWN = "LN-2026-N1"
PAGED = {"categories": ["ADMIN"], "items": GONE, "fields": ["Record.decidedOn"], "uses": 1}
CLOSED = """
    INSERT INTO matter (number, client_id, purpose, opened_on, closed_on, operators)
    VALUES ('LN-CLOSED', 'B1', 'PM-901', $1, $2, '{1001}') RETURNING number
"""


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with two_servers() as found:
        yield found


def consented(pair: Pair, who: Mapping[str, str], reference: str, **changes: Any) -> str:
    """Asked for with POST /consents, and granted."""
    wanted = body(subject={"person": dict(who)}, matter=reference, **changes)
    answer = pair.call(pair.one, "POST", "/consents", pair.token("B1"), json=wanted, headers=key())
    assert answer.status_code == 201, answer.text
    return str(pair.granted(answer.json()["id"]).id)


def ask(pair: Pair, consent: str, who: Mapping[str, str], reference: str | None) -> httpx.Response:
    stated = "" if reference is None else f', matter: "{reference}"'
    document = f'''query($who: PersonLookup!) @purpose(code: "PM-901"{stated}, role: "data_subject") {{
        viewer {{ matter {{ number }} }} standing(by: {{person: $who}}) {{ identityMatch {{ answer }} }} }}'''
    return pair.graphql(pair.other, pair.token("B1", consent=consent), document, {"who": dict(who)})


def code(answer: httpx.Response) -> str | None:
    found = answer.json().get("errors")
    return None if found is None else found[0]["extensions"]["code"]


@pytest.mark.parametrize("stated", [True, False], ids=["stated", "not stated"])
@pytest.mark.parametrize(("who", "match"), [(N1, "YES"), (NOBODY, "NO")], ids=["known", "unknown"])
def test_a_consent_about_anybody_is_used_with_a_reference_of_the_banks_own(
    pair: Pair, who: Mapping[str, str], match: str, stated: bool
) -> None:
    consent = consented(pair, who, OWN)
    answer = ask(pair, consent, who, OWN if stated else None)
    assert answer.status_code == 200, answer.text
    assert answer.json()["data"]["standing"]["identityMatch"]["answer"] == match
    (row,) = pair.owner("SELECT leaf FROM audit_pending WHERE id::text = $1", answer.headers["audit-entry"])
    assert consent in row["leaf"].decode()


def test_the_reference_is_that_of_the_consent_and_nobody_else_is_looked_up(pair: Pair) -> None:
    consent = consented(pair, N1, OWN)
    refused = [ask(pair, consent, N1, LOAN), ask(pair, consent, N1, "LN-OF-NOBODY"), ask(pair, consent, N2, OWN)]
    assert [(each.status_code, code(each)) for each in refused] == [(403, "OUT_OF_CONSENT")] * 3
    assert code(ask(pair, consent, N1, OWN)) is None


def test_a_registered_matter_serves_as_any_other_and_needs_no_party(pair: Pair) -> None:
    """The matter of that number names somebody else as its party; one that is closed serves nobody."""
    assert code(ask(pair, consented(pair, N1, LOAN), N1, LOAN)) is None
    pair.owner(CLOSED, date(2026, 1, 5), date(2026, 5, 1))
    wanted = body(matter="LN-CLOSED")
    answer = pair.call(pair.one, "POST", "/consents", pair.token("B1"), json=wanted, headers=key())
    assert (answer.status_code, code(answer)) == (403, "MATTER_NOT_OPEN")


def test_the_pages_of_the_last_use_are_turned_with_a_new_token(pair: Pair) -> None:
    document = """query($after: String) @purpose(code: "PM-901", role: "data_subject") {
        records(first: 1, after: $after) { edges { cursor } } }"""
    consent = consented(pair, N2, LOAN, **PAGED)
    first = pair.graphql(pair.one, pair.token("B1", consent=consent), document)
    after = {"after": first.json()["data"]["records"]["edges"][0]["cursor"]}
    second = pair.graphql(pair.other, pair.token("B1", consent=consent), document, after)
    anew = pair.graphql(pair.other, pair.token("B1", consent=consent), document)
    assert [code(each) for each in (first, second, anew)] == [None, None, "CONSENT_ENDED"]
