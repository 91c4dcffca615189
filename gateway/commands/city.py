"""``city``: a number of subjects and a seed -> the files of an invented city in a folder, for ``load`` to take."""

import argparse
import sys
from pathlib import Path

from gateway.commands import options as read
from gateway.commands.failures import Failure
from gateway.commands.options import Commands, command, tell
from gateway.intake.city.files import city_files
from gateway.settings import Settings


def add(commands: Commands) -> None:
    parser = command(commands, "city", run, "invent the files of a city of any size; nobody in it exists")
    subjects = "each has four records and two measures on average"
    parser.add_argument("--subjects", type=read.number(1, 10_000_000), required=True, help=subjects)
    parser.add_argument(
        "--seed", type=read.number(0, 999_999_999), default=1, help="the same seed invents the same city"
    )
    parser.add_argument("--out", type=read.folder, required=True, help="a new or empty folder")
    flaws = "per cent of the rows to spoil, of those that may be, so that they are set aside"
    parser.add_argument("--flaws", type=read.number(0, 100), default=0, help=flaws)


async def run(settings: Settings, options: argparse.Namespace) -> int:
    told = _write(options.out, options.subjects, options.seed, options.flaws / 100)
    tell(options, told, f"{told['files']} files with {told['rows']} rows, {told['spoilt']} of them spoilt")
    return 0


def _write(folder: Path, subjects: int, seed: int, flaws: float) -> dict[str, int]:
    """Write the files one after the other; how many, with how many rows."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise Failure("the folder is not empty", 2)
    files = rows = spoilt = 0
    for file in city_files(subjects, seed=seed, flaws=flaws):
        (folder / file.name).write_bytes(file.content)
        files, rows, spoilt = files + 1, rows + file.rows, spoilt + file.spoilt
        if sys.stderr.isatty():
            print(f"{rows:,} rows", end="\r", file=sys.stderr, flush=True)
    return {"files": files, "rows": rows, "spoilt": spoilt}
