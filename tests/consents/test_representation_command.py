"""``representation``: the credit office registers, lists and ends relations; what has no end or no name is misuse."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from gateway.commands import cli
from gateway.settings import PREFIX
from tests.fresh_database import FreshDatabase
from tests.unit.gateway.policy_office import TWO, found_office

WARD, ADULT, ACTOR = "420199201409160058", "420199199207280027", "420199198503120015"
FIRM = "91420199MA9TERT20X"
HOW = ("--purpose", "PM-901", "--from", "2026-01-01", "--evidence", "deed 99", "--by", TWO[0])


@pytest.fixture
def home(database: FreshDatabase, monkeypatch: pytest.MonkeyPatch) -> Path:
    asyncio.run(found_office(database))
    monkeypatch.setenv(f"{PREFIX}DATABASE_URL", database.url)
    return database.home


def run(home: Path, *arguments: str) -> int:
    try:
        return cli.run(("representation", *arguments[:1], "--home", str(home), *arguments[1:]))
    except SystemExit as end:  # argparse's
        return int(str(end.code))


def told(home: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    capsys.readouterr()
    assert run(home, *arguments, "--json") == 0, capsys.readouterr().err
    return json.loads(capsys.readouterr().out)


def test_relations_are_registered_listed_and_ended(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    firm = told(home, capsys, "add", "representative", FIRM, "--actor", ACTOR, "--until", "2026-12-31", *HOW)
    ward = told(home, capsys, "add", "guardian", WARD, "--name", "孙小小", "--actor", ACTOR, *HOW)
    assert (firm["ends"], ward["ends"]) == ("2027-01-01", "2032-09-16")
    told(home, capsys, "end", firm["id"], "--reason", "revoked by the firm", "--by", TWO[0])
    rows = told(home, capsys, "list")
    assert [(row["kind"], row["reason"]) for row in rows] == [
        ("REPRESENTATIVE", "revoked by the firm"),
        ("GUARDIAN", None),
    ]
    said = json.dumps(rows, ensure_ascii=False)
    assert not [each for each in (WARD, ACTOR, FIRM, "孙小小") if each in said]
    assert run(home, "end", firm["id"], "--reason", "again", "--by", TWO[0]) == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("agent", ADULT, "--name", "王测试", "--actor", ACTOR, *HOW), "needs a last day"),
        (("agent", ADULT, "--actor", ACTOR, "--until", "2026-12-31", *HOW), "the name of the person"),
        (("representative", "9142", "--actor", ACTOR, "--until", "2026-12-31", *HOW), "统一社会信用代码"),
        (("guardian", WARD, "--name", "孙小小", "--actor", ACTOR, "--mail", "nobody", *HOW), "an e-mail address"),
    ],
    ids=["no end", "no name", "no identifier", "no address"],
)
def test_what_cannot_be_meant_is_misuse(
    home: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], sentence: str
) -> None:
    assert run(home, "add", *arguments) == 2
    found = capsys.readouterr().err
    assert sentence in found
    assert not [each for each in (WARD, ADULT, ACTOR, "nobody") if each in found]


def test_only_an_officer_registers(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    how = (*HOW[:-1], "NOBODY/1001")
    assert run(home, "add", "representative", FIRM, "--actor", ACTOR, "--until", "2026-12-31", *how) == 1
    assert "an officer is named" in capsys.readouterr().err
