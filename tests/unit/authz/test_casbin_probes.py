"""What Casbin gets wrong or lets through, and what becomes of it here: the 23 known traps of pycasbin 2.8, one by one.

Each name begins with the trap's number. Where Casbin itself shows the trap, the test shows that too, so that it says
so when a later version no longer does.
"""

import logging
from dataclasses import replace
from types import ModuleType

import casbin
import pytest

import policies
from authz import casbin_model
from authz.casbin_model import NotALeaf, Oracle, check_model
from authz.cells import Asker, Cells
from authz.grant import Kind, Level, Relation, Scope
from authz.policy import load_policy
from authz.trees import DEPTH, read_links
from schema.policy_file import PolicyFileError
from tests.unit.authz.small import ITEMS, SPACE, deny, rule, rule_files, rules
from tests.unit.authz.test_casbin_model import ASKED, MODEL, oracle

NUMBER = "420199199001010011"


def refused_model(old: str, new: str) -> PolicyFileError:
    assert old in MODEL
    with pytest.raises(PolicyFileError) as refused:
        check_model({"model.conf": MODEL.replace(old, new, 1).encode()}, "model.conf")
    return refused.value


def test_01_a_misspelt_effect_is_refused_and_not_forgotten() -> None:
    with pytest.raises(PolicyFileError) as refused:
        rules(rule("A"), deny("D", effect="Deny"))
    assert refused.value.line == 3


def test_02_a_rule_outside_the_one_section_is_refused() -> None:
    assert refused_model("[role_definition]", "p2 = id, sub\n[role_definition]").line == 5


def test_03_a_row_with_a_missing_cell_is_refused() -> None:
    (name, content), *_ = rule_files(rule("A")).items()
    with pytest.raises(PolicyFileError) as refused:
        casbin_rules({name: content + b"B,agency,any\n"})
    assert refused.value.line == 3


def casbin_rules(files: dict[str, bytes]) -> None:
    load_policy(policies.contents() | files)


def test_04_an_empty_policy_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        Oracle(MODEL, (), SPACE)


def test_05_nothing_can_switch_the_decision_off() -> None:
    asked = oracle(rule("A"))
    closed = replace(ASKED, purpose="PM-3")
    assert asked._enforcer.enabled
    assert not asked.enforce(closed)
    asked._enforcer.enable_enforce(False)
    assert asked.enforce(closed), "casbin allows everything"
    assert decided_for("PM-3") == {}, "what decides at run time does not ask it"


def decided_for(purpose: str) -> dict[str, Level]:
    cells = Cells(rules(rule("A")), SPACE)
    asker = Asker(scope=Scope.SHARING, department="dept.a", jurisdiction="420100", purpose=purpose, role="none")
    penalty = ITEMS["PENALTY"]
    covering = (each for each in cells.alive(asker) if each.covers(penalty, Kind.PERSON, Relation.OTHER, asker))
    fields = cells.fields(((tuple(covering), penalty.fields[Kind.PERSON]),))
    return {str(name): each.level for name, each in fields.items()}


def test_06_an_effect_without_allow_is_refused() -> None:
    assert refused_model("some(where (p.eft == allow)) && !", "!").line == 11


def test_07_a_tree_deeper_than_casbin_follows_is_refused() -> None:
    links = [f"n{number},n{number + 1}" for number in range(13)] + ["n13,any"]
    with pytest.raises(PolicyFileError):
        read_links({"t.csv": "\n".join(("child,parent", *links, "")).encode()}, "t.csv")
    assert DEPTH < 10


def test_08_to_11_the_enforcer_is_the_plain_one_and_no_other_stands_in_the_code() -> None:
    assert type(oracle(rule("A"))._enforcer) is casbin.Enforcer
    used = {name for name in vars(casbin_model) if isinstance(getattr(casbin_model, name), ModuleType)}
    assert "casbin" in used
    assert not {"FastEnforcer", "SyncedEnforcer", "CachedEnforcer"} & set(vars(casbin_model))


def test_12_and_13_policies_made_meanwhile_change_no_decision() -> None:
    """Casbin reloads in place; here another policy is another enforcer, and another table of cells."""
    asked = oracle(rule("A"), deny("D", field="class:INFORMANT"))
    hidden = replace(ASKED, field="Record.informant", level=Level.VERDICT)
    before = decided_for("PM-1")
    for number in range(20):
        assert oracle(rule(f"OPEN-{number}", sub="any", purpose="any", item="any")).enforce(ASKED)
        assert (asked.enforce(ASKED), asked.enforce(hidden)) == (True, False)
    assert decided_for("PM-1") == before


def test_14_and_15_rules_are_never_removed_from_a_policy() -> None:
    asked = oracle(rule("A"), deny("D", field="class:INFORMANT"))
    assert not {name for name in dir(asked) if not name.startswith("_")} - {"enforce"}
    assert asked._enforcer.adapter is None, "there is no storage that could refuse"


def test_16_there_is_no_watcher_to_be_called_too_early() -> None:
    assert asked_of(oracle(rule("A")), "watcher") is None


def asked_of(found: Oracle, name: str) -> object:
    return getattr(found._enforcer, name)


def test_17_no_role_manager_has_a_matching_function() -> None:
    for section in ("g", "g2", "g3", "g4"):
        manager = oracle(rule("A"))._enforcer.get_named_role_manager(section)
        assert (manager.matching_func, manager.domain_matching_func) == (None, None)


def test_18_strangers_leave_no_trace_in_memory() -> None:
    asked = oracle(rule("A"))
    managers = [asked._enforcer.get_named_role_manager(section) for section in ("g", "g2", "g3", "g4")]
    known = [len(manager.all_roles) for manager in managers]
    for number in range(20_000):
        with pytest.raises(NotALeaf):
            asked.enforce(replace(ASKED, sub=f"dept.{number}"))
    assert [len(manager.all_roles) for manager in managers] == known


def test_19_priorities_are_refused() -> None:
    assert refused_model("some(where (p.eft == allow)) && !some(where (p.eft == deny))", "priority(p.eft) || deny").line


@pytest.mark.parametrize("sign", ["!", "#"])
def test_20_a_literal_in_the_matcher_is_refused(sign: str) -> None:
    assert refused_model("g(r.sub, p.sub)", f'g(r.sub, "role:{sign}x")').line == 13


def test_21_nothing_of_a_denied_request_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    asked = oracle(rule("A"))
    with caplog.at_level(logging.DEBUG):
        assert not asked.enforce(replace(ASKED, purpose="PM-3"))
        with pytest.raises(NotALeaf):
            asked.enforce(replace(ASKED, sub=NUMBER))
    assert not caplog.records


def test_22_every_rule_that_opens_a_field_is_named_and_so_is_the_one_that_denies_it() -> None:
    cells = Cells(rules(rule("A"), rule("B"), deny("D", field="class:INFORMANT")), SPACE)
    asker = Asker(scope=Scope.SHARING, department="dept.a", jurisdiction="420100", purpose="PM-1", role="none")
    penalty = ITEMS["PENALTY"]
    covering = (each for each in cells.alive(asker) if each.covers(penalty, Kind.PERSON, Relation.OTHER, asker))
    fields = cells.fields(((tuple(covering), penalty.fields[Kind.PERSON]),))
    named = {str(name): each.rules for name, each in fields.items()}
    assert (named["Record.decidedOn"], named["Record.informant"]) == (("A", "B"), ("D",))


@pytest.mark.parametrize(
    "asked", [replace(ASKED, sub="agency"), replace(ASKED, purpose="group:CHECK"), replace(ASKED, purpose="any")]
)
def test_23_a_request_for_a_group_is_refused_though_casbin_would_allow_it(asked: casbin_model.Request) -> None:
    open_to_all = oracle(rule("A", purpose="any"))
    assert open_to_all._enforcer.enforce(*casbin_model._asked(asked))
    with pytest.raises(NotALeaf):
        open_to_all.enforce(asked)
