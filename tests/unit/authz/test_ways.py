"""What might be asked for instead, to be shown more: by whom, for which purpose, in which roles, of which rows."""

from dataclasses import replace
from typing import Any

import pytest

from authz.grant import Kind, Level, Relation
from authz.principal import BANK_ROLE, PUBLIC, Principal
from authz.purpose import Asked
from authz.ways import Terms
from tests.unit.authz.asking import POLICY
from tests.unit.authz.ways_out import BY_CODE, BY_NUMBER, OFFICE, PERSON, RECORDS, purposes, told, ways

BOTH = Asked(persons=True, organisations=True)
SUPERVISED = Terms(purpose="PM-401", roles=("supervised",), matter=True, consent=False)


def test_the_most_of_every_relation_is_told_where_it_is_more_than_of_every_row() -> None:
    assert told(ways(BY_CODE % RECORDS, "Record.facts")) == [
        ("PM-401", Relation.SOURCE, Level.CLEAR),
        ("PM-834", Relation.SOURCE, Level.CLEAR),
        ("PM-401", Relation.OWN_FIELD, Level.MASKED),
    ]


def test_what_is_shown_of_every_row_is_not_told_once_more_of_some() -> None:
    found = ways(BY_CODE % RECORDS, "Penalty.fineAmount")
    assert {way.relation for way in found} == {Relation.OTHER}
    assert purposes(found) == {"PM-301", "PM-401"}


def test_a_way_says_what_has_to_be_stated_and_registered() -> None:
    _, source, field = ways(BY_CODE % RECORDS, "Record.facts")
    assert source.terms == (Terms(purpose="PM-834", roles=(), matter=False, consent=False),)
    assert (field.terms, field.mask) == ((SUPERVISED,), "MASK_REDACT_TEXT")


def test_a_person_is_reached_in_a_matter_and_there_in_a_role() -> None:
    """PM-834 needs neither matter nor role, so that nobody could be named for it."""
    handling = replace(OFFICE, purposes=frozenset({"PM-832", "PM-834"}))
    (way,) = ways(BY_NUMBER % RECORDS, "Record.facts", who=handling, asked=PERSON, kind=Kind.PERSON)
    assert way.terms == (Terms(purpose="PM-832", roles=("applicant", "party"), matter=True, consent=False),)


def test_nothing_is_told_that_shows_no_more() -> None:
    found = ways(BY_CODE % RECORDS, "Record.facts", level=Level.MASKED)
    assert {(way.relation, way.level) for way in found} == {(Relation.SOURCE, Level.CLEAR)}
    assert ways(BY_CODE % RECORDS, "Record.facts", level=Level.CLEAR) == ()


def test_a_purpose_that_would_refuse_the_document_is_no_way() -> None:
    """It covers no such subject, or the filter is on what it does not show."""
    person: dict[str, Any] = {"kind": Kind.PERSON, "items": frozenset()}
    recruiting = replace(OFFICE, purposes=frozenset({"PM-301", "PM-401", "PM-601"}))
    assert told(ways(BY_NUMBER % "name", "NaturalPerson.name", who=recruiting, asked=BOTH, **person)) == []
    assert purposes(ways(BY_NUMBER % "name", "NaturalPerson.name", who=recruiting, asked=PERSON, **person)) == {
        "PM-601"
    }
    assert ways(BY_CODE % RECORDS, "Record.facts", asked=BOTH) == ()
    filtered = "{ measures(filter: {%s}) { edges { node { force } } } }"
    for argument, answering in (("force: COMPULSORY", {"PM-301", "PM-401"}), ("legalityReview: true", {"PM-834"})):
        text, path = filtered % argument, "measures.edges.node.force"
        found = ways(text, "Measure.force", path=path, items=frozenset(), published=None)
        assert purposes(found) == answering


def test_no_way_leads_through_an_edge_that_is_closed() -> None:
    """PM-821 gives its verdict and shows no subject on whom it could hang."""
    verdict = "Standing.cleanRecord"
    text = "query($u: String!) { %s { cleanRecord { answer } } }"
    inside, outside = text % "subject(by: {uscc: $u}) { standing" + " }", text % "standing(by: {uscc: $u})"
    assert ways(inside, verdict, items=frozenset()) == ()
    found = ways(outside, verdict, path="standing.cleanRecord", items=frozenset(), published=None)
    assert told(found) == [("PM-821", Relation.OTHER, Level.VERDICT)]


def test_of_rows_that_are_not_public_no_way_of_the_public_rows_is_told() -> None:
    """PM-301 shows the redacted facts of published penalties, as the public sees them."""
    tender = replace(OFFICE, purposes=frozenset({"PM-301"}))
    assert ways(BY_CODE % RECORDS, "Record.facts", who=tender) == ()
    (way,) = ways(BY_CODE % RECORDS, "Record.facts", who=tender, published=None)
    assert (way.published, way.level) == (True, Level.MASKED)


@pytest.mark.parametrize("who", [PUBLIC, replace(OFFICE, purposes=frozenset()), replace(OFFICE, role="data_subject")])
def test_who_may_state_nothing_has_no_way(who: Principal) -> None:
    assert ways(BY_CODE % RECORDS, "Record.facts", who=who) == ()


def test_a_purpose_that_the_jurisdiction_does_not_offer_is_none() -> None:
    """C-16: clean years are not known in Jiyang."""
    text, path = "query($u: String!) { standing(by: {uscc: $u}) { cleanRecord { answer } } }", "standing.cleanRecord"
    for place, offered in (("420100", {"PM-821"}), ("370115", set())):
        who = replace(OFFICE, jurisdiction=place)
        found = ways(text, "Standing.cleanRecord", who=who, path=path, items=frozenset(), published=None)
        assert purposes(found) == offered


def test_banks_are_told_of_a_consent() -> None:
    bank = replace(OFFICE, role=BANK_ROLE, purposes=frozenset({"PM-901"}))
    kept = Terms(purpose="PM-901", roles=("data_subject",), matter=False, consent=True)
    text = BY_CODE % "... on Organisation { financials }"
    (way,) = ways(text, "Organisation.financials", who=bank, items=frozenset({"REGISTRATION_ORG"}))
    assert (way.terms, way.level) == ((kept,), Level.CLEAR)
    assert ways(text, "Organisation.financials", who=bank, asked=BOTH, items=frozenset()) == ()


def test_roles_stand_together_until_a_rule_tells_them_apart() -> None:
    office = replace(OFFICE, purposes=frozenset({"PM-832"}))
    assert [each.roles for each in ways(BY_CODE % RECORDS, "Record.facts", who=office)[0].terms] == [
        ("applicant", "party")
    ]
    rule = next(each for each in POLICY.rules if each.id == "SH-83X-OWN-ADMIN-TEXT-SOURCE")
    telling = replace(POLICY, rules=(*POLICY.rules, replace(rule, role="party")))
    found = ways(BY_CODE % RECORDS, "Record.facts", who=office, policy=telling)
    assert [each.roles for way in found for each in way.terms] == [("applicant",), ("party",)]


def test_purposes_that_show_the_same_are_one_way() -> None:
    """Each on its own terms. The document is walked once for them all."""
    office = replace(OFFICE, purposes=frozenset({"PM-401", "PM-402", "PM-301"}))
    of_all = next(way for way in ways(BY_CODE % RECORDS, "Penalty.fineAmount", who=office) if len(way.terms) > 1)
    assert [each.purpose for each in of_all.terms] == ["PM-401", "PM-402"]
