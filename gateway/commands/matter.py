"""``matter open|close``: register a matter (事项办件), as an approval system would by mutation."""

import argparse
from datetime import date

import asyncpg

from authz.policy import Policy
from authz.principal import Matter
from gateway import clients, matters
from gateway.clients import UnknownError
from gateway.commands import options as read
from gateway.commands.failures import Failure
from gateway.commands.options import Commands, command, tell
from gateway.database.scopes import DatabaseRole
from gateway.installation import opened
from gateway.settings import Settings


def add(commands: Commands) -> None:
    parser = command(commands, "matter", run, "open or close a registered matter")
    parser.add_argument("action", choices=["open", "close"])
    parser.add_argument("number", type=read.text)
    parser.add_argument("--client", type=read.name, required=True)
    parser.add_argument("--purpose", help="code of the purpose, to open")
    parser.add_argument(
        "--operator", type=read.name, action="append", default=[], help="staff number assigned to it, to open"
    )


async def run(settings: Settings, options: argparse.Namespace) -> int:
    if options.action == "open" and not options.purpose:
        raise Failure("to open a matter needs --purpose", 2)
    if options.action == "close" and (options.purpose or options.operator):
        raise Failure("--purpose and --operator go with open", 2)
    async with opened(settings) as installation:
        today = await installation.state.business_date()
        async with installation.databases.connection(DatabaseRole.REGISTRY) as connection:
            if options.action == "open":
                await _open(connection, _matter(options, today), installation.policy)
            elif await matters.find(connection, options.client, options.number) is None:
                raise Failure("the client has no matter of that number")
            else:
                await matters.close(connection, options.number, options.client, today)
    tell(options, {"number": options.number, "action": options.action}, f"{options.action}: {options.number}")
    return 0


async def _open(connection: asyncpg.Connection, matter: Matter, policy: Policy) -> None:
    if matter.purpose not in policy.regulation.purposes:
        raise Failure("a --purpose is a code of the matters list", 2)
    if await clients.registered(connection, matter.client) is None:
        raise UnknownError("no client is registered with that id")
    if await matters.find(connection, matter.client, matter.number) is not None:
        raise Failure("the client has a matter of that number already")
    await matters.register(connection, matter)


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
