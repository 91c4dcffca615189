"""``protect``: put a person on the list of those whose every look-up is an alert (A5), or take the person off it."""

import argparse
import sys

from gateway.administration import administered
from gateway.commands import options as read
from gateway.commands.log_unseal import sealer_of
from gateway.commands.options import Commands, command, tell
from gateway.log.unsealing import ref_of
from gateway.log.vaults import milliseconds
from gateway.settings import Settings
from gateway.watch.account import Step, handled
from schema.vocabulary.subjects import IdType

_ADD = "INSERT INTO watch_protected (subject_ref, since) VALUES ($1, $2) ON CONFLICT DO NOTHING"
_REMOVE = "DELETE FROM watch_protected WHERE subject_ref = $1"


def add(commands: Commands) -> None:
    parser = command(commands, "protect", run, "make every look-up of a person an alert; the list holds keyed digests")
    parser.add_argument("subject", type=read.text, metavar="ID_NUMBER", help="an identifier; - reads it from input")
    parser.add_argument("--id-type", choices=[each.value for each in IdType], default=IdType.RESIDENT_ID.value)
    parser.add_argument("--release", action="store_true", help="take the person off the list")
    parser.add_argument("--by", type=read.text, required=True, metavar="CLIENT/NUMBER", help="the officer who does it")
    parser.add_argument("--reason", type=read.text, required=True, help="why; it names nobody")


async def run(settings: Settings, options: argparse.Namespace) -> int:
    async with administered(settings) as administration:
        by = await (await administration.officers()).named(options.by)
        number = sys.stdin.readline() if options.subject == "-" else options.subject
        ref = ref_of(administration, sealer_of(administration), options.id_type, number)
        step = Step.RELEASED if options.release else Step.PROTECTED
        await administration.ledger.append(handled(step, by, options.reason))
        # COMMIT POINT: the step is durable in the log.
        if options.release:
            await administration.owner.execute(_REMOVE, ref)
        else:
            await administration.owner.execute(_ADD, ref, milliseconds())
    tell(options, {"protected": not options.release}, "no longer protected" if options.release else "protected")
    return 0
