"""A look at a real log: what is read, found, entered, told and stopped; by a role that reads nothing else."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from gateway.database.scopes import DatabaseRole, Right, privileges
from gateway.freezes import store as freezes
from gateway.ledger.aggregate import Refusals
from gateway.log.vaults import milliseconds
from gateway.outbox.messages import Channel
from gateway.watch import findings
from gateway.watch.acts import Rule
from gateway.watch.findings import Finding, NoSuchFinding
from gateway.watch.thresholds import DAY, HOUR, MINUTE
from gateway.watch.watching import Watch
from gateway.watching import watch_on
from schema.errors import Code
from tests.city import City
from tests.fresh_database import FreshDatabase
from tests.unit.gateway.offices import EXPERT, HOUSING, bidding

pytestmark = pytest.mark.anyio

EXPERTS = """query ($who: SubjectLookup!) @purpose(code: "PM-302", role: "review_expert", matter: "NUMBER") {
    standing(by: $who) { majorPenalty { answer } } }"""
DENIED = 'query @purpose(code: "PM-401", role: "supervised") { viewer { kind } }'
OPEN = "mutation ($input: OpenMatterInput!) { openMatter(input: $input) { number } }"
TENDER = 'query @purpose(code: "PM-301", role: "bidder", matter: "HSZB-2026-0200") { viewer { kind } }'


@pytest.fixture
async def town(database: FreshDatabase) -> AsyncIterator[City]:
    async with bidding(database) as found:
        yield found


@asynccontextmanager
async def watching(town: City, *channels: Channel, ahead: int = 0) -> AsyncIterator[Watch]:
    """``ahead``: ms by which its clock goes before the real one."""
    async with town.database.connect(DatabaseRole.WATCHER) as connection:
        found = watch_on(connection, town.installation.ledger, town.installation.vault, channels)
        yield replace(found, clock=lambda: milliseconds() + ahead)


def rules(found: tuple[Finding, ...]) -> list[Rule]:
    return [each.fired.rule for each in found]


async def deny(town: City, times: int) -> None:
    for _ in range(times):
        assert (await town.ask(DENIED, client="A1")).code is Code.PURPOSE_NOT_ALLOWED


async def test_a_burst_of_denials_is_found_entered_told_and_stopped(town: City) -> None:
    await deny(town, 11)
    async with watching(town, Channel.WEBHOOK, Channel.EMAIL) as watch:
        (found,) = await watch.look()
        again = await watch.look()
    stopped = await town.ask(TENDER, client="A1")

    assert (found.fired.rule, found.fired.figures, again) == (Rule.DENIALS, {"refused": 11}, ())
    leaf = await town.entry(str(found.entry))
    assert (leaf["kind"], leaf["action"], leaf["principal"]) == ("alert", "finding", "watch")
    assert [(each["name"], each["value"]) for each in leaf["vars"]] == [("rule", "A9"), ("refused", 11)]
    assert stopped.code is Code.FROZEN
    async with town.database.owner() as owner:
        (frozen,) = await freezes.history(owner)
        messages = await owner.fetch("SELECT channel, body FROM outbox ORDER BY channel")
    assert (frozen["target"], frozen["name"]) == ("OPERATOR", f"{HOUSING}/1001")
    assert (frozen["imposed_by"], frozen["ends_at"]) == ("watch", found.at + 15 * MINUTE)
    assert [row["channel"] for row in messages] == ["EMAIL", "WEBHOOK"]
    for told in map(json.loads, (row["body"] for row in messages)):
        assert (told["rule"], told["stopped"], "1001" in json.dumps(told["figures"])) == ("A9", True, False)


async def test_refused_proofs_of_a_client_stop_it(town: City) -> None:
    """A11: counted before anybody is let in, and told by one entry."""
    refusals = Refusals(milliseconds)
    for _ in range(4):
        refusals.add("PROOF_REFUSED", "A1")
    await refusals.report(town.installation.ledger.append, everything=True)
    async with watching(town) as watch:
        (found,) = await watch.look()
    assert (found.fired.rule, found.fired.figures) == (Rule.CONSENTS, {"refused": 4})
    async with town.database.owner() as owner:
        (frozen,) = await freezes.history(owner)
    assert (frozen["target"], frozen["name"], frozen["ends_at"]) == ("AGENCY", HOUSING, found.at + 24 * HOUR)


async def test_an_officer_finds_the_entries_by_the_rule(town: City) -> None:
    await deny(town, 11)
    async with watching(town) as watch:
        (found,) = await watch.look()
    answer = await town.ask(
        "query($rule: AlertRule) { accessLog(filter: {alert: $rule}) { edges { node { id alerts } } } }",
        {"rule": "A9"},
        client="AUDIT",
    )

    told = {edge["node"]["id"]: edge["node"]["alerts"] for edge in answer.data["accessLog"]["edges"]}
    assert told == {str(entry): ["A9"] for entry in found.fired.evidence}


async def test_another_watch_finds_no_more_than_the_first(town: City) -> None:
    await deny(town, 11)
    async with watching(town) as watch:
        await watch.look()
    async with watching(town) as watch:
        assert await watch.look() == ()


async def test_what_could_not_be_stored_is_found_again(town: City) -> None:
    await deny(town, 11)
    async with watching(town) as watch:

        def failing() -> Any:
            raise asyncpg.InterfaceError("lost")

        with pytest.raises(asyncpg.InterfaceError):
            await replace(watch, new_id=failing).look()
        assert rules(await watch.look()) == [Rule.DENIALS]


async def test_quiet_days_find_nothing(town: City) -> None:
    await deny(town, 10)
    async with watching(town) as watch:
        assert await watch.look() == ()
        assert len(await watch.acts.look(milliseconds())) == 0


async def test_acts_of_more_than_a_day_ago_are_forgotten(town: City) -> None:
    await deny(town, 11)
    async with watching(town, ahead=DAY + HOUR) as watch:
        assert [each for each in await watch.look() if each.fired.rule is Rule.DENIALS] == []
        assert len(watch.acts.acts) == len(watch.acts.told) == 0


async def test_a_look_up_of_nobody_known_is_a_miss_and_counts_a_person(town: City) -> None:
    await ask_about_expert(town)
    async with watching(town) as watch:
        await watch.look()
        (asked,) = (act for act in watch.acts.in_order if act.reads and act.persons)

    assert (len(asked.persons), asked.missed, asked.agency, asked.client) == (1, 1, HOUSING, "A1")
    assert (asked.purpose, asked.operator is not None, asked.matter is not None) == ("PM-302", True, True)
    assert asked.network is not None


async def test_a_protected_person_is_found_by_its_digest_alone(town: City) -> None:
    ref = await ask_about_expert(town)
    async with town.database.owner() as owner:
        await owner.execute("INSERT INTO watch_protected (subject_ref, since) VALUES ($1, 1)", ref)
    async with watching(town) as watch:
        (found,) = [each for each in await watch.look() if each.fired.rule is Rule.PROTECTED]
    assert found.fired.refs["person"] == ref.hex()


async def test_one_person_under_two_purposes_is_found_across_days(town: City) -> None:
    await ask_about_expert(town)
    async with watching(town) as watch:
        assert Rule.PURPOSES not in rules(await watch.look())
        await ask_about_expert(town, purpose="PM-601", role="candidate")
        (found,) = [each for each in await watch.look() if each.fired.rule is Rule.PURPOSES]
    assert len(found.fired.evidence) == 2


async def ask_about_expert(town: City, purpose: str = "PM-302", role: str = "review_expert") -> bytes:
    """A matter in which one person, whom the city does not know, is a party; the person's keyed digest."""
    async with town.database.owner() as owner:
        await owner.execute("UPDATE client SET purposes = purposes || $1 WHERE client_id = 'A1'", [purpose])
    parties = [{"by": {"person": EXPERT}, "role": role}]
    opening = {"number": f"HSZB-{purpose}", "purpose": purpose, "operators": ["1001"], "parties": parties}
    opened = await town.ask(OPEN, {"input": opening}, client="A1")
    assert opened.code is None
    document = EXPERTS.replace("PM-302", purpose).replace("NUMBER", f"HSZB-{purpose}").replace("review_expert", role)
    answer = await town.ask(document, {"who": {"person": EXPERT}}, client="A1")
    assert answer.code is None
    async with town.database.owner() as owner:
        found: bytes = await owner.fetchval(
            "SELECT subject_ref FROM audit_disclosure WHERE entry_id = $1::uuid", answer.entry
        )
    return found


async def test_habits_and_networks_are_remembered(town: City) -> None:
    await ask_about_expert(town)
    async with watching(town) as watch:
        await watch.look()
    async with town.database.owner() as owner:
        habits = await owner.fetch("SELECT who, persons, busiest FROM watch_habit ORDER BY who")
        seen = await owner.fetch("SELECT DISTINCT octet_length(network) AS long FROM watch_seen")
    assert [(row["who"].partition(":")[0], row["persons"], row["busiest"]) for row in habits] == [
        ("agency", 1, 1),
        ("operator", 1, 1),
    ]
    assert [row["long"] for row in seen] == [32]


# What the watcher may -------------------------------------------------------------------------------------------------


def test_the_watcher_reads_no_credit_data() -> None:
    held = {(found.table, found.right) for found in privileges() if found.role is DatabaseRole.WATCHER}
    data = {"subject", "record", "measure", "link", "feedback", "record_person_target", "operator", "row_history"}

    assert {table for table, _ in held}.isdisjoint(data)
    assert {table for table, right in held if right is Right.DELETE} == set()
    assert {table for table, right in held if right is Right.UPDATE} == {"watch_habit", "watch_seen", "outbox"}


async def test_the_watcher_freezes_and_cannot_lift(town: City) -> None:
    async with town.database.connect(DatabaseRole.WATCHER) as watcher:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await watcher.execute("INSERT INTO frozen_lift (frozen) VALUES (gen_random_uuid())")


# Findings -------------------------------------------------------------------------------------------------------------


async def test_a_finding_is_owned_and_closed_with_a_reason(town: City) -> None:
    await deny(town, 11)
    async with watching(town) as watch:
        (found,) = await watch.look()
    async with town.database.owner() as owner:
        (before,) = await findings.listed(owner)
        await findings.step(owner, found.id, "OWNED", owner="AUDIT/U1", reason="", at=1, entry=uuid4())
        (owned,) = await findings.listed(owner)
        await findings.check_open(owner, found.id)
        await findings.step(owner, found.id, "CLOSED", owner="AUDIT/U1", reason="a test", at=2, entry=uuid4())
        (closed,) = await findings.listed(owner)
        with pytest.raises(NoSuchFinding):
            await findings.check_open(owner, found.id)
        with pytest.raises(NoSuchFinding):
            await findings.check_open(owner, uuid4())
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            await findings.step(owner, found.id, "CLOSED", owner="AUDIT/U1", reason="", at=3, entry=uuid4())
    assert [each["state"] for each in (before, owned, closed)] == ["OPEN", "OWNED", "CLOSED"]
    assert (closed["owner"], closed["reason"]) == ("AUDIT/U1", "a test")
