"""``log unseal`` and ``log test-identifier``: whom an entry concerned, which entries concern a person; by two officers.

Without ``--request`` they ask; two other officers approve (``approval approve``); with it they do it, once.
"""

import argparse
import secrets
import sys
from uuid import UUID

from gateway.administration import Administration, administered
from gateway.approvals.officers import Officer
from gateway.approvals.queue import Act
from gateway.commands import options as read
from gateway.commands.failures import Failure
from gateway.commands.options import Commands, command, tell
from gateway.keys.sealing import KeyedSealer
from gateway.log.unsealing import check_entry, concerned, ref_of, unsealed
from gateway.settings import Settings
from schema.vocabulary.subjects import IdType

LONGEST = 7 * 24 * 60


def add(kinds: Commands) -> None:
    """Below ``log``."""
    unsealing = command(kinds, "unseal", unseal, "see whom an entry concerned; two officers approve it first")
    unsealing.add_argument("entry", type=read.identifier)
    testing = command(
        kinds, "test-identifier", test, "see which entries concern a person; two officers approve it first"
    )
    testing.add_argument("subject", type=read.text, metavar="ID_NUMBER", help="an identifier; - reads it from input")
    testing.add_argument("--id-type", choices=[each.value for each in IdType], default=IdType.RESIDENT_ID.value)
    for parser in (unsealing, testing):
        parser.add_argument("--by", type=read.text, required=True, metavar="CLIENT/NUMBER", help="the officer who asks")
        parser.add_argument("--reason", type=read.text, help="why; it is kept, so it names nobody")
        parser.add_argument(
            "--minutes", type=read.number(1, LONGEST), default=24 * 60, help="until when it has to be done; a day"
        )
        parser.add_argument("--request", type=read.identifier, help="what was asked for and approved")


async def unseal(settings: Settings, options: argparse.Namespace) -> int:
    async with administered(settings) as administration:
        by = await (await administration.officers()).named(options.by)
        await check_entry(administration, options.entry)
        if options.request is None:
            return await _ask(administration, options, Act.UNSEAL, str(options.entry), by)
        found = await unsealed(administration, sealer_of(administration), options.entry, options.request, by)
    said = [f"concerned {each['id']} {each['name'] or ''}" for row in found["concerned"] for each in row["subjects"]]
    tell(options, found, *(f"{name} {value}" for name, value in found["acted"].items()), *said)
    return 0


async def test(settings: Settings, options: argparse.Namespace) -> int:
    async with administered(settings) as administration:
        by = await (await administration.officers()).named(options.by)
        number = sys.stdin.readline() if options.subject == "-" else options.subject
        ref = ref_of(administration, sealer_of(administration), options.id_type, number)
        if options.request is None:
            return await _ask(administration, options, Act.TEST, ref.hex(), by)
        found: tuple[UUID, ...] = await concerned(administration, ref, options.request, by)
    tell(options, {"entries": [str(each) for each in found]}, *(str(each) for each in found))
    return 0


async def _ask(administration: Administration, options: argparse.Namespace, act: Act, about: str, by: Officer) -> int:
    if options.reason is None:
        raise Failure("to ask for it needs a --reason", 2)
    request = await administration.queue.ask(act, about, by, options.reason, lasts=options.minutes * 60_000)
    told = f"asked for: {request.id}; two other officers approve it (approval approve {request.id})"
    tell(options, {"request": str(request.id)}, told)
    return 0


def sealer_of(administration: Administration) -> KeyedSealer:
    return KeyedSealer(administration.keys, entropy=secrets.token_bytes)
