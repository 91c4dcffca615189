"""Probes of the log: everything that leaves is in it, and nobody can be read in it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NoReturn

from authz.principal import PUBLIC as PUBLIC_CALLER
from authz.principal import Caller
from gateway.database.scopes import DatabaseRole
from gateway.ledger.proof.commitments import commit, derive
from schema.errors import Code
from tests.generation.identities import person, uscc
from tests.mutants import edge_city as city
from tests.mutants.operations import EXPERT, NAME, SUPERVISED, TENDER, natural, organisation
from tests.mutants.probing import probe
from tests.mutants.town import Told, Town


@probe
async def answers_are_logged(town: Town) -> None:
    """Who asked, for what, in which matter and scope, and which rows of whom were given out."""
    document = (
        SUPERVISED
        + "{ subject(by: $by) { name ... on Organisation { officePhone } records { edges { node { facts } } } } }"
    )
    told = await town.ask(document, organisation(city.FIELD), client="SUPERVISOR")
    assert told.reply.entry is not None
    entry = await told.entry()
    assert (entry["kind"], entry["principal"], entry["action"]) == ("release", "SUPERVISOR", "query")
    assert (entry["purpose"], entry["role"]) == ("PM-401", "supervised")
    assert entry["policy"]["scope"] == "SHARING"
    assert entry["policy"]["version"] == town.city.installation.policy.version
    assert entry["policy"]["catalogue"] == town.city.installation.policy.catalogue.digest
    assert entry["case"]["present"]
    assert entry["operator"] is not None
    assert entry["decision"] == {"reasons": [], "result": "partial", "times": 1}
    assert entry["counts"]["records"] == len(city.FIELDS)
    assert entry["counts"]["subjects"] >= 1
    assert entry["counts"]["bytes"] == len(told.raw)
    assert set(entry["counts"]["fields"]) >= {"full", "masked"}
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
        (
            TENDER.replace("CASE-301", "CASE-302") + "{ subject(by: $by) { name } }",
            organisation(1),
            "TENDER",
            Code.MATTER_NOT_OPEN,
        ),
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


def _failing(*_: object) -> NoReturn:
    raise RuntimeError("secret: 420199198503120015")


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
    searched = await town.ask("query S($n: String!) { subjects(filter: {name: $n}) { totalCount } }", {"n": "Zhangsan"})
    assert "Zhangsan" not in json.dumps(await searched.entry())
    dated = await town.ask(
        "query D($d: Date!) { records(filter: {decidedFrom: $d}) { totalCount } }", {"d": "2026-05-20"}
    )
    assert (await dated.entry())["vars"] == [{"name": "v1", "type": "Date!", "value": "2026-05-20"}]


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
