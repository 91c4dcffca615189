"""The one door to Casbin: model.conf and typed rules -> an enforcer, the oracle against which grants are tested.

Nothing asks it at run time. Casbin answers a request for a group as if it were a member, forgets a misspelt effect, and
logs every request it denies; so only leaves of the space may be asked, only the one model is accepted, and its loggers
are silent.
"""

import logging
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import packages_distributions

import casbin

from authz.grant import Kind, Level, Relation, Scope
from authz.rules import Entitlement, LevelName, Rule
from authz.space import NO_ROLE, Space
from authz.trees import ROOT, Tree
from schema.policy_file import PolicyFileError

REQUEST = "sub, dom, pur, role, item, field, lvl, ch, kind, rel, ctx"
POLICY = "id, sub, dom, pur, role, item, field, lvl, ch, kind, rel, cond, row, eft"
EFFECT = "some(where (p.eft == allow)) && !some(where (p.eft == deny))"
_CONJUNCT = re.compile(r"\w+\((?:[rp]\.\w+)(?:, [rp]\.\w+)*\)")
_FUNCTIONS = frozenset({"g", "g2", "g3", "g4", "within", "party", "lvl", "chan", "kind", "rel", "cond"})
_LOGGERS = ("casbin", "casbin.enforcer", "casbin.model", "casbin.policy", "casbin.role")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One cell and level: may it be shown? Every name must be a leaf; ``role`` is ``none`` where none is stated."""

    sub: str
    dom: str
    purpose: str
    role: str
    item: str
    field: str
    level: Level
    channel: Scope
    kind: Kind
    relation: Relation
    consent: bool = False


class NotALeaf(Exception):  # noqa: N818  # it says what was found, not that something failed
    """A request names something that is no leaf of the space; ``part`` says which of its parts."""

    def __init__(self, part: str) -> None:
        super().__init__(f"{part} is not a leaf of the space")
        self.part = part


def check_model(files: Mapping[str, bytes], name: str) -> str:
    """The text of the model, if it is the one that the compiler means. Raises PolicyFileError with the line."""
    if name not in files:
        raise PolicyFileError(name, 1, "the file is missing")
    text = files[name].decode("utf-8", errors="replace")
    said = dict(_definitions(text, name))
    for key, wanted in (("r", REQUEST), ("p", POLICY), ("e", EFFECT), *((f"g{n}", "_, _") for n in ("", 2, 3, 4))):
        if said.get(key, (0, ""))[1] != wanted:
            raise PolicyFileError(name, said.get(key, (1, ""))[0], f"{key} must be: {wanted}")
    line, matcher = said.get("m", (1, ""))
    conjuncts = matcher.split(" && ")
    if not all(_CONJUNCT.fullmatch(each) for each in conjuncts):
        raise PolicyFileError(name, line, "the matcher must be calls joined by && and nothing else")
    if sorted(each.partition("(")[0] for each in conjuncts) != sorted(_FUNCTIONS):
        raise PolicyFileError(name, line, f"the matcher must call each of these once: {', '.join(sorted(_FUNCTIONS))}")
    return text


def _definitions(text: str, name: str) -> Iterable[tuple[str, tuple[int, str]]]:
    seen: set[str] = set()
    for number, line in enumerate(text.splitlines(), start=1):
        key, equals, value = (part.strip() for part in line.partition("="))
        if line.startswith("[") or not line.strip():
            continue
        if not equals or key in seen or key not in {"r", "p", "g", "g2", "g3", "g4", "e", "m"}:
            raise PolicyFileError(name, number, "not a definition of this model")
        seen.add(key)
        yield key, (number, value)


def providers() -> frozenset[str]:
    """The installed distributions that claim the import name ``casbin``."""
    return frozenset(packages_distributions().get("casbin", ()))


def check_provider(found: frozenset[str]) -> None:
    """Refuse to start with the old distribution beside the maintained one: each overwrites the other's files."""
    if found != {"pycasbin"}:
        raise RuntimeError(f"casbin must come from pycasbin alone, not from: {', '.join(sorted(found)) or 'nothing'}")


class Oracle:
    """A Casbin enforcer of its own over these rules. It never reloads: another policy is another oracle."""

    def __init__(self, model: str, rules: Iterable[Rule], space: Space) -> None:
        self._space = space
        self._enforcer = casbin.Enforcer(casbin.Enforcer.new_model(text=model))
        silence()
        for function, meaning in _functions(space).items():
            self._enforcer.add_function(function, meaning)
        for section, prefix, tree in _trees(space):
            links = [[_named(prefix, child), _named(prefix, parent)] for child, parent in tree.links]
            self._enforcer.add_named_grouping_policies(section, links)
        written = [_written(rule) for rule in rules]
        if not written or not self._enforcer.add_policies(written):
            raise ValueError("Casbin takes no policy that is empty or says a thing twice")

    def enforce(self, request: Request) -> bool:
        """Whether the rules show this field at this level. Raises NotALeaf."""
        for part, leaf in _leaves(request, self._space):
            if not leaf:
                raise NotALeaf(part)
        silence()
        return bool(self._enforcer.enforce(*_asked(request)))


def silence() -> None:
    """INVARIANT: Casbin logs nothing. A denied request would otherwise be written out with all its values."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        logger.disabled = True
        logger.propagate = False
        logger.handlers.clear()


def _leaves(request: Request, space: Space) -> Iterable[tuple[str, bool]]:
    return (
        ("sub", request.sub in space.roles.leaves),
        ("dom", request.dom in space.lineages),
        ("purpose", request.purpose in space.purposes.leaves),
        ("role", request.role in space.parties or request.role == NO_ROLE),
        ("item", request.item in space.items.leaves),
        ("field", request.field in space.fields.leaves),
        ("level", request.level is not Level.NONE),
    )


def _functions(space: Space) -> Mapping[str, Callable[..., bool]]:
    """The matcher's functions: total, pure, each over few attributes of a request."""

    def within(asked: str, rule: str) -> bool:
        return rule == ROOT or rule in space.lineages.get(asked, ())

    def either(asked: str, rule: str) -> bool:
        return rule in (ROOT, asked)

    def level(asked: str, rule: str, effect: str) -> bool:
        """An allow covers its level and below, a deny its level and above."""
        return Level[asked] <= Level[rule] if effect == "allow" else Level[asked] >= Level[rule]

    def condition(rule: str, item: str, sub: str, context: str) -> bool:
        facts = space.facts.get(item.removeprefix("item:"))
        department = sub.removeprefix("role:")
        return facts is not None and Entitlement(rule).holds(facts, department, consent=context == "valid")

    return {
        "within": within,
        "party": either,
        "lvl": level,
        "chan": lambda asked, rule: asked == rule,
        "kind": either,
        "rel": either,
        "cond": condition,
    }


def _trees(space: Space) -> tuple[tuple[str, str, Tree], ...]:
    return (
        ("g", "role", space.roles),
        ("g2", "item", space.items),
        ("g3", "purpose", space.purposes),
        ("g4", "field", space.fields),
    )


def _named(prefix: str, name: str) -> str:
    """Names of different trees must never meet: ``role:any`` is not ``item:any``."""
    return f"{prefix}:{name}"


def _written(rule: Rule) -> list[str]:
    return [
        rule.id,
        _named("role", rule.sub),
        rule.dom,
        _named("purpose", rule.purpose),
        rule.role,
        _named("item", rule.item),
        _named("field", rule.field),
        LevelName(rule.level.name),
        rule.channel,
        rule.kind or ROOT,
        rule.relation or ROOT,
        rule.entitlement,
        rule.row or ROOT,
        rule.effect,
    ]


def _asked(request: Request) -> list[str]:
    return [
        _named("role", request.sub),
        request.dom,
        _named("purpose", request.purpose),
        request.role,
        _named("item", request.item),
        _named("field", request.field),
        request.level.name,
        request.channel,
        request.kind,
        request.relation,
        "valid" if request.consent else "none",
    ]
