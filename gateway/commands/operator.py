"""``operator add``: register a member of staff, with the ends of the confidentiality agreement and of the training."""

import argparse

from gateway import clients
from gateway.commands import options as read
from gateway.commands.options import Commands, command, tell
from gateway.database.scopes import DatabaseRole
from gateway.identity.clients import Duty
from gateway.installation import opened
from gateway.settings import Settings


def add(commands: Commands) -> None:
    parser = command(commands, "operator", run, "register a member of staff of a client")
    parser.add_argument("action", choices=["add"])
    parser.add_argument("--client", type=read.name, required=True)
    parser.add_argument("--number", type=read.name, required=True, help="staff number")
    parser.add_argument("--agreement-until", type=read.day, required=True, help="the last day on which it holds")
    parser.add_argument("--trained-until", type=read.day, required=True, help="the last day on which it holds")
    parser.add_argument("--duty", choices=[each.value for each in Duty], help="what the person administers, for good")


async def run(settings: Settings, options: argparse.Namespace) -> int:
    async with (
        opened(settings) as installation,
        installation.databases.connection(DatabaseRole.REGISTRY) as connection,
    ):
        await clients.add_operator(
            connection,
            options.client,
            options.number,
            options.agreement_until,
            options.trained_until,
            None if options.duty is None else Duty(options.duty),
        )
    tell(
        options, {"client": options.client, "number": options.number}, f"{options.number} may act for {options.client}"
    )
    return 0
