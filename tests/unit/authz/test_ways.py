"""What might be asked for instead, to be shown more: by whom, for which purpose, in which roles, of which rows."""

from dataclasses import replace
from typing import Any

import pytest

from authz.grant import Kind, Level, Relation
from authz.principal import BANK_ROLE, PUBLIC, Principal
from authz.purpose import Asked
from authz.ways import Terms
from tests.unit.authz.asking import POLICY
from tests.unit.authz.ways_out import BY_CODE, BY_NUMBER, OFFICE, PERSON, RECORDS, told, ways

BOTH = Asked(persons=True, organisations=True)
SUPERVISED = Terms(roles=("supervised",), matter=True, consent=False)


def test_the_most_of_every_relation_is_told_where_it_is_more_than_of_every_row() -> None:
    assert told(ways(BY_CODE % RECORDS, "Record.facts")) == [
        ("PM-401", Relation.SOURCE, Level.CLEAR),
        ("PM-834", Relation.SOURCE, Level.CLEAR),
        ("PM-401", Relation.OWN_FIELD, Level.MASKED),
    ]


def test_what_is_shown_of_every_row_is_not_told_once_more_of_some() -> None:
    found = ways(BY_CODE % RECORDS, "Penalty.fineAmount")
    assert {way.relation for way in found} == {Relation.OTHER}
    assert {way.purpose for way in found} == {"PM-301", "PM-401"}


def test_a_way_says_what_has_to_be_stated_and_registered() -> None:
    _, source, field = ways(BY_CODE % RECORDS, "Record.facts")
    assert source.terms == Terms(roles=(), matter=False, consent=False)
    assert (field.terms, field.mask) == (SUPERVISED, "MASK_REDACT_TEXT")


def test_a_person_is_reached_in_a_matter_and_there_in_a_role() -> None:
    """PM-834 needs neither matter nor role, so that nobody could be named for it."""
    handling = replace(OFFICE, purposes=frozenset({"PM-832", "PM-834"}))
    (way,) = ways(BY_NUMBER % RECORDS, "Record.facts", who=handling, asked=PERSON, kind=Kind.PERSON)
    assert (way.purpose, way.terms.matter, way.terms.roles) == ("PM-832", True, ("applicant", "party"))


def test_nothing_is_told_that_shows_no_more() -> None:
    found = ways(BY_CODE % RECORDS, "Record.facts", level=Level.MASKED)
    assert {(way.relation, way.level) for way in found} == {(Relation.SOURCE, Level.CLEAR)}
    assert ways(BY_CODE % RECORDS, "Record.facts", level=Level.CLEAR) == ()


def test_a_purpose_that_would_refuse_the_document_is_no_way() -> None:
    """It covers no such subject, or the filter is on what it does not show."""
    person: dict[str, Any] = {"kind": Kind.PERSON, "items": frozenset()}
    recruiting = replace(OFFICE, purposes=frozenset({"PM-301", "PM-401", "PM-601"}))
    assert told(ways(BY_NUMBER % "name", "NaturalPerson.name", who=recruiting, asked=BOTH, **person)) == []
    (way,) = ways(BY_NUMBER % "name", "NaturalPerson.name", who=recruiting, asked=PERSON, **person)
    assert way.purpose == "PM-601"
    assert ways(BY_CODE % RECORDS, "Record.facts", asked=BOTH) == ()
    filtered = "{ measures(filter: {%s}) { edges { node { force } } } }"
    for argument, purposes in (("force: COMPULSORY", {"PM-301", "PM-401"}), ("legalityReview: true", {"PM-834"})):
        text, path = filtered % argument, "measures.edges.node.force"
        found = ways(text, "Measure.force", path=path, items=frozenset(), published=None)
        assert {way.purpose for way in found} == purposes


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
    jiyang = replace(OFFICE, jurisdiction="370115")
    assert ways("query($u: String!) { standing(by: {uscc: $u}) { cleanRecord { answer } } }", "X.x", who=jiyang) == ()


def test_banks_are_told_of_a_consent() -> None:
    bank = replace(OFFICE, role=BANK_ROLE, purposes=frozenset({"PM-901"}))
    kept = Terms(roles=("data_subject",), matter=False, consent=True)
    text = BY_CODE % "... on Organisation { financials }"
    (way,) = ways(text, "Organisation.financials", who=bank, items=frozenset({"REGISTRATION_ORG"}))
    assert (way.purpose, way.terms, way.level) == ("PM-901", kept, Level.CLEAR)
    assert ways(text, "Organisation.financials", who=bank, asked=BOTH, items=frozenset()) == ()


def test_roles_stand_together_until_a_rule_tells_them_apart() -> None:
    office = replace(OFFICE, purposes=frozenset({"PM-832"}))
    (way,) = ways(BY_CODE % RECORDS, "Record.facts", who=office)
    assert way.terms.roles == ("applicant", "party")
    rule = next(each for each in POLICY.rules if each.id == "SH-83X-OWN-ADMIN-TEXT-SOURCE")
    telling = replace(POLICY, rules=(*POLICY.rules, replace(rule, role="party")))
    assert [each.terms.roles for each in ways(BY_CODE % RECORDS, "Record.facts", who=office, policy=telling)] == [
        ("applicant",),
        ("party",),
    ]
