"""Probes of decisions, without rows or requests: cells and parts of small policies, and a few of the shipped one."""

from dataclasses import replace

from authz.cells import Asker, Cells, Fields
from authz.grant import Level, Relation, Scope
from schema.demands.demand import Coordinate
from tests.mutants.probing import pure
from tests.mutants.scope_probes import PERSON
from tests.unit.authz import small
from tests.unit.authz.small import ITEMS, SPACE, Line, deny, rule

ASKER = Asker(scope=Scope.SHARING, department="dept.a", jurisdiction="420100", purpose="PM-1", role="none")


def decided(
    *lines: Line, asker: Asker = ASKER, item: str = "PENALTY", relation: Relation = Relation.OTHER
) -> dict[str, Level]:
    """What the rules of a small policy show of a person's record."""
    return {str(name): each.level for name, each in _fields(*lines, asker=asker, item=item, relation=relation).items()}


def _fields(*lines: Line, asker: Asker = ASKER, item: str = "PENALTY", relation: Relation = Relation.OTHER) -> Fields:
    cells, facts = Cells(small.rules(*lines), SPACE), ITEMS[item]
    matching = tuple(each for each in cells.alive(asker) if each.covers(facts, PERSON, relation, asker))
    return cells.fields(((matching, facts.fields[PERSON]),))


@pure
def rules_speak_to_whom_they_name() -> None:
    """By purpose, department, role in the matter and jurisdiction."""
    dates = {"field": "Record.decidedOn"}
    opened = {"Record.decidedOn": Level.CLEAR}
    assert decided(rule("A", **dates)) == opened
    assert decided(rule("A", purpose="PM-2", **dates)) == {}
    assert decided(rule("A", sub="dept.b", **dates)) == {}
    assert decided(rule("A", role="bidder", **dates)) == {}
    assert decided(rule("A", dom="370100", **dates)) == {}
    assert decided(rule("A", Scope.PUBLICATION, sub="agency", purpose="PM-1", cond="always", **dates)) == {}


@pure
def rules_speak_of_what_they_name() -> None:
    """By item, kind of subject, relation and what the catalogue says of sharing and publication."""
    dates = {"field": "Record.decidedOn"}
    assert decided(rule("A", item="LISTED", **dates)) == {}
    assert decided(rule("A", kind="organisation", **dates)) == {}
    assert decided(rule("A", rel="SOURCE", **dates)) == {}
    assert decided(rule("A", item="any", cond="entitled", **dates), item="HELD") == {}
    assert decided(rule("A", item="any", cond="entitled", **dates), item="LISTED") == {"Record.decidedOn": Level.CLEAR}
    other = replace(ASKER, department="dept.b")
    assert decided(rule("A", item="any", cond="entitled", **dates), item="LISTED", asker=other) == {}
    assert decided(rule("A", item="any", cond="not_shared", **dates)) == {}
    assert decided(rule("A", item="any", cond="public_item", **dates), item="HELD") == {}
    assert decided(rule("A", item="any", cond="not_public_item", **dates)) == {}
    assert decided(rule("A", cond="consent", **dates)) == {}
    assert decided(rule("A", cond="no_consent", **dates), asker=replace(ASKER, consent=True)) == {}


@pure
def nobody_unknown_is_spoken_to() -> None:
    """Nodes of the trees, and names that no tree knows, are no callers: whatever is outside the space is denied."""
    everything = rule("A", sub="any", purpose="any", item="any")
    assert decided(everything)
    for other in (
        replace(ASKER, department="agency"),
        replace(ASKER, department="dept.z"),
        replace(ASKER, purpose="any"),
        replace(ASKER, jurisdiction="999999"),
    ):
        assert not Cells(small.rules(everything), SPACE).alive(other)


@pure
def denies_win() -> None:
    number, text = {"field": "NaturalPerson.idNumber"}, {"field": "Record.facts"}
    masked = rule("M", level="MASKED", mask="MASK_ID_BIRTH8", **number)
    assert decided(rule("A", **number), deny("D", **number))["NaturalPerson.idNumber"] is Level.NONE
    assert decided(rule("A", **number), masked, deny("D", level="CLEAR", **number)) == {
        "NaturalPerson.idNumber": Level.MASKED
    }
    assert decided(rule("A", **text), deny("D", level="CLEAR", **text))["Record.facts"] < Level.MASKED
    assert decided(rule("A", level="SUMMARY", **text), deny("D", level="CLEAR", **text)) == {
        "Record.facts": Level.SUMMARY
    }


@pure
def levels_are_kept() -> None:
    """A rule opens its own level and those below, and a masked form only where it names the mask."""
    assert decided(rule("A", field="Record.facts", level="VERDICT")) == {"Record.facts": Level.VERDICT}
    masked = _fields(rule("M", field="Record.facts", level="MASKED", mask="MASK_REDACT_TEXT"))
    found = masked[Coordinate("Record.facts")]
    assert (found.level, found.mask) == (Level.MASKED, "MASK_REDACT_TEXT")
    assert set(decided(rule("A"), item="ORG")) == set()


@pure
def the_public_adds_and_never_replaces() -> None:
    number = {"field": "NaturalPerson.idNumber", "level": "MASKED"}
    lines = (
        rule("OWN", mask="MASK_ID_BIRTH8", **number),
        rule("OWN-FACTS", field="Record.facts"),
        rule("PUBLIC", Scope.PUBLICATION, mask="MASK_ID_COURT", **number),
        rule("PUBLIC-FACTS", Scope.PUBLICATION, field="Record.facts", level="MASKED", mask="MASK_REDACT_TEXT"),
        rule("PUBLIC-DATE", Scope.PUBLICATION, field="Record.decidedOn"),
    )
    public = Asker(scope=Scope.PUBLICATION, department="public", jurisdiction="000000", purpose="PM-903", role="none")
    cells, facts = Cells(small.rules(*lines), SPACE), ITEMS["PENALTY"]
    own, shown = (
        ((tuple(e for e in cells.alive(who) if e.covers(facts, PERSON, Relation.OTHER, who)), facts.fields[PERSON]),)
        for who in (ASKER, public)
    )
    merged = cells.merged(own, shown)
    assert merged[Coordinate("NaturalPerson.idNumber")].mask == "MASK_ID_BIRTH8"
    assert merged[Coordinate("Record.facts")].level is Level.CLEAR
    assert merged[Coordinate("Record.decidedOn")].level is Level.CLEAR
