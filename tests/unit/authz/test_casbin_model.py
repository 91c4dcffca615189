"""The door to Casbin: one model, one distribution, leaves only, and silence."""

import logging
from dataclasses import replace

import pytest

import policies
from authz.casbin_model import NotALeaf, Oracle, Request, check_model, check_provider, providers
from authz.grant import Kind, Level, Relation, Scope
from schema.policy_file import PolicyFileError
from tests.unit.authz.small import SPACE, Line, deny, rule, rules

MODEL = policies.file("model.conf").read_text("utf-8")
ASKED = Request(
    sub="dept.a",
    dom="420100",
    purpose="PM-1",
    role="none",
    item="PENALTY",
    field="Record.decidedOn",
    level=Level.CLEAR,
    channel=Scope.SHARING,
    kind=Kind.ORGANISATION,
    relation=Relation.OTHER,
)


def oracle(*lines: Line) -> Oracle:
    return Oracle(MODEL, rules(*lines), SPACE)


def test_the_shipped_model_is_the_one_that_the_compiler_means() -> None:
    assert check_model({"model.conf": MODEL.encode()}, "model.conf") == MODEL


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("!some(where (p.eft == deny))", "some(where (p.eft == allow))", 11),
        ("some(where (p.eft == allow)) && !", "!", 11),
        (" && kind(r.kind, p.kind)", "", 13),
        (" && kind(r.kind, p.kind)", " || kind(r.kind, p.kind)", 13),
        ("g(r.sub, p.sub)", "!g(r.sub, p.sub)", 13),
        ("g(r.sub, p.sub)", "eval(p.sub)", 13),
        ("g(r.sub, p.sub)", 'g(r.sub, "role:any#")', 13),
        ("r.ctx)", "r.ctx) && r.sub != p.sub", 13),
        ("rel, ctx", "rel", 2),
        ("g4 = _, _", "g4 = _, _, _", 9),
        ("[role_definition]", "p2 = id, sub\n[role_definition]", 5),
    ],
)
def test_any_other_model_is_refused_with_its_line(old: str, new: str, line: int) -> None:
    assert old in MODEL
    with pytest.raises(PolicyFileError) as refused:
        check_model({"model.conf": MODEL.replace(old, new, 1).encode()}, "model.conf")
    assert (refused.value.file, refused.value.line) == ("model.conf", line)


def test_a_policy_without_a_model_is_refused() -> None:
    with pytest.raises(PolicyFileError):
        check_model({}, "model.conf")


def test_an_allow_covers_its_level_and_those_below() -> None:
    asked = oracle(rule("A", field="Record.facts", level="MASKED", mask="MASK_REDACT_TEXT"))
    facts = replace(ASKED, field="Record.facts")
    shown = [level for level in Level if level and asked.enforce(replace(facts, level=level))]
    assert shown == [Level.VERDICT, Level.SUMMARY, Level.MASKED]


def test_a_deny_covers_its_level_and_those_above_and_wins() -> None:
    asked = oracle(rule("A"), deny("D", field="Record.decidedOn", level="MASKED"))
    shown = [level for level in Level if level and asked.enforce(replace(ASKED, level=level))]
    assert shown == [Level.VERDICT, Level.SUMMARY]


def test_what_no_rule_opens_is_denied() -> None:
    asked = oracle(rule("A"))
    assert asked.enforce(ASKED)
    assert not asked.enforce(replace(ASKED, purpose="PM-3"))
    assert not asked.enforce(replace(ASKED, channel=Scope.PUBLICATION))
    assert not asked.enforce(replace(ASKED, sub="public"))
    assert not asked.enforce(replace(ASKED, item="LISTED"))


@pytest.mark.parametrize(
    ("part", "asked"),
    [
        ("sub", replace(ASKED, sub="agency")),
        ("sub", replace(ASKED, sub="any")),
        ("sub", replace(ASKED, sub="420199199001010011")),
        ("dom", replace(ASKED, dom="any")),
        ("purpose", replace(ASKED, purpose="group:CHECK")),
        ("purpose", replace(ASKED, purpose="any")),
        ("role", replace(ASKED, role="any")),
        ("item", replace(ASKED, item="category:RECORDS")),
        ("field", replace(ASKED, field="class:META")),
        ("field", replace(ASKED, field="any")),
        ("level", replace(ASKED, level=Level.NONE)),
    ],
)
def test_a_request_for_a_group_or_a_stranger_is_refused_unasked(part: str, asked: Request) -> None:
    open_to_all = oracle(rule("A", sub="any", purpose="any", item="any", field="any"))
    with pytest.raises(NotALeaf) as refused:
        open_to_all.enforce(asked)
    assert refused.value.part == part
    assert "420199199001010011" not in str(refused.value)


def test_casbin_would_say_nothing_of_what_it_denies(caplog: pytest.LogCaptureFixture) -> None:
    asked = oracle(rule("A"))
    for name in ("casbin", "casbin.enforcer", "casbin.role", "casbin.policy"):
        logging.getLogger(name).disabled = False
        logging.getLogger(name).setLevel(logging.DEBUG)
    with caplog.at_level(logging.DEBUG):
        assert not asked.enforce(replace(ASKED, purpose="PM-3"))
    assert not caplog.records


def test_unknown_names_leave_no_trace_in_memory() -> None:
    asked = oracle(rule("A"))
    known = len(asked._enforcer.get_named_role_manager("g").all_roles)
    for number in range(50):
        with pytest.raises(NotALeaf):
            asked.enforce(replace(ASKED, sub=f"dept.{number}"))
    assert len(asked._enforcer.get_named_role_manager("g").all_roles) == known


def test_one_distribution_provides_casbin() -> None:
    check_provider(providers())


@pytest.mark.parametrize("found", [frozenset(), frozenset({"casbin"}), frozenset({"casbin", "pycasbin"})])
def test_any_other_provider_is_refused(found: frozenset[str]) -> None:
    with pytest.raises(RuntimeError):
        check_provider(found)
