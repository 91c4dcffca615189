"""The values of a generated operation: look-ups, filters, orders, pages, flags, and the purpose it states.

Each is written into the document or drawn anew for every request through a variable; which of the two is chance.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

from tests.generation.agencies import AUDITOR
from tests.generation.askers import Asker
from tests.generation.states import TODAY

ABSENT = object()
"""The value of a variable that is not sent."""

Draw = Callable[[Random], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A variable: its type, and how a value is drawn."""

    type: str
    draw: Draw


_RECORD_FILTERS: dict[str, tuple[str, Draw]] = {
    "category": ("[CatalogueCategory!]", lambda r: r.sample(["ADMIN", "PENALTY", "JUDICIAL", "SERIOUS", "HONOUR"], 2)),
    "item": ("[String!]", lambda r: r.sample(["PENALTY", "SERIOUS_LIST", "DEFAULTER", "LICENCE", "PAYMENT"], 2)),
    "severity": ("[Severity!]", lambda r: r.sample(["MINOR", "GENERAL", "SERIOUS"], 2)),
    "polarity": ("Polarity", lambda r: r.choice(["POSITIVE", "NEGATIVE"])),
    "status": ("[RecordStatus!]", lambda r: r.sample(["ACTIVE", "REPAIRED", "REVOKED", "PUBLICATION_EXPIRED"], 2)),
    "decidedFrom": ("Date", lambda r: (TODAY - timedelta(days=r.randint(1, 1200))).isoformat()),
    "decidedTo": ("Date", lambda r: (TODAY - timedelta(days=r.randint(-1, 600))).isoformat()),
    "documentNumber": ("String", lambda r: r.choice(["", f"测字_PENALTY-{r.randrange(60)}%号"])),
    "underObjection": ("Boolean", lambda r: r.random() < 0.5),
}
_MEASURE_FILTERS: dict[str, tuple[str, Draw]] = {
    "category": ("[MeasureCategory!]", lambda r: r.sample(["INC", "ADM", "MKT", "SOC"], 2)),
    "status": ("[MeasureStatus!]", lambda r: r.sample(["IN_FORCE", "SUSPENDED", "LIFTED", "PUSHED"], 2)),
    "force": ("MeasureForce", lambda r: r.choice(["COMPULSORY", "VOLUNTARY"])),
    "startsFrom": ("Date", lambda r: (TODAY - timedelta(days=r.randint(100, 140))).isoformat()),
    "startsTo": ("Date", lambda r: (TODAY - timedelta(days=r.randint(100, 140))).isoformat()),
    "legalityReview": ("Boolean", lambda r: r.random() < 0.5),
}
_SUBJECT_FILTERS: dict[str, tuple[str, Draw]] = {
    "name": ("String", lambda r: r.choice(["测试", "第1", "%测", "_测", "'s", "TEST", "有限公司"])),
    "kind": ("[SubjectKind!]", lambda r: r.sample(["LEGAL_PERSON", "SOLE_PROPRIETOR", "FARMER_COOP"], 2)),
    "jurisdiction": ("String", lambda r: r.choice(["420100", "420700", "999999"])),
}
_FILTERS = {"Record": _RECORD_FILTERS, "Measure": _MEASURE_FILTERS, "Subject": _SUBJECT_FILTERS}
_ORDERS = {"Record": ("DECIDED_ON", "VALID_UNTIL", "PUBLICATION_UNTIL"), "Measure": ("STARTS_ON", "ENDS_ON")}
_ALWAYS_CLEAR = {"Record": ("item", "category"), "Measure": ("category", "force"), "Subject": tuple(_SUBJECT_FILTERS)}
"""What can mostly be filtered on; the rest is often refused."""

_WRONG = (', matter: "HSZB-2025-0990"', ', matter: "NONE-1"', "")


@dataclass(slots=True, kw_only=True)
class Values:
    random: Random
    asker: Asker
    ids: tuple[str, ...]
    declared: dict[str, Declared] = field(default_factory=dict)

    # variables -----------------------------------------------------------------------------------------------------

    def variable(self, kind: str, draw: Draw) -> str:
        name = f"v{len(self.declared)}"
        self.declared[name] = Declared(type=kind, draw=draw)
        return f"${name}"

    def value(self, kind: str, draw: Draw, *, through: float = 0.6) -> str:
        """A variable, or a literal of a kind that is written as in JSON or is a word."""
        if self.random.random() < through:
            return self.variable(f"{kind.removesuffix('!')}!", draw)
        return literal(draw(self.random), words=kind.strip("[!]") not in {"String", "ID", "Date"})

    def flag(self) -> str:
        """Of @skip and @include: some have a default and are not sent."""
        if self.random.random() < 0.2:
            return self.random.choice(("true", "false"))
        if self.random.random() < 0.3:
            return self.variable("Boolean! = true", lambda r: r.choice((True, False, ABSENT)))
        return self.variable("Boolean!", lambda r: r.random() < 0.5)

    def language(self) -> str:
        if self.random.random() < 0.4:
            return ""
        if self.random.random() < 0.5:
            return f"(lang: {self.random.choice(('ZH', 'EN'))})"
        return f"(lang: {self.variable('Language!', lambda r: r.choice(('ZH', 'EN')))})"

    # who and for what ----------------------------------------------------------------------------------------------

    def purpose(self) -> str:
        """@purpose, now and then with a matter that will not do. (Without it, an agency is the public.)"""
        matter = self.asker.matter
        if self.asker.own is not None and self.random.random() < 0.5:
            return ' @purpose(code: "PM-902")'
        if self.asker.client == AUDITOR and self.random.random() < 0.5:
            return ' @purpose(code: "PM-904")'
        if matter is None:
            return ""
        number = f', matter: "{matter.number}"'
        if self.random.random() < 0.03:
            number = self.random.choice(_WRONG)
        elif self.random.random() < 0.4:
            number = f", matter: {self.variable('String!', lambda r: matter.number)}"
        role = f', role: "{matter.role}"' if matter.role else ""
        return f' @purpose(code: "{matter.purpose}"{number}{role})'

    def node(self) -> str:
        return f"(id: {self.value('ID!', self._id, through=0.8)})"

    def lookup(self) -> str:
        by = self._by()
        if by == "id":
            return f"(by: {{id: {self.value('ID!', self._id, through=0.8)}}})"
        if by == "uscc":
            if self.random.random() < 0.3:
                return f"(by: {self.variable('SubjectLookup!', lambda r: {'uscc': self.asker.organisation(r)})})"
            return f"(by: {{uscc: {self.value('String!', self.asker.organisation, through=0.7)}}})"
        return f"(by: {{person: {self.variable('PersonLookup!', self.asker.person)}}})"

    def lookups(self) -> str:
        by = self._by()

        def drawn(random: Random) -> list[dict[str, Any]]:
            draw = {"id": self._id, "uscc": self.asker.organisation, "person": self.asker.person}[by]
            return [{by: draw(random)} for _ in range(random.randint(0, 4))]

        return f"(by: {self.variable('[SubjectLookup!]!', drawn)})"

    def _by(self) -> str:
        """By what a subject is looked up; one in thirty by what the purpose does not cover."""
        if self.random.random() < 0.15:
            return "id"
        covered = [name for name, yes in (("uscc", self.asker.organisations), ("person", self.asker.persons)) if yes]
        return self.random.choice(covered if self.random.random() < 0.97 else ["uscc", "person"])

    def _id(self, random: Random) -> str:
        return random.choice(self.ids)

    # connections ---------------------------------------------------------------------------------------------------

    def page(self, node: str, depth: int, *, with_filter: bool, follow: bool) -> tuple[str, str | None]:
        """The arguments of a connection, and the variable that takes its cursor, if it is to be followed."""
        given = []
        if with_filter and (node == "Subject" or self.random.random() < 0.5):
            given.append(f"filter: {{{self._filters(node)}}}")
        if with_filter and node in _ORDERS and self.random.random() < 0.3:
            given.append(f"orderBy: [{self._orders(node)}]")
        given.append(f"first: {self._first(depth)}")
        cursor = None
        if follow and self.random.random() < 0.5:
            cursor = self.variable("String", lambda r: ABSENT).removeprefix("$")
            given.append(f"after: ${cursor}")
        return f"({', '.join(given)})", cursor

    def _first(self, depth: int) -> str:
        most = 12 if depth == 0 else 6
        return self.value("Int!", lambda r: r.randint(1, most), through=0.3)

    def _filters(self, node: str) -> str:
        offered = _FILTERS[node]
        names = _ALWAYS_CLEAR[node] if self.random.random() < 0.5 else tuple(offered)
        chosen = self.random.sample(names, self.random.randint(0, min(2, len(names))))
        return ", ".join(f"{name}: {self.value(*offered[name])}" for name in chosen)

    def _orders(self, node: str) -> str:
        by = self.random.choice((_ORDERS[node][0], self.random.choice(_ORDERS[node])))
        direction = self.random.choice((", direction: ASC", ", direction: DESC", ""))
        return f"{{by: {by}{direction}}}"


def literal(value: Any, *, words: bool) -> str:
    """A value as GraphQL writes it; texts are words of an enumeration where ``words``."""
    if isinstance(value, list):
        return f"[{', '.join(literal(each, words=words) for each in value)}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    text = str(value)
    return text if words else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
