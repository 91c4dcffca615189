"""``load``: files of departments -> subjects, records and measures; what cannot be taken is set aside with reasons."""

import argparse
from pathlib import Path

from gateway.commands.options import Commands, command, tell
from gateway.database.scopes import DatabaseRole
from gateway.installation import opened
from gateway.intake.load import load_files
from gateway.settings import Settings


def add(commands: Commands) -> None:
    parser = command(commands, "load", run, "load CSV or XLSX files in the known layouts")
    parser.add_argument("files", nargs="+", type=Path)


async def run(settings: Settings, options: argparse.Namespace) -> int:
    async with (
        opened(settings) as installation,
        installation.databases.connection(DatabaseRole.INTAKE) as connection,
    ):
        report = await load_files(
            options.files,
            connection,
            installation.sealer,
            installation.policy.catalogue,
            await installation.state.business_date(),
        )
    tell(options, report.summary(), *report.lines())
    return 1 if report.quarantined else 0
