"""``matter open|close``: register a matter (事项办件), as an approval system would by mutation."""

import argparse
from datetime import date

from authz.principal import Matter
from gateway import matters
from gateway.commands.failures import Failure
from gateway.commands.options import Commands, command, tell
from gateway.database.scopes import DatabaseRole
from gateway.installation import opened
from gateway.settings import Settings


def add(commands: Commands) -> None:
    parser = command(commands, "matter", run, "open or close a registered matter")
    parser.add_argument("action", choices=["open", "close"])
    parser.add_argument("number")
    parser.add_argument("--client", required=True)
    parser.add_argument("--purpose", help="code of the purpose, to open")
    parser.add_argument("--operator", action="append", default=[], help="staff number assigned to it")


async def run(settings: Settings, options: argparse.Namespace) -> int:
    if options.action == "open" and not options.purpose:
        raise Failure("to open a matter needs --purpose", 2)
    async with opened(settings) as installation:
        today = await installation.state.business_date()
        async with installation.databases.connection(DatabaseRole.REGISTRY) as connection:
            if options.action == "open":
                await matters.register(connection, _matter(options, today))
            else:
                await matters.close(connection, options.number, options.client, today)
    tell(options, {"number": options.number, "action": options.action}, f"{options.action}: {options.number}")
    return 0


def _matter(options: argparse.Namespace, today: date) -> Matter:
    return Matter(
        number=options.number,
        client=options.client,
        purpose=options.purpose,
        opened_on=today,
        closed_on=None,
        operators=frozenset(options.operator),
        parties=(),
    )
