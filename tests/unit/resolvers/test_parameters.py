"""What a statement is given: identifiers become digests and ids of ours, and nothing but a cursor can be refused."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from resolvers.cursors import binding_of, cursor_of
from resolvers.parameters import NOBODY, Asking, Convert, Parameter, bind, continued_use, open_as
from resolvers.plan import Paging
from resolvers.where import AGENCY, MATTER, ROLE
from schema.demands.demand import Coordinate, Slot, Sort
from schema.errors import Code, DataError
from tests.unit.resolvers.sealers import keys_of, sealer_of

SEALER = sealer_of(keys_of(1))
ASKING = Asking(viewer="A1", binding="bound", client="A1", agency=7, matter="M-1", role="bidder")
PERSON = {"idType": "RESIDENT_ID", "idNumber": "420199199207280027", "name": "王测试"}
DIGEST = SEALER.person_digest("RESIDENT_ID", "420199199207280027", "王测试")


def bound(convert: Convert, value: object, **more: object) -> object:
    parameter = Parameter(name="p0", convert=convert, slot=Slot(name="v"), **more)  # type: ignore[arg-type]
    [found] = bind(("p0",), {"p0": parameter}, ASKING, {"v": value}, SEALER)
    return found


@pytest.mark.parametrize(
    ("convert", "value", "expected"),
    [
        (Convert.PLAIN, "POSITIVE", "POSITIVE"),
        (Convert.PLAIN, True, True),
        (Convert.LIST, ["A", "B"], ["A", "B"]),
        (Convert.LIST, [], []),
        (Convert.LIST, "A", ["A"]),
        (Convert.DATE, "2024-02-29", date(2024, 2, 29)),
        (Convert.DATE, date(2024, 2, 29), date(2024, 2, 29)),
        (Convert.USCC, " 91420199ma9tert20x ", "91420199MA9TERT20X"),
        (Convert.PERSON, PERSON, DIGEST),
        (Convert.PERSON, {"idNumber": " 420199199207280027", "name": "王测试"}, DIGEST),
        (Convert.PERSON, None, b""),
        (Convert.FOLDED, "Ｔｅｓｔ 测试", "test测试"),
        (Convert.GRAMS, "测试 公司", ["公司", "测试", "试公"]),
        (Convert.GRAM_COUNT, "测试公司", 3),
        (Convert.GRAM_COUNT, "测测测", 1),
        (Convert.LIMIT, 20, 21),
        (Convert.EACH_USCC, [{"uscc": "a1"}, {"id": "x"}, {"uscc": None}], ["A1", None, None]),
        (Convert.EACH_PERSON, [{"person": PERSON}, {"uscc": "A"}], [DIGEST, None]),
        (Convert.EACH_USCC, [], []),
    ],
)
def test_conversions(convert: Convert, value: object, expected: object) -> None:
    assert bound(convert, value) == expected


@pytest.mark.parametrize(
    ("convert", "kind"),
    [
        (Convert.SUBJECT, "subject"),
        (Convert.RECORD, "record"),
        (Convert.MEASURE, "measure"),
        (Convert.AGENCY, "agency"),
    ],
)
def test_an_id_opens_as_what_it_is_an_id_of(convert: Convert, kind: str) -> None:
    assert bound(convert, SEALER.seal_id("A1", kind, 42)) == 42
    for other in {"subject", "record", "measure", "agency", "named"} - {kind}:
        assert bound(convert, SEALER.seal_id("A1", other, 42)) == NOBODY
    assert bound(convert, SEALER.seal_id("A2", kind, 42)) == NOBODY
    assert bound(convert, "42") == bound(convert, "") == bound(convert, None) == NOBODY


def test_each_id_of_a_batch_is_opened() -> None:
    ours, theirs = SEALER.seal_id("A1", "subject", 42), SEALER.seal_id("A2", "subject", 42)
    assert bound(Convert.EACH_SUBJECT, [{"id": ours}, {"id": theirs}, {"uscc": "A"}]) == [42, NOBODY, None]


def test_nobody_is_no_row() -> None:
    """Internal ids are positive."""
    assert open_as(Convert.SUBJECT, "x", "A1", SEALER) == NOBODY < 0


def test_the_caller_is_bound_in_the_order_of_the_statement() -> None:
    plain = Parameter(name="p0", convert=Convert.PLAIN, slot=Slot(literal="x"))
    assert bind((ROLE, "p0", AGENCY, MATTER, AGENCY), {"p0": plain}, ASKING, {}, SEALER) == ["bidder", "x", 7, "M-1", 7]


SORT = Sort(coordinate=Coordinate("Record.decidedOn"), descending=True)
PAGING = Paging(
    path="records",
    conditions=(),
    sorts=(SORT,),
    first=Slot(literal=1),
    after=Slot(name="v"),
    counted=False,
    bound=(),
)
VARIABLES: Mapping[str, object] = {}


def test_a_cursor_is_bound_as_the_place_it_means() -> None:
    text = cursor_of([date(2026, 2, 10)], 42, binding_of(PAGING, "bound", VARIABLES), SEALER)
    assert bound(Convert.CURSOR, text, paging=PAGING, part=0) == date(2026, 2, 10)
    assert bound(Convert.CURSOR, text, paging=PAGING, part=1) == 42


@pytest.mark.parametrize("value", [None, 7, "", "x", ["x"]])
def test_what_is_no_cursor_is_refused(value: object) -> None:
    with pytest.raises(DataError) as caught:
        bound(Convert.CURSOR, value, paging=PAGING, part=0)
    assert caught.value.code is Code.CURSOR_INVALID


def test_a_cursor_of_no_connection_is_refused() -> None:
    with pytest.raises(DataError):
        bound(Convert.CURSOR, "x")


def continued(*uses: int | None) -> int | None:
    """Of a statement with one cursor of each of these uses, each bound in two parts."""
    names = [f"v{number}" for number in range(len(uses))]
    binding = binding_of(PAGING, "bound", VARIABLES)
    given = {
        name: cursor_of([date(2026, 2, 10)], 42, binding, SEALER, use) for name, use in zip(names, uses, strict=True)
    }
    cursors = [
        Parameter(name="p", convert=Convert.CURSOR, slot=Slot(name=name), paging=PAGING, part=part)
        for name in names
        for part in (0, 1)
    ]
    plain = Parameter(name="p", convert=Convert.PLAIN, slot=Slot(literal="x"))
    return continued_use([plain, *cursors], replace(ASKING, binding="bound"), given, SEALER)


def test_the_use_that_is_gone_on_with_is_that_of_all_cursors() -> None:
    assert [continued(), continued(3), continued(3, 3)] == [None, 3, 3]
    assert [continued(3, 4), continued(3, None), continued(None)] == [None, None, None]
