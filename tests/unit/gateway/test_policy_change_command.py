"""``policy propose|activate|rollback|history`` and ``diff`` against an installation: what they do, say and refuse."""

import asyncio
import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from gateway.commands import cli
from gateway.settings import PREFIX
from tests.fresh_database import FreshDatabase
from tests.rows import agency, insert, organisation, person, record
from tests.unit.authz.shipped import added, loaded, shipped
from tests.unit.gateway.policy_office import ARTICLE, TWO, found_office, narrower
from tests.unit.gateway.test_policy_command import written

SHIPPED, NARROWER = (loaded(files).version for files in (shipped(), narrower()))
BY_TWO = ("--approver", TWO[0], "--approver", TWO[1], "--basis", ARTICLE)
BACK = ("--approver", TWO[0], "--reason", "shown too little")


@pytest.fixture
def home(database: FreshDatabase, monkeypatch: pytest.MonkeyPatch) -> Path:
    asyncio.run(found_office(database))
    monkeypatch.setenv(f"{PREFIX}DATABASE_URL", database.url)
    return database.home


@pytest.fixture
def folder(tmp_path: Path) -> str:
    return written(tmp_path / "narrower", narrower())


def run(home: Path, *arguments: str) -> int:
    kind, *rest = arguments
    try:
        return cli.run(("policy", kind, "--home", str(home), *rest))
    except SystemExit as end:  # argparse's
        return int(str(end.code))


def told(home: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert run(home, *arguments, "--json") == 0
    return json.loads(capsys.readouterr().out)


def test_there_and_back(home: Path, folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    there = told(home, capsys, "activate", folder)
    again = told(home, capsys, "activate", NARROWER[:8])
    back = told(home, capsys, "rollback", *BACK)
    wider = (run(home, "activate", folder), run(home, "activate", "shipped", *BY_TWO))
    changes = told(home, capsys, "history")["changes"] if not capsys.readouterr().err else []

    assert (there["changed"], there["policyVersion"], there["replaced"]) == (True, NARROWER, SHIPPED)
    assert again == {"changed": False}
    assert (back["act"], back["policyVersion"], back["reason"]) == ("ROLLED_BACK", SHIPPED, "shown too little")
    assert wider == (0, 0)
    assert [each["act"] for each in changes] == ["FOUNDED", "ACTIVATED", "ROLLED_BACK", "ACTIVATED", "ACTIVATED"]
    assert (changes[-1]["approvers"], changes[-1]["basis"], changes[-1]["widens"]) == (list(TWO), [ARTICLE], True)


def test_it_is_said_in_a_line(home: Path, folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(home, "activate", folder) == 0
    assert capsys.readouterr().out.startswith(f"ACTIVATED {NARROWER[:12]} instead of {SHIPPED[:12]}: widened 0 cells, ")
    assert run(home, "rollback", *BACK) == 0
    assert f"; approved by {TWO[0]}; shown too little; log entry " in capsys.readouterr().out
    assert run(home, "history") == 0
    assert [line.split()[2] for line in capsys.readouterr().out.splitlines()] == ["FOUNDED", "ACTIVATED", "ROLLED_BACK"]


def test_a_proposal_is_approved_by_its_name(home: Path, folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(home, capsys, "propose", folder) == {"policyVersion": NARROWER}
    (pending,) = told(home, capsys, "history")["proposals"]
    assert pending["version"] == NARROWER
    assert told(home, capsys, "activate", NARROWER[:12])["policyVersion"] == NARROWER
    assert told(home, capsys, "history")["proposals"] == []


def test_what_is_refused_is_told_in_one_line(
    home: Path, folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    breach = written(tmp_path / "breach", added(shipped(), "X", sub="data_subject"))
    assert run(home, "activate", folder) == 0
    capsys.readouterr()
    for arguments in (
        ("activate", "shipped"),
        ("activate", "shipped", *BY_TWO[:-2]),
        ("activate", "shipped", *BY_TWO[:-1], "because"),
        ("activate", breach, *BY_TWO),
        ("activate", "f" * 64),
        ("rollback", "--approver", "MARKETS/1001", "--reason", "why"),
        ("rollback", *BACK, "--to", "f" * 64),
    ):
        assert run(home, *arguments) == 1
        said = capsys.readouterr()
        assert (said.out, len(said.err.splitlines())) == ("", 1), said.err

    assert told(home, capsys, "history")["changes"][-1]["policyVersion"] == NARROWER


@pytest.mark.parametrize(
    "arguments",
    [
        ("activate",),
        ("activate", "nowhere"),
        ("rollback",),
        ("rollback", *BACK[:2]),
        ("rollback", *BACK[2:]),
        ("propose",),
    ],
)
def test_misuse_is_2(home: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]) -> None:
    assert run(home, *arguments) == 2
    assert capsys.readouterr().out == ""


def test_without_an_installation_it_says_so(
    tmp_path: Path, empty_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(f"{PREFIX}DATABASE_URL", empty_url)
    for arguments in (("activate", "shipped"), ("rollback", *BACK), ("history",), ("diff", "in-force", "shipped")):
        assert run(tmp_path / "home", *arguments) == 1
        assert "credit-gateway migrate" in capsys.readouterr().err


def test_a_diff_counts_stored_rows_by_item_and_kind(
    home: Path, folder: str, tmp_path: Path, database: FreshDatabase, capsys: pytest.CaptureFixture[str]
) -> None:
    async def stored() -> None:
        async with database.owner() as owner:
            await insert(owner, "agency", agency())
            await insert(owner, "subject", *map(organisation, (1, 2, 3)), person(4))
            penalties = (record(number, 1, item="PENALTY") for number in range(11, 16))
            others = (record(21, 4, natural=True, item="PENALTY"), record(22, 1, item="LICENCE"))
            await insert(owner, "record", *penalties, *others)

    asyncio.run(stored())
    wider = written(tmp_path / "wider", added(shipped(), "X", purpose="PM-101", field="Record.remark"))
    assert run(home, "diff", "in-force", folder, "--live") == 0
    subjects = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    records = told(home, capsys, "diff", "shipped", wider, "--live")["cells"]

    assert {(line["items"], line["kinds"], line["rows"]) for line in subjects} == {
        ("REGISTRATION_ORG", "organisation", "3")
    }
    assert {(line["items"], line["kinds"], line["rows"]) for line in records} == {("PENALTY", "organisation", "5")}
