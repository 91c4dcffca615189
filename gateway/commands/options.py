"""Options that commands share, how their values are read, and how commands print.

A value that cannot be meant is refused while the arguments are read: before anything is opened, with status 2.
"""

import argparse
import json
import re
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias
from uuid import UUID

from gateway.identity.tokens import NAME
from gateway.settings import Settings
from schema.policy_file import FIRST_DAY, LAST_DAY

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
Run: TypeAlias = Callable[[Settings, argparse.Namespace], Awaitable[int]]

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def command(commands: Commands, name: str, run: Run, about: str) -> argparse.ArgumentParser:
    """A command that takes ``--home`` and ``--json``."""
    parser = commands.add_parser(name, help=about, description=about)
    parser.add_argument("--home", type=folder, help="folder of the installation (CREDIT_GATEWAY_HOME)")
    parser.add_argument("--json", action="store_true", help="machine-readable output")
    parser.set_defaults(run=run)
    return parser


def tell(options: argparse.Namespace, value: Any, *lines: str) -> None:
    """Print ``value`` as JSON where asked, else the lines."""
    if options.json:
        print(json.dumps(value, ensure_ascii=False, default=str))
    else:
        for line in lines:
            print(line)


# Values --------------------------------------------------------------------------------------------------------------
# Each is the ``type`` of an argument. Errors: ``ArgumentTypeError``, which argparse tells with the name of the option.


def text(given: str) -> str:
    """Something, and more than blanks."""
    if not given.strip():
        raise argparse.ArgumentTypeError("may not be empty")
    return given


def name(given: str) -> str:
    """An id of a client, or a staff number."""
    if not NAME.fullmatch(given):
        raise argparse.ArgumentTypeError("an id or staff number has 1 to 64 letters, digits or . _ : -")
    return given


def identifier(given: str) -> UUID:
    """An id that was told: of an entry, of a finding, of what was asked for."""
    try:
        return UUID(given)
    except ValueError:
        raise argparse.ArgumentTypeError("is not an id: 32 digits of 0 to 9 and a to f") from None


def folder(given: str) -> Path:
    """A folder that is there or may be made."""
    path = Path(text(given))
    if path.exists() and not path.is_dir():
        raise argparse.ArgumentTypeError("is not a folder")
    return path


def file(given: str) -> Path:
    """A file that is there."""
    path = Path(text(given))
    if not path.is_file() and not path.is_fifo():
        raise argparse.ArgumentTypeError(f"there is no such file: {path.name}")
    return path


def day(given: str) -> date:
    """A date that the policies can speak of."""
    try:
        found = date.fromisoformat(given) if _DAY.fullmatch(given) else None
    except ValueError:
        found = None
    if found is None or not FIRST_DAY <= found <= LAST_DAY:
        raise argparse.ArgumentTypeError(f"must be a date, YYYY-MM-DD, from {FIRST_DAY} to {LAST_DAY}")
    return found


def number(low: int, high: int) -> Callable[[str], int]:
    """A whole number from ``low`` to ``high``."""

    def read(given: str) -> int:
        if not (given.isascii() and given.isdigit() and len(given) < 10 and low <= int(given) <= high):
            raise argparse.ArgumentTypeError(f"must be a whole number from {low} to {high}")
        return int(given)

    return read


port = number(1, 65535)
