"""Commands in this process: what they refuse in one line, what they tell machines, and what they change."""

import asyncio
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gateway import matters
from gateway.commands import cli
from gateway.database.scopes import DatabaseRole
from gateway.settings import PREFIX
from tests.fresh_database import FreshDatabase
from tests.unit.gateway.offices import BANK, HOUSING, offices

UNTIL = "2027-12-31"
TERMS = ("--agreement-until", UNTIL, "--trained-until", UNTIL)


@pytest.fixture
def home(database: FreshDatabase, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of an installation with the offices of ``offices`` registered."""

    async def found() -> None:
        async with offices(database):
            pass

    asyncio.run(found())
    monkeypatch.setenv(f"{PREFIX}DATABASE_URL", database.url)
    return database.home


@pytest.fixture
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty_url: str) -> Path:
    """A home without keys, and a database without tables."""
    monkeypatch.setenv(f"{PREFIX}DATABASE_URL", empty_url)
    return tmp_path / "home"


def run(home: Path, command: str, *arguments: str) -> int:
    try:
        return cli.run((command, "--home", str(home), *arguments))
    except SystemExit as end:  # argparse's
        return int(str(end.code))


def told(home: Path, capsys: pytest.CaptureFixture[str], command: str, *arguments: str) -> Any:
    assert run(home, command, "--json", *arguments) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("token", "--client", "A1"),
        ("demo", "--at", "yesterday"),
        ("client", "add", "--agency", HOUSING),
        ("client", "add", "--id", "A1"),
        ("client", "add", "--id", "A1", "--role", "BANK"),
        ("client", "add", "--id", "AUDIT", "--role", "AUDIT", "--agency", HOUSING),
        ("matter", "close"),
        ("matter", "open", "X-1", "--client", "A1"),
        ("key", "new", "--root", "--token"),
        ("explain", "document.graphql", "--variables", "[]"),
        ("explain", "document.graphql", "--variables", "{"),
        ("operator", "add", "--client", "A1", "--number", "1", "--agreement-until", "x", "--trained-until", "x"),
    ],
)
def test_misuse_is_2(empty_home: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]) -> None:
    assert run(empty_home, *arguments) == 2

    written = capsys.readouterr()
    assert (written.out, bool(written.err)) == ("", True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("serve",),
        ("token", "--client", "A1", "--operator", "1001"),
        ("client", "list"),
        ("load", "nowhere.csv"),
        ("explain", "nowhere.graphql"),
        ("matter", "close", "X-1", "--client", "A1"),
    ],
)
def test_without_an_installation_a_command_fails_in_one_line(
    empty_home: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    assert run(empty_home, *arguments) == 1

    written = capsys.readouterr()
    assert (written.out, len(written.err.splitlines())) == ("", 1), written.err
    assert "credit-gateway migrate" in written.err
    assert not empty_home.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("token", "--client", "nobody", "--operator", "1001"),
        ("token", "--client", "../keys/token-1", "--operator", "1001"),
        ("token", "--client", "A1", "--operator", "9999"),
        ("client", "add", "--id", "../x", "--agency", HOUSING),
        ("client", "add", "--id", "A9", "--agency", "91420199MA9TERT123"),
        ("operator", "add", "--client", "nobody", "--number", "1", *TERMS),
        ("operator", "add", "--client", "A1", "--number", "a b", *TERMS),
        ("matter", "open", "X-1", "--client", "nobody", "--purpose", "PM-301"),
        ("matter", "close", "X-1", "--client", "A1"),
        ("load", "nowhere.csv"),
        ("explain", "nowhere.graphql"),
    ],
)
def test_what_the_installation_refuses_fails_in_one_line(
    home: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    assert run(home, *arguments) == 1

    written = capsys.readouterr()
    assert (written.out, len(written.err.splitlines())) == ("", 1), written.err


def test_no_key_is_made_outside_its_folder(home: Path) -> None:
    before = sorted(home.parent.rglob("*.pem"))

    assert run(home, "client", "add", "--id", "../x", "--agency", HOUSING) == 1

    assert sorted(home.parent.rglob("*.pem")) == before


def test_a_misspelt_setting_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"{PREFIX}DATABSE_URL", "postgresql://nobody:hunter2@nowhere/x")

    assert run(tmp_path, "config") == 1

    said = capsys.readouterr().err
    assert f"{PREFIX}DATABSE_URL" in said
    assert "hunter2" not in said


def test_secrets_of_the_settings_are_not_listed(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = {row["variable"]: row for row in told(home, capsys, "config")}

    assert (rows[f"{PREFIX}DATABASE_URL"]["value"], rows[f"{PREFIX}DATABASE_URL"]["given"]) == ("(set)", True)
    assert rows[f"{PREFIX}PORT"]["value"] == "8000"


def test_a_registered_client_asks_with_its_own_key(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(home, capsys, "client", "add", "--id", "A7", "--agency", HOUSING, "--purpose", "PM-301") == {"id": "A7"}
    assert told(home, capsys, "operator", "add", "--client", "A7", "--number", "7", *TERMS) == {
        "client": "A7",
        "number": "7",
    }
    listed = {row["id"]: row for row in told(home, capsys, "client", "list")}
    assert listed["A7"] == {"id": "A7", "role": "AGENCY", "purposes": ["PM-301"], "suspended": False}
    token = told(home, capsys, "token", "--client", "A7", "--operator", "7")
    assert (token["token_type"], token["expires_in"]) == ("Bearer", 300)
    assert (home / "clients" / "A7.pem").stat().st_mode & 0o777 == 0o600


def test_a_bank_gets_no_token_that_anyone_could_use(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(home, "token", "--client", "B1", "--operator", "1001") == 1
    assert BANK not in capsys.readouterr().err


def test_an_operator_whose_training_is_renewed_may_ask_again(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lapsed = ("--agreement-until", UNTIL, "--trained-until", "2026-05-19")
    run(home, "operator", "add", "--client", "A1", "--number", "1009", *lapsed)
    refused = run(home, "token", "--client", "A1", "--operator", "1009")
    run(home, "operator", "add", "--client", "A1", "--number", "1009", *TERMS)
    capsys.readouterr()

    assert refused == 1
    assert "access_token" in told(home, capsys, "token", "--client", "A1", "--operator", "1009")


def test_matters_are_opened_and_closed_on_the_business_date(
    home: Path, database: FreshDatabase, capsys: pytest.CaptureFixture[str]
) -> None:
    async def stored() -> Any:
        async with database.connect(DatabaseRole.REGISTRY) as registry:
            return await matters.find(registry, "A1", "X-1")

    arguments = ("X-1", "--client", "A1", "--purpose", "PM-301", "--operator", "1001", "--operator", "1002")
    assert told(home, capsys, "matter", "open", *arguments) == {"number": "X-1", "action": "open"}
    opened = asyncio.run(stored())
    assert told(home, capsys, "matter", "close", "X-1", "--client", "A1") == {"number": "X-1", "action": "close"}
    closed = asyncio.run(stored())

    assert (opened.opened_on, opened.closed_on, opened.operators) == (date(2026, 5, 20), None, {"1001", "1002"})
    assert closed.closed_on == date(2026, 5, 20)


def test_a_sound_installation_has_no_problems(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(home, capsys, "check") == {"problems": [], "doubts": []}


def test_migrating_makes_an_installation_of_nothing(empty_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    versions = [told(empty_home, capsys, "migrate")["policyVersion"] for _ in range(2)]

    assert versions[0] == versions[1]
    assert told(empty_home, capsys, "check")["problems"] == []
    assert told(empty_home, capsys, "client", "list") == []


def test_the_schema_is_printed_as_it_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = Path(__file__).parents[3] / "schema" / "schema.graphql"

    assert run(tmp_path, "schema") == 0
    assert capsys.readouterr().out == kept.read_text("utf-8")


def test_a_rolled_key_signs_and_the_older_one_stays(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = home / "keys"
    before = {path.name for path in folder.iterdir()}

    kid = told(home, capsys, "key", "new", "--token")["kid"]

    assert kid
    added = {path.name for path in folder.iterdir()} - before
    assert len(added) == 1
    assert added.pop().startswith("token-")
    assert told(home, capsys, "check")["problems"] == []


def test_a_caller_by_name_is_explained_what_it_would_be_shown(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = tmp_path / "document.graphql"
    document.write_text(
        'query ($n: String!) @purpose(code: "PM-301", matter: $n, role: "bidder") { records { totalCount } }', "utf-8"
    )
    run(home, "matter", "open", "X-1", "--client", "A1", "--purpose", "PM-301", "--operator", "1001")
    capsys.readouterr()
    arguments = (str(document), "--variables", '{"n": "X-1"}')

    public = told(home, capsys, "explain", *arguments)
    agency = told(home, capsys, "explain", *arguments, "--client", "A1", "--operator", "1001")

    assert public["refusal"]["code"] == "PURPOSE_NOT_ALLOWED"
    assert (agency["refusal"], agency["scope"], agency["purpose"]) == (None, "SHARING", "PM-301")
    assert run(home, "explain", *arguments, "--client", "A1", "--operator", "9999") == 1
