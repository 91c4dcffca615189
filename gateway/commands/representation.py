"""``representation``: register by which relation somebody decides about consents for another; end it; list them."""

import argparse
import sys
from datetime import date
from uuid import uuid4

from authz.capacity import ADULT_FROM, RelationKind, birthday
from authz.principal import Subject
from gateway.administration import Administration, administered
from gateway.commands import options as read
from gateway.commands.failures import Failure
from gateway.commands.log_unseal import sealer_of
from gateway.commands.options import Commands, command, tell
from gateway.consents.contacts import Contact, NotAContact, sealed
from gateway.consents.registering import NewRelation, NoSuchRelation, RelationDesk
from gateway.intake import identifiers
from gateway.intake.identifiers import NotAnIdentifierError
from gateway.keys.sealing import KeyedSealer
from gateway.outbox.messages import Channel
from gateway.settings import Settings
from schema.identifiers import birth_date
from schema.vocabulary.subjects import IdType

_KINDS = {each.value.lower().replace("_", "-"): each for each in RelationKind}
_SAID = "an identifier; - reads it from input"


def add(commands: Commands) -> None:
    about = "who decides about consents for whom"
    kinds = commands.add_parser("representation", help=about, description=about).add_subparsers(
        required=True, metavar="ACT"
    )
    command(kinds, "list", listed, "the relations, and their ends")
    adding = command(kinds, "add", register, "register a relation; it holds until its last day")
    adding.add_argument("kind", choices=[*_KINDS])
    adding.add_argument("subject", type=read.text, metavar="NUMBER", help=f"whom it is decided for: {_SAID}")
    adding.add_argument("--name", type=read.text, help="of the subject, of a person; - reads it from input")
    adding.add_argument("--actor", type=read.text, required=True, metavar="NUMBER", help=f"who decides: {_SAID}")
    adding.add_argument("--purpose", action="append", required=True, metavar="PM-NNN", help="may be given again")
    adding.add_argument("--from", dest="first", type=read.day, required=True, help="the first day on which it holds")
    adding.add_argument("--until", type=read.day, help="the last one; of a guardian, the day before the ward is of age")
    adding.add_argument("--works-for", action="append", default=[], metavar="CLIENT", help="whom the actor works for")
    adding.add_argument("--disputed", action="store_true", help="the actor may say no, and cannot agree")
    adding.add_argument("--evidence", type=read.text, required=True, help="the number of the deed; it names nobody")
    adding.add_argument("--mail", type=read.text, help="where a guardian is told of what the ward decides")
    ending = command(kinds, "end", end, "end a relation before its day; consents given by it are suspended")
    ending.add_argument("relation", type=read.identifier)
    ending.add_argument("--reason", type=read.text, required=True, help="why; it is kept, so it names nobody")
    for each in (adding, ending):
        each.add_argument(
            "--by", type=read.text, required=True, metavar="CLIENT/NUMBER", help="the officer who does it"
        )


async def register(settings: Settings, options: argparse.Namespace) -> int:
    async with administered(settings) as administration:
        by = await (await administration.officers()).named(options.by)
        new = _new(_KINDS[options.kind], sealer_of(administration), options)
        relation = await _desk(administration).register(new, by)
    tell(options, {"id": str(relation), "ends": new.ended}, f"registered: {relation}, no longer from {new.ended}")
    return 0


async def end(settings: Settings, options: argparse.Namespace) -> int:
    async with administered(settings) as administration:
        by = await (await administration.officers()).named(options.by)
        try:
            await _desk(administration).end(options.relation, options.reason, by)
        except NoSuchRelation as found:
            raise Failure(str(found)) from None
    tell(options, {"ended": str(options.relation)}, f"ended: {options.relation}")
    return 0


async def listed(settings: Settings, options: argparse.Namespace) -> int:
    async with administered(settings) as administration:
        rows = [dict(row) for row in await _desk(administration).listed()]
    lines = [
        f"{row['id']} {row['kind']} {' '.join(row['purposes'])} {row['first']}, no longer from {_last(row)}"
        for row in rows
    ]
    tell(options, rows, *lines)
    return 0


def _last(row: dict[str, object]) -> str:
    return f"{row['ended']}" if row["ended_at"] is None else f"{row['ended_at']} ({row['reason']})"


def _desk(administration: Administration) -> RelationDesk:
    return RelationDesk(connection=administration.owner, append=administration.ledger.append, new_id=uuid4)


def _new(kind: RelationKind, sealer: KeyedSealer, options: argparse.Namespace) -> NewRelation:
    """Errors: ``Failure`` for what is no identifier or address, or has no end."""
    try:
        subject, born = _subject(kind, sealer, options)
        actor = sealer.internal_id("person", f"{IdType.RESIDENT_ID}:{identifiers.resident_id(_given(options.actor))}")
        contact = None if options.mail is None else Contact(channel=Channel.EMAIL, address=options.mail)
    except (NotAnIdentifierError, NotAContact) as found:
        raise Failure(str(found), 2) from None
    return NewRelation(
        kind=kind,
        subject=subject,
        actor=actor,
        purposes=frozenset(options.purpose),
        first=options.first,
        ended=_ended(kind, born, options.until),
        born=born,
        clients=frozenset(options.works_for),
        protected=options.disputed,
        evidence=options.evidence,
        contact=None if contact is None else sealed(contact, sealer),
    )


def _subject(kind: RelationKind, sealer: KeyedSealer, options: argparse.Namespace) -> tuple[Subject, date | None]:
    given = _given(options.subject)
    if kind is RelationKind.REPRESENTATIVE:
        code = identifiers.uscc(given)
        internal = sealer.internal_id("organisation", code)
        return Subject(id=internal, digest=sealer.organisation_digest(code), natural=False), None
    if options.name is None:
        raise Failure("the name of the person is needed as well: --name", 2)
    number = identifiers.resident_id(given)
    digest = sealer.person_digest(IdType.RESIDENT_ID, number, _given(options.name))
    internal = sealer.internal_id("person", f"{IdType.RESIDENT_ID}:{number}")
    return Subject(id=internal, digest=digest, natural=True), birth_date(number)


def _ended(kind: RelationKind, born: date | None, until: date | None) -> date:
    """The first day on which it no longer holds. BASIS: WH-二(六)2: nothing is without an end."""
    if until is not None:
        return date.fromordinal(until.toordinal() + 1)
    if kind is not RelationKind.GUARDIAN or born is None:
        raise Failure("it needs a last day: --until", 2)
    return birthday(born, ADULT_FROM)


def _given(text: str) -> str:
    return sys.stdin.readline().strip() if text == "-" else text
