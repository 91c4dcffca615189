"""Commands in this process: what they refuse in one line, what they tell machines, and what they change."""

import asyncio
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gateway import matters
from gateway.commands import cli
from gateway.commands.explain import QUESTION
from gateway.database.scopes import DatabaseRole
from gateway.settings import PREFIX
from schema.build import sdl
from tests.fresh_database import FreshDatabase
from tests.unit.gateway.offices import BANK, HOUSING, MARKETS, registered_home

UNTIL = "2027-12-31"
TERMS = ("--agreement-until", UNTIL, "--trained-until", UNTIL)


@pytest.fixture
def home(database: FreshDatabase, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of an installation with the offices of ``offices`` registered."""
    return registered_home(database, monkeypatch)


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
        ("explain", __file__, "--variables", "[]"),
        ("explain", __file__, "--variables", "{"),
        ("explain", __file__, "--variables", '{"a": NaN}'),
        ("explain", __file__, "--client", "A1"),
        ("explain", __file__, "--operator", "1001"),
        ("explain", "nowhere.graphql"),
        ("explain", "."),
        ("explain", ""),
        ("client", "add", "--id", "../x", "--agency", HOUSING),
        ("client", "add", "--id", "", "--agency", HOUSING),
        ("client", "add", "--id", "A7", "--agency", ""),
        ("client", "add", "--id", "A7", "--agency", HOUSING, "--role", "KING"),
        ("client", "list", "--id", "A1"),
        ("client", "list", "--replace"),
        ("client", "list", "--dpop-key", __file__),
        ("client", "add", "--id", "A1", "--agency", HOUSING, "--dpop-key", "nowhere.pem"),
        ("token", "--client", "A1", "--operator", "1001", "--consent", "all"),
        ("token", "--client", "../keys/token-1", "--operator", "1001"),
        ("token", "--client", "A1", "--operator", ""),
        ("matter", "open", "", "--client", "A1", "--purpose", "PM-301"),
        ("matter", "close", "X-1", "--client", "A1", "--purpose", "PM-301"),
        ("matter", "close", "X-1", "--client", "a b"),
        ("operator", "add", "--client", "A1", "--number", "a b", *TERMS),
        ("operator", "add", "--client", "A1", "--number", "1", "--agreement-until", "20271231", *TERMS[2:]),
        ("demo", "--port", "0"),
        ("demo", "--port", "65536"),
        ("demo", "--port", "-1"),
        ("demo", "--host", ""),
        ("demo", "--subjects", "-5"),
        ("demo", "--at", "0001-01-01"),
        ("serve", "--port", "99999"),
        ("serve", "--workers", "0"),
        ("serve", "--workers", "-1"),
        ("key", "old"),
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
        ("load", __file__),
        ("explain", __file__),
        ("operator", "add", "--client", "A1", "--number", "1", *TERMS),
        ("matter", "close", "X-1", "--client", "A1"),
        ("check",),
    ],
)
def test_without_an_installation_a_command_fails_in_one_line(
    empty_home: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    assert run(empty_home, *arguments) == 1

    written = capsys.readouterr()
    told = written.out if arguments == ("check",) else written.err
    assert len(told.splitlines()) == len(f"{written.out}{written.err}".splitlines()) == 1
    assert told.startswith("there is no installation in this home: credit-gateway migrate")
    assert not empty_home.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("token", "--client", "nobody", "--operator", "1001"),
        ("token", "--client", "A1", "--operator", "9999"),
        ("client", "add", "--id", "A1", "--agency", HOUSING),
        ("client", "add", "--id", "A9", "--agency", "91420199MA9TERT123"),
        ("operator", "add", "--client", "nobody", "--number", "1", *TERMS),
        ("matter", "open", "X-1", "--client", "nobody", "--purpose", "PM-301"),
        ("matter", "close", "X-1", "--client", "A1"),
        ("explain", __file__, "--client", "nobody", "--operator", "1001"),
    ],
)
def test_what_the_installation_refuses_fails_in_one_line(
    home: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    assert run(home, *arguments) == 1

    written = capsys.readouterr()
    assert (written.out, len(written.err.splitlines())) == ("", 1), written.err
    assert not NAME_OF_A_CLASS.search(written.err), written.err


NAME_OF_A_CLASS = re.compile(r"Error|Refus|Errno|[a-z][A-Z]")


def test_no_key_is_made_outside_its_folder(home: Path) -> None:
    before = sorted(home.parent.rglob("*.pem"))

    assert run(home, "client", "add", "--id", "../x", "--agency", HOUSING) == 2

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


def test_a_registered_client_is_replaced_where_that_is_asked_for_alone(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    anew = ("client", "add", "--id", "A1", "--agency", MARKETS, "--purpose", "PM-401", "--purpose", "PM-301")
    before = told(home, capsys, "client", "list")
    assert run(home, *anew) == 1
    assert "--replace" in capsys.readouterr().err
    assert told(home, capsys, "client", "list") == before

    changed = told(home, capsys, *anew, "--replace")["changed"]
    again = told(home, capsys, *anew, "--replace")["changed"]
    assert run(home, *anew[:6], "--role", "CREDIT_SERVICE", "--replace") == 0
    said = capsys.readouterr().out

    assert changed == {"agency": [HOUSING, MARKETS], "purposes": ["PM-301 PM-302", "PM-301 PM-401"]}
    assert again == {}
    assert "  role: AGENCY becomes CREDIT_SERVICE\n" in said
    assert "  purposes: PM-301 PM-401 becomes none\n" in said
    (row,) = (each for each in told(home, capsys, "client", "list") if each["id"] == "A1")
    assert row == {"id": "A1", "role": "CREDIT_SERVICE", "purposes": [], "suspended": False}


def test_another_key_is_told(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "clients" / "A1.pem").unlink()
    changed = told(home, capsys, "client", "add", "--id", "A1", "--agency", HOUSING, "--replace")["changed"]
    assert len({*changed["keys"], ""}) == 3


def test_a_key_that_is_none_is_told(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, content in (
        (("token", "--client", "A1", "--operator", "1001"), "nothing"),
        (("client", "add", "--id", "A1", "--agency", HOUSING, "--replace"), "nothing"),
        (("token", "--client", "A1", "--operator", "1001"), None),
    ):
        path = home / "clients" / "A1.pem"
        path.unlink() if content is None else path.write_text(content, "utf-8")
        assert run(home, *arguments) == 1
        assert capsys.readouterr().err.startswith("the key of this client")


def test_a_matter_that_is_there_is_not_opened_again(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    opening = ("matter", "open", "X-1", "--client", "A1", "--purpose", "PM-301")
    assert [run(home, *opening), run(home, *opening)] == [0, 1]
    assert capsys.readouterr().err == "the client has a matter of that number already\n"
    assert run(home, *opening[:-1], "PM-999") == 2


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


@pytest.mark.parametrize("name", ["settings.env", "keys"])
def test_a_home_that_is_wrecked_is_told_in_one_line(
    empty_home: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    empty_home.mkdir()
    for content in (b"\xff", None):
        path = empty_home / name
        path.mkdir() if content is None else path.write_bytes(content)
        assert run(empty_home, "client", "list") == 1
        written = capsys.readouterr()
        assert (written.out, len(written.err.splitlines())) == ("", 1), written.err
        assert not NAME_OF_A_CLASS.search(written.err), written.err
        path.rmdir() if path.is_dir() else path.unlink()


def test_a_home_is_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    assert [run(tmp_path / "file", "check"), run(Path(), "check", "--home", "")] == [2, 2]
    assert capsys.readouterr().out == ""


def test_what_is_wrong_is_told_to_machines_too(empty_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(empty_home, "check", "--json") == 1
    written = capsys.readouterr()
    (problem,) = json.loads(written.out)["problems"]
    assert (problem.startswith("there is no installation in this home"), written.err) == (True, "")
    assert run(empty_home, "check", "--environment") == 0
    assert capsys.readouterr().out == "everything is in order\n"


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


@pytest.mark.parametrize("name", ["Explanation", "ExplainedField", "ExplainedRule", "ExplainedRefusal"])
def test_the_command_line_asks_for_all_of_an_explanation(name: str) -> None:
    _, _, body = sdl().partition(f"type {name} {{\n")
    fields = re.findall(r"^  (\w+)[(:]", body.partition("\n}\n")[0], re.MULTILINE)
    asked = set(re.findall(r"\w+", QUESTION))
    assert fields
    assert {field for field in fields if not field.endswith("Label")} <= asked


def test_what_is_explained_on_the_command_line_is_logged(
    home: Path, database: FreshDatabase, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """BASIS: WH-二(六)1. As any question is; and as one that was asked in the caller's name, not by the caller."""

    async def logged() -> dict[str, Any]:
        """What the log holds of questions, by who asked."""
        async with database.connect(DatabaseRole.LEDGER_READER) as reader:
            leaves = [json.loads(row["leaf"]) for row in await reader.fetch("SELECT leaf FROM audit_pending")]
        return {leaf["principal"]: leaf for leaf in leaves if leaf["action"] == "query"}

    document = tmp_path / "document.graphql"
    document.write_text("{ records { totalCount } }", "utf-8")
    assert asyncio.run(logged()) == {}
    told(home, capsys, "explain", str(document))
    told(home, capsys, "explain", str(document), "--client", "A1", "--operator", "1001")
    leaves = asyncio.run(logged())
    assert leaves.keys() == {"public", "A1"}
    assert leaves["A1"]["operator"]["method"] == "command-line"
    assert leaves["A1"]["query"]["doc"] == leaves["public"]["query"]["doc"]
