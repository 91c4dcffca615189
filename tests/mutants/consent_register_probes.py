"""Probes of the register of consents: what is granted, used and ended, and what the log makes of a restored one."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import asyncpg

from authz.principal import Subject
from gateway.consents.errors import Beyond, KeyReused
from gateway.consents.records import By, ConsentRecord, Reason, State
from gateway.consents.register import ConsentRegister
from gateway.consents.restoring import Told, lost
from gateway.ledger.entry import Decision, Entry, Kind
from gateway.ledger.errors import LedgerUnavailable, ReleaseRefused
from gateway.ledger.receipt import Receipt
from tests.consents.granted import Wanted, granted, rights
from tests.mutants.probing import probe, pure
from tests.mutants.town import Town
from tests.rows import insert

BANK = "B9"
PERSON = Subject(id=420_197, digest=b"p" * 32, natural=True)
WANTED = Wanted(subject=PERSON, rights=rights("PENALTY", "Penalty.fineAmount"), client=BANK, uses=3)
NOTES = "DROP TABLE IF EXISTS note; CREATE TABLE note (entry uuid); GRANT INSERT ON note TO PUBLIC"
RELEASE = Entry(kind=Kind.RELEASE, principal=BANK, decision=Decision.ALLOW)


async def register_of(town: Town) -> ConsentRegister:
    """That of the town, in which a bank is registered."""
    if not await town.owner.fetchval("SELECT EXISTS (SELECT FROM client WHERE client_id = $1)", BANK):
        agency = await town.owner.fetchval("SELECT min(id) FROM agency")
        await insert(town.owner, "client", {"client_id": BANK, "agency_id": agency, "role": "BANK", "jwks": "{}"})
    return town.city.installation.consents


async def used(
    register: ConsentRegister, record: ConsentRecord, key: str = WANTED.thumbprint, use: int | None = None
) -> int | None:
    found = await register.debit(record.id, client=BANK, thumbprint=key, demand=b"demand", use=use)
    return None if found is None else found.use


async def permitted(town: Town, record: ConsentRecord) -> bool:
    """Whether the log lets an answer leave under the consent."""
    try:
        await town.city.installation.ledger.append(replace(RELEASE, consent=record.id))
    except ReleaseRefused:
        return False
    return True


@probe
async def what_has_ended_releases_nothing(town: Town) -> None:
    register = await register_of(town)
    revoked, suspended = await granted(register, WANTED), await granted(register, WANTED)
    assert await permitted(town, revoked)
    assert await register.revoke(revoked.id, Reason.SUBJECT, By.SUBJECT)
    assert not await permitted(town, revoked)
    assert await permitted(town, suspended)
    assert await register.suspend(suspended.id, Reason.OFFICER, By.OFFICER)
    assert not await permitted(town, suspended)


@probe
async def nobody_grants_more_than_was_asked(town: Town) -> None:
    register = await register_of(town)
    decision = WANTED.decision()
    first, last = decision.period
    wider = (
        replace(decision, uses=4),
        replace(decision, uses=0),
        replace(decision, days=31),
        replace(decision, days=0),
        replace(decision, period=(first.replace(year=1999), last)),
        replace(decision, period=(first, last.replace(year=2031))),
        replace(decision, rights=rights("PENALTY LICENCE", "Penalty.fineAmount")),
        replace(decision, rights=rights("PENALTY", "Penalty.fineAmount Penalty.facts")),
        replace(decision, rights=rights("", "")),
    )
    request = await register.open(WANTED.request())
    for each in wider:
        try:
            await register.grant(request.id, each)
        except (Beyond, asyncpg.PostgresError) as refusal:
            kind: type[Exception] | None = type(refusal)
        else:
            kind = None
        assert kind is Beyond, each


@probe
async def a_key_of_a_request_is_used_once(town: Town) -> None:
    register = await register_of(town)
    new = WANTED.request()
    request = await register.open(new)
    assert (await register.open(new)).id == request.id
    try:
        await register.open(replace(new, body=b"another"))
    except KeyReused:
        return
    raise AssertionError("another request was taken for the first")


@probe
async def a_use_is_for_its_client_and_key(town: Town) -> None:
    register = await register_of(town)
    record = await granted(register, WANTED)
    assert await used(register, record) == 1
    assert await used(register, record, use=1) == 1
    other = await register.debit(record.id, client="B0", thumbprint="other", demand=b"demand")
    assert other is None
    assert await used(register, record) == 2
    assert await used(register, record, key="other") is None
    found = await register.consent(record.id)
    assert found is not None
    assert (found.state, found.reason) == (State.SUSPENDED, Reason.KEY_CHANGED)


@probe
async def an_unsettled_register_lets_nothing_be_used(town: Town) -> None:
    """The notes outside the database cannot be read; and the server is another one than it was."""
    register = await register_of(town)
    record = await granted(register, WANTED)
    server = await register.settle()
    assert server is not None
    folder = town.city.installation.settings.ledger_folder
    folder.mkdir(exist_ok=True)
    notes = folder / "notes-2020"
    for other in (None, replace(server, started=datetime(2020, 1, 1, tzinfo=UTC)), replace(server, tables=0)):
        register.settlement._with = other
        notes.write_bytes(b"changed\n")
        refused = await used(register, record)
        notes.unlink()
        assert refused is None
        assert await used(register, record) is not None


@probe
async def what_the_log_tells_is_done_again(town: Town) -> None:
    register = await register_of(town)
    record = await granted(register, WANTED)
    assert await permitted(town, record)  # an answer that the register knows nothing of
    server = await register.settle()
    assert server is not None
    register.settlement.forget(server)
    assert await used(register, record) is None
    found = await register.consent(record.id)
    assert found is not None
    assert (found.state, found.reason) == (State.REVOKED, Reason.RESTORED)


@probe
async def an_act_and_its_entry_are_one(town: Town) -> None:
    """Each act of many at once is done, and one that fails leaves nothing."""
    await register_of(town)
    ledger = town.city.installation.consents.ledger
    await town.owner.execute(NOTES)
    fails = False

    async def act(connection: asyncpg.Connection, entry: UUID) -> None:
        await connection.execute("INSERT INTO note VALUES ($1)", entry)
        if fails:
            raise Beyond

    entry = Entry(kind=Kind.ADMIN, principal=BANK, decision=Decision.ALLOW, action="probe")
    receipts = await asyncio.gather(*(ledger.append(entry, act) for _ in range(20)), return_exceptions=True)
    assert {type(each) for each in receipts} == {Receipt}
    assert await town.owner.fetchval("SELECT count(*) FROM note") == len(receipts)
    fails = True
    outcome = await asyncio.gather(ledger.append(entry, act), return_exceptions=True)
    kept = await town.owner.fetchval("SELECT count(*) FROM note")
    assert isinstance(outcome[0], Beyond)
    assert kept == len(receipts)

    async def break_(connection: asyncpg.Connection, entry: UUID) -> None:
        raise asyncpg.DiskFullError("as the database says it")

    outcome = await asyncio.gather(ledger.append(entry, break_), return_exceptions=True)
    assert isinstance(outcome[0], LedgerUnavailable)


# What is lost ---------------------------------------------------------------------------------------------------------

CONSENT, EARLY, MIDDLE, LATE = (UUID(int=n) for n in (9, 1, 2, 3))
GRANTED_AT = datetime(2026, 5, 20, tzinfo=UTC)


def missing(state: str | None = None, entry: UUID = LATE, answers: int = 1, replaced: datetime | None = None) -> object:
    """What is done about a consent of one answer whose register ends with the middle entry."""
    changes = {MIDDLE: "GRANTED", **({} if state is None else {entry: state})}
    row = {"id": CONSENT, "entries": [MIDDLE], "answers": 1, "state_at": GRANTED_AT}
    return lost(row, Told(changes={CONSENT: changes}, answers={CONSENT: answers}, replaced=replaced))


@pure
def a_register_is_held_against_the_log() -> None:
    assert missing() is None
    assert {missing(end) for end in ("REVOKED", "EXPIRED", "EXHAUSTED")} == {State.REVOKED}
    assert missing("REVOKED", EARLY) is State.REVOKED
    assert missing(answers=2) is State.REVOKED
    assert missing(answers=0) is None
    assert missing("SUSPENDED") is State.SUSPENDED
    assert missing("SUSPENDED", EARLY) is None
    assert missing(replaced=GRANTED_AT.replace(year=2027)) is State.SUSPENDED
    assert missing(replaced=GRANTED_AT.replace(year=2025)) is None
    assert lost({"id": uuid4(), "entries": [MIDDLE], "answers": 0}, Told(changes={}, answers={}, replaced=None)) is None
