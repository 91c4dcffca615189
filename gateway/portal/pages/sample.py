"""A grant under the consent that is asked for -> what whoever asks would see, shown with invented values.

Levels and masks are those of the very grant that would be compiled; only the values are invented. No row is read and
nothing is disclosed to make it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from authz.grant import Disclosure, Grant, Kind, Level
from authz.principal import Rights
from schema.demands.demand import Coordinate
from schema.vocabulary.access import ShownLevel

_SHOWN = {
    Level.CLEAR: ShownLevel.CLEAR,
    Level.MASKED: ShownLevel.MASKED,
    Level.SUMMARY: ShownLevel.SUMMARY,
    Level.VERDICT: ShownLevel.VERDICT,
    Level.NONE: ShownLevel.WITHHELD,
}
_MASKED: Mapping[str, str] = MappingProxyType(
    {
        "MASK_NAME_SURNAME": "王**",
        "MASK_NAME_DOC": "王某",
        "MASK_ID_1_1": "4****************7",
        "MASK_ID_BIRTH8": "420199********0027",
        "MASK_TAX_NO": "4201************L0",
    }
)
"""The invented person of the example in each masked form."""
IDENTITY = (Coordinate("NaturalPerson.name"), Coordinate("NaturalPerson.idNumber"))
"""Compared for every person, ticked or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """``value``: the invented value, or None where the level alone says it."""

    coordinate: Coordinate
    level: ShownLevel
    value: str | None


def sample_of(grant: Grant, rights: Rights, *, natural: bool) -> tuple[Example, ...]:
    """One example of each field that is asked, at the most that any row in the consent shows of it."""
    kind = Kind.PERSON if natural else Kind.ORGANISATION
    parts = grant.parts_of(kind)
    named = (*IDENTITY, *sorted(rights.fields)) if natural else tuple(sorted(rights.fields))
    return tuple(_example(each, [part.of(each) for part in parts]) for each in dict.fromkeys(named))


def _example(coordinate: Coordinate, found: list[Disclosure]) -> Example:
    most = max(found, key=lambda each: each.level, default=Disclosure(level=Level.NONE))
    return Example(coordinate=coordinate, level=_SHOWN[most.level], value=_MASKED.get(most.mask or ""))


def groups(examples: tuple[Example, ...]) -> Iterator[tuple[str, tuple[Example, ...]]]:
    """By the type that each field is of, in the order of the examples."""
    for name in dict.fromkeys(each.coordinate.partition(".")[0] for each in examples):
        yield name, tuple(each for each in examples if each.coordinate.startswith(f"{name}."))
