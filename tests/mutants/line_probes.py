"""Probes of the line from caller to log: refusals, what the log is told, matters, and that nothing leaves unlogged."""

import hashlib
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from authz.principal import PUBLIC as PUBLIC_CALLER
from authz.principal import Caller
from gateway.database.scopes import DatabaseRole
from gateway.in_force import PolicyNotHereError, State
from gateway.ledger.append import Ledger
from gateway.ledger.commitments import commit, derive
from gateway.vault import SharedVault
from schema.errors import Code, LedgerError
from tests.generation.identities import person, uscc
from tests.mutants import edge_city as city
from tests.mutants.edge_city import AUDITOR, BANK, TODAY, TOMORROW, caller
from tests.mutants.probing import probe
from tests.mutants.row_probes import EXPERT, PUBLIC, SUPERVISED, TENDER, natural, organisation
from tests.mutants.town import Line, Told, Town, fresh

NAME = PUBLIC + "{ subject(by: $by) { name } }"


# Refusals ---------------------------------------------------------------------------------------------------------------


@probe
async def persons_are_covered(town: Town) -> None:
    """Whoever is looked up by number is named in the matter, alone or among others, whether known or not."""
    document, batch = EXPERT + "{ subject(by: $by) { name } }", EXPERT.replace("SubjectLookup!", "[SubjectLookup!]!")
    batch += "{ standings(by: $by) { identityMatch { answer } } }"
    for number in (city.STRANGER, city.NAMED_ELSEWHERE, city.OTHER_ROLE, city.NOBODY):
        alone = await town.ask(document, natural(number), client="TENDER")
        both = {"by": [natural(city.PARTY)["by"], natural(number)["by"]]}
        among = await town.ask(batch, both, client="TENDER")
        assert alone.code is Code.SUBJECT_NOT_COVERED, number
        assert among.code is Code.SUBJECT_NOT_COVERED, number
    assert (await town.ask(document, natural(city.PARTY), client="TENDER")).code is None


@probe
async def persons_are_asked_for_a_purpose(town: Town) -> None:
    """By whatever root, and in a batch; known or not, in the same words."""
    answers = set()
    for number in (city.PARTY, city.NOBODY):
        for document in (
            NAME,
            PUBLIC + "{ standing(by: $by) { identityMatch { answer } } }",
            PUBLIC.replace("SubjectLookup!", "[SubjectLookup!]!") + "{ standings(by: $by) { identityMatch { answer } } }",
        ):
            by = natural(number)
            told = await town.ask(document, {"by": [by["by"]]} if "standings" in document else by)
            assert told.code is Code.PURPOSE_REQUIRED
            answers.add(told.raw)
    assert len(answers) == 1


@probe
async def organisations_are_covered(town: Town) -> None:
    """A purpose for natural persons searches no organisations, by code or by name."""
    looked_up = await town.ask(EXPERT + "{ subject(by: $by) { name } }", organisation(city.MAIN), client="TENDER")
    head = EXPERT.replace("($by: SubjectLookup!)", "")
    searched = await town.ask(head + '{ subjects(filter: {name: "测试"}) { totalCount } }', client="TENDER")
    assert looked_up.code is searched.code is Code.SUBJECT_NOT_COVERED


@probe
async def matters_are_looked_at(town: Town) -> None:
    """The matter that was stated is the one that is found, with its own client and parties."""
    for number, code in (("CASE-301", None), ("CASE-302", Code.MATTER_NOT_OPEN), ("CASE-401", Code.MATTER_NOT_OPEN)):
        document = TENDER.replace("CASE-301", number) + "{ subject(by: $by) { name } }"
        assert (await town.ask(document, organisation(city.MAIN), client="TENDER")).code is code, number


@probe
async def auditors_read_no_credit_data(town: Town) -> None:
    """BASIS: WH-二(六)1. By no root, also by one that looks nobody up."""
    for document in ("{ records { totalCount } }", 'query { node(id: "x") { id } }', "{ measures { totalCount } }"):
        assert (await town.ask(document, client=AUDITOR)).code is Code.SUBJECT_NOT_COVERED
    assert (await town.ask("{ viewer { kind } }", client=AUDITOR)).data == {"viewer": {"kind": "AUDITOR"}}


@probe
async def the_log_is_no_ones(town: Town) -> None:
    """The access log and reports of use are not read through here by whoever asks."""
    for document in (
        "{ accessLog { edges { cursor } } }",
        'query { usageReport(jurisdiction: "420100", quarter: "2026Q2") { __typename } }',
    ):
        told = await town.ask(document, client="SUPERVISOR")
        assert told.code is Code.PURPOSE_NOT_ALLOWED, document


# The log ----------------------------------------------------------------------------------------------------------------


@probe
async def answers_are_logged(town: Town) -> None:
    """Who asked, for what, in which matter and scope, and which rows of whom were given out."""
    document = SUPERVISED + "{ subject(by: $by) { name ... on Organisation { officePhone } records { edges { node { facts } } } } }"
    told = await town.ask(document, organisation(city.FIELD), client="SUPERVISOR")
    entry = await told.entry()
    assert (entry["kind"], entry["principal"], entry["action"]) == ("release", "SUPERVISOR", "query")
    assert (entry["purpose"], entry["role"]) == ("PM-401", "supervised")
    assert entry["policy"]["scope"] == "SHARING"
    assert entry["policy"]["version"] == town.city.installation.policy.version
    assert entry["policy"]["catalogue"] == town.city.installation.policy.catalogue.digest
    assert entry["case"]["present"]
    assert entry["operator"]["c"]
    assert entry["decision"] == {"reasons": [], "result": "partial", "times": 1}
    assert entry["counts"]["records"] == len(city.FIELDS)
    assert entry["counts"]["subjects"] >= 1
    assert entry["counts"]["bytes"] == len(told.raw)
    assert {name for name in entry["counts"]["fields"]} >= {"full", "masked"}
    assert entry["query"]["doc"] == hashlib.sha256(document.encode()).hexdigest()
    assert "WH-二(二)1" in entry["basis"]


@probe
async def answers_are_logged_in_their_matter(town: Town) -> None:
    """The commitment to the number of the matter opens with that number."""
    told = await town.ask(SUPERVISED + "{ subject(by: $by) { name } }", organisation(city.FIELD), client="SUPERVISOR")
    entry = await told.entry()
    async with town.city.database.connect(DatabaseRole.LEDGER_READER) as reader:
        seed = await reader.fetchval("SELECT seed FROM audit_actor WHERE entry_id = $1::uuid", told.reply.entry)
    assert entry["case"]["c"] == commit("case", derive(seed, "case"), b"CASE-401").hex()


@probe
async def entries_hold_what_left(town: Town) -> None:
    """The commitment to the response opens with the bytes that left, and with no others."""
    told = await town.ask(NAME, organisation(city.MAIN))
    entry = await told.entry()
    async with town.city.database.connect(DatabaseRole.LEDGER_READER) as reader:
        seed = await reader.fetchval("SELECT seed FROM audit_actor WHERE entry_id = $1::uuid", told.reply.entry)
    nonce = derive(seed, "resp")
    assert entry["resp"] == commit("resp", nonce, hashlib.sha256(told.raw).digest()).hex()


@probe
async def refusals_are_logged(town: Town) -> None:
    """Whatever refuses an operation, its code is written down, with what was stated."""
    for document, variables, client, code in (
        ("{ nothing }", None, None, Code.DOCUMENT_INVALID),
        (NAME, natural(city.PARTY), None, Code.PURPOSE_REQUIRED),
        (TENDER.replace("CASE-301", "CASE-302") + "{ subject(by: $by) { name } }", organisation(1), "TENDER", Code.MATTER_NOT_OPEN),
        ('{ records(after: "x") { totalCount } }', None, None, Code.CURSOR_INVALID),
    ):
        told = await town.ask(document, variables, client=client)
        assert told.code is code
        assert told.reply.entry is not None
        entry = await told.entry()
        assert (entry["kind"], entry["decision"]["result"]) == ("deny", "deny")
        assert entry["decision"]["reasons"] == [code.value]
        assert entry["counts"]["records"] == 0
        assert entry["principal"] == (client or "public")
    assert entry["counts"]["errors"] == 1


@probe
async def refusals_tell_the_log_for_what(town: Town) -> None:
    """Also the purpose, role and matter of an operation that was refused for them."""
    document = TENDER.replace("CASE-301", "CASE-302") + "{ subject(by: $by) { name } }"
    entry = await (await town.ask(document, organisation(city.MAIN), client="TENDER")).entry()
    assert (entry["purpose"], entry["role"], entry["case"]["present"]) == ("PM-301", "bidder", True)


@probe
async def failures_are_logged(town: Town) -> None:
    """What nobody foresaw is told without a word of its text, and logged as an error."""
    line = town.line()
    broken = replace(line, pipeline=replace(line.pipeline, connection=_failing))
    told = await broken.told(NAME, organisation(city.MAIN), Caller(principal=PUBLIC_CALLER))
    assert told.code is Code.INTERNAL
    assert b"secret" not in told.raw
    entry = await told.entry()
    assert (entry["kind"], entry["decision"]["reasons"]) == ("error", ["INTERNAL"])


@asynccontextmanager
async def _failing(_: object) -> AsyncIterator[Any]:
    raise RuntimeError("secret: 420199198503120015")
    yield


@probe
async def entries_name_no_one(town: Town) -> None:
    """Nobody who asks or is asked about can be read in a leaf: not by variable, address, operator or matter."""
    told = await town.ask(EXPERT + "{ subject(by: $by) { name } }", natural(city.PARTY), client="TENDER")
    entry = json.dumps(await told.entry(), ensure_ascii=False)
    who = person(city.PARTY)
    for value in (who.number, who.name, "192.0.2.7", "CASE-302"):
        assert value not in entry, value
    code = await town.ask(NAME, organisation(city.MAIN))
    assert uscc(city.MAIN) not in json.dumps(await code.entry())
    dated = await town.ask("query D($d: Date!) { records(filter: {decidedFrom: $d}) { totalCount } }", {"d": "2026-05-20"})
    assert (await dated.entry())["vars"] == [{"name": "d", "type": "Date!", "value": "2026-05-20"}]


@probe
async def rows_are_logged_by_subject(town: Town) -> None:
    """Each person in a row of one's own, found by a keyed digest, with the fields that were given in clear."""
    told = await town.ask(EXPERT + "{ subject(by: $by) { name } }", natural(city.PARTY), client="TENDER")
    unknown = await town.ask(SUPERVISED + "{ subject(by: $by) { name } }", organisation(39), client="SUPERVISOR")
    found = await _disclosed(town, told)
    assert [row["clear_coordinates"] for row in found if row["clear_coordinates"]] == [["NaturalPerson.name"]]
    assert all(row["subject_ref"] is not None for row in found)
    sought = await _disclosed(town, unknown)
    assert len(sought) == 1
    assert sought[0]["clear_coordinates"] == []


async def _disclosed(town: Town, told: Told) -> list[Mapping[str, Any]]:
    async with town.city.database.connect(DatabaseRole.LEDGER_READER) as reader:
        rows = await reader.fetch("SELECT * FROM audit_disclosure WHERE entry_id = $1::uuid", told.reply.entry)
    return [dict(row) for row in rows]


@probe
async def nothing_leaves_unlogged(town: Town) -> None:
    """An entry that may not be written (its version looks like somebody's number) stops the answer, and the change."""
    number = next(town.numbers)
    async with unwritable(town) as line:
        assert await _unavailable(line, NAME, organisation(city.MAIN), Caller(principal=PUBLIC_CALLER))
        assert await _unavailable(line, "{ nothing }", None, Caller(principal=PUBLIC_CALLER)) is False
        assert await _unavailable(line, *_opening(number), caller("TENDER"))
    found = await town.owner.fetchval("SELECT count(*) FROM matter WHERE number = $1", number)
    assert found == 0


@asynccontextmanager
async def unwritable(town: Town) -> AsyncIterator[Line]:
    """A line under a policy version that no leaf may show."""
    policy = replace(fresh(town.city.installation.policy), version="420199198503120015")

    async def read() -> Mapping[str, object]:
        return {"policy_version": policy.version, "business_date": None}

    change = town.owner.transaction()
    await change.start()
    try:
        await town.owner.execute("UPDATE authz_state SET policy_version = $1", policy.version)
        line = town.line()
        state = State(read=read, versions={policy.version: policy}, today=lambda: TODAY)
        yield replace(line, pipeline=replace(line.pipeline, state=state))
    finally:
        await change.rollback()


async def _unavailable(line: Line, document: str, variables: Mapping[str, object] | None, who: Caller) -> bool:
    try:
        await line.told(document, variables, who)
    except LedgerError as error:
        return error.code is Code.LEDGER_UNAVAILABLE
    return False


@probe
async def nothing_is_read_where_the_log_is_closed(town: Town) -> None:
    """Before anything is asked of the database."""
    installation = town.city.installation

    async def never() -> Any:
        raise OSError

    closed = Ledger(
        connect=never,
        vault=installation.pipeline.ledger._vault,
        process="probe",
        clock=lambda: 0,
        random=bytes,
    )
    assert isinstance(closed._vault, SharedVault)
    line, before = town.line(), await town.ask(NAME, organisation(city.MAIN))
    town.rows.clear()
    assert before.code is None
    shut = replace(line, pipeline=replace(line.pipeline, ledger=closed))
    assert await _unavailable(shut, NAME, organisation(city.MAIN), Caller(principal=PUBLIC_CALLER))
    assert town.rows == []


# Matters ----------------------------------------------------------------------------------------------------------------

OPEN = "mutation O($input: OpenMatterInput!) { openMatter(input: $input) { number open parties { role kind } } }"
CLOSE = "mutation C($number: String!) { closeMatter(number: $number) { number open } }"
ADD = (
    "mutation A($number: String!, $parties: [MatterPartyInput!]!) "
    "{ addMatterParties(number: $number, parties: $parties) { number } }"
)


def _opening(number: str, purpose: str = "PM-301") -> tuple[str, Mapping[str, object]]:
    party = {"by": {"uscc": uscc(city.MAIN)}, "role": "bidder"}
    given = {"number": number, "purpose": purpose, "operators": ["1001"], "parties": [party]}
    return OPEN, {"input": given}


@probe
async def matters_are_ones_own(town: Town) -> None:
    """Whoever asks for another's matter is told what is told of one that is not there."""
    document = "query M($number: String!) { matter(number: $number) { number } }"
    own = await town.ask(document, {"number": "CASE-301"}, client="TENDER")
    assert own.data == {"matter": {"number": "CASE-301"}}
    for number, client in (("CASE-401", "TENDER"), ("CASE-301", None), ("CASE-000", "TENDER")):
        told = await town.ask(document, {"number": number}, client=client)
        assert told.data == {"matter": None}


@probe
async def matters_are_opened_for_own_purposes(town: Town) -> None:
    number = next(town.numbers)
    opened = await town.ask(*_opening(number), client="TENDER")
    assert opened.data["openMatter"]["open"] is True
    assert (await town.ask(*_opening(number), client="TENDER")).code is Code.MATTER_NOT_OPEN
    other = await town.ask(*_opening(next(town.numbers), "PM-401"), client="TENDER")
    assert other.code is Code.PURPOSE_NOT_ALLOWED
    assert (await (await town.ask(*_opening(number), client="TENDER")).entry())["case"]["present"]


@probe
async def matters_are_kept_by_agencies(town: Town) -> None:
    """Not by the public, banks or auditors, and by no agency without a member of staff."""
    alone = replace(caller("TENDER"), operator=None)
    for who, code in (
        (alone, Code.UNAUTHENTICATED),
        (caller(BANK), Code.PURPOSE_NOT_ALLOWED),
        (caller(AUDITOR), Code.PURPOSE_NOT_ALLOWED),
    ):
        principal = replace(who.principal, purposes=frozenset({"PM-301"}), agency_id=801)
        told = await town.ask(*_opening(next(town.numbers)), client=replace(who, principal=principal, consent=None))
        assert told.code is code
    public = await town.ask(*_opening(next(town.numbers)))
    assert public.code is Code.UNAUTHENTICATED


@probe
async def matters_are_changed_by_their_own(town: Town) -> None:
    """Closed and added to by the agency that opened it, while it is open."""
    number = next(town.numbers)
    parties = [{"by": {"person": {"idNumber": person(1).number, "name": person(1).name}}, "role": "agent"}]
    more = {"number": number, "parties": parties}
    assert (await town.ask(*_opening(number), client="TENDER")).code is None
    assert (await town.ask(ADD, more, client="SUPERVISOR")).code is Code.MATTER_NOT_OPEN
    assert (await town.ask(CLOSE, {"number": number}, client="SUPERVISOR")).code is Code.MATTER_NOT_OPEN
    assert (await town.ask(ADD, more, client="TENDER")).code is None
    assert await town.owner.fetchval('SELECT count(*) FROM matter_party WHERE matter_number = $1 AND "natural"', number) == 1
    assert (await town.ask(CLOSE, {"number": number}, client="TENDER")).code is None
    assert (await town.ask(ADD, more, client="TENDER")).code is Code.MATTER_NOT_OPEN
    assert (await town.ask(CLOSE, {"number": number}, client="TENDER")).code is Code.MATTER_NOT_OPEN


@probe
async def operations_change_one_matter(town: Town) -> None:
    """Since their entry in the log names one; and what fails with one change is undone with it."""
    first, second = next(town.numbers), next(town.numbers)
    document = """mutation T($one: OpenMatterInput!, $two: OpenMatterInput!) {
      a: openMatter(input: $one) { number } b: openMatter(input: $two) { number } }"""
    given = {"one": _opening(first)[1]["input"], "two": _opening(second)[1]["input"]}
    assert (await town.ask(document, given, client="TENDER")).code is Code.MATTER_NOT_OPEN
    assert await town.owner.fetchval("SELECT count(*) FROM matter WHERE number = ANY($1)", [first, second]) == 0


# The policy in force ----------------------------------------------------------------------------------------------------


@probe
async def versions_that_are_not_here_are_not_applied(town: Town) -> None:
    policy = town.city.installation.policy

    async def read() -> Mapping[str, object]:
        return {"policy_version": "another", "business_date": None}

    state = State(read=read, versions={policy.version: policy}, today=lambda: TODAY)
    try:
        await state.current()
    except PolicyNotHereError:
        return
    raise AssertionError


@probe
async def days_begin_at_midnight(town: Town) -> None:
    """A process that runs through midnight judges by the new day; one whose day is set keeps to it."""
    policy, days = town.city.installation.policy, iter((TODAY, TOMORROW))

    async def read() -> Mapping[str, object]:
        return {"policy_version": policy.version, "business_date": None}

    state = State(read=read, versions={policy.version: policy}, today=lambda: next(days))
    assert [(await state.current()).today for _ in range(2)] == [TODAY, TOMORROW]


@probe
async def explanations_refuse_as_answers_do(town: Town) -> None:
    """What would be refused is explained as refused, and not refused itself."""
    document = "query E($d: String!, $v: JSON) { explain(document: $d, variables: $v) { refusal { code } scope } }"
    told = await town.ask(document, {"d": NAME, "v": natural(city.PARTY)})
    assert told.data["explain"]["refusal"] == {"code": "PURPOSE_REQUIRED"}
