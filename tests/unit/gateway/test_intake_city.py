"""The invented city: as large as asked for, the same every time, valid, nobody's, uneven, and with something of
everything.
"""

import csv
import tracemalloc
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import islice

import pytest

from gateway.intake.city.files import BLOCK, CityFile, city_files
from gateway.intake.fixture import fixture_files
from gateway.intake.layouts.column import Kind, Layout
from gateway.intake.layouts.recognition import columns_of, recognise
from schema.identifiers import is_resident_id, is_uscc

Row = Mapping[str, str]
City = Mapping[str, tuple[Layout, list[Row]]]

TODAY = "2026-05-20"


def read(files: Iterable[CityFile]) -> City:
    """Rows by layout; columns that a file does not have are empty."""
    city: dict[str, tuple[Layout, list[Row]]] = {}
    for file in files:
        headers, *rows = csv.reader(file.content.decode().splitlines())
        layout = recognise(headers)
        assert (layout.name, len(rows)) == (file.layout, file.rows)
        names = [column.name for column in columns_of(layout, headers) if column is not None]
        assert len(names) == len(headers)
        columns = dict.fromkeys((column.name for column in layout.columns), "")
        there = city.setdefault(layout.name, (layout, []))[1]
        there += [columns | dict(zip(names, row, strict=True)) for row in rows]
    return city


@pytest.fixture(scope="module")
def city() -> City:
    return read(city_files(2000, blocks=1))


def records_of(city: City) -> list[Row]:
    return [row for layout, rows in city.values() if layout.has_records for row in rows]


# as large as asked for, the same every time ---------------------------------------------------------------------------


@pytest.mark.parametrize("subjects", [0, -1])
def test_no_subjects_no_files(subjects: int) -> None:
    assert list(city_files(subjects)) == []


@pytest.mark.parametrize("subjects", [1, 4, 99, 1001])
def test_as_many_subjects_as_asked_for(subjects: int) -> None:
    city = read(city_files(subjects))
    assert sum(len(city[name][1]) for name in ("organisations", "persons") if name in city) == subjects


def test_a_whole_block_has_four_records_and_two_measures_for_each_subject(city: City) -> None:
    assert len(records_of(city)) == 4 * 2000
    assert len(city["measures"][1]) == 2 * 2000


def test_the_same_seed_gives_the_same_bytes_and_another_one_others() -> None:
    assert list(city_files(50, seed=3)) == list(city_files(50, seed=3))
    assert list(city_files(50, seed=3)) != list(city_files(50, seed=4))


def test_a_larger_city_begins_with_the_smaller_one() -> None:
    small, large = read(city_files(50)), read(city_files(60))
    for name, (_, rows) in small.items():
        assert large[name][1][: len(rows)] == rows


def test_files_come_in_an_order_in_which_they_sort() -> None:
    names = [file.name for file in city_files(2000, blocks=1)]
    assert names == sorted(names)
    assert {name[:5] for name in names} == {"00000", "00001", "00002"}


def test_a_city_of_millions_begins_at_once() -> None:
    """Only what is asked for is invented."""
    assert next(city_files(10_000_000)).layout == "agencies"


def test_a_city_takes_no_more_memory_than_one_of_its_parts() -> None:
    def peak(parts: int) -> int:
        tracemalloc.start()
        for _ in (file for file in city_files(parts * BLOCK, blocks=1)):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(3) < 1.5 * peak(1)


# valid and nobody's ---------------------------------------------------------------------------------------------------


def test_rows_are_complete_and_in_known_words(city: City) -> None:
    for layout, rows in city.values():
        for row in rows:
            for column in layout.columns:
                value = row[column.name]
                assert value or not column.required, column.name
                if value and column.vocabulary:
                    parts = value.split(";") if column.kind is Kind.LIST else [value]
                    assert all(column.word(part) for part in parts), (column.name, value)
                if value and column.kind is Kind.DATE:
                    date.fromisoformat(value)


def test_keys_are_unique_and_apart_from_the_fixture(city: City) -> None:
    taken = {content for _, data in fixture_files() for content in data.decode("gb18030", "replace").split(",")}
    for layout, rows in city.values():
        keys = [tuple(row[name] or layout.item for name in layout.key) for row in rows]
        assert len(keys) == len(set(keys)), layout.name
    numbers = {row["uscc"] for row in city["organisations"][1]} | {row["id_number"] for row in city["persons"][1]}
    assert not numbers & taken


def test_identifiers_are_valid_and_nobodys(city: City) -> None:
    for layout, rows in city.values():
        names = [
            column.name for column in layout.columns if column.kind is Kind.IDENTIFIER and column.name != "org_code"
        ]
        for value in (row[name] for row in rows for name in names if row[name]):
            county = value[:6] if value[0] != "9" and value[6:8] in ("19", "20") else value[2:8]
            assert county in {"420199", "420799", "370199"}
            assert is_resident_id(value) or is_uscc(value)


def test_every_part_stands_for_itself() -> None:
    """What a part refers to stands in it, or among the offices: parts can be loaded one by one."""
    parts: defaultdict[str, list[CityFile]] = defaultdict(list)
    for file in city_files(2000, blocks=1):
        parts[file.name[:5]].append(file)
    offices = {row["uscc"] for row in read(parts.pop("00000"))["agencies"][1]}
    for files in parts.values():
        check_references(read(files), offices)


def check_references(city: City, offices: set[str]) -> None:
    organisations = {row["uscc"] for row in city["organisations"][1]}
    persons = {row["id_number"] for row in city["persons"][1]}
    measures = {row["measure_number"] for row in city["measures"][1]}
    records = {(row["authority_uscc"], row["document_number"]) for row in records_of(city)}
    for layout, rows in city.values():
        for row in rows:
            assert row.get("authority_uscc", "") in {"", *offices}
            assert row.get("executed_by_uscc", "") in {"", *offices}
            assert row.get("uscc", "") in {"", *organisations}
            assert row.get("id_number", "") in {"", *persons}
            if layout.name in ("repairs", "objections", "measures"):
                assert (row["authority_uscc"], row["document_number"]) in records
            assert row.get("measure_number", "") in {"", *measures}


# uneven, as cities are ------------------------------------------------------------------------------------------------


def test_few_subjects_have_most_of_the_records(city: City) -> None:
    counts = Counter(row["uscc"] or row["id_number"] for row in records_of(city))
    heaviest = counts.most_common(20)
    assert sum(count <= 1 for count in counts.values()) + 2000 - len(counts) > 1000
    assert heaviest[0][1] > 100
    assert sum(count for _, count in heaviest) > 0.15 * len(records_of(city))


def test_licences_dominate_and_every_kind_occurs(city: City) -> None:
    kinds = Counter(layout.name for layout, rows in city.values() if layout.has_records for _ in rows)
    assert kinds.most_common(1)[0][0] == "licences"
    assert 0.45 < kinds["licences"] / kinds.total() < 0.65
    assert 0.1 < kinds["penalties"] / kinds.total() < 0.25
    assert {"lists", "abnormal", "judgments", "defaulters", "commitments", "evaluations", "honours", "contracts"} < set(
        kinds
    )


def test_dates_lie_in_the_last_ten_years_and_more_of_them_late(city: City) -> None:
    years = Counter(row["decided_on"][:4] for row in records_of(city))
    assert {str(year) for year in range(2017, 2027)} <= set(years)
    assert min(row["decided_on"] for row in records_of(city)) >= "2016-05-01"
    assert max(row["decided_on"] for row in records_of(city)) < TODAY
    assert years["2025"] > 2 * years["2018"]


def test_every_state_that_matters_occurs(city: City) -> None:
    kinds = Counter(row["kind"] for row in city["organisations"][1])
    penalties = city["penalties"][1]
    published = [row for row in penalties if row["published_from"]]
    assert kinds["SOLE_PROPRIETOR"] > len(city["organisations"][1]) // 4
    assert {row["severity"] for row in penalties} == {"MINOR", "GENERAL", "SERIOUS"}
    assert {row["publication_until"] < TODAY for row in published} == {True, False}
    assert {row["sealed"] for row in penalties} == {"是", "否"}
    assert any(row["informant"] and row["informant"] in row["facts"] for row in penalties)
    assert {row["repaired_on"] < "2026-04-01" for row in city["repairs"][1]} == {True, False}
    assert {bool(row["objection_until"]) for row in city["objections"][1]} == {True, False}
    assert {row["item"] for row in city["lists"][1]} == {"SERIOUS_LIST", "RED_LIST"}
    assert {bool(row["in_force_on"]) for row in city["measures"][1]} == {True, False}
    assert {row["list_entry"][:3] for row in city["measures"][1]} == {"INC", "ADM"}
    assert {bool(row["to_date"]) for row in city["links"][1]} == {True, False}
    assert any(row["death_date"] for row in city["persons"][1])
    assert any(row["former_names"] for row in city["organisations"][1])


def test_a_list_entry_is_pushed_to_many_departments(city: City) -> None:
    pushed = Counter((row["authority_uscc"], row["document_number"]) for row in city["measures"][1])
    assert max(pushed.values()) > 15
    taken = Counter((row["document_number"], row["list_entry"], row["executed_by_uscc"]) for row in city["measures"][1])
    assert max(taken.values()) == 1


def test_persons_are_published_with_a_basis_only(city: City) -> None:
    published = [row for row in records_of(city) if row["id_number"] and row["published_from"]]
    assert published
    assert all(row["publication_basis"] for row in published)


def test_texts_carry_what_has_to_be_taken_out(city: City) -> None:
    numbers = {row["id_number"] for row in city["persons"][1]}
    told = [row for row in city["penalties"][1] if any(number in row["facts"] for number in numbers)]
    assert len(told) > 50


# flaws ----------------------------------------------------------------------------------------------------------------


def test_flaws_are_as_many_as_asked_for_and_change_nothing_else() -> None:
    whole, flawed = (list(islice(city_files(1000, flaws=share), 1, None)) for share in (0.0, 0.1))
    may = sum(file.rows for file in flawed if file.layout in ("licences", "commitments", "evaluations", "honours"))
    spoilt = sum(file.spoilt for file in flawed)
    assert 0.08 * may < spoilt < 0.13 * may
    differing = sum(
        ours != theirs
        for one, other in zip(whole, flawed, strict=True)
        for ours, theirs in zip(one.content.splitlines(), other.content.splitlines(), strict=True)
    )
    assert differing == spoilt
