"""The matrix holds exactly what Casbin's ``enforce`` allows: a small world whole, and samples of the shipped one.

Without its gates the matrix is held against Casbin itself; with them against the grants that are compiled, so that what
is checked and compared is what answers.
"""

from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import policies
from authz.casbin_model import Oracle, Request
from authz.compile import compile_grant
from authz.grant import Grant, Kind, Level, Relation, Scope
from authz.matrix.axes import WITH_CONSENT, WITHOUT_CONSENT, Box, Errand
from authz.matrix.evaluation import Matrix, evaluate
from authz.matrix.lens import Place
from authz.matrix.tables import numbers
from authz.policy import Policy, load_policy
from authz.principal import Principal
from authz.purpose import Admission
from authz.rows import relation_of
from authz.scopes import NOTHING
from authz.space import NO_ROLE
from schema.demands.demand import Coordinate
from tests.unit.authz.small import SPACE, Line, deny, policy, rule

MODEL = policies.file("model.conf").read_text("utf-8")
TODAY = date(2026, 5, 20)
LEVELS = (Level.VERDICT, Level.SUMMARY, Level.MASKED, Level.CLEAR)
FIELDS = ("Record.decidedOn", "Record.facts", "Standing.major")
SEED = 20260520


def agrees(matrix: Matrix, oracle: Oracle, request: Request, place: Place, asker: Box) -> bool:
    """A masked form is shown only where a rule names the mask; Casbin, which knows no masks, allows it below CLEAR."""
    shown = matrix.level(place, asker, Coordinate(request.field))
    allowed = oracle.enforce(request)
    if request.level is Level.MASKED and shown is not Level.MASKED:
        return allowed or shown < Level.MASKED
    return allowed is (shown >= request.level)


def asker_of(matrix: Matrix, request: Request) -> Box:
    axes = matrix.axes
    errand = (request.purpose, request.role)
    return Box(
        axes.departments_in({request.sub}),
        axes.jurisdictions_in({request.dom}),
        1 << list(axes.errands).index(errand),  # type: ignore[arg-type]  # an errand is a pair
        WITH_CONSENT if request.consent else WITHOUT_CONSENT,
    )


# A small world, whole ------------------------------------------------------------------------------------------------


def requests(item: str) -> Iterator[tuple[Request, Place]]:
    """Every cell of one item: askers of all kinds, three fields, every level."""
    for who, where, why, part in product(
        ("dept.a", "dept.b", "public"), ("000000", "420100"), ("PM-1", "PM-3", "PM-903"), ("bidder", NO_ROLE)
    ):
        for field, channel, consent, relation in product(
            FIELDS, (Scope.SHARING, Scope.CONSENT), (False, True), (Relation.SOURCE, Relation.OTHER)
        ):
            for kind in SPACE.facts[item].kinds:
                place = Place(channel, item, kind, relation)
                for level in LEVELS:
                    yield (
                        Request(
                            sub=who, dom=where, purpose=why, role=part, item=item, field=field, level=level,
                            channel=channel, kind=kind, relation=relation, consent=consent,
                        ),
                        place,
                    )  # fmt: skip


MIXED = (
    rule("A1", item="PENALTY", field="class:META", cond="entitled"),
    rule("A2", item="any", field="class:TEXT", level="SUMMARY", rel="SOURCE", sub="dept.a"),
    rule("A3", item="PENALTY", field="Record.facts", level="MASKED", mask="MASK_REDACT_TEXT", role="bidder"),
    rule("A4", item="PENALTY", field="set:verdict", level="VERDICT", purpose="any", sub="any", dom="420100"),
    rule("A5", Scope.CONSENT, sub="any", purpose="any", item="HELD", field="any", cond="consent"),
    rule("A6", Scope.CONSENT, sub="agency", purpose="group:STAFF", item="HELD", field="class:META", cond="no_consent"),
    deny("D1", field="class:TEXT", level="CLEAR"),
    deny("D2", sub="dept.b", field="class:META", level="MASKED", kind="person"),
    deny("D3", Scope.CONSENT, field="class:TEXT", level="VERDICT", cond="not_shared", dom="420100"),
)


@pytest.mark.parametrize("item", ["PENALTY", "HELD"])
def test_a_small_world_is_equal_in_every_cell(item: str) -> None:
    built = policy(*MIXED)
    matrix, oracle = evaluate(built, whole=True), Oracle(MODEL, built.rules, SPACE)
    asked = [
        (agrees(matrix, oracle, request, place, asker_of(matrix, request)), request)
        for request, place in requests(item)
    ]
    assert [request for equal, request in asked if not equal] == []
    assert len(asked) == 6_912


# Random policies, random cells ---------------------------------------------------------------------------------------

columns = st.fixed_dictionaries(
    {
        "sub": st.sampled_from(("any", "agency", "dept.a", "bank", "data_subject", "public")),
        "dom": st.sampled_from(("any", "000000", "420100", "370100")),
        "purpose": st.sampled_from(("any", "group:CHECK", "PM-1", "PM-3", "PM-903")),
        "role": st.sampled_from(("any", "bidder", "party")),
        "item": st.sampled_from(("any", "category:RECORDS", "PENALTY", "LISTED", "HELD")),
        "field": st.sampled_from(("any", "class:META", "class:TEXT", "set:core", "set:verdict", "Record.facts")),
        "level": st.sampled_from(("CLEAR", "SUMMARY", "VERDICT")),
        "kind": st.sampled_from(("any", "organisation", "person")),
        "cond": st.sampled_from(
            ("always", "entitled", "not_shared", "consent", "no_consent", "public_item", "not_public_item")
        ),
    }
)
channels = st.sampled_from((Scope.SHARING, Scope.CONSENT, Scope.SELF, Scope.PUBLICATION))

relations = st.sampled_from(("any", "SOURCE", "OWN_FIELD", "SELF"))


@st.composite
def lines(draw: st.DrawFn) -> tuple[Line, ...]:
    allows = [
        rule(f"A{number}", draw(channels), **draw(columns), rel=draw(relations))
        for number in range(draw(st.integers(1, 6)))
    ]
    denies = [deny(f"D{number}", draw(channels), **draw(columns)) for number in range(draw(st.integers(0, 4)))]
    return (*allows, *denies)


cells = st.builds(
    Request,
    sub=st.sampled_from(sorted(SPACE.roles.leaves)),
    dom=st.sampled_from(sorted(SPACE.lineages)),
    purpose=st.sampled_from(sorted(SPACE.purposes.leaves)),
    role=st.sampled_from(("bidder", "party", NO_ROLE)),
    item=st.sampled_from(sorted(SPACE.facts)),
    field=st.sampled_from(SPACE.coordinates),
    level=st.sampled_from(LEVELS),
    channel=channels,
    kind=st.sampled_from(("organisation", "person")),
    relation=st.sampled_from(tuple(Relation)),
    consent=st.booleans(),
)


@settings(max_examples=60)
@given(lines(), st.lists(cells, min_size=15, max_size=15))
def test_random_policies_are_equal_in_random_cells(written: tuple[Line, ...], asked: list[Request]) -> None:
    built = policy(*written)
    matrix, oracle = evaluate(built, whole=True), Oracle(MODEL, built.rules, SPACE)
    for request in asked:
        place = Place(request.channel, request.item, request.kind, request.relation)
        assert agrees(matrix, oracle, request, place, asker_of(matrix, request))


# The shipped policies ------------------------------------------------------------------------------------------------


@cache
def shipped() -> Policy:
    return load_policy(policies.contents())


@cache
def shipped_matrix(whole: bool) -> Matrix:
    return evaluate(shipped(), whole=whole)


def drawn(chance: Random, box: Box) -> Box:
    """One asker of the box."""
    return Box(*(1 << chance.choice(list(numbers(values))) for values in box))


def sampled(chance: Random, count: int) -> Iterator[tuple[Place, Box, int]]:
    """Cells of all kinds, half of them from what is open."""
    matrix = shipped_matrix(whole=True)
    places, opened = list(matrix.lens.places()), list(matrix.blocks)
    for number in range(count):
        place = chance.choice(opened if number % 2 else places)
        blocks = matrix.blocks.get(place, ())
        box = chance.choice(blocks).askers if blocks and number % 4 else matrix.axes.everyone
        yield place, drawn(chance, box), chance.randrange(len(shipped().space.coordinates))


def test_the_shipped_matrix_is_equal_in_a_thousand_cells() -> None:
    matrix, chance = shipped_matrix(whole=True), Random(SEED)
    oracle, axes = Oracle(MODEL, shipped().rules, shipped().space), matrix.axes
    shown = 0
    for place, asker, number in sampled(chance, 1000):
        purpose, role = axes.errands[next(numbers(asker.errands))]
        request = Request(
            sub=axes.departments[next(numbers(asker.departments))],
            dom=axes.jurisdictions[next(numbers(asker.jurisdictions))],
            purpose=purpose,
            role=role,
            item=place.item,
            field=shipped().space.coordinates[number],
            level=chance.choice(LEVELS),
            channel=place.channel,
            kind=place.kind,
            relation=place.relation,
            consent=asker.consents == WITH_CONSENT,
        )
        assert agrees(matrix, oracle, request, place, asker), request
        shown += matrix.decision(place, asker).level(1 << number) is not Level.NONE
    assert shown > 150


# Grants --------------------------------------------------------------------------------------------------------------


def granted(grant: Grant, place: Place, *, published: bool) -> dict[str, Level]:
    """What the grant shows of the rows of this item, kind and relation; of those public anyway, or of others."""
    found: dict[str, Level] = {}
    for part in grant.parts:
        here = (part.item, part.kind, part.relation) == (place.item, place.kind, place.relation)
        for coordinate, disclosure in part.fields.items() if here and part.published is published else ():
            found[coordinate] = max(found.get(coordinate, Level.NONE), disclosure.level)
    return {coordinate: level for coordinate, level in found.items() if level is not Level.NONE}


def expected(matrix: Matrix, place: Place, asker: Box) -> dict[str, Level]:
    """The cells of the item; and where its rows are shown, those of the links that hang on them."""
    space, links = shipped().space, shipped().space.facts[place.item].links
    found = shown_at(matrix, place, asker)
    if links is not None and any(level > Level.VERDICT for level in found.values()):
        found |= shown_at(matrix, place._replace(item=links, kind=Kind.ORGANISATION), asker)
    return {coordinate: found[coordinate] for coordinate in space.coordinates if coordinate in found}


def shown_at(matrix: Matrix, place: Place, asker: Box) -> dict[str, Level]:
    found: dict[str, Level] = {}
    for level, _, fields in matrix.decision(place, asker).pieces():
        found |= {coordinate: level for coordinate, _ in shipped().space.named(fields)}
    return found


def askers(chance: Random, count: int) -> Iterator[tuple[Principal, Admission, Box]]:
    """Agencies of every kind for every purpose that may be stated to them; and whoever is in a scope of its own."""
    matrix, space = shipped_matrix(whole=False), shipped().space
    axes = matrix.axes
    for _ in range(count):
        role, where = (
            chance.choice(sorted(space.roles.leaves - {"public", "auditor"})),
            chance.choice(axes.jurisdictions),
        )
        number = chance.randrange(len(axes.errands))
        purpose, part = axes.errands[number]
        who = Principal(
            client="A", organisation="A", role=role, jurisdiction=where, supervision_field="TAX", agency_id=1
        )
        stated = Admission(scope=Scope.SHARING, purpose=purpose, role=None if part == NO_ROLE else part)
        box = Box(axes.departments_in({role}), axes.jurisdictions_in({where}), 1 << number, WITHOUT_CONSENT)
        yield who, stated, box
    for role, scope, errand in NARROW:
        where = chance.choice(axes.jurisdictions)
        who = Principal(client="A", organisation="A", role=role, jurisdiction=where)
        stated = Admission(scope=scope, purpose=errand.purpose, role=None if errand.role == NO_ROLE else errand.role)
        consent = WITH_CONSENT if scope is Scope.CONSENT else WITHOUT_CONSENT
        number = axes.errands.index(errand)
        yield who, stated, Box(axes.departments_in({role}), axes.jurisdictions_in({where}), 1 << number, consent)


NARROW = (
    ("bank", Scope.CONSENT, Errand("PM-901", "data_subject")),
    ("credit_service", Scope.CONSENT, Errand("PM-906", NO_ROLE)),
    ("data_subject", Scope.SELF, Errand("PM-902", NO_ROLE)),
)


def test_grants_show_what_the_matrix_says_of_every_row() -> None:
    matrix, compared = shipped_matrix(whole=False), 0
    for who, stated, box in askers(Random(SEED), 60):
        grant = compile_grant(shipped(), who, stated, TODAY)
        for part in grant.parts:
            place = Place(stated.scope, part.item, part.kind, part.relation)
            said, own = expected(matrix, place, box), granted(grant, place, published=False)
            public = granted(grant, place, published=True)
            assert own in (said, {}), (place, stated)
            assert own or public.items() >= said.items(), (place, stated)
            compared += bool(own)
    assert compared > 300


def test_grants_have_a_part_for_whatever_the_matrix_shows() -> None:
    matrix = shipped_matrix(whole=False)
    for who, stated, box in askers(Random(SEED + 1), 40):
        grant = compile_grant(shipped(), who, stated, TODAY)
        parts = {(part.item, part.kind) for part in grant.parts}
        shown = {
            (place.item, place.kind)
            for place in matrix.blocks
            if place.channel is stated.scope
            and relation_of(place.relation, shipped().space.facts[place.item].source, "TAX", date.min) != NOTHING
            and matrix.decision(place, box).shown
        }
        assert parts == shown
