"""Content-Type and Accept, taken whole (RFC 9110 12.5.1)."""

import pytest

from gateway.http.media import asks_for_html, chosen, is_json_request

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"


@pytest.mark.parametrize(
    ("accepts", "expected"),
    [
        ([], GRAPHQL),
        ([""], GRAPHQL),
        ([JSON, GRAPHQL], GRAPHQL),
        ([f"{JSON};q=0.9", f"{GRAPHQL};q=0.8"], JSON),
        ([f"{GRAPHQL};q=0.001, {JSON};q=0"], GRAPHQL),
        (["application/*;q=0.1, text/html"], GRAPHQL),
        ([f"*/*;q=0.1, {JSON}"], JSON),
        ([f"{GRAPHQL};q=0, application/*"], JSON),
        ([f"*/*, {JSON};q=0.2"], GRAPHQL),
        ([f"*/*;q=0, {JSON}"], JSON),
        ([f"{JSON};q=1.000"], JSON),
        ([f"{JSON} ; Q=1"], JSON),
        ([f"{JSON};q=0.0"], None),
        ([f"{JSON};q=2"], None),
        ([f"{JSON};q=-1"], None),
        ([f"{JSON};q=nan"], None),
        ([f"{JSON};q=0.0001"], None),
        ([f"{JSON};charset=utf-16"], None),
        ([f"{JSON};profile=x"], None),
        (["*/json"], None),
        (["/"], None),
        ([";q=1"], None),
        (["text/*"], None),
        ([f"{JSON}x"], None),
    ],
)
def test_the_chosen_type(accepts: list[str], expected: str | None) -> None:
    assert chosen(accepts) == expected


@pytest.mark.parametrize(
    ("accepts", "expected"),
    [
        (["text/html"], True),
        (["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"], True),
        (["text/html;q=0"], False),
        (["*/*"], False),
        (["text/*"], False),
        ([], False),
        (["text/htmlx"], False),
    ],
)
def test_a_browser_names_html(accepts: list[str], expected: bool) -> None:
    assert asks_for_html(accepts) is expected


@pytest.mark.parametrize(
    ("content_types", "expected"),
    [
        ([JSON], True),
        (["application/json;charset=UTF-8"], True),
        (['application/json; charset="utf-8"'], True),
        ([], False),
        ([JSON, JSON], False),
        (["application/json;"], False),
        (["application/json; charset=utf-8; charset=utf-8"], False),
        (["application/json+x"], False),
        (["application/*"], False),
    ],
)
def test_a_json_request(content_types: list[str], expected: bool) -> None:
    assert is_json_request(content_types) is expected
