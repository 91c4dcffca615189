"""Rule files: every rule is typed, and every name in it exists."""

from collections.abc import Mapping

import pytest

from authz.grant import Level, Scope
from authz.rules import Entitlement, load_rules
from authz.space import Sharing
from schema.policy_file import PolicyFileError
from tests.unit.authz.small import ITEMS, SOURCES, SPACE, deny, rule, rule_files, rules


def test_a_rule_is_read_with_its_place() -> None:
    _, second = rules(rule("ONE"), rule("TWO", level="MASKED", mask="MASK_REDACT_TEXT", field="Record.facts"))
    assert (second.id, second.level, second.mask) == ("TWO", Level.MASKED, "MASK_REDACT_TEXT")
    assert (second.file, second.line, second.channel) == ("rules/sharing.csv", 3, Scope.SHARING)


def test_the_file_names_the_channel() -> None:
    found = rules(rule("ONE"), rule("PUBLIC", Scope.PUBLICATION))
    assert {each.id: each.channel for each in found} == {"ONE": Scope.SHARING, "PUBLIC": Scope.PUBLICATION}


def test_several_articles_are_divided_by_spaces() -> None:
    (found,) = rules(rule("ONE", basis="WH-二(二)1 WH-二(二)2"))
    assert found.basis == ("WH-二(二)1", "WH-二(二)2")


@pytest.mark.parametrize(
    "columns",
    [
        {"effect": "Deny"},
        {"effect": "deny "},
        {"level": "Clear"},
        {"level": "NONE"},
        {"sub": "dept.c"},
        {"sub": "role:agency"},
        {"purpose": "PM-9"},
        {"role": "stranger"},
        {"item": "NOTHING"},
        {"field": "class:NOTHING"},
        {"field": "Record.nothing"},
        {"dom": "999999"},
        {"kind": "company"},
        {"rel": "FRIEND"},
        {"rel": "OTHER"},
        {"cond": "sometimes"},
        {"row": "all"},
        {"row": ""},
        {"row": "registered"},
        {"item": "ORG", "row": "source"},
        {"basis": ""},
        {"basis": "WH-99"},
        {"level": "MASKED"},
        {"level": "MASKED", "mask": "MASK_REDACT_TEXT"},
        {"mask": "MASK_REDACT_TEXT"},
        {"id": ""},
    ],
    ids=repr,
)
def test_a_rule_that_is_mistyped_is_refused_with_its_line(columns: Mapping[str, str]) -> None:
    scope, bad = rule("BAD")
    with pytest.raises(PolicyFileError) as refused:
        rules(rule("GOOD"), (scope, {**bad, **columns}))
    assert (refused.value.file, refused.value.line) == ("rules/sharing.csv", 3)


@pytest.mark.parametrize(
    "columns",
    [{"row": "shared"}, {"level": "MASKED", "mask": "MASK_REDACT_TEXT"}, {"rel": "SOURCE"}, {"sub": "dept.nowhere"}],
    ids=repr,
)
def test_a_deny_that_would_not_deny_everywhere_is_refused(columns: Mapping[str, str]) -> None:
    with pytest.raises(PolicyFileError):
        rules(rule("GOOD"), deny("BAD", **columns))


def test_an_id_used_twice_is_refused_across_files() -> None:
    with pytest.raises(PolicyFileError):
        rules(rule("ONE"), rule("ONE", Scope.PUBLICATION))


def test_a_missing_cell_is_refused() -> None:
    files = rule_files(rule("ONE"))
    files["rules/sharing.csv"] = files["rules/sharing.csv"].replace(b",allow", b"")
    with pytest.raises(PolicyFileError):
        load_rules(files, SPACE, SOURCES)


def test_a_policy_without_rules_is_refused() -> None:
    with pytest.raises(PolicyFileError):
        load_rules({}, SPACE, SOURCES)
    with pytest.raises(PolicyFileError):
        load_rules({name: text.splitlines(keepends=True)[0] for name, text in rule_files(rule("X")).items()}, SPACE, {})


@pytest.mark.parametrize(
    ("entitlement", "item", "department", "consent", "holds"),
    [
        (Entitlement.ALWAYS, "HELD", "dept.b", False, True),
        (Entitlement.ENTITLED, "PENALTY", "dept.b", False, True),
        (Entitlement.ENTITLED, "LISTED", "dept.a", False, True),
        (Entitlement.ENTITLED, "LISTED", "dept.b", False, False),
        (Entitlement.ENTITLED, "HELD", "dept.a", False, False),
        (Entitlement.NOT_SHARED, "HELD", "dept.a", False, True),
        (Entitlement.NOT_SHARED, "PENALTY", "dept.a", False, False),
        (Entitlement.PUBLIC_ITEM, "PENALTY", "public", False, True),
        (Entitlement.PUBLIC_ITEM, "HELD", "public", False, False),
        (Entitlement.NOT_PUBLIC_ITEM, "HELD", "public", False, True),
        (Entitlement.NOT_PUBLIC_ITEM, "PENALTY", "public", False, False),
        (Entitlement.CONSENT, "PENALTY", "bank", True, True),
        (Entitlement.CONSENT, "PENALTY", "bank", False, False),
        (Entitlement.NO_CONSENT, "PENALTY", "bank", False, True),
        (Entitlement.NO_CONSENT, "PENALTY", "bank", True, False),
    ],
)
def test_an_entitlement_is_read_from_the_catalogue(
    entitlement: Entitlement, item: str, department: str, consent: bool, holds: bool
) -> None:
    assert entitlement.holds(ITEMS[item], department, consent=consent) is holds


def test_the_small_world_has_an_item_of_each_sharing_attribute() -> None:
    assert {each.sharing for each in ITEMS.values()} == set(Sharing)
