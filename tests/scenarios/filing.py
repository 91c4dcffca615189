"""Files as departments hand them in: rows by canonical column name -> a file of the layout, loaded as by ``load``."""

import csv
import io
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import date, timedelta

from gateway import clients
from gateway.commands import load as command
from gateway.database.scopes import DatabaseRole
from gateway.intake.layouts.recognition import LAYOUTS
from gateway.intake.report import LoadReport
from tests.city import TODAY, City

File = tuple[str, bytes]

LASTING = date(2099, 12, 31)
DAY = timedelta(days=1)

_LAYOUTS = {layout.name: layout for layout in LAYOUTS}


def filed(layout: str, *rows: Mapping[str, str]) -> File:
    """A CSV file under the layout's own headers; a column that a row lacks is blank."""
    used = {name for row in rows for name in row}
    columns = [column for column in _LAYOUTS[layout].columns if column.name in used]
    assert {column.name for column in columns} == used
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(column.headers[0] for column in columns)
    writer.writerows([row.get(column.name, "") for column in columns] for row in rows)
    return f"{layout}.csv", out.getvalue().encode()


@asynccontextmanager
async def on_day(town: City, day: date) -> AsyncIterator[City]:
    """The town on that business date; afterwards it is on its own date again."""
    await town.move_to(day)
    try:
        yield town
    finally:
        await town.move_to(TODAY)


async def load(town: City, *files: File, on: date = TODAY) -> LoadReport:
    """As ``credit-gateway load`` on that business date."""
    async with on_day(town, on):
        return await command.load(files, town.installation)


async def take(town: City, *files: File, on: date = TODAY) -> None:
    """Load what must be taken whole."""
    report = await load(town, *files, on=on)
    assert report.quarantined == 0, report.lines()


async def admit(town: City, client: str, agency: str, *purposes: str, role: str = "AGENCY") -> None:
    """Register a client of that agency, with one member of staff, 1001, who may ask in every year."""
    async with town.installation.databases.connection(DatabaseRole.REGISTRY) as connection:
        key = clients.make_key(town.installation.settings.home, client)
        await clients.add(
            connection, clients.NewClient(id=client, agency=agency, role=role, jwks=key, purposes=purposes)
        )
        await clients.add_operator(connection, client, "1001", LASTING, LASTING)


def reasons(report: LoadReport) -> set[str]:
    """Why rows were set aside."""
    return {reason for file in report.files for aside in file.aside for reason in aside.reasons}
