"""ceilings_fields.csv and coverage.csv: what a row must say, and what is refused with file and line."""

from datetime import date

import pytest

import policies
from schema.policy_file import PolicyFileError
from schema.regulations.carried import CarriedBy, load_carried
from schema.regulations.field_ceilings import FieldCeiling, load_field_ceilings
from schema.regulations.sources import load_sources
from schema.vocabulary.access import AccessScope, RowRelation, ShownLevel, SubjectSide

SOURCES = load_sources(policies.contents())
HEAD = "channel,purpose,kind,item,rel,field,level,since,until,basis\n"
ROW = {
    "channel": "SHARING", "purpose": "PM-701", "kind": "person", "item": "any", "rel": "SOURCE", "field": "set:core",
    "level": "CLEAR", "since": "2026-01-01", "until": "2026-12-31", "basis": "WC-二(三)7",
}  # fmt: skip


def ceilings(*rows: dict[str, str]) -> tuple[FieldCeiling, ...]:
    text = HEAD + "".join(",".join(row.values()) + "\n" for row in rows)
    return load_field_ceilings({"ceilings_fields.csv": text.encode()}, SOURCES)


def test_a_row_says_what_may_be_opened_at_most() -> None:
    (found,) = ceilings(ROW)
    assert (found.channel, found.kind, found.relation) == (AccessScope.SHARING, SubjectSide.PERSON, RowRelation.SOURCE)
    assert (found.level, found.basis, found.line) == (ShownLevel.CLEAR, ("WC-二(三)7",), 2)


def test_any_is_no_bound() -> None:
    (found,) = ceilings(ROW | {"kind": "any", "rel": "any", "since": "", "until": ""})
    assert (found.kind, found.relation, found.holds(date.min), found.holds(date.max)) == (None, None, True, True)


def test_a_row_holds_from_its_first_day_to_the_day_before_its_end() -> None:
    (found,) = ceilings(ROW)
    days = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 30), date(2026, 12, 31))
    assert [found.holds(day) for day in days] == [False, True, True, False]


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"channel": "EVERYWHERE"}, "not a word"),
        ({"level": "WITHHELD"}, "no row"),
        ({"basis": "XX-1"}, "not in sources.toml"),
        ({"since": "soon"}, "must be a date"),
        ({"since": ""}, "says since when"),
        ({"until": "2026-01-01"}, "ends after that day"),
        ({"purpose": ""}, "missing or empty"),
    ],
)
def test_a_row_that_is_not_sound_is_refused_with_its_line(columns: dict[str, str], says: str) -> None:
    with pytest.raises(PolicyFileError, match=says) as refused:
        ceilings(ROW | {"purpose": "PM-811"}, ROW | columns)
    assert (refused.value.file, refused.value.line) == ("ceilings_fields.csv", 3)


def test_the_same_row_twice_is_refused() -> None:
    with pytest.raises(PolicyFileError, match="defined twice"):
        ceilings(ROW, ROW)


def test_without_the_files_there_are_no_rows() -> None:
    assert (len(load_field_ceilings({}, SOURCES)), len(load_carried({}, SOURCES))) == (0, 0)


@pytest.mark.parametrize("row", ["HS-22,not_carried,policies/x.toml,why", "HS-22,code,,why", "HS-99,code,a.py,why"])
def test_what_carries_an_article_is_named_or_nothing_is(row: str) -> None:
    with pytest.raises(PolicyFileError):
        load_carried({"coverage.csv": f"article,by,where,says\n{row}\n".encode()}, SOURCES)


def test_what_is_not_carried_says_why() -> None:
    (found,) = load_carried({"coverage.csv": b"article,by,where,says\nHS-22,not_carried,,why\n"}, SOURCES)
    assert (found.by, found.where, found.says) == (CarriedBy.NOT_CARRIED, None, "why")
