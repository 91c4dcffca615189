"""``config``: the settings in effect."""

import argparse

from gateway.commands.options import Commands, command, tell
from gateway.settings import Settings


def add(commands: Commands) -> None:
    command(commands, "config", run, "list the settings in effect")


async def run(settings: Settings, options: argparse.Namespace) -> int:
    rows = [
        {"variable": each.variable, "value": each.value, "given": each.given, "about": each.about}
        for each in settings.listing
    ]
    tell(options, rows, *(f"{row['variable']}={row['value']}  # {row['about']}" for row in rows))
    return 0
