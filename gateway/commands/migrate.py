"""``migrate``: make keys and tables, and put the shipped policies in force where none are."""

import argparse

from gateway.commands.options import Commands, command, tell
from gateway.founding import Founded, found
from gateway.settings import Settings


def add(commands: Commands) -> None:
    command(commands, "migrate", run, "bring the database to this version; found it with the shipped policies")


async def run(settings: Settings, options: argparse.Namespace) -> int:
    founded = await found(settings)
    value = {"policyVersion": founded.in_force, "shippedVersion": founded.shipped}
    tell(options, value, f"policy {founded.in_force[:12]} is in force", *said_of(founded))
    return 0


def said_of(founded: Founded) -> tuple[str, ...]:
    """What to do where other policies are shipped than are in force."""
    if founded.shipped == founded.in_force:
        return ()
    return (
        f"policy {founded.shipped[:12]} is shipped with this program and not in force; see what it changes: "
        f"credit-gateway policy diff in-force {founded.shipped[:12]}; put it in force: credit-gateway policy activate "
        f"{founded.shipped[:12]}, with two --approver and a --basis if it could show more",
    )
