"""Random numbers and a compiled grant -> grants that no policy would make: any level of any field, any cut of the rows.

The shipped policies show rows of one item in few ways; here every item is cut into parts that each show something else,
so that whatever a plan reads for one part and shows under another comes to light. What the schema promises is kept:
fields that may not be null are in clear wherever their row is shown.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from random import Random

from authz.grant import Disclosure, Grant, ItemCode, Kind, Level, Part, Relation, Scope
from authz.rows import all_of
from authz.scopes import EVERY, After, Any, By, Empty, In, Is, MyAgency, MyTarget, Not, RowScope, Trigger
from schema.catalogue import Catalogue, CatalogueField, CatalogueItem
from schema.demands.demand import Coordinate
from tests.city import TODAY

CLEAR = Disclosure(level=Level.CLEAR, basis=("WH-二(二)2",))
VERDICT = Disclosure(level=Level.VERDICT, basis=("WH-二(二)3",))
NOTHING = Disclosure(level=Level.NONE)

PROMISED = frozenset(
    {"Organisation.kind", "NaturalPerson.kind", "Record.catalogueItem", "Measure.listEntry", "Link.role"}
)
NAMED: Mapping[str, tuple[str | None, ...]] = {
    "NaturalPerson.id": ("MASK_PER_RECORD",),
    "NaturalPerson.kind": (None,),
    "NaturalPerson.name": (None, "MASK_NAME_SURNAME"),
    "NaturalPerson.idNumber": ("MASK_ID_COURT",),
    "NaturalPerson.sex": (None,),
    "NaturalPerson.age": (None,),
    "NaturalPerson.homeAddress": ("MASK_ADDR_COUNTY",),
}
"""The forms in which a record holds the person that it names; None is the clear form."""

RECORD_CUTS: tuple[RowScope, ...] = (
    Is("severity", "SERIOUS"),
    Not(Is("polarity", "NEGATIVE")),
    By("publication_until", TODAY),
    After("decided_on", TODAY.replace(year=2024)),
    Empty("objection_from"),
    In("jurisdiction", ("420100", "420700")),
    Any((Is("sealed", True), Is("state", "QUARANTINED"))),
    MyAgency("source_unit_id"),
    MyTarget(TODAY),
)
SUBJECT_CUTS: tuple[RowScope, ...] = (Is("status", "ACTIVE"), In("jurisdiction", ("420100", "420111")), MyTarget(TODAY))
MEASURE_CUTS: tuple[RowScope, ...] = (
    Is("force", "COMPULSORY"),
    MyTarget(TODAY),
    MyAgency("executed_by_id"),
    Trigger(Is("severity", "SERIOUS")),
    Not(Trigger(Any((Is("sealed", True), Empty("severity"))))),
)


def drawn(random: Random, grant: Grant, catalogue: Catalogue, number: int) -> Grant:
    """A grant for the same caller; ``number`` makes its digest its own."""
    return replace(
        grant,
        scope=random.choice((Scope.PUBLICATION, Scope.SHARING, Scope.CONSENT)),
        parts=tuple(_parts(random, catalogue)),
        digest=f"drawn-{number}",
        supervision_field="FOOD_DRUG_SAFETY",
        persons=True,
        organisations=True,
        years=2,
    )


def _parts(random: Random, catalogue: Catalogue) -> Iterator[Part]:
    for item in catalogue.items.values():
        for kind in map(Kind, sorted(item.kinds)):
            if random.random() < 0.9 or item.code in {"REGISTRATION_ORG", "REGISTRATION_PERSON", "MEASURE", "LINK"}:
                yield from _of_item(random, item, kind, catalogue)


def _of_item(random: Random, item: CatalogueItem, kind: Kind, catalogue: Catalogue) -> Iterator[Part]:
    """Up to three cuts, and mostly the rest."""
    cuts = _cuts(item)
    chosen = random.sample(cuts, random.randint(0, min(2, len(cuts)))) if cuts else []
    scopes = [*chosen, EVERY] if random.random() < 0.8 or not chosen else chosen
    relation = random.choice((Relation.TARGET, Relation.OTHER))
    for scope in scopes:
        yield Part(
            item=ItemCode(item.code),
            kind=kind,
            relation=relation,
            published=random.random() < 0.5 and item.code != "LINK",
            rows=all_of(scope),
            fields=_fields(random, item, kind, catalogue),
        )


def _cuts(item: CatalogueItem) -> tuple[RowScope, ...]:
    if item.family is not None:
        return RECORD_CUTS
    if item.code == "MEASURE":
        return MEASURE_CUTS
    return SUBJECT_CUTS if item.code.startswith("REGISTRATION") else ()


def _fields(random: Random, item: CatalogueItem, kind: Kind, catalogue: Catalogue) -> dict[Coordinate, Disclosure]:
    found = {field.coordinate: _drawn(random, field) for field in catalogue.fields_of(item.code)}
    if {"Organisation", "ListEntry"} & set(item.types):
        found |= {field.coordinate: _drawn(random, field) for field in catalogue.fields_of_type("Link")}
    found |= {
        field.coordinate: _drawn(random, field) for field in catalogue.fields.values() if field.type in item.types
    }
    if item.family is not None:
        found = {name: each for name, each in found.items() if not name.startswith("NaturalPerson.")}
        found |= _subject(random, kind)
    for identity in ("Organisation.id", "NaturalPerson.id", "Record.id", "Measure.id"):
        if identity == "Record.id" if item.family is not None else identity in found:
            found[Coordinate(identity)] = CLEAR if random.random() < 0.9 else NOTHING
    return {name: each for name, each in found.items() if each.level > Level.NONE}


def _drawn(random: Random, field: CatalogueField) -> Disclosure:
    if field.coordinate.startswith("Standing.") and field.name != "subject":
        return VERDICT if random.random() < 0.6 else NOTHING
    if field.coordinate in PROMISED:
        return CLEAR
    chance = random.random()
    masks = [str(mask) for mask in field.masks if mask not in {"MASK_AS_NAMED", "MASK_PER_RECORD"}]
    if field.store == "absent" or chance < 0.25:
        return NOTHING
    if masks and chance < 0.6:
        return Disclosure(level=Level.MASKED, mask=random.choice(masks))
    return CLEAR if field.name != "guardian" else NOTHING


def _subject(random: Random, kind: Kind) -> dict[Coordinate, Disclosure]:
    """The way to the subject of a record; a person may be shown as named in it."""
    if kind is Kind.ORGANISATION or random.random() < 0.4:
        return {Coordinate("Record.subject"): random.choice((CLEAR, NOTHING))}
    found = {Coordinate("Record.subject"): Disclosure(level=Level.MASKED, mask="MASK_AS_NAMED")}
    for name, forms in NAMED.items():
        form = random.choice((*forms, "NONE"))
        if name in {"NaturalPerson.kind", "NaturalPerson.id"}:
            form = forms[0]
        if form != "NONE":
            shown = CLEAR if form is None else Disclosure(level=Level.MASKED, mask=form)
            found[Coordinate(name)] = shown
    return found
