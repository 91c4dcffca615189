"""Who is shown what of the log (查询登记), and by what it may be searched.

Entries of the log are in no catalogue, so no rule of a policy opens or closes them: whoever could write such a rule
could also take the watch from itself. Two may read: the security officer every entry, without the data (WH-二(六)1),
and a subject what concerns itself, without who else was asked about and without the name of a member of staff
(PIPL-44, PIPL-45). A field that is named here for nobody is shown to nobody.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from authz.grant import Reason, Scope
from schema.coordinates import labelled_by
from schema.demands.demand import Ask, Branch, Demand, Page, Typename
from schema.errors import Code, DocumentError, PolicyError

ROOT = "accessLog"
ENTRY = "AccessEntry"

_OWN = frozenset(
    {
        *(
            "id",
            "at",
            "kind",
            "decision",
            "reasons",
            "agency",
            "system",
            "operatorRole",
            "scope",
            "purpose",
            "purposeName",
            "role",
        ),
        *("basis", "matterNumber", "consent", "indirect", "categories", "level", "records"),
        *("fieldsClear", "fieldsMasked", "fieldsWithheld", "policyVersion", "catalogueVersion", "index", "leafHash"),
    }
)
_OFFICER = _OWN | {"operator", "subjects", "released", "operation", "documentDigest", "alerts"}
_OWN_FILTERS = frozenset({"from", "to", "kind", "agency", "purpose", "decision", "consent"})
_OFFICER_FILTERS = _OWN_FILTERS | {
    *("operator", "matter", "subject", "record", "coordinate", "level", "documentDigest", "alert"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """The fields of an entry that are shown, the keys of ``AccessFilter`` that may narrow, which entries there are."""

    fields: frozenset[str]
    filters: frozenset[str]
    rows: str
    basis: tuple[str, ...]


REACHES: Mapping[Scope, Reach] = MappingProxyType(
    {
        Scope.AUDIT: Reach(
            fields=_OFFICER,
            filters=_OFFICER_FILTERS,
            rows="every entry of the log",
            basis=("WH-二(六)1",),
        ),
        Scope.SELF: Reach(
            fields=_OWN,
            filters=_OWN_FILTERS,
            rows="entries that concern the caller",
            basis=("PIPL-44", "PIPL-45"),
        ),
    }
)
"""By scope: whoever is in another reads nothing of the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A field of the entries at one place of the answer. ``path``: response keys, without list indexes."""

    path: str
    coordinate: str
    shown: bool


def check_log(demand: Demand, scope: Scope) -> None:
    """Refuse whoever may not read the log, and every search of it by what is not shown or does not fit together.

    Raises PolicyError PURPOSE_NOT_ALLOWED or FIELD_NOT_FILTERABLE, DocumentError DOCUMENT_INVALID.
    """
    for root in demand.roots:
        if root.field == ROOT and isinstance(root.ask, Page):
            if scope not in REACHES:
                raise PolicyError(
                    Code.PURPOSE_NOT_ALLOWED,
                    "the access log is open to security officers and to subjects signed in only",
                )
            _check_filters({condition.key for condition in root.ask.conditions}, REACHES[scope])


def _check_filters(used: set[str], reach: Reach) -> None:
    if not used <= reach.filters:
        raise PolicyError(Code.FIELD_NOT_FILTERABLE, "This scope does not search the log by that.")
    if "operator" in used and "agency" not in used:
        raise DocumentError(Code.DOCUMENT_INVALID, "a staff number is one of an agency: the filter needs both")


def asked_of_log(demand: Demand, scope: Scope) -> Iterator[Asked]:
    """Every field of the entries that is asked, once for each place."""
    for root in demand.roots:
        if root.field == ROOT and isinstance(root.ask, Page):
            found = dict.fromkeys(_fields(root.ask, root.key))
            reach = REACHES[scope].fields if scope in REACHES else frozenset[str]()
            yield from (Asked(path=path, coordinate=f"{ENTRY}.{name}", shown=name in reach) for path, name in found)


def report_of_log(demand: Demand, scope: Scope) -> list[dict[str, object]]:
    """The entries of ``extensions.disclosure.fields`` for what is withheld of the log."""
    return [
        {
            "coordinate": each.coordinate,
            "path": each.path,
            "kind": None,
            "level": "WITHHELD",
            "mask": None,
            "reason": Reason.POLICY,
            "rule": None,
            "basis": list(REACHES[scope].basis),
        }
        for each in asked_of_log(demand, scope)
        if not each.shown
    ]


def _fields(ask: Ask, path: str) -> Iterator[tuple[str, str]]:
    for name, asks in ask.selection.types.items() if isinstance(ask, Page | Branch) else ():
        for each in asks:
            below = f"{path}.{each.key}"
            if isinstance(each, Typename):
                continue
            if name == ENTRY:
                yield below, labelled_by(name, each.field) or each.field
            else:
                yield from _fields(each, below)
