"""What makes two requests pages of one question, and which handles name a consent."""

from uuid import UUID

import pytest

from authz.principal import ConsentId
from gateway.consents.using import question_of, uuid_of
from schema.build import graphql_schema
from schema.documents.document import prepare
from tests.unit.resolvers.sealers import keys_of, sealer_of

SEALER = sealer_of(keys_of(1))
TEXT = (
    "query Q($u: String!, $n: Int, $c: String)"
    " { subject(by: {uscc: $u}) { records(first: $n, after: $c) { totalCount } } }"
)
FIRST = {"u": "91420199MA9TERT20X", "n": 20}


def question(text: str = TEXT, name: str | None = None, **variables: object) -> bytes:
    document = prepare(text, graphql_schema())
    return question_of(document, document.operation(name), {**FIRST, **variables}, SEALER)


def test_the_pages_of_one_question_are_known_by_one_digest() -> None:
    assert question() == question(c="x") == question(c=None) == question(n=50, c="y")
    assert len(question()) == 32


def test_another_question_has_another() -> None:
    two = TEXT + " query R($u: String!) { subject(by: {uscc: $u}) { name } }"
    others = [
        question(u="91420199MA9TERT123"),
        question(TEXT.replace("totalCount", "pageInfo { hasNextPage }")),
        question(TEXT + " "),
        question(two, "Q"),
        question(two, "R"),
    ]
    assert len({question(), *others}) == 6


def test_the_digest_of_a_question_cannot_be_made_without_the_key() -> None:
    document = prepare(TEXT, graphql_schema())
    other = question_of(document, document.operation(), FIRST, sealer_of(keys_of(2)))
    assert question() != other


@pytest.mark.parametrize("handle", [None, "", "K1", "x" * 36, "00000000-0000-4000-8000-00000000000g"])
def test_what_names_no_consent_is_none(handle: str | None) -> None:
    assert uuid_of(None if handle is None else ConsentId(handle)) is None


def test_a_handle_is_the_id() -> None:
    text = "00000000-0000-4000-8000-000000000001"
    assert uuid_of(ConsentId(text)) == UUID(text)
