"""A seed -> the rows of a small hostile city; and rows -> a database. Equal seeds and keys give equal cities.

    rows = generate(7, sealer)
    async with database.owner() as owner:
        await write(owner, rows)

A row of a table has all its columns, in the order of the table. The policies and the business date are not rows here:
``tests.city`` puts them in force.
"""

from collections.abc import Iterable, Mapping
from random import Random
from typing import Any

import asyncpg

import policies
from gateway.keys.sealing import KeyedSealer
from resolvers.tables import measures as measure_tables
from resolvers.tables import records as record_tables
from resolvers.tables import registry
from resolvers.tables import subjects as subject_tables
from schema.catalogue import load_catalogue
from tests.generation import acts, agencies, subjects

Row = dict[str, Any]
Rows = dict[str, list[Row]]

TABLES = (
    registry.agency, subject_tables.subject, subject_tables.link, subject_tables.organisation_name_gram,
    record_tables.record, record_tables.record_person_target, measure_tables.measure, measure_tables.feedback,
    registry.client, registry.operator, registry.matter, registry.matter_party,
)  # fmt: skip
"""In an order in which they can be written: what is referred to comes first."""


def generate(seed: int, sealer: KeyedSealer) -> Rows:
    """Rows by table name. Ciphertexts depend on the entropy of the sealer too."""
    random = Random(seed)
    catalogue = load_catalogue(policies.contents())
    organisations, persons = subjects.organisations(random, sealer), subjects.persons(random, sealer)
    links = subjects.links(random, sealer)
    records = acts.records(random, sealer, catalogue)
    measures = acts.measures(random, sealer, records)
    found: Mapping[str, Iterable[Row]] = {
        "agency": agencies.agencies(sealer),
        "subject": (*organisations, *persons),
        "link": links,
        "organisation_name_gram": subjects.name_grams(organisations),
        "record": records,
        "record_person_target": acts.person_targets(random, records, links),
        "measure": measures,
        "feedback": acts.feedback(random, sealer, measures),
        "client": agencies.clients(sealer),
        "operator": agencies.operators(),
        "matter": agencies.matters(),
        "matter_party": agencies.matter_parties(sealer),
    }
    return {table.name: [_whole(table, row) for row in found[table.name]] for table in TABLES}


async def write(owner: asyncpg.Connection, rows: Rows) -> None:
    """Write them into an empty database."""
    for table in TABLES:
        columns = [column.name for column in table.columns]
        await owner.copy_records_to_table(
            table.name, records=[tuple(row[name] for name in columns) for row in rows[table.name]], columns=columns
        )


def _whole(table: Any, row: Row) -> Row:
    """Every column of the table; flags that are not said are false. Raises KeyError for a column that there is not."""
    known = {column.name: False if column.server_default is not None else None for column in table.columns}
    if strange := row.keys() - known.keys():
        raise KeyError(f"{table.name} has no {sorted(strange)}")
    return {**known, **row}
