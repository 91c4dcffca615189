"""policies/rules -> typed rules, each checked against the space, with file and line for whatever is refused.

One file for each channel. Every name in a rule must exist: a deny that names nobody would deny nothing, silently. The
columns after ``mask`` go to Casbin as they stand; ``mask`` and ``basis`` stay beside it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from authz.grant import Kind, Level, Relation, RuleId, Scope
from authz.rows import MEANING, OF_CHANNEL, RowName
from authz.space import ItemFacts, Sharing, Space
from authz.trees import ROOT
from schema.demands.demand import Coordinate
from schema.policy_file import PolicyFileError, Row, csv_rows, unique
from schema.regulations.sources import Sources, cited

COLUMNS = (
    "id", "sub", "dom", "purpose", "role", "item", "field", "level", "mask", "kind", "rel", "cond", "row", "effect",
    "basis",
)  # fmt: skip
FILES = {scope: f"rules/{scope.lower()}.csv" for scope in Scope}


class Effect(StrEnum):
    ALLOW = "allow"
    DENY = "deny"


class LevelName(StrEnum):
    """The levels a rule may name. An allow covers its level and those below, a deny its level and those above."""

    VERDICT = "VERDICT"
    SUMMARY = "SUMMARY"
    MASKED = "MASKED"
    CLEAR = "CLEAR"


class Entitlement(StrEnum):
    """The column ``cond``: what the catalogue, or a consent, must say for the rule to count."""

    ALWAYS = "always"
    ENTITLED = "entitled"  # shared with all, or with this department
    NOT_SHARED = "not_shared"
    PUBLIC_ITEM = "public_item"
    NOT_PUBLIC_ITEM = "not_public_item"
    CONSENT = "consent"
    NO_CONSENT = "no_consent"

    def holds(self, facts: ItemFacts, department: str, *, consent: bool) -> bool:
        """BASIS: WH-二(二)1 (sharing scope of an item), WH-二(二)2 (publication), PIPL-13 (consent)."""
        match self:
            case Entitlement.ENTITLED:
                shared = facts.sharing is Sharing.UNCONDITIONAL
                return shared or (facts.sharing is Sharing.CONDITIONAL and department in facts.recipients)
            case Entitlement.NOT_SHARED:
                return facts.sharing is Sharing.NONE
            case Entitlement.PUBLIC_ITEM:
                return facts.public
            case Entitlement.NOT_PUBLIC_ITEM:
                return not facts.public
            case Entitlement.CONSENT:
                return consent
            case Entitlement.NO_CONSENT:
                return not consent
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One line of a rule file. ``any`` names the root of a tree, or every value of a closed list."""

    id: RuleId
    channel: Scope
    sub: str
    dom: str
    purpose: str
    role: str
    item: str
    field: str
    level: Level
    mask: str | None
    kind: Kind | None
    relation: Relation | None
    entitlement: Entitlement
    row: RowName | None  # None: a deny, which is of every row
    effect: Effect
    basis: tuple[str, ...]
    file: str
    line: int

    @property
    def allows(self) -> bool:
        return self.effect is Effect.ALLOW

    def refuse(self, sentence: str) -> PolicyFileError:
        return PolicyFileError(self.file, self.line, sentence)


def load_rules(files: Mapping[str, bytes], space: Space, sources: Sources) -> tuple[Rule, ...]:
    """The rules of all channels, in the order of the files. Raises PolicyFileError; a policy without rules is refused,
    since Casbin answers an empty policy from the matcher alone."""
    rows = [(scope, row) for scope, name in FILES.items() if name in files for row in csv_rows(files, name, COLUMNS)]
    if not rows:
        raise PolicyFileError(FILES[Scope.PUBLICATION], 1, "there is no rule at all")
    unique((row.text("id"), row) for _, row in rows)
    return tuple(_rule(scope, row, space, sources) for scope, row in rows)


def _rule(channel: Scope, row: Row, space: Space, sources: Sources) -> Rule:
    effect = row.word("effect", Effect)
    rule = Rule(
        id=RuleId(row.name("id")),
        channel=channel,
        sub=row.text("sub"),
        dom=row.text("dom"),
        purpose=row.text("purpose"),
        role=row.text("role"),
        item=row.text("item"),
        field=row.text("field"),
        level=Level[row.word("level", LevelName)],
        mask=row.optional_text("mask"),
        kind=None if row.text("kind") == ROOT else row.word("kind", Kind),
        relation=None if row.text("rel") == ROOT else row.word("rel", Relation),
        entitlement=row.word("cond", Entitlement),
        row=row.optional_word("row", RowName),
        effect=effect,
        basis=cited(_split(row, "basis"), "basis", sources),
        file=row.file,
        line=row.line,
    )
    for sentence in (*_unknown(rule, space), *_unfit(rule, space)):
        raise rule.refuse(sentence)
    return rule


def _split(row: Row, key: str) -> Row:
    """The row with this cell read as names divided by spaces."""
    return Row(file=row.file, line=row.line, values={key: row.text(key).split()}, lines={})


def _unknown(rule: Rule, space: Space) -> Iterator[str]:
    """INVARIANT: every name of a rule exists, so that no rule is dead by a slip of the pen."""
    trees = (("sub", rule.sub, space.roles), ("purpose", rule.purpose, space.purposes))
    for column, name, tree in (*trees, ("item", rule.item, space.items), ("field", rule.field, space.fields)):
        if name not in tree:
            yield f"{column}: {name} is not in the tree"
    if rule.dom != ROOT and rule.dom not in space.lineages:
        yield f"dom: {rule.dom} is not a jurisdiction"
    if rule.role != ROOT and rule.role not in space.parties:
        yield f"role: {rule.role} is not a role in a matter"


def _unfit(rule: Rule, space: Space) -> Iterator[str]:
    """What no rule may say, though every name in it exists."""
    if rule.allows:
        yield from _unfit_allow(rule, space)
    else:
        if rule.mask is not None or rule.row is not None:
            yield "a deny is of every row and names no mask"
        if rule.relation is not None:
            yield "a deny is of every relation: a row may have several"
    if rule.relation is Relation.OTHER:
        yield "rel: say any, since a row that is closer to the caller is never shown less"


def _unfit_allow(rule: Rule, space: Space) -> Iterator[str]:
    if rule.row is None:
        yield "an allow must name its row scope"
    elif OF_CHANNEL.get(rule.row, rule.channel) is not rule.channel:
        yield f"row: {rule.row} is of {OF_CHANNEL[rule.row].lower()} scope alone"
    if (rule.mask is None) is (rule.level is Level.MASKED):
        yield "a mask goes with level MASKED, and with no other"
    unmasked = [name for name in _fields(rule, space) if rule.mask and rule.mask not in space.masks[name]]
    if unmasked:
        yield f"mask: {unmasked[0]} has no form {rule.mask}"
    for facts in _items(rule, space):
        if rule.row is not None and rule.row not in MEANING[facts.source]:
            yield f"row: {rule.row} says nothing of the rows of {facts.code}"


def _items(rule: Rule, space: Space) -> Iterable[ItemFacts]:
    return (facts for code, facts in space.facts.items() if space.items.within(code, rule.item))


def _fields(rule: Rule, space: Space) -> Iterable[Coordinate]:
    """The fields of the rule that are decided under any of its items."""
    decided = 0
    for facts in _items(rule, space):
        for kind in facts.kinds if rule.kind is None else (rule.kind,):
            decided |= facts.fields[kind]
    return (coordinate for coordinate, _ in space.named(space.bits_of(rule.field) & decided))
