"""``migrate``: make keys and tables, and put the shipped policies in force."""

import argparse

from gateway.commands.options import Commands, command, tell
from gateway.founding import found
from gateway.settings import Settings


def add(commands: Commands) -> None:
    command(commands, "migrate", run, "bring the database to this version and activate the shipped policies")


async def run(settings: Settings, options: argparse.Namespace) -> int:
    policy = await found(settings)
    tell(options, {"policyVersion": policy.version}, f"policy {policy.version[:12]} is in force")
    return 0
