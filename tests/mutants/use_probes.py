"""Probes of the uses of a consent: taken of the register, once for each operation that reads, and told by the log."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

from authz.grant import Grant
from authz.principal import Caller, ConsentId, Subject
from gateway.consents.records import By, Reason, State
from gateway.consents.using import consent_of, question_of, uuid_of
from resolvers.cursors import binding_of, cursor_of
from resolvers.fetch import Connection
from resolvers.parameters import Asking, Convert, Parameter, continued_use
from resolvers.plan import Paging
from schema.build import graphql_schema
from schema.demands.demand import Slot
from schema.documents.document import prepare
from schema.errors import Code
from tests.consents.granted import Wanted, granted, holder, rights, signatory
from tests.consents.kept import consent
from tests.generation.identities import uscc
from tests.mutants import edge_city as city
from tests.mutants.edge_city import BANK, caller
from tests.mutants.operations import PUBLIC, organisation
from tests.mutants.probing import probe, pure
from tests.mutants.town import Line, Town
from tests.unit.resolvers.sealers import keys_of, sealer_of

STATED = '@purpose(code: "PM-901", matter: "CASE-901", role: "data_subject")'
HEAD = PUBLIC.replace(")", ", $after: String, $first: Int = 1)") + STATED
PAGE = HEAD + "{ subject(by: $by) { records(first: $first, after: $after) { edges { cursor } } } }"
WIDER = PAGE.replace("cursor }", "cursor node { decidedOn } }")


async def lent(town: Town, uses: int = 1) -> Caller:
    sealer = town.city.installation.sealer
    firm = Subject(id=city.MAIN, digest=sealer.organisation_digest(uscc(city.MAIN)), natural=False)
    ticked = rights("PENALTY", "Record.decidedOn")
    relation = await signatory(town.owner, firm)
    wanted = Wanted(subject=firm, relation=relation, rights=ticked, client=BANK, matter="CASE-901", uses=uses)
    return holder(caller(BANK), await granted(town.city.installation.consents, wanted))


async def asked(line: Line, who: Caller, document: str = PAGE, **variables: object) -> Code | None:
    return (await line.ask(document, {**organisation(city.MAIN), **variables}, who)).code


async def cursor(line: Line, who: Caller, document: str = PAGE) -> str:
    told = await line.ask(document, organisation(city.MAIN), who)
    found: str = told.data["subject"]["records"]["edges"][-1]["cursor"]
    return found


@probe
async def uses_are_taken_where_data_are_read(town: Town) -> None:
    """One for each operation that reads, and none for what reads nothing; after the last, nothing is answered."""
    line, who = town.line(), await lent(town, 2)
    told = await line.ask(f"query {STATED} {{ viewer {{ scope }} }}", None, who)
    assert (told.code, (await told.entry())["consent"]) == (None, None)
    assert [await asked(line, who) for _ in range(3)] == [None, None, Code.CONSENT_ENDED]
    unbound = replace(bound := await lent(town), thumbprint=None)  # which is no other key: that would suspend it
    assert [await asked(line, each) for each in (unbound, bound)] == [Code.CONSENT_ENDED, None]


@probe
async def consents_are_those_of_the_register(town: Town) -> None:
    """What is brought along counts for nothing, and what has ended opens nothing."""
    line, who, register = town.line(), await lent(town, 3), town.city.installation.consents
    record = await register.consent(UUID(str(who.consent)))
    assert record is not None
    brought = replace(who, consented=replace(consent_of(record), matter="another"))
    assert await asked(line, brought) is None
    await register.revoke(record.id, Reason.SUBJECT, By.SUBJECT)
    assert await asked(line, replace(who, consented=consent_of(record))) is Code.CONSENT_ENDED


@probe
async def operations_granted_anew_are_one_use(town: Town) -> None:
    """Where the policy changed before it was read, the use is the one that was taken."""
    line, who, reads = town.line(), await lent(town), 0

    @asynccontextmanager
    async def changing(grant: Grant, asking: Caller) -> AsyncIterator[Any]:
        nonlocal reads
        reads += 1
        async with inner(grant, asking) as connection:
            yield _Changed() if reads == 1 else connection

    inner = line.pipeline.connection
    assert await asked(replace(line, pipeline=replace(line.pipeline, connection=changing)), who) is None


class _Changed:
    async def fetchrow(self, query: str, /, *args: object) -> None:
        return None


@probe
async def pages_go_on_with_their_use(town: Town) -> None:
    line, who = town.line(), await lent(town)
    after = await cursor(line, who)
    assert await asked(line, who, after=after, first=2) is None
    assert await asked(line, who, WIDER, after=after) is Code.CONSENT_ENDED
    assert await asked(line, who) is Code.CONSENT_ENDED


@probe
async def releases_under_a_consent_are_refused_when_it_ends(town: Town) -> None:
    """Between reading and the log: a refusal like any other, and the entry tells of the consent and its use."""
    line, who = town.line(), await lent(town)

    @asynccontextmanager
    async def ending(grant: Grant, asking: Caller) -> AsyncIterator[Connection]:
        async with inner(grant, asking) as connection:
            yield connection
        await town.city.installation.consents.revoke(UUID(str(who.consent)), Reason.SUBJECT, By.SUBJECT)

    inner = line.pipeline.connection
    slow = replace(line, pipeline=replace(line.pipeline, connection=ending))
    told = await slow.ask(PAGE, organisation(city.MAIN), who)
    assert told.code is Code.CONSENT_ENDED
    entry = await told.entry()
    assert (entry["kind"], entry["consent"], entry["counts"].get("use")) == ("deny", who.consent, 1)


@pure
def consents_stand_while_they_are_active() -> None:
    """Also when the last use is taken, whose pages may follow."""
    used_up = {"used": 2, "usable": False}
    assert [consent().stands, consent(**used_up).stands] == [True, True]
    for state in set(State) - {State.ACTIVE}:
        assert not consent(state=state, **used_up).stands, state
    assert not consent(usable=False).stands


@pure
def questions_are_told_apart() -> None:
    """By document, operation and every variable that does more than turn pages; and by nobody without the key."""
    text = "query A($n: Int, $u: String!) { subject(by: {uscc: $u}) { records(first: $n) { totalCount } } }"
    both = text + " query B($n: Int, $u: String!) { subject(by: {uscc: $u}) { records(first: $n) { totalCount } } }"

    def question(text: str = text, name: str | None = None, key: int = 1, **given: object) -> bytes:
        document = prepare(text, graphql_schema())
        return question_of(document, document.operation(name), {"u": "x", **given}, sealer_of(keys_of(key)))

    assert question() == question(n=5)
    others = (question(text + " "), question(both, "A"), question(both, "B"), question(u="y"), question(key=2))
    assert len({question(), *others}) == 6
    both_ways = "query($u: String!) { subject(by: {uscc: $u}) { records(after: $u) { totalCount } } }"
    assert question(both_ways, u="a") != question(both_ways, u="b")


@pure
def one_use_is_gone_on_with() -> None:
    """That of all cursors; of several, none."""
    sealer, asking = (
        sealer_of(keys_of(1)),
        Asking(viewer="", binding="", client="", agency=None, matter=None, role=None),
    )
    paging = Paging(
        path="p", conditions=(), sorts=(), first=Slot(literal=1), after=Slot(name="a"), counted=False, bound=()
    )

    def used(*uses: int | None) -> int | None:
        given = {f"v{n}": cursor_of([], 1, binding_of(paging, "", {}), sealer, use) for n, use in enumerate(uses)}
        slots = (Slot(name=name) for name in given)
        cursors = [Parameter(name="p", convert=Convert.CURSOR, slot=each, paging=paging) for each in slots]
        return continued_use(cursors, asking, given, sealer)

    assert [used(), used(3), used(3, 3), used(3, 4), used(3, None)] == [None, 3, 3, None, None]


@pure
def handles_are_ids() -> None:
    assert [uuid_of(None), uuid_of(ConsentId("c1"))] == [None, None]
