"""Rules that meet in one cell: one row scope for what is shown, one for what counts, one mask for a field."""

import pytest

from authz.conflicts import check_conflicts
from authz.grant import Scope
from schema.policy_file import PolicyFileError
from tests.unit.authz.small import SPACE, Line, deny, rule, rules

SHOWN = rule("A", field="set:summary")
MASKED = {"field": "NaturalPerson.idNumber", "level": "MASKED"}


def conflict(*lines: Line) -> bool:
    try:
        check_conflicts(rules(*lines), SPACE)
    except PolicyFileError:
        return True
    return False


def test_two_row_scopes_for_shown_rows_are_refused_with_the_line_of_the_second() -> None:
    with pytest.raises(PolicyFileError) as refused:
        check_conflicts(rules(SHOWN, rule("B", field="class:TEXT", row="shared_3y")), SPACE)
    assert (refused.value.file, refused.value.line) == ("rules/sharing.csv", 3)


def test_two_row_scopes_for_verdicts_are_refused() -> None:
    first = rule("A", field="set:verdict", level="VERDICT")
    assert conflict(first, rule("B", field="Standing.major", level="VERDICT", row="shared_3y"))


def test_rows_may_count_for_a_verdict_without_being_those_that_are_shown() -> None:
    assert not conflict(SHOWN, rule("B", field="set:verdict", level="VERDICT", row="shared_3y"))


def test_a_rule_over_shown_fields_and_verdicts_alike_meets_both() -> None:
    assert conflict(rule("A", field="any"), rule("B", field="set:verdict", level="VERDICT", row="shared_3y"))


@pytest.mark.parametrize(
    "columns",
    [
        {"sub": "bank"},
        {"purpose": "PM-3"},
        {"item": "LISTED"},
        {"role": "bidder"},
        {"dom": "370100"},
        {"kind": "person"},
        {"rel": "TARGET"},
        {"field": "Measure.status"},
        {"cond": "not_shared"},
        {"cond": "no_consent"},
    ],
    ids=repr,
)
def test_rules_that_nobody_is_under_together_do_not_meet(columns: dict[str, str]) -> None:
    apart = {"role": "applicant", "dom": "420100", "kind": "organisation", "rel": "SOURCE", "cond": "consent"}
    first = rule("A", field="set:summary", **{key: apart[key] for key in columns if key in apart})
    assert conflict(SHOWN, rule("B", field="set:summary", row="shared_3y"))
    assert not conflict(first, rule("B", row="shared_3y", **({"field": "set:summary"} | columns)))


def test_an_entitlement_meets_another_only_for_a_department_that_has_both() -> None:
    entitled = rule("A", item="LISTED", field="set:summary", cond="entitled", sub="dept.b")
    assert not conflict(entitled, rule("B", item="LISTED", field="set:summary", row="shared_3y"))


def test_two_masks_of_one_field_are_refused() -> None:
    first = rule("A", mask="MASK_ID_BIRTH8", **MASKED)
    assert conflict(first, rule("B", mask="MASK_ID_COURT", **MASKED))
    assert not conflict(first, rule("B", mask="MASK_ID_COURT", **(MASKED | {"purpose": "PM-3"})))
    assert not conflict(first, rule("B", mask="MASK_REDACT_TEXT", field="Record.facts", level="MASKED"))


def test_denies_and_other_channels_meet_nothing() -> None:
    public = rule("P", Scope.PUBLICATION, sub="any", purpose="any")
    assert not conflict(SHOWN, deny("D"), public)
