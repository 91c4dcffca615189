"""A small world for tests of the decision: two departments, four purposes, five items, few fields, and rules by name.

``rule(id, ...)`` writes one line of a rule file; ``policy(*lines)`` is the policy of those lines over the small space.
"""

import csv
import io
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

import policies
from authz.cells import Cells
from authz.grant import ItemCode, Kind, Scope
from authz.policy import Policy
from authz.principal import Principal
from authz.regime import Regime
from authz.rows import RowSource
from authz.rules import COLUMNS, FILES, Rule, load_rules
from authz.space import ItemFacts, Sharing, Space
from authz.trees import tree_of
from schema.catalogue import Catalogue
from schema.demands.demand import Coordinate
from schema.regulations.jurisdictions import Jurisdiction, Version
from schema.regulations.regulation import Purpose, Regulation
from schema.regulations.sources import load_sources
from schema.regulations.working_days import WorkingCalendar
from schema.vocabulary.administration import PurposeScope, QueryDuty, Role

TODAY = date(2026, 5, 20)

FIELDS: Mapping[str, tuple[str, ...]] = {
    "Organisation.id": ("class:INTERNAL", "set:core"),
    "Organisation.name": ("class:PUBLIC_ID", "set:core"),
    "Organisation.financials": ("class:SECRET",),
    "NaturalPerson.id": ("class:INTERNAL", "set:core"),
    "NaturalPerson.idNumber": ("class:DIRECT_ID",),
    "Record.id": ("class:INTERNAL", "set:core"),
    "Record.subject": ("class:DERIVED",),
    "Record.decidedOn": ("class:META", "set:summary"),
    "Record.facts": ("class:TEXT",),
    "Record.informant": ("class:INFORMANT",),
    "Penalty.fineAmount": ("class:META",),
    "Measure.id": ("class:INTERNAL", "set:core"),
    "Measure.status": ("class:META", "set:summary"),
    "Link.name": ("class:PUBLIC_ID", "set:core"),
    "Standing.major": ("class:DERIVED", "set:verdict"),
    "Standing.serious": ("class:DERIVED", "set:verdict"),
    "Standing.identity": ("class:DERIVED", "set:verdict"),
}
COORDINATES = tuple(map(Coordinate, FIELDS))
MASKS = {"NaturalPerson.idNumber": ("MASK_ID_BIRTH8", "MASK_ID_COURT"), "Record.facts": ("MASK_REDACT_TEXT",)} | {
    "Record.subject": ("MASK_AS_NAMED",)
}
BOTH = frozenset(Kind)


def bits(*prefixes: str) -> int:
    return sum(1 << number for number, name in enumerate(FIELDS) if name.startswith(prefixes))


def facts(code: str, source: RowSource, *prefixes: str, family: str | None = None, **more: Any) -> ItemFacts:
    kinds = more.pop("kinds", BOTH)
    given: dict[str, Any] = {"sharing": Sharing.UNCONDITIONAL, "recipients": frozenset(), "public": True}
    given = given | {"jurisdictions": None} | more
    fields = MappingProxyType({kind: bits(*prefixes) for kind in Kind})
    return ItemFacts(code=ItemCode(code), source=source, family=family, kinds=kinds, fields=fields, **given)


ITEMS: Mapping[str, ItemFacts] = {
    item.code: item
    for item in (
        facts("ORG", RowSource.SUBJECT, "Organisation.", "Standing.identity", kinds=frozenset({Kind.ORGANISATION})),
        facts("PENALTY", RowSource.RECORD, "Record.", "Penalty.", "NaturalPerson.", "Standing.major", family="Penalty"),
        facts(
            "LISTED",
            RowSource.RECORD,
            "Record.",
            "Standing.serious",
            family="ListEntry",
            sharing=Sharing.CONDITIONAL,
            recipients=frozenset({"dept.a"}),
        ),
        facts("HELD", RowSource.RECORD, "Record.", family="Penalty", sharing=Sharing.NONE, public=False),
        facts("MEASURE", RowSource.MEASURE, "Measure."),
    )
}
SPACE = Space(
    roles=tree_of(
        (
            *(("agency", "any"), ("dept.a", "agency"), ("dept.b", "agency"), ("public", "any")),
            *(("bank", "any"), ("data_subject", "any"), ("dept.credit_office", "agency")),
        ),
        ("dept.a", "dept.b", "dept.credit_office", "public", "bank", "data_subject"),
    ),
    purposes=tree_of(
        (
            *(("group:CHECK", "any"), ("PM-1", "group:CHECK"), ("PM-2", "group:CHECK")),
            *(("group:STAFF", "any"), ("PM-3", "group:STAFF"), ("PM-831", "any"), ("PM-903", "any")),
        ),
        ("PM-1", "PM-2", "PM-3", "PM-831", "PM-903"),
    ),
    items=tree_of(
        (
            *(("category:RECORDS", "any"), ("PENALTY", "category:RECORDS"), ("LISTED", "category:RECORDS")),
            *(("HELD", "category:RECORDS"), ("ORG", "any"), ("MEASURE", "any")),
        ),
        ITEMS,
    ),
    fields=tree_of(
        [(name, each) for name, above in FIELDS.items() for each in above]
        + [(each, "any") for each in sorted({node for above in FIELDS.values() for node in above})],
        FIELDS,
    ),
    lineages=MappingProxyType({"000000": ("000000",), "420100": ("000000", "420100"), "370100": ("000000", "370100")}),
    parties=frozenset(Role),
    facts=MappingProxyType(ITEMS),
    coordinates=COORDINATES,
    masks=MappingProxyType({name: frozenset(MASKS.get(name, ())) for name in COORDINATES}),
    verdicts=bits("Standing."),
)

SOURCES = load_sources(policies.contents())
SHARED_BY, PUBLIC_BY = "WH-二(二)1", "WH-二(二)2"

_ALLOW = {"sub": "agency", "dom": "any", "purpose": "group:CHECK", "role": "any", "item": "PENALTY", "field": "any"}
_ALLOW |= {"level": "CLEAR", "mask": "", "kind": "any", "rel": "any", "cond": "always", "row": "shared"}
_ALLOW |= {"effect": "allow", "basis": SHARED_BY}
_PUBLIC = {"sub": "public", "purpose": "PM-903", "cond": "public_item", "row": "published"}
_DENY = {
    "purpose": "any",
    "sub": "any",
    "item": "any",
    "level": "VERDICT",
    "row": "",
    "effect": "deny",
    "basis": PUBLIC_BY,
}

Line = tuple[Scope, Mapping[str, str]]


def rule(identifier: str, scope: Scope = Scope.SHARING, /, **columns: str) -> Line:
    """An allow for agencies under PM-1 and PM-2 over everything of PENALTY, but for the columns that are named."""
    base = _ALLOW | (_PUBLIC if scope is Scope.PUBLICATION else {})
    return scope, base | columns | {"id": identifier}


def deny(identifier: str, scope: Scope = Scope.SHARING, /, **columns: str) -> Line:
    """A deny of everything to everyone, but for the columns that are named."""
    return scope, _ALLOW | _DENY | columns | {"id": identifier}


def rule_files(*lines: Line) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for scope in dict.fromkeys(scope for scope, _ in lines):
        text = io.StringIO()
        writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(columns for each, columns in lines if each is scope)
        files[FILES[scope]] = text.getvalue().encode()
    return files


def rules(*lines: Line) -> tuple[Rule, ...]:
    return load_rules(rule_files(*lines), SPACE, SOURCES)


def purpose(code: str, scope: PurposeScope | None = PurposeScope.BOTH, **more: Any) -> Purpose:
    given: dict[str, Any] = {
        "zh": code, "slug": code, "roles": (), "any_role": False, "duty": QueryDuty.MUST, "group": code,
        "lists": frozenset(), "everywhere": True, "matter_required": False, "own_list": False, "clean_record": False,
        "years": 3, "basis": (SHARED_BY,),
    }  # fmt: skip
    return Purpose(code=code, scope=scope, **(given | more))


PURPOSES = (
    purpose("PM-1"),
    purpose("PM-2", PurposeScope.MARKET_SUBJECTS),
    purpose("PM-3", PurposeScope.NATURAL_PERSONS),
    purpose("PM-831", roles=(Role.LISTED_TARGET,)),
    purpose("PM-903"),
)


def version(code: str, effective_from: date | None = None, **says: object) -> Version:
    return Version(
        id=f"{code}-{effective_from}",
        basis=(SHARED_BY,),
        effective_from=effective_from,
        effective_to=None,
        undated=None,
        says=MappingProxyType(says),
        file="jurisdictions/000000.toml",
        line=1,
    )


def jurisdiction(code: str, *versions: Version) -> Jurisdiction:
    parent = None if code == "000000" else "000000"
    return Jurisdiction(code=code, zh=code, parent=parent, source_missing=False, versions=versions)


def regulation(*jurisdictions: Jurisdiction, purposes: tuple[Purpose, ...] = PURPOSES) -> Regulation:
    found = jurisdictions or tuple(map(jurisdiction, SPACE.lineages))
    return Regulation(
        purposes={each.code: each for each in purposes},
        groups={},
        measures={},
        list_types={},
        ceilings=(),
        jurisdictions={each.code: each for each in found},
        calendar=WorkingCalendar(years={}),
        sources=SOURCES,
        open_points={},
        digest="regulation",
    )


REGIME = Regime(
    today=TODAY,
    repair_stops_sharing_from=date(2026, 4, 1),
    keeping_old_repairs=frozenset(),
    suspending=frozenset({"420700"}),
    suspending_lists=frozenset({"420700"}),
    suspending_persons=frozenset(),
    published_items=frozenset({"PENALTY"}),
    reporting=MappingProxyType({"420100": frozenset({"420100"})}),
)


def policy(*lines: Line) -> Policy:
    """The policy of these rules, without the checks that ``load_policy`` makes between them."""
    written = rules(*lines)
    return Policy(
        version="small",
        catalogue=Catalogue(items={}, fields={}, digest="catalogue"),
        regulation=regulation(),
        space=SPACE,
        rules=written,
        model="",
        cells=Cells(written, SPACE),
        regime=lambda _: REGIME,
    )


def agency(role: str = "dept.a", jurisdiction: str = "420100", field: str | None = "CONSTRUCTION") -> Principal:
    return Principal(
        client="A1",
        organisation="1142019900TERT0292",
        role=role,
        jurisdiction=jurisdiction,
        purposes=frozenset({"PM-1", "PM-2", "PM-3", "PM-831"}),
        supervision_field=field,
        agency_id=7,
    )
