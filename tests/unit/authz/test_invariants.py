"""The statutory invariants: the shipped policies keep all of them, and an edit that breaks one is named by it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from authz.grant import Kind, Level, Relation, Scope
from authz.matrix import row_states
from authz.matrix.breach import Breach
from authz.matrix.invariants import INVARIANTS, check_invariants, invariant_breaches
from authz.matrix.lens import Place
from authz.matrix.row_states import USED, State
from authz.matrix.world import Point, World, world_of
from authz.policy import Policy
from schema.catalogue import Catalogue
from tests.unit.authz.shipped import Files, added, loaded, replaced, reworded, shipped, without

PUBLICATION = Scope.PUBLICATION
LINKED = {"item": "LINK", "field": "Link.person", "row": "registered"}
PERSON = {"item": "REGISTRATION_PERSON", "kind": "person", "row": "registered", "purpose": "group:persons"}


@pytest.fixture(scope="module")
def policy() -> Policy:
    return loaded(shipped())


@pytest.fixture(scope="module")
def world(policy: Policy) -> World:
    return world_of(policy)


def broken_by(files: Files) -> set[str]:
    return {breach.invariant for breach in check_invariants(loaded(files))}


def test_the_shipped_policies_keep_every_invariant(world: World) -> None:
    assert invariant_breaches(world) == ()


def test_every_invariant_cites_articles_that_may_be_cited(policy: Policy) -> None:
    assert {each.id for each in INVARIANTS if not each.articles} == set()
    assert {name for each in INVARIANTS for name in each.articles} <= policy.regulation.sources.keys()


def test_no_two_invariants_have_one_name() -> None:
    assert len({each.id for each in INVARIANTS}) == len(INVARIANTS)


TENDER = 'slug = "TENDER"\nzh = "招标投标"\nscope = "MARKET_SUBJECTS"\nroles = ["bidder", "agent"]'
RATES = ('group = "G3"\nforce = "VOLUNTARY"', 'group = "G2"\nforce = "COMPULSORY"')

Edit = Callable[[Files], Files]

EDITS: tuple[tuple[str, Edit], ...] = (
    ("S1", lambda files: reworded(files, "PUB-PENALTY-PERSON-NAME", level="CLEAR", mask="")),
    ("S1", lambda files: added(files, "X", PUBLICATION, kind="person", field="Record.facts", level="MASKED",
                               mask="MASK_REDACT_TEXT")),
    ("S1", lambda files: added(files, "X", PUBLICATION, item="HONOUR", kind="person", field="NaturalPerson.sex")),
    ("S2", lambda files: consent_file(without(files, "CO-DENY-NO-CONSENT"), cond="always")),
    ("S2", lambda files: added(files, "X", Scope.CONSENT, item="REWARD", field="Reward.title", row="shared")),
    ("S3", lambda files: added(without(files, "SH-DENY-BANK"), "X", sub="bank")),
    ("S3", lambda files: added(without(files, "SH-DENY-ASSOCIATION"), "X", sub="association")),
    ("S3", lambda files: consent_file(without(files, "CO-DENY-AGENCY"), sub="agency")),
    ("S3", lambda files: consent_file(without(files, "CO-DENY-ASSOCIATION"), sub="association")),
    ("S3", lambda files: consent_file(files, sub="bank", purpose="PM-906")),
    ("S3", lambda files: consent_file(files, sub="credit_service", purpose="PM-901")),
    ("S4", lambda files: added(without(files, "SH-DENY-INFORMANT"), "X", field="Record.informant", rel="SOURCE")),
    ("S4", lambda files: added(without(files, "OWN-DENY-INFORMANT"), "X", Scope.SELF, field="Record.informant")),
    ("S5", lambda files: added(without(files, "SH-DENY-NOT-SHARED"), "X", item="PUBLIC_SECURITY_PENALTY",
                               cond="always")),
    ("S5", lambda files: added(without(files, "CO-DENY-NOT-SHARED"), "X", Scope.CONSENT, item="SELF_PROVIDED")),
    ("S6", lambda files: added(files, "X", item="COERCION", cond="always")),
    ("S7", lambda files: added(without(files, "PUB-DENY-NOT-PUBLIC"), "X", PUBLICATION, item="COERCION",
                               cond="always", field="set:extract")),
    ("S7", lambda files: added(files, "X", PUBLICATION, item="REWARD", field="Reward.title", row="shared",
                               kind="person")),
    ("S8", lambda files: added(without(files, "SH-DENY-SENSITIVE"), "X", **PERSON, field="NaturalPerson.ethnicity")),
    ("S8", lambda files: added(without(files, "CO-DENY-SENSITIVE"), "X", Scope.CONSENT, item="REGISTRATION_PERSON",
                               kind="person", field="NaturalPerson.minor")),
    ("S10", lambda files: added(without(files, "SH-DENY-PUBLIC"), "X", sub="public")),
    ("S11", lambda files: added(files, "X", PUBLICATION, sub="agency", field="set:extract")),
    ("S12", lambda files: added(files, "X", **LINKED, purpose="PM-810")),
    ("S13", lambda files: added(replaced(files, "catalogue/evaluation.toml", '["organisation"]',
                                         '["organisation", "person"]'), "X", item="EVALUATION", kind="person",
                                field="Evaluation.grade", purpose="PM-604")),
    ("S13", lambda files: reworded(replaced(files, "catalogue/evaluation.toml", '["organisation"]',
                                            '["organisation", "person"]'), "CO-EVALUATION-EXTRACT", kind="any")),
    ("S14", lambda files: replaced(files, "purposes.toml", TENDER, TENDER.replace("MARKET_SUBJECTS", "BOTH"))),
    ("S14", lambda files: replaced(files, "purposes.toml", TENDER, TENDER.replace('["bidder", "agent"]',
                                                                                 '["bidder", "party"]'))),
    ("S15", lambda files: replaced(files, "measures.toml", *RATES)),
    ("S18", lambda files: reworded(files, "SH-PERSONS-PERSON-NUMBER", mask="MASK_ID_COURT")),
    ("S18", lambda files: added(files, "X", **PERSON, field="NaturalPerson.birthYear")),
    ("S18", lambda files: reworded(files, "OWN-PERSON-NUMBER", mask="MASK_ID_COURT")),
    ("S19", lambda files: added(files, "X", PUBLICATION, kind="person", field="Penalty.violationType", basis="EZ-4")),
    ("S20", lambda files: replaced(files, "jurisdictions/000000.toml", "maximum_days = 180", "maximum_days = 3650")),
    ("S22", lambda files: replaced(files, "jurisdictions/000000.toml", '"STOP_SHARING_AND_USE", ', "")),
    ("S23", lambda files: added(without(files, "SH-DENY-AUDITOR"), "X", sub="auditor")),
    ("S23", lambda files: added(files, "X", Scope.AUDIT, sub="any", purpose="PM-822")),
    ("S24", lambda files: added(files, "X", PUBLICATION, item="REGISTRATION_ORG", row="registered",
                                field="Organisation.officePhone", level="MASKED", mask="MASK_LANDLINE")),
    ("S24", lambda files: reworded(files, "PUB-DENY-NOTICE", item="SERIOUS_LIST")),
    ("S25", lambda files: added(files, "X", sub="data_subject")),
    ("S25", lambda files: added(without(files, "OWN-DENY-AGENCY"), "X", Scope.SELF, sub="agency")),
    ("S25", lambda files: reworded(files, "OWN-RED-VERDICT", row="shared")),
    ("S26", lambda files: reworded(files, "SH-301-PENALTY-VERDICT", level="CLEAR")),
    ("S26", lambda files: reworded(files, "SH-821-CLEAN-RECORD-VERDICT", purpose="PM-813")),
    ("S27", lambda files: reworded(without(files, "OWN-DENY-ID-NUMBER-CLEAR"), "OWN-PERSON-NUMBER", level="CLEAR",
                                   mask="")),
    ("S27", lambda files: added(without(files, "CO-DENY-BIRTH-DATE"), "X", Scope.CONSENT, item="REGISTRATION_PERSON",
                                kind="person", field="NaturalPerson.birthDate")),
    ("S27", lambda files: reworded(without(files, "SH-DENY-ID-NUMBER-CLEAR"), "SH-PERSONS-PERSON-NUMBER",
                                   level="CLEAR", mask="")),
    ("S27", lambda files: added(without(files, "SH-DENY-BIRTH-DATE"), "X", **PERSON,
                                field="NaturalPerson.birthDate")),
    ("S28", lambda files: added(without(files, "SH-DENY-CONTACT-CLEAR"), "X", **PERSON,
                                field="NaturalPerson.homeAddress")),
    ("S28", lambda files: added(files, "X", field="Record.remark")),
)  # fmt: skip


def consent_file(files: Files, **columns: str) -> Files:
    """The shipped rules, and one that opens to banks what the table opens too."""
    rule = {"kind": "person", "field": "Penalty.fineBand"}
    return added(files, "CONSENTED", Scope.CONSENT, **(rule | columns))


@pytest.mark.parametrize(("invariant", "edit"), EDITS, ids=[name for name, _ in EDITS])
def test_an_edit_that_breaks_an_invariant_is_named_by_it(invariant: str, edit: Edit) -> None:
    assert invariant in broken_by(edit(shipped()))


def test_a_rule_for_consent_that_asks_for_one_breaks_none() -> None:
    assert broken_by(consent_file(shipped())) == set()


def test_nothing_outside_the_catalogue_has_a_cell(policy: Policy, world: World) -> None:
    bare = replace(policy, catalogue=Catalogue(items={}, fields=policy.catalogue.fields, digest=""))
    found = invariant_breaches(replace(world, policy=bare))
    assert {breach.invariant for breach in found} == {"S21"}


# Breaches ------------------------------------------------------------------------------------------------------------


def one_breach(files: Files, invariant: str) -> Breach:
    return next(breach for breach in check_invariants(loaded(files)) if breach.invariant == invariant)


def test_a_breach_counts_its_cells_and_shows_one(policy: Policy) -> None:
    rule = {"sub": "data_subject", "purpose": "PM-202", "field": "set:amount", "row": "shared_3y"}
    breach = one_breach(added(shipped(), "X", **rule), "S25")
    relations, parts, consents, amounts = 4, 2, 2, 2  # of a supplier and of its agent, in every jurisdiction
    assert breach.count == relations * parts * consents * amounts * len(policy.space.lineages)
    assert isinstance(breach.cell, Point)
    assert (breach.rule, breach.cell.department, breach.cell.purpose) == ("X", "data_subject", "PM-202")
    assert (breach.cell.field, breach.cell.level) == ("Penalty.fineAmount", "CLEAR")


def test_a_breach_is_told_for_each_rule_that_opens_it() -> None:
    files = added(added(shipped(), "X", sub="data_subject"), "Y", sub="data_subject")
    assert {breach.rule for breach in check_invariants(loaded(files))} == {"X", "Y"}


def test_the_counterexample_is_a_cell_that_is_open() -> None:
    edited = loaded(reworded(shipped(), "PUB-PENALTY-PERSON-NAME", level="CLEAR", mask=""))
    world = world_of(edited)
    point = next(breach.cell for breach in invariant_breaches(world) if breach.invariant == "S1")
    assert isinstance(point, Point)
    place = Place(Scope(point.channel), point.item, Kind(point.kind), Relation(point.relation))
    asker = world.departments({point.department})
    assert world.matrix.decision(place, asker).level(world.fields(point.field)) is Level.CLEAR


def test_two_forms_of_a_number_in_two_scopes_are_known_and_add_nothing(world: World) -> None:
    """The courts' form in public and the agencies' form in sharing: the first shows all that the second does."""
    shown = {block.decision.mask(world.fields("NaturalPerson.idNumber")) for _, block in world.blocks(*Scope)}
    assert {"MASK_ID_COURT", "MASK_ID_BIRTH8"} <= shown


# Rows ----------------------------------------------------------------------------------------------------------------


def test_a_row_that_stands_is_seen_so_that_its_end_can_be(world: World) -> None:
    """The checks on states would be empty if the row they start from were not seen by anybody."""
    standing = (State(says="stands", facts={}, of=USED),)
    seen = {says.partition(" still")[0] for says, _ in row_states._still_seen(world, lambda day: standing)}
    assert seen == {"published", "shared", "shared_3y", "consented", "own_standing"}


def test_old_repairs_may_still_be_shared_before_the_day_that_ends_it(world: World) -> None:
    before, after = (row_states._ended(day) for day in (date(2026, 3, 31), date(2026, 4, 1)))
    assert [("shared" in state.of) for states in (before, after) for state in states if "repaired" in state.says] == [
        False,
        True,
    ]


def test_a_consent_for_ever_is_told_even_where_one_jurisdiction_alone_allows_it() -> None:
    files = replaced(shipped(), "jurisdictions/000000.toml", "maximum_days = 180", "")
    files = replaced(files, "jurisdictions/420100.toml", "perpetual_allowed = false", "maximum_days = 30")
    found = [breach for breach in check_invariants(loaded(files)) if breach.invariant == "S20"]
    assert found
    assert not any("420111" in str(breach.cell) for breach in found)
