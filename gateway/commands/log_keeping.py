"""``log erase|hold|prune``: side rows of one person, or of long ago. Two persons of the credit office approve each.

Who is concerned is given as an identifier, which is nowhere kept, or by the digest that the side rows have.
"""

import argparse
import asyncio
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from gateway.commands import options as read
from gateway.commands.failures import Failure
from gateway.commands.options import Commands, command, tell
from gateway.database.scopes import DatabaseRole
from gateway.exchange import COMMAND_LINE
from gateway.identity.register import StoredClients
from gateway.installation import Installation, opened, today_in_china
from gateway.keys.sealing import normalised_number
from gateway.keys.vault import KEPT
from gateway.ledger.keeping import account, erasure
from gateway.ledger.keeping.account import Act
from gateway.ledger.keeping.keeper import Keeper
from gateway.ledger.keeping.retention import TERM, prune, years_ago
from gateway.log.vaults import milliseconds
from gateway.settings import Settings
from gateway.versions.approval import NEEDED, NotApproved, approvers
from schema.vocabulary.subjects import IdType

_REF = re.compile(r"[0-9a-f]{64}")


def add(kinds: Commands) -> None:
    """Below ``log``."""
    erasing = command(kinds, "erase", erase, "erase what is kept of one person beside the leaves, or restrict it")
    erasing.add_argument(
        "--mistaken", action="store_true", help="it should never have been logged: its term does not count (PIPL 47)"
    )
    holding = command(kinds, "hold", hold, "forbid the erasure of what is kept of one person: it is evidence")
    holding.add_argument("--release", action="store_true", help="permit it again")
    pruning = command(kinds, "prune", drop, "drop side rows whose term has run, with the keys of whole years")
    pruning.add_argument("--before", type=read.day, help=f"entries before this day; {TERM} years ago by default")
    for parser in (erasing, holding):
        who = parser.add_mutually_exclusive_group(required=True)
        who.add_argument("--subject", type=read.text, metavar="ID_NUMBER", help="an identifier; - reads it from input")
        who.add_argument("--ref", type=ref, help="the digest in audit_disclosure.subject_ref")
        parser.add_argument("--id-type", choices=[each.value for each in IdType], default=IdType.RESIDENT_ID.value)
    for parser in (erasing, holding, pruning):
        parser.add_argument("--reason", type=read.text, required=True, help="why; it names nobody")
        parser.add_argument(
            "--approve", type=read.text, action="append", default=[], metavar="CLIENT/NUMBER", help="given twice"
        )


def ref(given: str) -> bytes:
    """A digest of 32 bytes. Errors: ``ArgumentTypeError``."""
    if not _REF.fullmatch(given):
        raise argparse.ArgumentTypeError("a digest has 64 characters, 0 to 9 and a to f")
    return bytes.fromhex(given)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """An approved act: who keeps, and in which installation."""

    installation: Installation
    keeper: Keeper

    def subject(self, options: argparse.Namespace) -> bytes:
        """The digest of whom the options mean."""
        if options.ref is not None:
            found: bytes = options.ref
            return found
        number = sys.stdin.readline() if options.subject == "-" else options.subject
        internal = self.installation.sealer.internal_id("person", f"{options.id_type}:{normalised_number(number)}")
        return self.installation.vault.digest("subject", internal.to_bytes(8))


@asynccontextmanager
async def keeping(settings: Settings, act: Act, options: argparse.Namespace) -> AsyncIterator[Keeping]:
    """Approved, and entered in the log as such. Errors: ``NotApproved``, ``Failure``."""
    async with (
        opened(settings) as installation,
        installation.databases.connection(DatabaseRole.LEDGER_KEEPER) as connection,
    ):
        await _approve(installation, act, options.approve)
        keeper = Keeper(
            connection=connection,
            append=installation.ledger.append,
            clock=milliseconds,
            pause=asyncio.sleep,
            kept=KEPT,
            confirm=settings.ledger_commit_timeout,
        )
        yield Keeping(installation=installation, keeper=keeper)


async def _approve(installation: Installation, act: Act, named: list[str]) -> None:
    """Two different persons. A refusal is entered in the log before it is told."""
    ledger, settings = installation.ledger, installation.settings
    try:
        who = await approvers(
            named,
            StoredClients(installation.registry),
            jurisdiction=settings.jurisdiction,
            today=await installation.state.business_date(),
        )
    except NotApproved as refusal:
        await ledger.append(account.refused(act, refusal.lack))
        raise
    if len({each.person for each in who}) < NEEDED:
        await ledger.append(account.refused(act, "TWO_APPROVERS"))
        raise Failure("this needs two different approvers of the credit office (--approve CLIENT/NUMBER, twice)")
    for each in who:
        await ledger.append(account.approved(act, client=each.client, number=each.number, method=COMMAND_LINE))


async def erase(settings: Settings, options: argparse.Namespace) -> int:
    async with keeping(settings, Act.ERASED, options) as kept:
        done = await erasure.erase(
            kept.keeper,
            kept.subject(options),
            year=today_in_china().year,
            reason=options.reason,
            mistaken=options.mistaken,
        )
    value = {"keys": done.keys, "rows": done.rows, "restricted": done.restricted, "entry": str(done.entry)}
    tell(
        options,
        value,
        f"{done.keys} keys destroyed with {done.rows} rows; {done.restricted} keys restricted until their term has run",
        f"log entry {done.entry}",
    )
    return 0


async def hold(settings: Settings, options: argparse.Namespace) -> int:
    act = Act.RELEASED if options.release else Act.HELD
    async with keeping(settings, act, options) as kept:
        keys = await erasure.hold(kept.keeper, kept.subject(options), on=not options.release, reason=options.reason)
    word = "released" if options.release else "held"
    tell(options, {"keys": keys, "held": not options.release}, f"{word}: {keys} keys")
    return 0


async def drop(settings: Settings, options: argparse.Namespace) -> int:
    today = today_in_china()
    before = options.before or years_ago(today, TERM)
    async with keeping(settings, Act.PRUNED, options) as kept:
        years = kept.installation.vault.years
        done = await prune(
            kept.keeper,
            before,
            today=today,
            reason=options.reason,
            years=years.before(before.year),
            destroy=years.destroy,
        )
    value = {
        "before": before,
        "disclosures": done.disclosures,
        "actors": done.actors,
        "keys": done.keys,
        "years": done.years,
        "entry": str(done.entry),
    }
    tell(
        options,
        value,
        f"dropped {done.disclosures} disclosures and {done.actors} actors of before {before}",
        f"destroyed {done.keys} keys of persons and of {len(done.years)} years",
        f"log entry {done.entry}",
    )
    return 0
