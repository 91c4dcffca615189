"""Options that commands share, and how they print."""

import argparse
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeAlias

from gateway.settings import Settings

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
Run: TypeAlias = Callable[[Settings, argparse.Namespace], Awaitable[int]]


def command(commands: Commands, name: str, run: Run, about: str) -> argparse.ArgumentParser:
    """A command that takes ``--home`` and ``--json``."""
    parser = commands.add_parser(name, help=about, description=about)
    parser.add_argument("--home", type=Path, help="folder of the installation (CREDIT_GATEWAY_HOME)")
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
