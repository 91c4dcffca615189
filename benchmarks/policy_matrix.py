"""Prints what the whole decision space of the shipped policies costs to decide, check, list and compare, and what
becomes of every widened rule. Not part of the test run: ``python benchmarks/policy_matrix.py``.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from time import perf_counter
from typing import TypeVar

import policies
from authz.cells import Cells
from authz.grant import RuleId
from authz.matrix.ceilings import check_ceilings
from authz.matrix.check import check_policy
from authz.matrix.diff import diff
from authz.matrix.evaluation import evaluate
from authz.matrix.expectations import load_expectations, meet
from authz.matrix.invariants import invariant_breaches
from authz.matrix.listing import listing
from authz.matrix.mutation import mutants, score, trial_of
from authz.matrix.world import world_of
from authz.policy import Policy, load_policy

DAY = date(2026, 5, 20)
TIMES = 5
Found = TypeVar("Found")


def timed(what: str, work: Callable[[], Found]) -> Found:
    """The result; prints the least time of a few, in milliseconds."""
    least, found = float("inf"), None
    for _ in range(TIMES):
        start = perf_counter()
        found = work()
        least = min(least, perf_counter() - start)
    print(f"{what:<52} {least * 1000:10,.1f} ms")
    assert found is not None
    return found


def main() -> None:
    files = policies.contents()
    policy = timed("load", lambda: load_policy(files))
    allows = sum(rule.allows for rule in policy.rules)
    print(f"{'rules: allow, deny':<52} {allows:>10,} {len(policy.rules) - allows:,}")
    matrix = timed("matrix, behind its gates", lambda: evaluate(policy))
    print(f"{'cells, of them open':<52} {matrix.all_cells:>14,} {matrix.open_cells:,}")
    whole = timed("matrix, as Casbin answers", lambda: evaluate(policy, whole=True))
    print(f"{'cells, of them open':<52} {whole.all_cells:>14,} {whole.open_cells:,}")
    many = tenfold(policy)
    timed(f"the same with {len(many.rules):,} rules, behind its gates", lambda: evaluate(many))
    timed(f"the same with {len(many.rules):,} rules, as Casbin answers", lambda: evaluate(many, whole=True))
    world = world_of(policy)
    timed("statutory invariants", lambda: invariant_breaches(world))
    timed("ceilings", lambda: check_ceilings(world, DAY))
    timed("everything that check asks", lambda: check_policy(policy, DAY))
    timed("listing", lambda: listing(world))
    expected = load_expectations(files)
    timed(f"{len(expected)} expectations", lambda: meet(expected, world))
    timed("diff with itself", lambda: diff(policy, policy))
    ends("widened rules", policy)
    ends("widened rules, were there no deny", without_denies(policy))


def tenfold(policy: Policy) -> Policy:
    """Each rule ten times, for one jurisdiction after the other: they hold of different askers, as real ones would."""
    places = tuple(sorted(policy.space.lineages))
    rules = tuple(
        replace(rule, id=RuleId(f"{rule.id}-{number}"), dom=rule.dom if number == 0 else places[number % len(places)])
        for rule in policy.rules
        for number in range(10)
    )
    return replace(policy, rules=rules, cells=Cells(rules, policy.space))


def without_denies(policy: Policy) -> Policy:
    rules = tuple(rule for rule in policy.rules if rule.allows)
    return replace(policy, rules=rules, cells=Cells(rules, policy.space))


def ends(what: str, policy: Policy) -> None:
    """Every mutant, by what becomes of it."""
    breaches = (*invariant_breaches(world_of(policy)), *check_ceilings(world_of(policy), DAY))
    trial, every = trial_of(policy, DAY), tuple(mutants(policy))
    start = perf_counter()
    tried = tuple(map(trial.trial, every))
    print(f"{what}: {len(every):,} in {perf_counter() - start:,.1f} s; before any of them {len(breaches)} breaches")
    report((str(end), count) for end, count in score(tried).items())


def report(lines: Iterable[tuple[str, int]]) -> None:
    for name, count in lines:
        print(f"    {name:<48} {count:10,}")


if __name__ == "__main__":
    main()
