"""The invented city: as large as asked for, the same every time, valid, nobody's, and with something of everything."""

import csv
from collections import Counter
from collections.abc import Mapping
from datetime import date

import pytest

from gateway.intake.city import invented
from gateway.intake.fixture import fixture_files
from gateway.intake.layouts.column import Kind, Layout
from gateway.intake.layouts.recognition import columns_of, recognise
from schema.identifiers import is_resident_id, is_uscc

Row = Mapping[str, str]
City = Mapping[str, tuple[Layout, list[Row]]]

TODAY = "2026-05-20"


def read(files: tuple[tuple[str, bytes], ...]) -> City:
    city: dict[str, tuple[Layout, list[Row]]] = {}
    for _, content in files:
        headers, *rows = csv.reader(content.decode().splitlines())
        layout = recognise(headers)
        names = [column.name for column in columns_of(layout, headers) if column is not None]
        assert len(names) == len(headers)
        columns = dict.fromkeys((column.name for column in layout.columns), "")
        city[layout.name] = layout, [columns | dict(zip(names, row, strict=True)) for row in rows]
    return city


@pytest.fixture(scope="module")
def city() -> City:
    return read(invented(2000))


@pytest.mark.parametrize("subjects", [0, -1])
def test_no_subjects_no_files(subjects: int) -> None:
    assert invented(subjects) == ()


@pytest.mark.parametrize("subjects", [1, 4, 5, 6, 99])
def test_as_many_subjects_as_asked_for(subjects: int) -> None:
    city = read(invented(subjects))
    persons = len(city["persons"][1]) if "persons" in city else 0
    assert len(city["organisations"][1]) + persons == subjects
    assert persons == subjects // 5


def test_the_same_seed_gives_the_same_bytes_and_another_one_others() -> None:
    assert invented(50, seed=3) == invented(50, seed=3)
    assert invented(50, seed=3) != invented(50, seed=4)


def test_a_larger_city_begins_with_the_smaller_one() -> None:
    small, large = read(invented(50)), read(invented(60))
    for name, (_, rows) in small.items():
        assert large[name][1][: len(rows)] == rows


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
        for row in rows:
            for name in (column.name for column in layout.columns if column.kind is Kind.IDENTIFIER):
                value = row[name]
                if not value:
                    continue
                county = value[:6] if name == "id_number" else value[2:8]
                assert county in {"420199", "420799", "370199"}
                assert is_resident_id(value) if name == "id_number" else is_uscc(value)


def test_references_are_to_rows_of_the_city(city: City) -> None:
    agencies = {row["uscc"] for row in city["agencies"][1]}
    organisations = {row["uscc"] for row in city["organisations"][1]}
    persons = {row["id_number"] for row in city["persons"][1]}
    measures = {row["measure_number"] for row in city["measures"][1]}
    records = {
        (row["authority_uscc"], row["document_number"])
        for layout, rows in city.values()
        if layout.has_records
        for row in rows
    }
    for layout, rows in city.values():
        for row in rows:
            assert row.get("authority_uscc", "") in {"", *agencies}
            assert row.get("executed_by_uscc", "") in {"", *agencies}
            assert layout.name == "agencies" or row.get("uscc", "") in {"", *organisations}
            assert row.get("id_number", "") in {"", *persons}
            if layout.name in ("repairs", "measures"):
                assert (row["authority_uscc"], row["document_number"]) in records
            assert row.get("measure_number", "") in {"", *measures}


def test_every_state_that_matters_occurs(city: City) -> None:
    kinds = Counter(row["kind"] for row in city["organisations"][1])
    penalties = city["penalties"][1]
    published = [row for row in penalties if row["published_from"]]
    assert kinds["SOLE_PROPRIETOR"] > len(city["organisations"][1]) // 5
    assert {row["severity"] for row in penalties} == {"MINOR", "GENERAL", "SERIOUS"}
    assert {row["publication_until"] < TODAY for row in published} == {True, False}
    assert any(row["sealed"] == "是" for row in penalties)
    assert any(row["informant"] and row["informant"] in row["facts"] for row in penalties)
    assert {row["repaired_on"] < "2026-04-01" for row in city["repairs"][1]} == {True, False}
    assert {row["item"] for row in city["lists"][1]} == {"SERIOUS_LIST", "RED_LIST"}
    assert {bool(row["in_force_on"]) for row in city["measures"][1]} == {True, False}
    assert {"honours", "defaulters", "licences", "links", "feedback"} <= city.keys()


def test_persons_are_published_with_a_basis_only(city: City) -> None:
    seen = 0
    for layout, rows in city.values():
        for row in rows if layout.has_records else ():
            if row["id_number"] and row["published_from"]:
                seen += 1
                assert row["publication_basis"]
    assert seen > 0


def test_texts_carry_what_has_to_be_taken_out(city: City) -> None:
    numbers = {row["id_number"] for row in city["persons"][1]}
    told = [row for row in city["penalties"][1] if any(number in row["facts"] for number in numbers)]
    assert len(told) > 50
