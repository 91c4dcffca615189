"""The decision on the fields of one cell: levels, masks, denies, and the rules that are named for them."""

import pytest

from authz.cells import Asker, Cells, Fields, Reach
from authz.grant import Disclosure, Kind, Level, Relation, Scope
from schema.demands.demand import Coordinate
from tests.unit.authz.small import ITEMS, PUBLIC_BY, SHARED_BY, SPACE, Line, deny, rule, rules

ASKER = Asker(scope=Scope.SHARING, department="dept.a", jurisdiction="420100", purpose="PM-1", role="none")


def matching(cells: Cells, item: str, asker: Asker = ASKER, kind: Kind = Kind.PERSON) -> tuple[Reach, ...]:
    facts = ITEMS[item]
    return tuple(each for each in cells.alive(asker) if each.covers(facts, kind, Relation.OTHER, asker))


def decided(*lines: Line, item: str = "PENALTY") -> Fields:
    cells = Cells(rules(*lines), SPACE)
    return cells.fields(((matching(cells, item), ITEMS[item].fields[Kind.PERSON]),))


def at(fields: Fields, name: str) -> Disclosure:
    return fields[Coordinate(name)]


def levels(fields: Fields) -> dict[str, Level]:
    return {str(name): each.level for name, each in fields.items()}


def test_only_fields_that_are_decided_under_the_item_are_opened() -> None:
    assert set(decided(rule("A", field="set:core"))) == {"Record.id", "NaturalPerson.id"}


def test_the_highest_level_that_a_rule_opens_wins() -> None:
    masked = {"field": "Record.facts", "level": "MASKED", "mask": "MASK_REDACT_TEXT"}
    found = decided(rule("CLEAR", field="Record.decidedOn"), rule("MASKED", **masked))
    assert levels(found) == {"Record.decidedOn": Level.CLEAR, "Record.facts": Level.MASKED}
    assert levels(decided(rule("CLEAR", field="Record.facts"), rule("MASKED", **masked))) == {
        "Record.facts": Level.CLEAR
    }


def test_a_disclosure_names_its_rule_its_article_and_its_mask() -> None:
    found = at(decided(rule("A", field="Record.facts", level="MASKED", mask="MASK_REDACT_TEXT")), "Record.facts")
    assert (found.mask, found.rules, found.basis, found.reason) == ("MASK_REDACT_TEXT", ("A",), (SHARED_BY,), "POLICY")


def test_what_is_shown_in_clear_has_no_reason_to_give() -> None:
    (found,) = decided(rule("A", field="Record.decidedOn")).values()
    assert (found.level, found.reason, found.mask) == (Level.CLEAR, None, None)


def test_a_deny_wins_over_any_number_of_allows_and_is_named() -> None:
    found = decided(rule("A"), rule("B"), deny("D", field="class:INFORMANT"))
    informant = at(found, "Record.informant")
    assert (informant.level, informant.rules, informant.basis) == (Level.NONE, ("D",), (PUBLIC_BY,))
    assert levels(found)["Record.facts"] is Level.CLEAR


def test_a_deny_in_clear_leaves_the_masked_form_that_a_rule_names() -> None:
    number = {"field": "NaturalPerson.idNumber"}
    cut = deny("D", level="CLEAR", **number)
    masked = rule("M", level="MASKED", mask="MASK_ID_BIRTH8", **number)
    found = at(decided(rule("A", **number), masked, cut), "NaturalPerson.idNumber")
    assert (found.level, found.mask, found.rules) == (Level.MASKED, "MASK_ID_BIRTH8", ("A", "M", "D"))


def test_a_deny_in_clear_alone_leaves_nothing_that_could_be_read() -> None:
    found = decided(rule("A", field="Record.facts"), deny("D", field="Record.facts", level="CLEAR"))
    assert at(found, "Record.facts").level < Level.MASKED
    assert at(found, "Record.facts").mask is None


def test_an_unconditional_entitlement_opens_and_a_missing_one_does_not() -> None:
    entitled = rule("A", item="any", cond="entitled")
    assert decided(entitled, item="LISTED")
    assert not decided(entitled, item="HELD")


def test_a_condition_that_the_item_does_not_meet_is_no_deny() -> None:
    found = decided(rule("A", item="any"), deny("D", cond="not_shared"))
    assert all(each.level is Level.CLEAR for each in found.values())
    assert all(
        each.level is Level.NONE
        for each in decided(rule("A", item="any"), deny("D", cond="not_shared"), item="HELD").values()
    )


@pytest.mark.parametrize(
    "asker",
    [
        Asker(scope=Scope.SHARING, department="agency", jurisdiction="420100", purpose="PM-1", role="none"),
        Asker(scope=Scope.SHARING, department="dept.z", jurisdiction="420100", purpose="PM-1", role="none"),
        Asker(scope=Scope.SHARING, department="dept.a", jurisdiction="999999", purpose="PM-1", role="none"),
        Asker(scope=Scope.SHARING, department="dept.a", jurisdiction="420100", purpose="group:CHECK", role="none"),
        Asker(scope=Scope.SHARING, department="dept.a", jurisdiction="420100", purpose="any", role="none"),
        Asker(scope=Scope.SHARING, department="dept.a", jurisdiction="420100", purpose="PM-9", role="none"),
        Asker(scope=Scope.CONSENT, department="dept.a", jurisdiction="420100", purpose="PM-1", role="none"),
    ],
    ids=lambda asker: f"{asker.scope} {asker.department} {asker.jurisdiction} {asker.purpose}",
)
def test_no_rule_speaks_to_an_unknown_name_or_in_another_channel(asker: Asker) -> None:
    cells = Cells(rules(rule("A", sub="any", purpose="any", item="any")), SPACE)
    assert cells.alive(ASKER)
    assert cells.alive(asker) == ()


@pytest.mark.parametrize(("dom", "speaks"), [("any", True), ("000000", True), ("420100", True), ("370100", False)])
def test_a_rule_of_a_jurisdiction_speaks_to_those_below_it(dom: str, speaks: bool) -> None:
    assert bool(Cells(rules(rule("A", dom=dom)), SPACE).alive(ASKER)) is speaks


@pytest.mark.parametrize(("role", "speaks"), [("any", True), ("bidder", False)])
def test_a_rule_of_a_role_speaks_only_where_it_is_stated(role: str, speaks: bool) -> None:
    assert bool(Cells(rules(rule("A", role=role)), SPACE).alive(ASKER)) is speaks


def test_merging_takes_the_higher_level_and_otherwise_the_callers_own() -> None:
    number = {"field": "NaturalPerson.idNumber", "level": "MASKED"}
    cells = Cells(
        rules(
            rule("OWN", mask="MASK_ID_BIRTH8", **number),
            rule("PUBLIC", Scope.PUBLICATION, mask="MASK_ID_COURT", **number),
            rule("PUBLIC-DATE", Scope.PUBLICATION, field="Record.decidedOn"),
            deny("PUBLIC-D", Scope.PUBLICATION, field="Record.informant"),
        ),
        SPACE,
    )
    public = Asker(scope=Scope.PUBLICATION, department="public", jurisdiction="000000", purpose="PM-903", role="none")
    bits = ITEMS["PENALTY"].fields[Kind.PERSON]
    own = ((matching(cells, "PENALTY"), bits),)
    merged = cells.merged(own, ((matching(cells, "PENALTY", public), bits),))
    assert at(merged, "NaturalPerson.idNumber").mask == "MASK_ID_BIRTH8"
    assert at(merged, "Record.decidedOn").rules == ("PUBLIC-DATE",)
    assert "Record.informant" not in merged
