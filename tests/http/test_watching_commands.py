"""The watch beside two server processes, and the commands of officers: findings owned and closed, entries unsealed."""

import asyncio
import hashlib
import json
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from gateway.database.engines import owner_connection
from tests.http.running import SCRIPT, Home, Server, prepared_home
from tests.http.test_freezes_everywhere import codes
from tests.http.test_workers import both_began

DENIED = 'query @purpose(code: "PM-401", role: "supervised") { viewer { kind } }'
TENDER = """query @purpose(code: "PM-301", matter: "HSZB-2026-0117", role: "bidder") {
    subject(by: {uscc: "91420199MA9TERT20X"}) { name } }"""
WHY = ("--reason", "a screenshot appeared")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with prepared_home() as home:
        for number in ("U3", "U4"):
            register(home, number)
        with home.serving("serve", "--workers", "2") as found:
            found.wait_until(lambda: both_began(found))
            yield found


def log(home: Home, kind: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """A command below ``log``."""
    words = (str(SCRIPT), "log", kind, "--home", str(home.folder), "--json", *arguments)
    return subprocess.run(words, capture_output=True, text=True, check=False)


def told_by(home: Home, kind: str, *arguments: str) -> Any:
    done = log(home, kind, *arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def register(home: Home, number: str, *more: str) -> None:
    until = ("--agreement-until", "2027-12-31", "--trained-until", "2027-12-31")
    home.said("operator", "add", "--client", "AUDIT", "--number", number, *until, *more)


def test_a_burst_of_denials_at_both_is_found_stopped_owned_and_closed(server: Server) -> None:
    home, headers = server.home, server.home.bearer("A8")
    assert codes(server, headers, [DENIED] * 6) == {"PURPOSE_NOT_ALLOWED"}

    server.wait_until(lambda: "A9" in {each["rule"] for each in home.said("finding", "list")})
    (found,) = [each for each in home.said("finding", "list") if each["rule"] == "A9"]
    assert codes(server, headers) == {"FROZEN"}
    assert [(each["target"], each["imposed_by"]) for each in home.said("freeze", "list")] == [("OPERATOR", "watch")]

    (owned,) = home.said("finding", "own", found["id"], "--by", "AUDIT/U1")
    (closed,) = home.said("finding", "close", found["id"], "--by", "AUDIT/U1", "--reason", "a wrong form")
    assert (found["state"], owned["state"], closed["state"]) == ("OPEN", "OWNED", "CLOSED")
    assert home.run("finding", "own", found["id"], "--by", "AUDIT/U1").returncode == 1


def notice_of(home: Home, consent: str) -> bytes:
    """The digest of what was shown, as the consent has it."""

    async def run() -> bytes:
        with home.database() as url:
            async with owner_connection(url) as owner:
                return bytes(await owner.fetchval("SELECT notice FROM consent WHERE id = $1::uuid", consent))

    return asyncio.run(run())


def test_an_officer_ends_a_consent_with_the_commands(server: Server) -> None:
    home, why = server.home, ("--by", "AUDIT/U1", "--reason", "a complaint")
    before = home.said("consent list", *why, "--client", "B1")
    consent = before[0]["id"]
    assert (before[0]["client"], before[0]["state"]) == ("B1", "ACTIVE")
    text = home.run("consent notice", consent, *why).stdout
    assert "武汉测试银行" in text
    assert hashlib.sha256(text.encode()).digest() == notice_of(home, consent)
    assert home.run("consent revoke", consent, "--by", "B1/1001", "--reason", "a wish").returncode == 1
    for act in ("suspend", "resume", "revoke"):
        assert home.said(f"consent {act}", consent, *why) == {"id": consent, "done": True}
    assert home.run("consent resume", consent, *why).returncode == 1
    assert consent not in {each["id"] for each in home.said("consent list", *why)}


def test_an_entry_is_unsealed_by_three_persons_with_the_commands(server: Server) -> None:
    home = server.home
    entry = server.ask(TENDER, headers=home.bearer("A1")).headers["audit-entry"]
    asked = told_by(home, "unseal", entry, "--by", "AUDIT/U1", *WHY)["request"]
    refused = log(home, "unseal", entry, "--by", "AUDIT/U1", "--request", asked)
    for number in ("U2", "U3"):
        home.said("approval", "approve", asked, "--by", f"AUDIT/{number}")
    told = told_by(home, "unseal", entry, "--by", "AUDIT/U1", "--request", asked)

    assert refused.returncode == 1
    assert told["acted"]["operator"] == "A1/1001"
    assert {each["name"] for row in told["concerned"] for each in row["subjects"]} == {"武汉测试食品有限公司"}
    assert [each["used"] for each in home.said("approval", "list") if each["id"] == asked] == [True]


def test_a_suspected_number_is_read_from_the_arguments_and_told_by_nothing(server: Server) -> None:
    home, number = server.home, "420199199207280027"
    asked = told_by(home, "test-identifier", number, "--by", "AUDIT/U1", *WHY)["request"]
    listed = home.run("approval", "list")
    for who in ("U2", "U3"):
        home.said("approval", "approve", asked, "--by", f"AUDIT/{who}")

    assert number not in listed.stdout
    told = told_by(home, "test-identifier", number, "--by", "AUDIT/U1", "--request", asked)
    assert told == {"entries": told["entries"]}


def test_a_look_up_of_a_protected_person_is_found(server: Server) -> None:
    home = server.home
    home.said("protect", "420199199207280027", "--by", "AUDIT/U1", "--reason", "an office holder")
    query = """query($who: PersonLookup!) @purpose(code: "PM-302", matter: "HSZB-2026-0117-P", role: "review_expert") {
        standing(by: {person: $who}) { judgmentDefaulter { answer } } }"""
    who = {"idNumber": "420199199207280027", "name": "王测试"}
    assert "errors" not in server.ask(query, {"who": who}, home.bearer("A1")).json()

    server.wait_until(lambda: "A5" in {each["rule"] for each in home.said("finding", "list")})
    assert home.said("protect", "420199199207280027", "--release", "--by", "AUDIT/U1", "--reason", "no longer") == {
        "protected": False
    }


def test_one_duty_of_a_person_excludes_the_others(server: Server) -> None:
    home = server.home
    register(home, "U9", "--duty", "AUDIT")
    until = ("--agreement-until", "2027-12-31", "--trained-until", "2027-12-31")
    done = home.run("operator", "add", "--client", "AUDIT", "--number", "U9", *until, "--duty", "SECURITY")

    assert (done.returncode, "exclude one another" in done.stderr) == (1, True)
    assert home.run("freeze", "scope", "SELF", "--by", "AUDIT/U9", *WHY).returncode == 1


@pytest.mark.parametrize(
    "words",
    [
        ("finding", "own"),
        ("finding", "list", "--reason", "x"),
        ("finding", "close", "01890000-0000-7000-8000-000000000000", "--by", "AUDIT/U1"),
        ("approval", "approve"),
        ("approval", "approve", "not an id", "--by", "AUDIT/U1"),
    ],
    ids=["own nothing", "list with a reason", "close without one", "approve nothing", "no id"],
)
def test_what_cannot_be_meant_is_status_2(server: Server, words: tuple[str, ...]) -> None:
    assert server.home.run(*words).returncode == 2


def test_without_a_reason_nothing_is_asked_for(server: Server) -> None:
    entry = server.ask(TENDER, headers=server.home.bearer("A1")).headers["audit-entry"]
    assert log(server.home, "unseal", entry, "--by", "AUDIT/U1").returncode == 2
