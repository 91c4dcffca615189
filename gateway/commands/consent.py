"""``consent list|notice|revoke|suspend|resume``: what an officer does about consents, for a reason that is logged."""

import argparse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.administration import administered
from gateway.approvals.officers import Officer
from gateway.commands import options as read
from gateway.commands.failures import Failure
from gateway.commands.options import Commands, command, tell
from gateway.consents.ordering import Order, Orders, told
from gateway.installation import opened
from gateway.settings import Settings

_ORDERS = {
    "revoke": (Order.REVOKE, "end a consent for good"),
    "suspend": (Order.SUSPEND, "stop a consent until it is let go on"),
    "resume": (Order.RESUME, "let a suspended consent go on"),
}


def add(commands: Commands) -> None:
    parser = command(
        commands, "consent", carry_out, "list consents; read the notice of one, revoke, suspend or resume it"
    )
    acts = parser.add_subparsers(metavar="ACT", required=True)
    listing = command(acts, "list", listed, "consents that have not ended, without whom they are about")
    listing.add_argument("--client", type=read.name, help="those of one client")
    _take_why(listing)
    notice = command(acts, "notice", read_notice, "the exact text that was shown before a consent was granted")
    notice.add_argument("consent", type=read.identifier)
    _take_why(notice)
    for word, (order, help_) in _ORDERS.items():
        act = command(acts, word, carry_out, help_)
        act.set_defaults(order=order)
        act.add_argument("consent", type=read.identifier)
        _take_why(act)


def _take_why(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--by", type=read.text, required=True, metavar="CLIENT/NUMBER", help="the officer who does it")
    parser.add_argument("--reason", type=read.text, required=True, help="why; it names nobody")


async def listed(settings: Settings, options: argparse.Namespace) -> int:
    async with _orders(settings, options) as (orders, by):
        found = [told(record) for record in await orders.listed(options.reason, by, options.client)]
    lines = ("{id} {client} {purpose} {state} {used}/{uses} until {expires}".format(**each) for each in found)
    tell(options, found, *lines)
    return 0


async def read_notice(settings: Settings, options: argparse.Namespace) -> int:
    """Printed as it is: the SHA-256 of the output is the one that the consent and its receipt name."""
    async with _orders(settings, options) as (orders, by):
        text = await orders.notice(options.consent, options.reason, by)
    if text is None:
        raise Failure("there is no such consent, or no text of it is kept")
    tell(options, {"id": str(options.consent), "notice": text}, text.removesuffix("\n"))
    return 0


async def carry_out(settings: Settings, options: argparse.Namespace) -> int:
    async with _orders(settings, options) as (orders, by):
        done = await orders.carry_out(options.order, options.consent, options.reason, by)
    if not done:
        raise Failure("nothing was changed: there is no such consent, or its state does not allow it")
    tell(options, {"id": str(options.consent), "done": True}, f"done: {options.consent}")
    return 0


@asynccontextmanager
async def _orders(settings: Settings, options: argparse.Namespace) -> AsyncIterator[tuple[Orders, Officer]]:
    async with administered(settings) as administration, opened(settings) as installation:
        by = await (await administration.officers()).named(options.by)
        yield Orders(register=installation.consents, append=administration.ledger.append), by
