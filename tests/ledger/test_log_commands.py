"""``log``: the commands of officers on a whole installation, what they answer, and what the log says of each."""

import argparse
import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gateway.commands import log
from gateway.commands.failures import Failure
from gateway.database.engines import role_connection
from gateway.database.scopes import DatabaseRole
from gateway.exchange import Arrival, GraphQLRequest
from gateway.keys.folder import read_log_keys
from gateway.keys.material import Use
from gateway.ledger.keeping.erasure import NothingKept, SubjectHeld
from gateway.ledger.keeping.retention import TooSoon
from gateway.ledger.proof import inclusion_file, lines
from gateway.ledger.proof.directory import check_directory
from gateway.ledger.proof.errors import ProofError
from gateway.ledger.proof.note import Key, key
from gateway.ledger.proof.tree import leaf_hash
from gateway.ledger.sequence.notes import Notes
from gateway.ledger.sequence.sequencer import Sequencer
from gateway.ledger.sequence.signer import LogKey, Signer
from gateway.log.vaults import milliseconds
from gateway.versions.approval import NotApproved
from tests.city import City, city
from tests.fresh_database import FreshDatabase
from tests.ledger.json_schema import problems
from tests.ledger.test_ocsf import SCHEMA

pytestmark = pytest.mark.anyio

TWO = ("--approve", "A10/2001", "--approve", "A10/2002")
WHO = ("--subject", "420199199207280027")
NOBODY = ("--subject", "420199199207280019")
ASKED = """
query Own($who: PersonLookup!) @purpose(code: "PM-302", matter: "HSZB-2026-0117-P", role: "review_expert") {
  standing(by: {person: $who}) { identityMatch { answer } }
}
"""
VARIABLES = {"who": {"idNumber": "420199199207280027", "name": "王测试"}}


@dataclass(slots=True, kw_only=True)
class Office:
    """An installation, and its commands."""

    town: City
    folder: Path
    out: Callable[[], str]

    async def run(self, *arguments: str) -> tuple[int, dict[str, Any]]:
        """Status, and what the command printed for a machine."""
        parser = argparse.ArgumentParser()
        log.add(parser.add_subparsers())
        options = parser.parse_args(["log", *arguments, "--json"])
        self.out()
        status: int = await options.run(self.town.installation.settings, options)
        return status, json.loads(self.out())

    async def acts(self) -> Sequence[str]:
        """What the log says was done, in order."""
        async with self.town.database.connect(DatabaseRole.LEDGER_READER) as reader:
            rows = await reader.fetch("SELECT leaf FROM audit_pending ORDER BY id")
        said = [json.loads(row["leaf"]) for row in rows]
        return [
            f"{each['action']}:{each['decision']['result']}" for each in said if each["kind"] in ("key", "read-log")
        ]

    async def asked(self) -> str:
        answer = await self.town.ask(ASKED, VARIABLES, client="A1")
        assert answer.code is None
        assert answer.entry is not None
        return answer.entry

    @property
    def log(self) -> str:
        return f"credit.{self.town.installation.settings.jurisdiction}/audit"

    async def signed(self) -> str:
        """Everything that is committed gets its place and is signed; the shard."""
        signing = read_log_keys(self.town.installation.settings.keys_folder)
        keys = [LogKey(public=each.public_bytes, sign=each.private.sign if each.private else None) for each in signing]
        url, credentials = self.town.database.url, self.town.database.credentials
        async with role_connection(url, credentials, DatabaseRole.SEQUENCER) as connection:
            sequencer = Sequencer(
                connect=lambda: asyncio.sleep(0, connection),
                signer=Signer(log=self.log, keys=lambda: keys, notes=Notes(self.folder / "notes")),
                clock=milliseconds,
                random=secrets.token_bytes,
            )
            await sequencer.recover(connection)
            while await sequencer.round(connection):
                pass
            shard: str = await connection.fetchval("SELECT shard FROM audit_head")
        return shard

    def keys(self, shard: str) -> list[Key]:
        return [
            key(f"{self.log}/{shard}", each.public_bytes) for each in self.town.installation.keys.signing[Use.LEDGER]
        ]


@pytest.fixture
async def office(database: FreshDatabase, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> AsyncIterator[Office]:
    async with city(database) as town:
        yield Office(town=town, folder=tmp_path, out=lambda: capsys.readouterr().out)


async def test_a_log_is_checked_exported_and_proven(office: Office) -> None:
    entry = await office.asked()
    shard = await office.signed()
    keys, name = office.keys(shard), f"{office.log}/{shard}"

    status, told = await office.run("verify", "--index")
    assert (status, told["sound"], told["index"]["MISSING"], told["index"]["FORGED"]) == (0, True, 0, 0)
    assert told["shards"][0]["size"] == told["shards"][0]["signed"] > 0
    size = told["shards"][0]["size"]

    tiles, slices, events = (office.folder / each for each in ("tiles", "slices", "events"))
    assert (await office.run("export", str(tiles), "--format", "tiles"))[0] == 0
    assert check_directory(lambda path: (tiles / path).read_bytes(), name, keys).checkpoint.size == size
    assert (await office.run("export", str(slices), "--format", "jsonl", "--from", "1"))[0] == 0
    (slice_,) = slices.iterdir()
    assert lines.check(slice_.read_bytes().splitlines(keepends=True), name, keys).end == size
    assert (await office.run("export", str(events), "--format", "ocsf", "--to", "3"))[0] == 0
    (made,) = events.iterdir()
    assert [problems(json.loads(line), SCHEMA) for line in made.read_text("utf-8").splitlines()] == [[]] * 3

    proof = office.folder / "proof"
    assert (await office.run("proof", entry, "--out", str(proof)))[0] == 0
    found = inclusion_file.read(proof.read_bytes())
    assert inclusion_file.check(found, leaf_hash(found.extra or b""), name, keys).size == size
    note = office.folder / "note"
    note.write_bytes((tiles / "checkpoint").read_bytes())
    await office.asked()
    await office.signed()
    assert (await office.run("verify", "--old", str(note)))[0] == 0
    assert await office.acts() == [
        *("log-verified:allow", "log-exported:allow", "log-exported:allow", "log-exported:allow"),
        *("log-proved:allow", "log-verified:allow"),
    ]


async def test_a_receipt_is_redeemed(office: Office) -> None:
    town = office.town
    caller = await town.caller("A1")
    reply = await town.pipeline(
        GraphQLRequest(query=ASKED, variables=VARIABLES, operation_name=None), caller, Arrival(address="192.0.2.7")
    )
    receipt, body = office.folder / "receipt", office.folder / "body"
    receipt.write_text(f"{reply.receipt}\n")
    body.write_bytes(reply.body)
    await office.signed()

    status, told = await office.run("receipt", str(receipt), "--body", str(body))

    assert (status, told["entry"]) == (0, reply.entry)
    body.write_bytes(reply.body + b" ")
    with pytest.raises(ProofError, match="another body"):
        await office.run("receipt", str(receipt), "--body", str(body))


async def test_what_was_tampered_with_is_told_and_is_no_success(office: Office) -> None:
    await office.asked()
    await office.signed()
    async with office.town.database.owner() as owner:
        await owner.execute("UPDATE audit_disclosure SET salt = NULL")
        status, told = await office.run("verify", "--index")
        assert (status, told["sound"]) == (1, False)
        assert told["index"]["MISSING"] == len(told["found"]) > 0
        await owner.execute("ALTER TABLE audit_pending DISABLE TRIGGER USER")
        await owner.execute("UPDATE audit_pending SET t = t + 1")
    status, told = await office.run("verify")
    assert (status, told["sound"]) == (1, False)


async def test_a_person_is_held_released_and_restricted(office: Office) -> None:
    await office.asked()
    assert await office.run("hold", *WHO, "--reason", "dispute", *TWO) == (0, {"keys": 1, "held": True})
    with pytest.raises(SubjectHeld):
        await office.run("erase", *WHO, "--reason", "asked", *TWO)
    assert (await office.run("hold", *WHO, "--release", "--reason", "over", *TWO))[1]["held"] is False
    _, told = await office.run("erase", *WHO, "--reason", "asked", *TWO)
    assert (told["keys"], told["rows"], told["restricted"]) == (0, 0, 1)
    with pytest.raises(NothingKept):
        await office.run("hold", *NOBODY, "--reason", "dispute", *TWO)
    acts = await office.acts()
    assert acts.count("keeping-approved:allow") == 10
    assert [each for each in acts if not each.startswith("keeping")] == [
        *("subject-held:allow", "subject-erased:deny", "subject-released:allow", "subject-erased:allow"),
    ]


@pytest.mark.parametrize(
    ("named", "code"),
    [
        ((), "TWO_APPROVERS"),
        (("--approve", "A10/2001"), "TWO_APPROVERS"),
        (("--approve", "A10/2001", "--approve", "A10/2001"), "TWO_APPROVERS"),
        (("--approve", "A10/2001", "--approve", "A1/1001"), "APPROVER_NOT_VALID"),
    ],
)
async def test_one_person_alone_does_nothing(office: Office, named: tuple[str, ...], code: str) -> None:
    await office.asked()
    for act in (("erase", *WHO, "--mistaken"), ("hold", *WHO), ("prune",)):
        with pytest.raises((Failure, NotApproved)):
            await office.run(*act, "--reason", "x", *named)
    async with office.town.database.owner() as owner:
        assert await owner.fetchval("SELECT count(*) FROM subject_key WHERE hold OR retired_at IS NOT NULL") == 0
        leaves = await owner.fetch("SELECT leaf FROM audit_pending ORDER BY id DESC LIMIT 3")
    assert {json.loads(row["leaf"])["decision"]["reasons"][0] for row in leaves} == {code}


async def test_nothing_young_is_dropped_and_the_old_is(office: Office) -> None:
    await office.asked()
    with pytest.raises(TooSoon):
        await office.run("prune", "--before", "2026-01-01", "--reason", "term", *TWO)
    status, told = await office.run("prune", "--reason", "term", *TWO)
    assert (status, told["disclosures"], told["actors"], told["years"]) == (0, 0, 0, [])
