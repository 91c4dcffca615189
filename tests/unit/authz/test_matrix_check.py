"""What speaks against a policy: grave findings that refuse it, and remarks on what it says to no effect."""

import re
from datetime import date
from pathlib import Path

import pytest

from authz.grant import Scope
from authz.matrix.check import Finding, PolicyRefused, check_policy, refuse_breaches
from authz.matrix.coverage import coverage, page
from authz.matrix.expectations import COLUMNS, load_expectations, meet
from authz.matrix.world import World, world_of
from authz.policy import Policy
from schema.policy_file import PolicyFileError
from tests.unit.authz.shipped import Files, added, loaded, replaced, reworded, shipped

DAY = date(2026, 5, 20)
ROOT = Path(__file__).parents[3]
EXPECTED = {
    "channel": "SHARING", "department": "dept.housing", "jurisdiction": "420111", "purpose": "PM-301", "role": "bidder",
    "consent": "without", "item": "PENALTY", "kind": "organisation", "relation": "OTHER",
    "field": "Penalty.fineAmount", "level": "CLEAR", "mask": "", "rule": "SH-301-PENALTY-FINE",
}  # fmt: skip


@pytest.fixture(scope="module")
def policy() -> Policy:
    return loaded(shipped())


@pytest.fixture(scope="module")
def world(policy: Policy) -> World:
    return world_of(policy)


def findings(files: Files) -> tuple[Finding, ...]:
    return check_policy(loaded(files), DAY)


def test_nothing_speaks_against_the_shipped_policies(policy: Policy) -> None:
    assert check_policy(policy, DAY) == ()


def test_a_breach_is_grave_and_says_file_and_line() -> None:
    found = findings(added(shipped(), "X", sub="data_subject"))
    assert [(each.file, each.grave) for each in found] == [("rules/sharing.csv", True)]
    lines = added(shipped(), "X", sub="data_subject")["rules/sharing.csv"].decode().splitlines()
    assert lines[found[0].line - 1].startswith("X,")
    assert re.match(r"rules/sharing\.csv:\d+: X: .*S25.*PIPL-44", str(found[0]))


def test_a_policy_with_a_breach_is_refused(policy: Policy) -> None:
    with pytest.raises(PolicyRefused) as refused:
        refuse_breaches(loaded(replaced(shipped(), "jurisdictions/000000.toml", "maximum_days = 180", "")), DAY)
    assert {each.file for each in refused.value.findings} == {"jurisdictions/000000.toml"}
    refuse_breaches(policy, DAY)


def test_a_rule_without_effect_is_a_remark_and_refuses_nothing() -> None:
    files = added(shipped(), "X", field="Record.documentNumber")
    found = findings(files)
    assert [str(each).partition(": ")[2] for each in found] == ["X: opens nothing that other rules do not open"]
    refuse_breaches(loaded(files), DAY)


def test_a_rule_that_matches_no_cell_is_dead() -> None:
    """PM-301 does not concern persons, so what is said of them for it is said in vain."""
    found = findings(added(shipped(), "X", purpose="PM-301", kind="person", row="shared_3y"))
    assert ["matches no cell" in each.sentence for each in found] == [True]


def test_of_two_rules_that_say_the_same_each_could_go() -> None:
    rule = {"purpose": "PM-604", "kind": "person", "rel": "OWN_FIELD", "item": "PENALTY"}
    found = findings(added(shipped(), "X", **rule))
    assert {each.sentence.partition(":")[0] for each in found} == {"X", "SH-604-PENALTY-EXTRACT-PERSON-OWN-FIELD"}


def test_a_rule_on_a_condition_does_not_make_one_without_idle(world: World) -> None:
    """The source sees its own whatever the catalogue says of sharing; today it is shared anyway."""
    assert not [each for each in check_policy(world.policy, DAY) if "SH-SUPERVISION-OWN" in each.sentence]


def test_a_field_that_no_item_decides_is_told_with_its_line() -> None:
    line = "Attachment.size,大小,PUBLIC_META,,,plain,L0\n"
    files = shipped() | {"catalogue/fields.csv": shipped()["catalogue/fields.csv"] + line.encode()}
    found = findings(files)
    assert [each.sentence for each in found] == ["Attachment.size is decided under no item"]
    assert files["catalogue/fields.csv"].decode().splitlines()[found[0].line - 1] == line.strip()


# Coverage ------------------------------------------------------------------------------------------------------------


def test_every_operative_article_is_carried_or_said_not_to_be(policy: Policy) -> None:
    articles = coverage(policy)
    assert {each.basis.instrument.id for each in articles} == {"HS", "EZ", "JY", "WH", "WC"}
    assert [each.basis.id for each in articles if not each.is_covered] == []


def test_an_article_that_nothing_carries_is_told() -> None:
    lines = shipped()["coverage.csv"].decode().splitlines(keepends=True)
    kept = "".join(line for line in lines if not line.startswith("HS-22,"))
    found = findings(shipped() | {"coverage.csv": kept.encode()})
    assert [each.sentence.split()[0] for each in found] == ["HS-22"]


def test_the_page_of_articles_is_the_one_in_docs(policy: Policy) -> None:
    assert page(policy) == (ROOT / "docs" / "coverage.md").read_text("utf-8")


def test_what_is_said_to_carry_an_article_is_there(policy: Policy) -> None:
    named = {note.where for note in policy.regulation.carried if note.where is not None}
    assert {name for name in named if not (ROOT / name).is_file()} == set()


# Expectations --------------------------------------------------------------------------------------------------------


def expected(**columns: str) -> Files:
    line = ",".join((EXPECTED | columns)[name] for name in COLUMNS)
    return {"expectations.csv": f"{','.join(COLUMNS)}\n{line}\n".encode()}


def test_every_shipped_expectation_holds_and_every_allow_has_one(policy: Policy, world: World) -> None:
    met = meet(load_expectations(shipped()), world)
    assert [str(each) for each in met if each.but is not None] == []
    spoken = {rule for each in met for rule in each.rules}
    assert {rule.id for rule in policy.rules if rule.allows} == spoken


@pytest.mark.parametrize(
    ("columns", "but"),
    [
        ({}, None),
        ({"level": "NONE", "rule": ""}, "is CLEAR"),
        ({"level": "MASKED", "mask": "MASK_REDACT_TEXT"}, "is CLEAR"),
        ({"rule": "SH-202-PENALTY-FINE"}, "by SH-301-PENALTY-FINE"),
        ({"field": "Record.facts"}, "is NONE"),
        ({"department": "dept.nobody"}, "there is no such cell"),
        ({"role": "review_expert"}, "there is no such cell"),
        ({"item": "NOTHING"}, "there is no such cell"),
    ],
    ids=repr,
)
def test_an_expectation_is_held_against_the_cell(world: World, columns: dict[str, str], but: str | None) -> None:
    assert [each.but for each in meet(load_expectations(expected(**columns)), world)] == [but]


def test_an_expectation_of_something_shown_names_its_rule() -> None:
    with pytest.raises(PolicyFileError, match="names the rule"):
        load_expectations(expected(rule=""))


def test_a_change_that_was_not_meant_turns_an_expectation() -> None:
    phone = {"field": "Organisation.officePhone", "level": "MASKED", "mask": "MASK_LANDLINE"}
    edited = world_of(loaded(reworded(shipped(), "PUB-ORG-ADDRESS", **phone)))
    failed = [each for each in meet(load_expectations(shipped()), edited) if each.but is not None]
    assert {(each.expectation.place.channel, each.expectation.field, each.but) for each in failed} == {
        (Scope.PUBLICATION, "Organisation.registeredAddress", "is NONE"),
        (Scope.PUBLICATION, "Organisation.officePhone", "is MASKED"),
    }
