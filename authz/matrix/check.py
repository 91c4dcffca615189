"""A policy that has loaded -> everything that speaks against putting it in force, with file and line.

Grave findings refuse activation: a breach of statute, or of the table of minimum necessity. The others are for whoever
edits the policy: rules that open nothing, fields that no item decides, articles that nothing carries.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from authz.matrix.breach import Breach, Written
from authz.matrix.ceilings import CEILING, check_ceilings
from authz.matrix.coverage import coverage
from authz.matrix.invariants import INVARIANTS, invariant_breaches
from authz.matrix.unused import unused
from authz.matrix.world import World, world_of
from authz.policy import Policy
from schema.catalogue import FIELDS_FILE

_SAYS = {each.id: each.says for each in INVARIANTS} | {CEILING: "beyond the table of minimum necessity"}
_FILES = {"S15": "measures.toml", CEILING: "ceilings_fields.csv"}
_OTHERWISE = "jurisdictions/000000.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """``grave``: the policy may not be put in force."""

    file: str
    line: int
    sentence: str
    grave: bool

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}"


class PolicyRefused(Exception):  # noqa: N818  # it says what became of the policy
    """A policy with grave findings was to be put in force."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("\n".join(map(str, findings)))
        self.findings = findings


def check_policy(policy: Policy, day: date) -> tuple[Finding, ...]:
    """Every finding, the grave ones first. ``day``: that on which it is to hold; rows of the table may end."""
    world = world_of(policy)
    breaches = (*invariant_breaches(world), *check_ceilings(world, day))
    return (*(_broken(each, policy) for each in breaches), *_remarks(world))


def refuse_breaches(policy: Policy, day: date) -> None:
    """Raises PolicyRefused with the grave findings, if there are any."""
    grave = tuple(each for each in check_policy(policy, day) if each.grave)
    if grave:
        raise PolicyRefused(grave)


def _broken(breach: Breach, policy: Policy) -> Finding:
    rule = next((each for each in policy.rules if each.id == breach.rule), None)
    file, line = (rule.file, rule.line) if rule is not None else breach.written or _place(breach)
    who = f"{rule.id}: " if rule is not None else ""
    says = f"{_SAYS[breach.invariant]} ({breach.invariant}, {' '.join(breach.article)})"
    what = breach.cell if isinstance(breach.cell, str) else f"{breach.count} cells, such as {breach.cell}"
    return Finding(file=file, line=line, sentence=f"{who}{says}; {what}", grave=True)


def _place(breach: Breach) -> Written:
    return _FILES.get(breach.invariant, _OTHERWISE), 1


def _remarks(world: World) -> Iterator[Finding]:
    for each in unused(world):
        why = "matches no cell" if each.dead else "opens nothing that other rules do not open"
        sentence = f"{each.rule.id}: {why}"
        yield Finding(file=each.rule.file, line=each.rule.line, sentence=sentence, grave=False)
    yield from _undecided(world)
    for article in coverage(world.policy):
        if not article.is_covered:
            sentence = f"{article.basis.id} is carried by nothing; say in coverage.csv why"
            yield Finding(file="sources.toml", line=1, sentence=sentence, grave=False)


def _undecided(world: World) -> Iterator[Finding]:
    """Fields of the catalogue that no item decides: no rule can ever open them."""
    space = world.policy.space
    decided = 0
    for facts in space.facts.values():
        for kind in facts.kinds:
            decided |= facts.fields[kind]
    for number, field in enumerate(world.policy.catalogue.fields.values()):
        if not decided >> number & 1:
            sentence = f"{field.coordinate} is decided under no item"
            yield Finding(file=FIELDS_FILE, line=field.line, sentence=sentence, grave=False)
