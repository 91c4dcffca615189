"""The table of minimum necessity bounds every cell: the shipped rules stay within it, and an edit beyond is told."""

from collections.abc import Callable
from datetime import date

import pytest

from authz.grant import Level, Relation, Scope
from authz.matrix.breach import Breach
from authz.matrix.ceilings import CEILING, Ceilings, check_ceilings
from authz.matrix.lens import Place
from authz.matrix.limits import NOTHING_AT_ALL, Most, held_to, up_to
from authz.matrix.world import Point, World, world_of
from authz.rows import RowName
from tests.unit.authz.shipped import Files, added, appended, loaded, replaced, reworded, shipped, without

DAY = date(2026, 5, 20)
OWN_LIST = {"purpose": "PM-701", "item": "REGISTRATION_ORG", "field": "set:core", "row": "registered"}
OPENED = "SHARING,PM-701,organisation,REGISTRATION_ORG,any,set:core,CLEAR,{since},{until},WC-二(三)7\n"


@pytest.fixture(scope="module")
def world() -> World:
    return world_of(loaded(shipped()))


def beyond(files: Files, day: date = DAY) -> tuple[Breach, ...]:
    return check_ceilings(world_of(loaded(files)), day)


def test_the_shipped_rules_stay_within_the_table(world: World) -> None:
    assert check_ceilings(world, DAY) == ()


Edit = Callable[[Files], Files]
EDITS: tuple[tuple[str, Edit], ...] = (
    ("a purpose without a row", lambda files: added(files, "X", **OWN_LIST)),
    ("an item that no column names", lambda files: added(files, "X", item="REWARD", field="Reward.title")),
    ("text where the cell is a summary", lambda files: added(files, "X", field="Record.facts", level="MASKED",
                                                              mask="MASK_REDACT_TEXT")),
    ("a fine of a person", lambda files: added(files, "X", purpose="PM-604", kind="person", rel="OWN_FIELD",
                                               field="Penalty.fineAmount")),
    ("a record where the cell is a verdict", lambda files: added(files, "X", purpose="PM-601", item="DEFAULTER",
                                                                 kind="person", field="set:extract")),
    ("the verdict of another field", lambda files: added(files, "X", purpose="PM-302", kind="person", rel="OWN_FIELD",
                                                         field="Standing.majorPenalty", level="VERDICT")),
    ("more than three years", lambda files: loosened(files, "SH-301-PENALTY-")),
    ("every field of supervision", lambda files: reworded(files, "SH-SUPERVISION-PENALTY-TEXT-OWN-FIELD", rel="any")),
    ("measures that others execute", lambda files: added(files, "X", item="MEASURE", field="class:INTERNAL")),
    ("a profession for a recruitment", lambda files: reworded(files, "SH-604-PERSON-PROFESSION", purpose="PM-601")),
    ("an address for whoever asks", lambda files: reworded(files, "SH-831-PERSON-ADDRESS-TARGET", rel="any")),
    ("links of everybody honoured", lambda files: reworded(files, "SH-812-LINK-PERSON", purpose="PM-810")),
    ("the score of a model", lambda files: added(files, "X", item="EVALUATION", field="Evaluation.score")),
    ("a public score", lambda files: added(files, "X", Scope.PUBLICATION, item="COMMITMENT", field="Record.leniency")),
    ("a public row of persons", lambda files: added(files, "X", Scope.PUBLICATION, item="IP", kind="person",
                                                    field="set:core")),
)  # fmt: skip


def loosened(files: Files, prefix: str) -> Files:
    for name in ("EXTRACT", "FINE", "VERDICT"):
        files = reworded(files, prefix + name, row="shared")
    return files


@pytest.mark.parametrize("edit", [edit for _, edit in EDITS], ids=[name for name, _ in EDITS])
def test_a_rule_beyond_the_table_is_told(edit: Edit) -> None:
    found = beyond(edit(shipped()))
    assert {breach.invariant for breach in found} == {CEILING}
    assert all(breach.rule is not None and breach.count > 0 for breach in found)


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ("SHARING,group:PM-604,person,REGISTRATION_PERSON,any,NaturalPerson.profession", "SH-604-PERSON-PROFESSION"),
        (
            "SHARING,group:PM-831,person,REGISTRATION_PERSON,TARGET,NaturalPerson.homeAddress",
            "SH-831-PERSON-ADDRESS-TARGET",
        ),
        ("SHARING,PM-812,organisation,LINK,any,Link.person", "SH-812-LINK-PERSON"),
        ("PUBLICATION,PM-903,person,DEFAULTER,any,NaturalPerson.name", "PUB-DEFAULTER-PERSON-NAME"),
    ],
)
def test_what_the_table_does_not_say_rests_on_a_row_of_its_own(row: str, rule: str) -> None:
    lines = shipped()["ceilings_fields.csv"].decode().splitlines(keepends=True)
    kept = "".join(line for line in lines if not line.startswith(row))
    found = beyond(shipped() | {"ceilings_fields.csv": kept.encode()})
    assert {breach.rule for breach in found} == {rule}


# Rows with an end ----------------------------------------------------------------------------------------------------


def opened(since: str, until: str) -> Files:
    return appended(added(shipped(), "X", **OWN_LIST), "ceilings_fields.csv", OPENED.format(since=since, until=until))


def test_a_row_for_an_own_list_holds_until_its_end() -> None:
    files = opened("2026-01-01", "2026-12-31")
    assert beyond(files, date(2026, 12, 30)) == ()
    assert {breach.rule for breach in beyond(files, date(2026, 12, 31))} == {"X"}
    assert {breach.rule for breach in beyond(files, date(2025, 12, 31))} == {"X"}


@pytest.mark.parametrize(("since", "until"), [("", ""), ("2026-01-01", "2027-02-01")])
def test_a_row_for_an_own_list_ends_within_a_year(since: str, until: str) -> None:
    assert ["for more than a year" in str(breach.cell) for breach in beyond(opened(since, until))] == [True]


def test_a_cell_of_the_table_cannot_open_an_own_list() -> None:
    files = appended(shipped(), "ceilings.csv", "PM-701,organisation,registration,F,,WC-二(三)7\n")
    assert {(str(breach.cell), breach.written) for breach in beyond(files)} == {
        ("opens PM-701 without an end", ("ceilings.csv", 1)),
        ("opens PM-811 without an end", ("ceilings.csv", 1)),
    }


def test_a_row_for_any_other_matter_has_no_end() -> None:
    """The rules that rest on it would go on."""
    row = OPENED.format(since="2026-01-01", until="2026-07-01")
    for purpose in ("PM-101", "any"):
        files = appended(shipped(), "ceilings_fields.csv", row.replace("PM-701", purpose))
        found = [breach for breach in beyond(files) if breach.cell == "ends, and what it opens would not"]
        assert [breach.written for breach in found] == [("ceilings_fields.csv", len(lines_of(files)))]


def lines_of(files: Files) -> list[str]:
    return files["ceilings_fields.csv"].decode().splitlines()


def test_a_row_that_names_nothing_is_told() -> None:
    files = replaced(shipped(), "ceilings_fields.csv", "NaturalPerson.profession", "NaturalPerson.rank")
    assert any("names what is in no tree" in str(breach.cell) for breach in beyond(files))


# Bounds --------------------------------------------------------------------------------------------------------------


def bound(world: World, purpose: str, place: Place) -> Most:
    asker = world.errands({purpose})
    found = Ceilings(day=DAY).limits(world, place)
    return next(limit.most for limit in found if limit.askers.common(asker))


@pytest.mark.parametrize(
    ("purpose", "relation", "rows"),
    [
        ("PM-301", Relation.OTHER, {"shared_3y"}),
        ("PM-101", Relation.OTHER, {"shared", "shared_3y", "own_measure", "published"}),
        ("PM-832", Relation.SOURCE, None),
    ],
)
def test_a_note_bounds_the_rows(world: World, purpose: str, relation: Relation, rows: set[str] | None) -> None:
    place = next(each for each in world.matrix.lens.places() if each[:2] == (Scope.SHARING, "PENALTY"))
    most = bound(world, purpose, place._replace(relation=relation))
    assert most.rows == (None if rows is None else frozenset(map(RowName, rows)))


def test_own_field_is_full_and_another_a_summary(world: World) -> None:
    place = next(each for each in world.matrix.lens.places() if each[:2] == (Scope.SHARING, "PENALTY"))
    facts, fine = world.fields("Record.facts"), world.fields("Penalty.fineAmount")
    own = bound(world, "PM-403", place._replace(relation=Relation.OWN_FIELD))
    other = bound(world, "PM-403", place._replace(relation=Relation.OTHER))
    assert (own.masked & facts, other.masked & facts) == (facts, 0)
    assert own.clear & fine == other.clear & fine == fine


def test_bounds_join_and_what_lies_beyond_is_told(world: World) -> None:
    joined = up_to(Level.MASKED, 0b01).joined(up_to(Level.CLEAR, 0b10, frozenset({RowName.SHARED})))
    assert (joined.clear, joined.masked, joined.verdict, joined.rows) == (0b10, 0b11, 0b11, None)
    assert NOTHING_AT_ALL.joined(joined) == joined
    held = held_to(Level.VERDICT, 0b01)
    assert (held.clear & 0b11, held.verdict & 0b11) == (0b10, 0b11)


def test_a_purpose_opens_nothing_once_its_row_is_gone() -> None:
    lines = shipped()["ceilings.csv"].decode().splitlines(keepends=True)
    kept = "".join(line for line in lines if not line.startswith("PM-813,"))
    found = beyond(shipped() | {"ceilings.csv": kept.encode()})
    assert {breach.cell.purpose for breach in found if isinstance(breach.cell, Point)} == {"PM-813"}


def test_without_the_rule_its_ceiling_matters_to_nobody() -> None:
    assert beyond(without(shipped(), "SH-604-PERSON-PROFESSION")) == ()
