"""Probes of what ``explain`` tells to ask for instead: only what would be answered, and would show as much."""

from dataclasses import replace

from authz.grant import Kind, Level
from authz.principal import BANK_ROLE
from authz.purpose import Asked
from tests.mutants.probing import pure
from tests.unit.authz.ways_out import BY_CODE, BY_NUMBER, FIRM, OFFICE, PERSON, RECORDS, purposes, told, ways

_NAMED = frozenset({"PM-601", "PM-834"})
_ANY: frozenset[str] = frozenset()
_BOTH = Asked(persons=True, organisations=True)


@pure
def ways_cover_whom_is_asked_about() -> None:
    """A person is named in a role, and a consent is one subject's."""
    who, text = replace(OFFICE, purposes=_NAMED), BY_NUMBER % "name"
    found = ways(text, "NaturalPerson.name", who=who, asked=PERSON, kind=Kind.PERSON, items=_ANY)
    assert purposes(found) == {"PM-601"}
    assert ways(text, "NaturalPerson.name", who=who, asked=_BOTH, kind=Kind.PERSON, items=_ANY) == ()
    bank = replace(OFFICE, role=BANK_ROLE, purposes=frozenset({"PM-901"}))
    kept = BY_CODE % "... on Organisation { financials }"
    for asked, answered in ((FIRM, True), (_BOTH, False)):
        assert (ways(kept, "Organisation.financials", who=bank, asked=asked, items=_ANY) != ()) == answered


@pure
def ways_are_answered() -> None:
    """The document is not refused, and edges lead to the field."""
    text = "{ measures(filter: {%s}) { edges { node { force } } } }"
    for filtered, answering in (("force: COMPULSORY", {"PM-301", "PM-401"}), ("legalityReview: true", {"PM-834"})):
        found = ways(text % filtered, "Measure.force", path="measures.edges.node.force", items=_ANY, published=None)
        assert purposes(found) == answering
    inside = BY_CODE % "standing { cleanRecord { answer } }"
    assert ways(inside, "Standing.cleanRecord", path="subject.standing.cleanRecord", items=_ANY) == ()


@pure
def ways_show_more() -> None:
    """Than now; the most of each relation; and nothing of rows alone that are public, where these are not."""
    assert {way.level for way in ways(BY_CODE % RECORDS, "Record.facts", level=Level.MASKED)} == {Level.CLEAR}
    number = BY_CODE % "... on Organisation { taxRegistrationNumber }"
    most = ways(number, "Organisation.taxRegistrationNumber", items=_ANY, published=None)
    assert {(purpose, level) for purpose, _, level in told(most)} == {("PM-301", Level.CLEAR), ("PM-401", Level.CLEAR)}
    tender = replace(OFFICE, purposes=frozenset({"PM-301"}))
    assert ways(BY_CODE % RECORDS, "Record.facts", who=tender) == ()
    assert ways(BY_CODE % RECORDS, "Record.facts", who=tender, published=None) != ()
