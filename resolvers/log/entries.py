"""An entry of the log as it is stored -> an ``AccessEntry``, by GraphQL field name.

A leaf holds no personal data; what identifies the acting person and the matter was sealed beside it, and is handed in
opened where it is shown. Of a subject's own entries only what was told of that subject is said, never of another.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from resolvers.log.statement import Found, Told
from resolvers.reference import References
from schema.catalogue import Catalogue
from schema.vocabulary.access import ShownLevel
from schema.vocabulary.administration import Role

_ROLES = frozenset(role.value for role in Role)
_LEVELS = {
    "full": ShownLevel.CLEAR,
    "masked": ShownLevel.MASKED,
    "summary": ShownLevel.SUMMARY,
    "verdict": ShownLevel.VERDICT,
    "withheld": ShownLevel.WITHHELD,
}
"""The levels that a leaf counts fields by, the most that is shown first."""

_BETWEEN = ("masked", "summary", "verdict")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What was sealed of an entry: ``operator`` is a staff number, ``matter`` the number of the matter, ``items`` of
    the catalogue those of the rows that a subject's own side rows name, None where they were not opened."""

    operator: str | None = None
    matter: str | None = None
    items: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What entries refer to. ``agencies``: by client id, public data and ``department``; ``own``: the reader is a
    subject, and is told of itself alone."""

    references: References
    catalogue: Catalogue
    agencies: Mapping[str, Mapping[str, Any]]
    own: bool

    def categories(self, items: Iterable[str]) -> frozenset[str]:
        found = (self.catalogue.items[item] for item in items if item in self.catalogue.items)
        return frozenset(str(item.subcategory or item.category) for item in found if not item.pseudo)

    def categories_of(self, type_name: str) -> frozenset[str]:
        """The category in which rows of a type stand, where it is only one."""
        found = self.categories(code for code, item in self.catalogue.items.items() if type_name in item.types)
        return found if len(found) == 1 else frozenset()


def entry_of(found: Found, opened: Opened, around: Around) -> dict[str, Any]:
    """The whole entry; what of it is shown is not decided here."""
    leaf: Mapping[str, Any] = json.loads(found.leaf)
    told = found.rows()
    agency = around.agencies.get(leaf["principal"])
    levels = _own_levels(leaf, told) if around.own else leaf["counts"]["fields"]
    purpose = leaf["purpose"] if isinstance(leaf["purpose"], str) else None
    return {
        "id": str(found.id),
        "at": datetime.fromtimestamp(leaf["t"] / 1000, UTC).isoformat(timespec="milliseconds"),
        "kind": leaf["kind"].upper().replace("-", "_"),
        "decision": leaf["decision"]["result"].upper(),
        "reasons": leaf["decision"]["reasons"],
        "agency": agency,
        "system": leaf["principal"],
        "operator": opened.operator,
        "operatorRole": (leaf["operator"] or {}).get("role") or (agency or {}).get("department"),
        "scope": leaf["policy"]["scope"],
        "purpose": purpose,
        "purposeName": around.references.purposes.get(purpose or "", {}).get("name"),
        "role": leaf["role"] if isinstance(leaf["role"], str) and leaf["role"] in _ROLES else None,
        "basis": [basis for each in leaf["basis"] if (basis := around.references.basis(each))],
        "matterNumber": opened.matter,
        "consent": leaf["consent"],
        "indirect": None,  # not recorded
        "categories": _categories(leaf, told, opened, around),
        "level": _most(levels, told),
        "subjects": leaf["counts"]["subjects"],
        "records": _own_records(leaf, told) if around.own else leaf["counts"]["records"],
        **_counted(levels),
        "released": [_released(each, leaf) for each in told],
        "operation": None,  # of a name that the caller chose the log keeps a commitment
        "documentDigest": leaf["query"] and leaf["query"]["doc"],
        "policyVersion": leaf["policy"]["version"],
        "catalogueVersion": leaf["policy"]["catalogue"],
        "alerts": list(found.alerts or ()),
        "index": found.place,
        "leafHash": found.leaf_hash.hex(),
    }


def _listed(leaf: Mapping[str, Any], told: Told) -> Mapping[str, Any]:
    """What the leaf says of a side row; nothing where it names them by the root over many."""
    listed = leaf["released"]
    found: Mapping[str, Any] = listed[told.n] if isinstance(listed, list) and told.n < len(listed) else {}
    return found


def _own_levels(leaf: Mapping[str, Any], told: Sequence[Told]) -> Mapping[str, int] | None:
    """Fields by level of what was told of the one subject; unknown where others stand in the same side row."""
    if not _alone(leaf, told):
        return None
    return sum((Counter(_listed(leaf, each)["lv"]) for each in told), Counter[str]())


def _own_records(leaf: Mapping[str, Any], told: Sequence[Told]) -> int | None:
    """An organisation stands first among its own records."""
    if not _alone(leaf, told):
        return None
    return sum(len(each.record_refs) - (each.subject_ref is None) for each in told)


def _alone(leaf: Mapping[str, Any], told: Sequence[Told]) -> bool:
    """Whether the side rows are of one subject. Organisations of whom the same was shown stand in one together."""
    return all(_listed(leaf, each).get("n") == 1 for each in told)


def _counted(levels: Mapping[str, int] | None) -> dict[str, int | None]:
    if levels is None:
        return {"fieldsClear": None, "fieldsMasked": None, "fieldsWithheld": None}
    return {
        "fieldsClear": levels.get("full", 0),
        "fieldsMasked": sum(levels.get(each, 0) for each in _BETWEEN),
        "fieldsWithheld": levels.get("withheld", 0),
    }


def _most(levels: Mapping[str, int] | None, told: Sequence[Told]) -> str | None:
    if levels is None:
        return ShownLevel.CLEAR.value if any(each.clear for each in told) else None
    return next((level.value for word, level in _LEVELS.items() if levels.get(word)), None)


def _categories(leaf: Mapping[str, Any], told: Sequence[Told], opened: Opened, around: Around) -> list[str]:
    """Those of the rows that were given out, and of fields of the subject itself."""
    subjects = {coordinate.partition(".")[0] for each in told for coordinate in each.clear}
    types = {name for each in told for name in _listed(leaf, each).get("rt", {})} if opened.items is None else set()
    found = {category for name in types | subjects for category in around.categories_of(name)}
    return sorted(found | around.categories(opened.items or ()))


def _released(told: Told, leaf: Mapping[str, Any]) -> dict[str, Any]:
    """Organisations of whom the same was shown stand in one side row, their digests in front of those of records."""
    organisations = 0 if told.subject_ref is not None else _listed(leaf, told).get("n", 1)
    subjects = [told.subject_ref] if told.subject_ref is not None else told.record_refs[:organisations]
    return {
        "subjectReference": " ".join(each.hex() for each in subjects),
        "recordReferences": [each.hex() for each in told.record_refs[organisations:]],
        "clearCoordinates": told.clear,
        "level": _most(_listed(leaf, told).get("lv"), [told]),
    }
