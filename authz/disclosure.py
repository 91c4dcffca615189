"""Demand and grant -> what the answer says about itself: every asked field that is not shown in clear, and why.

Made from demand and grant alone, never from rows: it is the same for a subject that exists and for one that does not.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from authz.asked import Connection, Occurrence, Walk
from authz.grant import WITHHELD, Disclosure, Grant, Kind, Level, Part, Reason
from authz.parts import is_verdict
from schema.catalogue import Catalogue
from schema.demands.demand import Coordinate, Demand
from schema.errors import Code, PolicyError

Entry = dict[str, object]

_SAID = {Level.NONE: "WITHHELD"}


def report(demand: Demand, grant: Grant, catalogue: Catalogue) -> list[Entry]:
    """``extensions.disclosure.fields``: coordinate, path, kind, level, mask, reason, rule, basis for each place at
    which a field is asked and not shown in clear. Where rows that can stand there differ, the entry says the least that
    is shown, and ``variants`` lists what is shown of which items. ``kind`` is null where it makes no difference."""
    walk = Walk(demand=demand, grant=grant, catalogue=catalogue)
    return [entry for found in walk.occurrences() for entry in _entries(found, grant)]


def check_uses(demand: Demand, grant: Grant, catalogue: Catalogue) -> None:
    """Refuse a filter on or an order by a field that is not in clear in every row that the connection can list: what is
    not shown could be found out by asking often. Raises PolicyError FIELD_NOT_FILTERABLE, or OUT_OF_CONSENT where it is
    the consent that does not reach so far."""
    for found in Walk(demand=demand, grant=grant, catalogue=catalogue).connections():
        used = {each.coordinate for each in found.page.conditions} | {each.coordinate for each in found.page.sorts}
        hidden = [part.of(coordinate) for coordinate in used for part in found.parts]
        hidden = [each for each in hidden if each.level is not Level.CLEAR]
        if _is_beyond(found, grant) or any(each.reason is Reason.NOT_IN_CONSENT for each in hidden):
            raise PolicyError(Code.OUT_OF_CONSENT, "The consent does not cover what is listed, or what narrows it.")
        if hidden:
            raise PolicyError(
                Code.FIELD_NOT_FILTERABLE, "A field that is not shown in clear can neither filter nor sort."
            )


def _is_beyond(found: Connection, grant: Grant) -> bool:
    """Whether the consent leaves out every row that could be listed: the answer would read as if there were none."""
    asked = found.page.counted or found.page.conditions or found.page.sorts or found.root
    return bool(asked) and f"{found.page.type}.id" in grant.beyond_consent


def _entries(found: Occurrence, grant: Grant) -> Iterator[Entry]:
    """One entry, or one for each kind of subject where they are shown different things."""
    by_kind: dict[Kind, list[Part]] = {}
    for part in found.parts:
        by_kind.setdefault(part.kind, []).append(part)
    least = {kind: _least(found.coordinate, parts) for kind, parts in sorted(by_kind.items())}
    if len({(each.level, each.mask) for each in least.values()}) > 1:
        for kind, disclosure in least.items():
            yield from _entry(found, disclosure, by_kind[kind], kind)
    else:
        yield from _entry(found, next(iter(least.values()), _nowhere(found, grant)), found.parts, None)


def _nowhere(found: Occurrence, grant: Grant) -> Disclosure:
    """Of a field at whose place no row can stand."""
    beyond = found.coordinate in grant.beyond_consent
    return replace(WITHHELD, reason=Reason.NOT_IN_CONSENT) if beyond else WITHHELD


def _least(coordinate: Coordinate, parts: Iterable[Part]) -> Disclosure:
    """The least that is shown; of a verdict the most, since any part that gives it answers."""
    disclosures = [part.of(coordinate) for part in parts]
    if is_verdict(coordinate):
        return max(disclosures, key=lambda each: each.level)
    return min(disclosures, key=lambda each: each.level)


def _entry(found: Occurrence, disclosure: Disclosure, parts: Iterable[Part], kind: Kind | None) -> Iterator[Entry]:
    if disclosure.level is Level.CLEAR:
        return
    entry: Entry = {
        "coordinate": found.coordinate,
        "path": found.path,
        "kind": kind,
        "level": _level(disclosure),
        "mask": disclosure.mask,
        "reason": disclosure.reason,
        "rule": next(iter(disclosure.rules), None),
        "basis": list(disclosure.basis),
    }
    variants = [] if is_verdict(found.coordinate) else list(_variants(found.coordinate, parts))
    yield entry | ({"variants": variants} if len(variants) > 1 else {})


def _variants(coordinate: Coordinate, parts: Iterable[Part]) -> Iterator[Mapping[str, object]]:
    """What is shown of which items; nothing to say where it is the same in all."""
    shown: dict[tuple[str, bool, str, str | None], set[str]] = {}
    for part in parts:
        disclosure = part.of(coordinate)
        shown.setdefault((part.relation, part.published, _level(disclosure), disclosure.mask), set()).add(part.item)
    if len({(level, mask) for _, _, level, mask in shown}) > 1:
        for (relation, published, level, mask), items in shown.items():
            yield {
                "items": sorted(items),
                "relation": relation,
                "published": published,
                "level": level,
                "mask": mask,
            }


def _level(disclosure: Disclosure) -> str:
    return _SAID.get(disclosure.level, disclosure.level.name)
