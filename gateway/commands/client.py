"""``client add|list``: the register of clients, and the key of one made here."""

import argparse

import asyncpg

from gateway import clients
from gateway.commands.failures import Failure
from gateway.commands.options import Commands, command, tell
from gateway.database.scopes import DatabaseRole
from gateway.installation import opened
from gateway.settings import Settings


def add(commands: Commands) -> None:
    parser = command(commands, "client", run, "register a client, or list them")
    parser.add_argument("action", choices=["add", "list"])
    parser.add_argument("--id", help="client id")
    parser.add_argument("--agency", help="unified social credit code of its agency; none for auditors")
    parser.add_argument("--role", choices=["AGENCY", "BANK", "AUDIT"], default="AGENCY")
    parser.add_argument("--purpose", action="append", default=[], help="a purpose on the agency's own list")


async def run(settings: Settings, options: argparse.Namespace) -> int:
    if options.action == "add":
        if not options.id:
            raise Failure("a client needs --id", 2)
        if (options.agency is None) != (options.role == "AUDIT"):
            raise Failure("a client needs the --agency that it speaks for, and auditors have none", 2)
    async with (
        opened(settings) as installation,
        installation.databases.connection(DatabaseRole.REGISTRY) as connection,
    ):
        if options.action == "add":
            if not set(options.purpose) <= installation.policy.regulation.purposes.keys():
                raise Failure("a --purpose is a code of the matters list", 2)
            await _register(connection, settings, options)
        else:
            rows = await clients.listed(connection)
            tell(options, rows, *(f"{row['id']} {row['role']} {' '.join(row['purposes'])}" for row in rows))
    return 0


async def _register(connection: asyncpg.Connection, settings: Settings, options: argparse.Namespace) -> None:
    new = clients.NewClient(
        id=options.id,
        agency=options.agency,
        role=options.role,
        jwks=clients.make_key(settings.home, options.id),
        purposes=tuple(options.purpose),
    )
    await clients.add(connection, new)
    key = clients.key_path(settings.home, options.id)
    tell(options, {"id": options.id}, f"{options.id} is registered; its key is {key}")
