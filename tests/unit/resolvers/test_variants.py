"""Parts merge into variants only where the same cells may be read, and a row is of the variant of its part."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from authz.grant import ItemCode, Kind, Part, Relation
from authz.scopes import EVERY, All, Any, In, Is, RowScope, holds
from resolvers.plan import Block
from resolvers.variants import Division, Key, Reads, divide

KEYS: tuple[Key, ...] = (("column", "a"), ("column", "b"), ("derived", "c"), ("edge", "d", "1", ""))
FACTS = ("w", "x", "y")
SCOPES: tuple[RowScope, ...] = (
    EVERY,
    *(Is(fact, True) for fact in FACTS),
    All((Is("w", True), Is("x", False))),
    Any((Is("y", True), Is("x", True))),
    In("w", (False,)),
)


def part(item: str = "A", kind: Kind = Kind.ORGANISATION, rows: RowScope = EVERY) -> Part:
    return Part(item=ItemCode(item), kind=kind, relation=Relation.OTHER, published=False, rows=rows, fields={})


PARTS = st.builds(part, item=st.sampled_from("AB"), kind=st.sampled_from(Kind), rows=st.sampled_from(SCOPES))
READS = st.dictionaries(st.sampled_from(KEYS), st.booleans())
DIVIDED = st.lists(st.tuples(PARTS, READS), max_size=8)


def read_in(division: Division, key: Key, number: int) -> bool:
    """Whether the cell of the key is read for rows of this part."""
    if key not in division.reading:
        return False
    variants = division.reading[key]
    return variants is None or division.variant[number] in variants


@settings(max_examples=400, derandomize=True, database=None)
@given(DIVIDED)
def test_a_cell_is_read_for_the_parts_that_show_it_and_for_none_that_could_fill_it(
    divided: list[tuple[Part, Reads]],
) -> None:
    division = divide(tuple(each for each, _ in divided), [reads for _, reads in divided], by_item=True)
    for number, (_, reads) in enumerate(divided):
        for key, shown in reads.items():
            assert read_in(division, key, number) is shown


@settings(max_examples=400, derandomize=True, database=None)
@given(DIVIDED)
def test_a_row_is_of_the_variant_of_the_first_part_that_holds(divided: list[tuple[Part, Reads]]) -> None:
    parts = tuple(each for each, _ in divided)
    division = divide(parts, [reads for _, reads in divided], by_item=True)
    for item, kind in product("AB", Kind):
        for facts in product((True, False), repeat=len(FACTS)):
            row = dict(zip(FACTS, facts, strict=True))
            of_row = (
                division.variant[number]
                for number, each in enumerate(parts)
                if each.item == item and each.kind is kind and holds(each.rows, row)
            )
            assert variant_of(division.blocks, item, kind, row) == next(of_row, None)


def variant_of(blocks: tuple[Block, ...], item: str, kind: Kind, row: dict[str, bool]) -> int | None:
    """As the statement finds it: of the block of the row, the first case that holds."""
    for block in blocks:
        if item in block.items and block.natural == (kind is Kind.PERSON):
            for scope, number in block.cases:
                if holds(scope, row):
                    return number
    return None


@settings(max_examples=200, derandomize=True, database=None)
@given(DIVIDED)
def test_variants_are_counted(divided: list[tuple[Part, Reads]]) -> None:
    division = divide(tuple(each for each, _ in divided), [reads for _, reads in divided], by_item=True)
    assert set(division.variant.values()) == set(range(division.count))


def test_parts_that_read_the_same_are_one_variant() -> None:
    reads: Reads = {KEYS[0]: True, KEYS[1]: False}
    division = divide((part("A"), part("B"), part("B", Kind.PERSON)), [reads] * 3, by_item=True)
    assert division.count == 1
    assert division.reading == {KEYS[0]: None} or division.reading == {KEYS[0]: frozenset({0})}


def test_a_part_that_cannot_fill_a_column_may_join_one_that_shows_it() -> None:
    division = divide((part("A"), part("B")), [{KEYS[0]: True}, {KEYS[1]: True}], by_item=True)
    assert division.count == 1
    assert division.reading == {KEYS[0]: None, KEYS[1]: None}


def test_a_part_that_could_fill_a_column_and_does_not_show_it_never_joins() -> None:
    division = divide((part("A"), part("B")), [{KEYS[0]: True}, {KEYS[0]: False}], by_item=True)
    assert division.count == 2
    assert division.reading == {KEYS[0]: frozenset({0})}


def test_what_nobody_reads_is_not_planned() -> None:
    assert divide((part(),), [{KEYS[0]: False}], by_item=True).reading == {}


def test_items_with_equal_cases_share_a_block() -> None:
    division = divide((part("B"), part("A")), [{}, {}], by_item=True)
    assert [(block.items, block.natural) for block in division.blocks] == [(("A", "B"), False)]


def test_blocks_of_rows_without_items_name_none() -> None:
    division = divide((part("A"), part("A", Kind.PERSON)), [{}, {}], by_item=False)
    assert [(block.items, block.natural) for block in division.blocks] == [((), False), ((), True)]


def test_neighbouring_parts_of_one_variant_are_one_case() -> None:
    scopes = (Is("w", True), Is("x", True), EVERY)
    reads: list[Reads] = [{}, {}, {}]
    division = divide(tuple(part(rows=scope) for scope in scopes), reads, by_item=True)
    [block] = division.blocks
    assert block.cases == ((Any(scopes), 0),)


def test_nothing_gives_nothing() -> None:
    division = divide((), [], by_item=True)
    assert (division.blocks, division.count, division.reading) == ((), 0, {})
