"""The matrix of a policy: its axes, its blocks, its size, and what of it is read out as lines."""

from itertools import combinations

import pytest

from authz.grant import Kind, Level, Relation, Scope
from authz.matrix.axes import WITH_CONSENT, WITHOUT_CONSENT, Box, Errand, axes_of, every_pair
from authz.matrix.evaluation import Matrix, evaluate
from authz.matrix.lens import Place
from authz.matrix.listing import COLUMNS, everything, listing
from authz.matrix.rectangles import Extent, joined
from authz.matrix.world import World, world_of
from authz.policy import Policy
from schema.demands.demand import Coordinate
from tests.unit.authz.shipped import loaded, shipped
from tests.unit.authz.small import deny, policy, rule

PENALTY = Place(Scope.SHARING, "PENALTY", Kind.ORGANISATION, Relation.OTHER)


@pytest.fixture(scope="module")
def shipped_policy() -> Policy:
    return loaded(shipped())


@pytest.fixture(scope="module")
def world(shipped_policy: Policy) -> World:
    return world_of(shipped_policy)


def asker(matrix: Matrix, department: str, purpose: str, role: str = "none", consents: int = WITHOUT_CONSENT) -> Box:
    axes = matrix.axes
    return Box(
        axes.departments_in({department}),
        axes.jurisdictions_in({"420100"}),
        1 << axes.errands.index(Errand(purpose, role)),
        consents,
    )


# Axes ----------------------------------------------------------------------------------------------------------------


def test_a_purpose_is_asked_in_the_parts_that_it_admits(shipped_policy: Policy) -> None:
    errands = axes_of(shipped_policy).errands
    assert [errand.role for errand in errands if errand.purpose == "PM-301"] == ["agent", "bidder"]
    assert [errand.role for errand in errands if errand.purpose == "PM-834"] == ["none"]
    assert len([errand for errand in errands if errand.purpose == "PM-813"]) == 17


def test_every_pair_is_what_casbin_can_be_asked(shipped_policy: Policy) -> None:
    pairs = every_pair(shipped_policy).errands
    assert len(pairs) == len(shipped_policy.space.purposes.leaves) * (len(shipped_policy.space.parties) + 1)


def test_boxes_meet_in_what_they_have_in_common() -> None:
    assert Box(0b11, 0b1, 0b111, 0b11).common(Box(0b10, 0b1, 0b101, 0b01)) == Box(0b10, 0b1, 0b101, 0b01)
    assert Box(0b11, 0b1, 0b111, 0b01).common(Box(0b10, 0b1, 0b101, 0b10)) is None
    assert Box(0b11, 0b1, 0b111, 0b11).size == 2 * 1 * 3 * 2


# Matrix --------------------------------------------------------------------------------------------------------------


def test_the_size_of_a_small_matrix_is_that_of_its_rules() -> None:
    matrix = evaluate(policy(rule("A", field="Record.decidedOn", kind="organisation")))
    departments, jurisdictions, purposes, relations, consents = 3, 3, 2, 4, 2
    assert matrix.open_cells == departments * jurisdictions * purposes * relations * consents


def test_a_purpose_shows_nothing_of_a_kind_that_it_does_not_cover() -> None:
    matrix = evaluate(policy(rule("A", field="Record.decidedOn")))
    person = PENALTY._replace(kind=Kind.PERSON)
    assert matrix.level(PENALTY, asker(matrix, "dept.a", "PM-2"), Coordinate("Record.decidedOn")) is Level.CLEAR
    assert matrix.level(person, asker(matrix, "dept.a", "PM-2"), Coordinate("Record.decidedOn")) is Level.NONE
    assert matrix.level(person, asker(matrix, "dept.a", "PM-1"), Coordinate("Record.decidedOn")) is Level.CLEAR


def test_whole_it_is_what_casbin_answers_without_the_gates() -> None:
    matrix = evaluate(policy(rule("A", field="Record.decidedOn")), whole=True)
    person = PENALTY._replace(kind=Kind.PERSON)
    assert matrix.level(person, asker(matrix, "dept.a", "PM-2", "bidder"), Coordinate("Record.decidedOn"))


def test_a_consent_tells_cells_apart_where_a_rule_asks_for_one() -> None:
    matrix = evaluate(policy(rule("A", field="Record.decidedOn", cond="consent")))
    with_one, without = (asker(matrix, "dept.a", "PM-1", "none", each) for each in (WITH_CONSENT, WITHOUT_CONSENT))
    assert matrix.decision(PENALTY, with_one).shown
    assert not matrix.decision(PENALTY, without).shown


def test_a_masked_field_says_its_mask_and_its_rows() -> None:
    matrix = evaluate(policy(rule("A", field="Record.facts", level="MASKED", mask="MASK_REDACT_TEXT", row="shared_3y")))
    decision = matrix.decision(PENALTY, asker(matrix, "dept.b", "PM-1"))
    facts = 1 << matrix.lens.space.coordinates.index(Coordinate("Record.facts"))
    assert (decision.mask(facts), decision.row, decision.level(facts)) == (
        "MASK_REDACT_TEXT",
        "shared_3y",
        Level.MASKED,
    )


def test_what_a_deny_leaves_open_is_no_block() -> None:
    assert evaluate(policy(rule("A"), deny("D"))).blocks == {}


def test_blocks_of_one_place_have_no_asker_in_common(world: World) -> None:
    for blocks in world.matrix.blocks.values():
        assert not any(one.askers.common(other.askers) for one, other in combinations(blocks, 2))


def test_links_are_decided_with_the_rows_that_carry_them(world: World) -> None:
    """Links hang on list entries too, which an agency may be the source of; and those may be of persons."""
    relations = {place.relation for place in world.matrix.lens.places() if place.item == "LINK"}
    assert Relation.SOURCE in relations
    registered = {place.relation for place in world.matrix.lens.places() if place.item == "REGISTRATION_ORG"}
    assert Relation.SOURCE not in registered


def test_the_shipped_space_has_hundreds_of_millions_of_cells(world: World) -> None:
    assert world.matrix.all_cells > 10**9
    assert 10**7 < world.matrix.open_cells < 10**8


# Lines ---------------------------------------------------------------------------------------------------------------


def test_lines_hold_every_open_cell_once(world: World) -> None:
    lines = listing(world)
    assert sum(line.cells for line in lines) == world.matrix.open_cells
    assert len(lines) < 400
    assert {len(line.row()) for line in lines} == {len(COLUMNS)}


def test_who_sees_a_persons_number(world: World) -> None:
    about = everything(world)._replace(fields=world.fields("NaturalPerson.idNumber"))
    lines = [line.row() for line in listing(world, about)]
    seen = {(row[0], row[5], row[8], row[9]) for row in lines}
    assert seen == {
        ("PUBLICATION", "DEFAULTER", "MASKED", "MASK_ID_COURT"),
        ("SHARING", "REGISTRATION_PERSON", "MASKED", "MASK_ID_BIRTH8"),
        ("CONSENT", "REGISTRATION_PERSON", "MASKED", "MASK_ID_1_1"),
        ("SELF", "REGISTRATION_PERSON", "MASKED", "MASK_ID_BIRTH8"),
    }
    assert all("PIPL-34" in row[-1] for row in lines if row[0] == "SHARING")


def test_every_line_rests_on_an_article(world: World) -> None:
    assert all(line.basis for line in listing(world))


def test_lines_name_nodes_and_not_their_leaves(world: World) -> None:
    who = {name for line in listing(world) for name in line.who}
    assert {"agency", "public"} <= who
    purposes = {name for line in listing(world) for name in line.purposes}
    assert "group:supervision" in purposes


def test_joining_loses_no_cell_and_invents_none() -> None:
    def piece(fields: int, departments: int) -> tuple[str, Extent, frozenset[str]]:
        return "said", Extent(fields, departments, 1, 1, 1, 1, 1, 1), frozenset({str(fields)})

    found = joined([piece(0b01, 0b01), piece(0b10, 0b01), piece(0b11, 0b10), piece(0b100, 0b01)])
    assert {extent for _, extent in found} == {
        Extent(0b111, 0b01, 1, 1, 1, 1, 1, 1),
        Extent(0b11, 0b10, 1, 1, 1, 1, 1, 1),
    }
    assert sum(extent.cells for _, extent in found) == 5
