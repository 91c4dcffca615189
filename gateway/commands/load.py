"""``load``: files of departments -> subjects, records and measures; what cannot be taken is set aside with reasons."""

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

from gateway.commands import options as read
from gateway.commands.failures import Failure
from gateway.commands.options import Commands, command, tell
from gateway.commands.preview import preview
from gateway.commands.progress import Progress
from gateway.database.scopes import DatabaseRole
from gateway.installation import Installation, opened
from gateway.intake.load import Hears, LoadStoppedError, load_files, unheard
from gateway.intake.report import LoadReport
from gateway.settings import Settings

LARGE = 8 * 1024 * 1024
"""Bytes of files; smaller loads are done before other processes are there to help."""

MOST_PROCESSES = 6
"""More than that prepare rows faster than one connection writes them."""


def add(commands: Commands) -> None:
    parser = command(commands, "load", run, "load CSV or Excel files in the known layouts")
    parser.add_argument("files", nargs="+", type=read.file)
    parser.add_argument("--processes", type=_count, help="that prepare rows; 0: none but this one (default: the cores)")
    parser.add_argument("--progress", action="store_true", help="say how far it is, also where that is no terminal")
    parser.add_argument("--preview", action="store_true", help="store nothing; show how each row would be seen")
    parser.add_argument("--purpose", help="with --preview: for what the agency asks (default: a customary purpose)")
    parser.add_argument("--rows", type=_count, help="with --preview: lines of each file to show (default: all)")


async def run(settings: Settings, options: argparse.Namespace) -> int:
    if options.preview:
        return await preview(settings, options)
    began = monotonic()
    progress = Progress(sys.stderr, sys.stderr.isatty(), monotonic)
    processes = _processes(options.files) if options.processes is None else options.processes
    async with opened(settings) as installation:
        try:
            gc.freeze()  # what is there by now stays: nothing to look through each time rows have gone
            shown = progress if options.progress or progress.terminal else unheard
            report = await load(options.files, installation, processes=processes, progress=shown)
        except LoadStoppedError as stopped:
            tell(options, {**stopped.stored.summary(), "stopped": stopped.name}, *stopped.stored.lines())
            raise Failure(str(stopped)) from stopped
        finally:
            gc.unfreeze()
            progress.end()
    tell(options, {**report.summary(), "seconds": round(monotonic() - began, 3)}, *report.lines())
    return 1 if report.quarantined else 0


async def load(
    files: Sequence[Path | tuple[str, bytes]],
    installation: Installation,
    *,
    processes: int = 0,
    progress: Hears = unheard,
) -> LoadReport:
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
            processes=processes,
            progress=progress,
        )


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _processes(files: Sequence[Path]) -> int:
    helpful = cores() > 1 and sum(file.stat().st_size for file in files) > LARGE
    return min(cores(), MOST_PROCESSES) if helpful else 0


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError("a count is a whole number from 0")
    return int(text)
