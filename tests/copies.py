"""A city with more of the same: copies of an organisation and a person of the fixture with all that they have.

Made by the owner in a statement a table, past intake: for tests of what size does to plans, not of what is loaded.
"""

import asyncpg

FOOD = "91420199MA9TERT20X"
"""The organisation that is copied: seven penalties in as many states, and two links."""

_FOOD = f"(SELECT id FROM subject WHERE uscc = '{FOOD}')"  # noqa: S608  # a constant
_TRADER = "(SELECT id FROM subject WHERE uscc = '91420799MA9TERT39R')"
_ID = "old.id % 1000000000000 * 1000000 + n"
_SUBJECT = f"{_FOOD} % 1000000000000 * 1000000 + n"
_DAY = "DATE '2026-05-19' - ((n * 31 + old.id) % 900)::integer"
"""Any day of the last three years, whatever kind of record it is."""

_RARE = ("COMMITMENT", "EVALUATION", "CONTRACT_PERFORMANCE", "DEFAULTER", "ABNORMAL_OPERATION", "SERIOUS_LIST")
_ITEM = f"(ARRAY{[*_RARE, *['PENALTY'] * 6, *['LICENCE'] * 8]})[1 + (n * 7 + old.id % 20) % 20]"
"""Licences and penalties are many; of six kinds there is one in twenty."""

_CHANGED = {
    "subject": (
        f"old.id = {_FOOD} OR old.person_death_date IS NOT NULL",
        {
            "id": _ID,
            "uscc": "old.uscc || n",
            "person_death_date": "NULL",
            "person_digest": "sha256(old.person_digest || n::text::bytea)",
            "person_number_digest": "sha256(old.person_number_digest || n::text::bytea)",
        },
    ),
    "record": (
        f"old.subject_id = {_FOOD}",
        {
            "id": _ID,
            "subject_id": _SUBJECT,
            "document_number": "old.document_number || n",
            "decided_on": _DAY,
            "item": _ITEM,
        },
    ),
    "link": (f"old.organisation_id = {_FOOD}", {"id": _ID, "organisation_id": _SUBJECT}),
    "measure": (
        f"old.subject_id = {_TRADER}",
        {
            "id": _ID,
            "subject_id": _SUBJECT,
            "record_id": "NULL",
            "executed_by_id": "old.initiated_by_id",
            "starts_on": _DAY,
        },
    ),
    "feedback": (
        f"old.measure_id IN (SELECT id FROM measure WHERE subject_id = {_TRADER})",  # noqa: S608  # a constant
        {"id": _ID, "measure_id": "old.measure_id % 1000000000000 * 1000000 + n"},
    ),
}
"""Which rows of a table are copied, and what is changed in them. The measures are carried out by nobody who asks."""


async def copy_subjects(owner: asyncpg.Connection, first: int, last: int) -> None:
    """Copies ``first`` to ``last``, decided on days of their own."""
    for table, (where, changed) in _CHANGED.items():
        await _copy(owner, table, where, changed, first, last)
    await owner.execute("ANALYZE")


async def _copy(
    owner: asyncpg.Connection, table: str, where: str, changed: dict[str, str], first: int, last: int
) -> None:
    query = (
        "SELECT column_name AS name FROM information_schema.columns WHERE table_name = $1 AND table_schema = 'public'"
    )
    names = [row["name"] for row in await owner.fetch(query, table)]
    columns = ", ".join(f'"{name}"' for name in names)
    values = ", ".join(changed.get(name, f'old."{name}"') for name in names)
    await owner.execute(
        f"INSERT INTO {table} ({columns}) SELECT {values} "  # noqa: S608  # names of our tables
        f"FROM {table} AS old, generate_series({first}, {last}) AS n WHERE {where}"
    )
