"""Values -> the columns that hold them: in clear, sealed, and in each masked form that stands beside.

Which forms a value has is read off the table: a column ``name__mask`` is filled by the mask of that name, ``name_ct``
by the sealed value. Nothing is sealed here, so that a row can be compared with the stored one first.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from types import MappingProxyType

from sqlalchemy import Table

from authz.masks import MASKS, mask_suffix
from authz.redaction.particulars import hidden
from authz.redaction.redact import Known, redact, without_informants
from gateway.intake.check import Reasons, Value

Columns = dict[str, object]

_BY_SUFFIX = {mask_suffix(mask): function for mask, function in MASKS.items()}
_REDACTED = "redact_text"

DESCRIPTIVE = frozenset(
    {
        *("violation_type", "penalty_basis", "document_name", "certificate_name", "reason", "removal_reason", "cause"),
        *("decision_basis", "sanction_warning", "removal_conditions", "removal_procedure", "remedies", "title"),
        *("local_label", "commitment_kind", "model", "granted_by", "court", "lift_reason", "basis_document"),
    }
)
"""Short texts that are public metadata: kept in clear, but never with an informant or a personal number in them."""

SHORT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row as it is to be stored. ``clear`` are the values of ``_ct`` columns before sealing.

    ``key``: columns and values that identify it. ``new``: whether it may be inserted. ``follow``: statements with
    arguments, run when the row was inserted or changed; ``always``: run in any case, changing nothing that is right.
    ``quarantined``: stored, but seen by its source alone.
    """

    table: Table
    key: Mapping[str, object]
    columns: Mapping[str, object]
    clear: Mapping[str, str | None] = field(default_factory=lambda: MappingProxyType({}))
    new: bool = True
    follow: tuple[tuple[str, tuple[object, ...]], ...] = ()
    always: tuple[tuple[str, tuple[object, ...]], ...] = ()
    quarantined: Reasons = ()


@dataclass(frozen=True, slots=True)
class Forms:
    """Where the forms of values gather, for one row of one table. ``known``: whom its texts may speak of."""

    table: Table
    known: Known = field(default_factory=Known)
    columns: Columns = field(default_factory=dict)
    clear: dict[str, str | None] = field(default_factory=dict)

    def put(self, name: str, value: Value) -> None:
        """The value under this name, in every form that the table has for it."""
        held = _forms_of(self.table, name)
        if held.sealed or held.redacted:
            value = self._told(value)
        elif name in DESCRIPTIVE:
            value = self._described(value)
        if held.plain:
            self.columns[name] = list(value) if isinstance(value, tuple) else value
        text = "；".join(value) if isinstance(value, tuple) else value
        if held.sealed:
            self.clear[f"{name}_ct"] = text if text is None else str(text)
        for suffix in held.masks:
            self.columns[f"{name}__{suffix}"] = None if text is None else self._masked(suffix, str(text))

    def _masked(self, suffix: str, text: str) -> str | None:
        return redact(text, self.known) if suffix == _REDACTED else _BY_SUFFIX[suffix](text)

    def _told(self, value: Value) -> Value:
        # BASIS: HS-17(一), JY-三(二)17, EZ-15. Informants are removed before anything is stored, for the source too.
        return without_informants(value, self.known) if isinstance(value, str) else value

    def _described(self, value: Value) -> Value:
        if not isinstance(value, str):
            return value
        often = not self.known.informants and len(value) <= SHORT
        return _often_described(value) if often else _described(value, self.known)


def _described(text: str, known: Known) -> str | None:
    told = without_informants(text, known)
    return None if told is None else hidden(told)


@lru_cache(maxsize=4096)
def _often_described(text: str) -> str | None:
    """The same few words describe thousands of rows. Those of rows that name an informant are not remembered."""
    return _described(text, Known())


@dataclass(frozen=True, slots=True)
class _Held:
    plain: bool
    sealed: bool
    masks: tuple[str, ...]

    @property
    def redacted(self) -> bool:
        return _REDACTED in self.masks


@cache
def _forms_of(table: Table, name: str) -> _Held:
    prefix = f"{name}__"
    masks = tuple(column.name.removeprefix(prefix) for column in table.c if column.name.startswith(prefix))
    return _Held(plain=name in table.c, sealed=f"{name}_ct" in table.c, masks=masks)


@cache
def stored_names(table: Table) -> frozenset[str]:
    """Names of values that the table has a column for."""
    return frozenset(column.name.partition("__")[0].removesuffix("_ct") for column in table.c)
