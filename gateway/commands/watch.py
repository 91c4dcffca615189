"""``watch``: look at the log again and again, and deliver what was found, until stopped."""

import argparse

from gateway.commands.ending import can_be_told_to_end, told_to_end
from gateway.commands.options import Commands, command
from gateway.settings import Settings
from gateway.watching import watch


def add(commands: Commands) -> None:
    can_be_told_to_end(command(commands, "watch", run, "judge the log by the alert rules, and deliver findings"))


async def run(settings: Settings, options: argparse.Namespace) -> int:
    await watch(settings, await told_to_end(options))
    return 0
