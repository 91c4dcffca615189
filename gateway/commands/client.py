"""``client add|list``: the register of clients, and the key of one made here."""

import argparse

import asyncpg

from gateway import clients
from gateway.commands import options as read
from gateway.commands.failures import Failure
from gateway.commands.options import Commands, command, tell
from gateway.database.scopes import DatabaseRole
from gateway.identity.clients import ClientRole
from gateway.installation import opened
from gateway.settings import Settings


def add(commands: Commands) -> None:
    parser = command(commands, "client", run, "register a client, or list them")
    parser.add_argument("action", choices=["add", "list"])
    parser.add_argument("--id", type=read.name, help="client id")
    parser.add_argument("--agency", type=read.text, help="unified social credit code of its agency; none for auditors")
    parser.add_argument("--role", choices=[role.value for role in ClientRole], help="AGENCY by default")
    parser.add_argument("--purpose", action="append", default=[], help="a purpose on the agency's own list")
    parser.add_argument(
        "--replace", action="store_true", help="in place of what is registered of it; says what changes"
    )


async def run(settings: Settings, options: argparse.Namespace) -> int:
    _check(options)
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


def _check(options: argparse.Namespace) -> None:
    """Refuse what cannot be meant."""
    given = (options.id, options.agency, options.role, options.purpose, options.replace)
    if options.action == "list":
        if any(given):
            raise Failure("clients are all listed; --id, --agency, --role, --purpose and --replace go with add", 2)
        return
    options.role = options.role or ClientRole.AGENCY
    if not options.id:
        raise Failure("a client needs --id", 2)
    if (options.agency is None) != (options.role == ClientRole.AUDIT):
        raise Failure("a client needs the --agency that it speaks for, and auditors have none", 2)


async def _register(connection: asyncpg.Connection, settings: Settings, options: argparse.Namespace) -> None:
    before = await clients.registered(connection, options.id)
    if before is not None and not options.replace:
        raise Failure("a client of that id is registered already; --replace registers it anew, and says what changes")
    new = clients.NewClient(
        id=options.id,
        agency=options.agency,
        role=options.role,
        jwks=clients.make_key(settings.home, options.id),
        purposes=tuple(options.purpose),
    )
    await clients.add(connection, new)
    key = clients.key_path(settings.home, options.id)
    if before is None:
        tell(options, {"id": options.id}, f"{options.id} is registered; its key is {key}")
    else:
        changed = clients.differences(before, new)
        said = [f"  {what}: {old or 'none'} becomes {now or 'none'}" for what, (old, now) in changed.items()]
        head = f"{options.id} is registered anew; its key is {key}" if said else f"nothing changes of {options.id}"
        tell(options, {"id": options.id, "changed": changed}, head, *said)
