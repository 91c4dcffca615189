"""The generated city is the same for the same seed, hostile in the ways it promises, and writable."""

import secrets
from pathlib import Path
from random import Random

import pytest

from gateway.keys import folder as key_folder
from gateway.keys.material import Keys
from gateway.keys.sealing import KeyedSealer
from schema.build import graphql_schema
from schema.identifiers import is_resident_id, is_uscc
from tests.fresh_database import FreshDatabase
from tests.generation.identities import ORGANISATIONS, PERSONS, person, uscc
from tests.generation.rows import TABLES, Rows, generate, write
from tests.generation.states import TODAY


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return key_folder.create(tmp_path / "keys", entropy=secrets.token_bytes)


def made(keys: Keys, seed: int = 3) -> Rows:
    return generate(seed, KeyedSealer(keys, entropy=Random(seed).randbytes))


def test_equal_seeds_give_equal_cities(keys: Keys) -> None:
    assert made(keys) == made(keys)
    assert made(keys, 3)["record"] != made(keys, 4)["record"]


def test_every_identifier_is_valid_and_nobodys() -> None:
    numbers = [person(index).number for index in range(PERSONS + 10)]
    codes = [uscc(index) for index in range(ORGANISATIONS + 10)]
    assert all(is_resident_id(number) and number[4:6] == "99" for number in numbers)
    assert all(is_uscc(code) and code[6:8] == "99" for code in codes)
    assert len({*numbers, *codes}) == len(numbers) + len(codes)


def test_every_family_and_every_state_is_there(keys: Keys) -> None:
    rows = made(keys)
    families = {each.name for each in graphql_schema().get_possible_types(graphql_schema().type_map["Record"])}  # type: ignore[arg-type]
    assert {row["family"] for row in rows["record"]} == families
    assert {row["state"] for row in rows["record"]} == {
        *("ACTIVE", "CORRECTED", "REVOKED", "QUARANTINED", "DRAFT", "DELETED")
    }
    for column in ("sealed", "minor_at_event"):
        assert {row[column] for row in rows["record"]} == {True, False}


@pytest.mark.parametrize(
    "column",
    [
        *("published_from", "publication_until", "repaired_on", "revoked_on", "corrected_on", "removed_on", "term_end"),
        *("objection_doubtful_from", "objection_until", "subject_died_on", "decided_on"),
    ],
)
def test_dates_lie_on_both_sides_of_the_business_date(keys: Keys, column: str) -> None:
    days = {row[column] for row in made(keys)["record"]} - {None}
    assert min(days) <= TODAY < max(days)


def test_a_row_has_all_columns_of_its_table(keys: Keys) -> None:
    rows = made(keys)
    for table in TABLES:
        assert all(list(row) == [column.name for column in table.columns] for row in rows[table.name])


@pytest.mark.anyio
async def test_it_can_be_written(database: FreshDatabase, keys: Keys) -> None:
    rows = made(keys)
    async with database.owner() as owner:
        await write(owner, rows)
        for table, own in rows.items():
            assert await owner.fetchval(f"SELECT count(*) FROM {table}") == len(own)  # noqa: S608  # names of ours
