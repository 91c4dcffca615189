"""``client add|list``: the register of clients, and the key of one made here."""

import argparse

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
    async with (
        opened(settings) as installation,
        installation.databases.connection(DatabaseRole.REGISTRY) as connection,
    ):
        if options.action == "list":
            rows = await clients.listed(connection)
            tell(options, rows, *(f"{row['id']} {row['role']} {' '.join(row['purposes'])}" for row in rows))
            return 0
        if not options.id:
            raise Failure("a client needs --id", 2)
        public = clients.make_key(settings.home, options.id)
        new = clients.NewClient(
            id=options.id, agency=options.agency, role=options.role, jwks=public, purposes=tuple(options.purpose)
        )
        await clients.add(connection, new)
    tell(
        options,
        {"id": options.id},
        f"{options.id} is registered; its key is {clients.key_path(settings.home, options.id)}",
    )
    return 0
