"""Two policies compared: every cell that one shows otherwise, as rectangles, and in which direction."""

from datetime import date

import pytest

from authz.compile import compile_grant
from authz.grant import Level, Scope
from authz.matrix.diff import COLUMNS, Changed, Diff, diff, said
from authz.matrix.evaluation import evaluate
from authz.policy import Policy
from authz.principal import PUBLIC, Principal
from authz.purpose import Admission
from tests.unit.authz.shipped import Files, added, loaded, replaced, reworded, shipped, without

FINE = {"field": "Penalty.fineAmount", "sub": "dept.tax", "purpose": "PM-604", "kind": "organisation"}
NATION = "jurisdictions/000000.toml"


@pytest.fixture(scope="module")
def policy() -> Policy:
    return loaded(shipped())


def changed(policy: Policy, files: Files) -> Diff:
    return diff(policy, loaded(files))


def one(found: tuple[Changed, ...]) -> Changed:
    assert len(found) == 1
    return found[0]


def test_a_policy_does_not_differ_from_itself(policy: Policy) -> None:
    found = diff(policy, policy)
    assert (found.widened, found.narrowed, found.beside) == ((), (), ())


def test_a_level_that_rises_is_one_rectangle_with_every_cell(policy: Policy) -> None:
    rule = "SH-SUPERVISION-PENALTY-TEXT-OWN-FIELD"
    found = changed(policy, reworded(shipped(), rule, level="CLEAR", mask=""))
    wider = one(found.widened)
    assert found.narrowed == ()
    assert wider.row()[:10] == (
        "widened", "SHARING", "agency", "any", "group:supervision", "any", "PENALTY", "organisation", "OWN_FIELD",
        "class:FREE_TEXT",
    )  # fmt: skip
    assert (said(wider.change.before), said(wider.change.after)) == (
        "MASKED (MASK_REDACT_TEXT) of shared",
        "CLEAR of shared",
    )
    departments, purposes, consents, texts = 44, 17, 2, 3
    assert wider.cells == departments * len(policy.space.lineages) * purposes * consents * texts


def test_the_other_way_round_it_is_narrower(policy: Policy) -> None:
    edited = loaded(reworded(shipped(), "SH-SUPERVISION-PENALTY-TEXT-OWN-FIELD", level="CLEAR", mask=""))
    there, back = diff(policy, edited), diff(edited, policy)
    assert there.widened_cells == back.narrowed_cells > 0
    assert (there.narrowed_cells, back.widened_cells) == (0, 0)


def test_what_is_opened_and_what_is_closed_add_up_to_the_open_cells(policy: Policy) -> None:
    edited = loaded(added(without(shipped(), "SH-301-PENALTY-FINE"), "X", **FINE))
    found = diff(policy, edited)
    assert evaluate(edited).open_cells - evaluate(policy).open_cells == found.widened_cells - found.narrowed_cells
    assert one(found.narrowed).purposes == ("PM-301",)


def test_an_exception_is_named_as_one(policy: Policy) -> None:
    found = changed(policy, reworded(shipped(), "SH-301-PENALTY-FINE", sub="dept.housing"))
    assert one(found.narrowed).who == ("agency but not dept.housing",)


@pytest.mark.parametrize(
    ("mask", "direction"), [("MASK_ID_COURT", "widened"), ("MASK_ID_1_1", "narrowed"), ("MASK_ID_FULL", "narrowed")]
)
def test_another_masked_form_is_wider_if_it_shows_more(policy: Policy, mask: str, direction: str) -> None:
    found = changed(policy, reworded(shipped(), "SH-PERSONS-PERSON-NUMBER", mask=mask))
    assert [each.row()[0] for each in (*found.widened, *found.narrowed)] == [direction]


@pytest.mark.parametrize(("row", "direction"), [("shared", "widened"), ("published", "widened")])
def test_other_rows_are_wider_unless_they_are_known_not_to_be(policy: Policy, row: str, direction: str) -> None:
    files = shipped()
    for name in ("EXTRACT", "FINE", "VERDICT"):
        files = reworded(files, f"SH-301-PENALTY-{name}", row=row)
    found = changed(policy, files)
    assert {each.row()[0] for each in (*found.widened, *found.narrowed)} == {direction}


def test_fewer_rows_are_narrower(policy: Policy) -> None:
    files = shipped()
    for name in ("EXTRACT", "FINE", "VERDICT"):
        files = reworded(files, f"SH-10X-PENALTY-{name}", row="shared_3y")
    found = changed(policy, files)
    assert (found.widened_cells, found.narrowed_cells > 0) == (0, True)


def test_names_of_rows_that_mean_the_same_are_no_difference(policy: Policy) -> None:
    found = changed(policy, reworded(shipped(), "SH-301-PENALTY-FINE", basis="WC-二(三)3"))
    assert (found.widened, found.narrowed, found.beside) == ((), (), ("rule SH-301-PENALTY-FINE",))


def test_rows_of_one_name_may_come_to_mean_more(policy: Policy) -> None:
    found = changed(policy, replaced(shipped(), NATION, '"STOP_SHARING_AND_USE", ', ""))
    assert found.widened_cells > 0
    assert {each.row()[11] for each in found.widened if each.change.after.level is Level.CLEAR} == {
        "CLEAR of published as now defined",
        "CLEAR of shared as now defined",
        "CLEAR of shared_3y as now defined",
        "CLEAR of consented as now defined",
    }
    assert "jurisdiction 000000" in found.beside


def test_a_field_under_a_new_name_is_closed_there_and_opened_here(policy: Policy) -> None:
    old, new = "Organisation.businessScope,经营范围", "Organisation.scopeOfBusiness,经营范围"
    found = changed(policy, replaced(shipped(), "catalogue/fields.csv", old, new))
    assert {each.fields for each in found.widened} == {("Organisation.scopeOfBusiness",)}
    assert {each.fields for each in found.narrowed} == {("Organisation.businessScope",)}
    assert found.widened_cells == found.narrowed_cells > 0


def test_a_purpose_that_is_new_opens_what_its_group_opens(policy: Policy) -> None:
    found = changed(policy, replaced(shipped(), "purposes.toml", 'code = "PM-304"', 'code = "PM-399"'))
    assert {each.purposes for each in found.widened} == {("PM-399",)}
    assert {each.purposes for each in found.narrowed} == {("PM-304",)}
    assert {"purpose PM-304", "purpose PM-399"} <= set(found.beside)


def test_lines_have_the_columns_that_are_named(policy: Policy) -> None:
    found = changed(policy, added(shipped(), "X", Scope.PUBLICATION, field="Penalty.fineAmount", kind="person"))
    assert {len(each.row()) for each in found.widened} == {len(COLUMNS)}


def test_the_diff_is_of_what_is_granted(policy: Policy) -> None:
    """What the diff says of one asker is what the two grants differ in."""
    edited = loaded(reworded(shipped(), "SH-10X-PENALTY-FINE", sub="dept.tax"))
    stated = Admission(scope=Scope.SHARING, purpose="PM-101", role="applicant")
    for role, lost in (("dept.tax", 0), ("dept.court", 1)):
        who = Principal(client="A", organisation="A", role=role, jurisdiction=PUBLIC.jurisdiction, agency_id=1)
        before, after = (compile_grant(each, who, stated, date(2026, 5, 20)) for each in (policy, edited))
        gone = {
            coordinate
            for one_part, other in zip(before.parts, after.parts, strict=True)
            for coordinate in one_part.fields.keys() - other.fields.keys()
            if not one_part.published
        }
        assert len(gone) == lost
