"""``load``: files of departments -> subjects, records and measures; what cannot be taken is set aside with reasons."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from gateway.commands.options import Commands, command, tell
from gateway.database.scopes import DatabaseRole
from gateway.installation import Installation, opened
from gateway.intake.load import load_files
from gateway.intake.report import LoadReport
from gateway.settings import Settings


def add(commands: Commands) -> None:
    parser = command(commands, "load", run, "load CSV or XLSX files in the known layouts")
    parser.add_argument("files", nargs="+", type=Path)


async def run(settings: Settings, options: argparse.Namespace) -> int:
    async with opened(settings) as installation:
        report = await load(options.files, installation)
    tell(options, report.summary(), *report.lines())
    return 1 if report.quarantined else 0


async def load(files: Sequence[Path | tuple[str, bytes]], installation: Installation) -> LoadReport:
    """Load files, each layout by the database role that may write it."""
    async with (
        installation.databases.connection(DatabaseRole.INTAKE) as connection,
        installation.databases.connection(DatabaseRole.REGISTRY) as registry,
    ):
        return await load_files(
            files,
            connection,
            installation.sealer,
            installation.policy.catalogue,
            await installation.state.business_date(),
            registry=registry,
            regulation=installation.policy.regulation,
        )
