"""The shipped policy loads whole; a policy that differs in a byte is another; one that does not fit is refused."""

import pytest

import policies
from authz.grant import Scope
from authz.policy import Policy, load_policy
from schema.policy_file import PolicyFileError

FILES = policies.contents()
POLICY = load_policy(FILES)


RULE = "X,agency,000000,PM-301,any,PENALTY,set:summary,CLEAR,,any,any,always,shared,allow,WH-二(二)1"


def test_the_shipped_policy_loads() -> None:
    assert {rule.channel for rule in POLICY.rules} >= {Scope.PUBLICATION, Scope.SHARING}
    assert set(POLICY.space.facts) == set(POLICY.catalogue.items)
    assert set(POLICY.space.coordinates) == set(POLICY.catalogue.fields)


def test_the_version_is_the_content() -> None:
    assert load_policy(FILES).version == POLICY.version
    commented = {**FILES, "purposes.toml": FILES["purposes.toml"] + b"# checked\n"}
    assert load_policy(commented).version != POLICY.version


def test_a_policy_is_compared_by_identity() -> None:
    assert isinstance(POLICY, Policy)
    assert load_policy(FILES) != POLICY


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("rules/sharing.csv", RULE.replace("CLEAR", "Clear")),
        ("rules/sharing.csv", RULE.replace("allow", "Deny")),
        ("rules/sharing.csv", RULE.replace("agency", "agencies")),
        ("rules/sharing.csv", RULE.replace("WH-二(二)1", "WH-九")),
        ("rules/sharing.csv", RULE.replace("shared", "source")),
        ("rules/publication.csv", "X,public,000000,PM-903,any,any"),
        ("trees/roles.csv", "dept.new,nowhere"),
    ],
    ids=["level", "effect", "role", "article", "row scope that meets another", "cells", "tree"],
)
def test_a_line_that_does_not_fit_is_refused_with_its_place(name: str, line: str) -> None:
    files = {**FILES, name: FILES[name] + line.encode() + b"\n"}
    with pytest.raises(PolicyFileError) as refused:
        load_policy(files)
    assert (refused.value.file, refused.value.line) == (name, FILES[name].count(b"\n") + 1)


def test_a_policy_without_its_model_or_its_rules_is_refused() -> None:
    for prefix in ("model.conf", "rules/"):
        with pytest.raises(PolicyFileError):
            load_policy({name: text for name, text in FILES.items() if not name.startswith(prefix)})
