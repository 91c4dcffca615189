"""``schema``: the GraphQL schema definition."""

import argparse

from gateway.commands.options import Commands, command
from gateway.settings import Settings
from schema.build import sdl


def add(commands: Commands) -> None:
    command(commands, "schema", run, "print the schema definition")


async def run(settings: Settings, options: argparse.Namespace) -> int:
    print(sdl(), end="")
    return 0
