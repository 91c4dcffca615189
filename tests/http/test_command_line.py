"""The command line on a home of its own: exit codes, machine output, failures in one line, and starting again."""

import json
import socket
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import psutil
import pytest

from tests.http.running import Home, new_home, prepared_home

BUILDERS = "91420199MA9TERT123"


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    with prepared_home() as found:
        yield found


@pytest.fixture
def empty_home() -> Iterator[Home]:
    with new_home() as found:
        yield found


def one_line(text: str) -> bool:
    return len(text.strip().splitlines()) == 1 and "Traceback" not in text


# Starting and stopping -----------------------------------------------------------------------------------------------


def test_a_second_start_continues(home: Home) -> None:
    keys = {path.name: path.read_bytes() for path in (home.folder / "keys").iterdir()}
    clients = {path.name: path.read_bytes() for path in (home.folder / "clients").iterdir()}

    again = home.run("demo", "--no-serve", "--port", str(home.port))

    assert again.returncode == 0
    assert "penalties.csv: loaded 0, unchanged 7, corrected 0, quarantined 0" in again.stderr
    assert keys == {path.name: path.read_bytes() for path in (home.folder / "keys").iterdir()}
    assert clients == {path.name: path.read_bytes() for path in (home.folder / "clients").iterdir()}
    with home.serving("serve") as server:
        answer = server.ask(f'{{ viewer {{ businessDate }} subject(by: {{uscc: "{BUILDERS}"}}) {{ name }} }}')
        assert answer.json()["data"]["viewer"] == {"businessDate": "2026-05-20"}
        assert answer.json()["data"]["subject"] == {"name": "武汉测试建设有限公司"}


def test_a_stopped_server_leaves_nothing_running_and_no_complaint(home: Home) -> None:
    with home.serving("serve") as server:
        running = pids_of(home.folder)
        before = server.written.stat().st_size
        assert running

    assert server.process.returncode == 0
    assert pids_of(home.folder) == []
    assert server.written.read_bytes()[before:] == b""


def pids_of(folder: Path) -> list[int]:
    """Processes of the database server that work in the folder."""
    found = psutil.process_iter(["name", "cwd"], ad_value="")
    return [each.pid for each in found if each.info["cwd"] == str(folder / "database")]


@pytest.mark.parametrize("command", [("serve",), ("demo", "--port")])
def test_a_taken_port_is_said_and_nothing_is_left_running(home: Home, command: tuple[str, ...]) -> None:
    arguments = (*command, str(home.port)) if len(command) > 1 else command
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", home.port))
        taken.listen()
        done = home.run(*arguments)

    assert done.returncode == 1
    assert "READY" not in done.stdout
    assert "address already in use" in done.stderr
    assert "Traceback" not in done.stderr
    assert pids_of(home.folder) == []


# Exit codes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("token", "--client", "A1"),
        ("demo", "--at", "yesterday"),
        ("client", "add"),
        ("matter", "close"),
        ("key", "new", "--roll", "nonsense"),
        ("explain", "document.graphql", "--variables", "[]"),
        ("operator", "add", "--client", "A1", "--number", "1", "--agreement-until", "x", "--trained-until", "x"),
    ],
)
def test_misuse_is_2(empty_home: Home, arguments: tuple[str, ...]) -> None:
    done = empty_home.run(*arguments)

    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


def test_no_command_at_all_is_misuse() -> None:
    with new_home() as home:
        assert home.run("--help").returncode == 2  # not a command: the option stands before one


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
def test_without_an_installation_a_command_fails_in_one_line(empty_home: Home, arguments: tuple[str, ...]) -> None:
    done = empty_home.run(*arguments)

    assert (done.returncode, done.stdout) == (1, "")
    assert one_line(done.stderr), done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("token", "--client", "nobody", "--operator", "1001"),
        ("token", "--client", "../keys/token-1", "--operator", "1001"),
        ("client", "add", "--id", "../x", "--agency", BUILDERS),
        ("client", "add", "--id", "A99", "--agency", BUILDERS),
        ("operator", "add", "--client", "nobody", "--number", "1", "--agreement-until", "2027-01-01",
         "--trained-until", "2027-01-01"),
        ("operator", "add", "--client", "A1", "--number", "a b", "--agreement-until", "2027-01-01",
         "--trained-until", "2027-01-01"),
        ("matter", "open", "HSZB-2026-0117", "--client", "A1", "--purpose", "PM-301"),
        ("matter", "close", "HSZB-2026-0117", "--client", "A4"),
        ("load", "nowhere.csv"),
        ("explain", "nowhere.graphql"),
    ],
)  # fmt: skip
def test_what_the_installation_refuses_fails_in_one_line(home: Home, arguments: tuple[str, ...]) -> None:
    done = home.run(*arguments)

    assert (done.returncode, done.stdout) == (1, "")
    assert one_line(done.stderr), done.stderr


def test_a_refused_client_leaves_no_key_behind(home: Home) -> None:
    before = sorted(home.folder.parent.rglob("*.pem"))

    home.run("client", "add", "--id", "../x", "--agency", BUILDERS)

    assert sorted(home.folder.parent.rglob("*.pem")) == before


def test_a_misspelt_setting_is_refused() -> None:
    with new_home(DATABSE_URL="postgresql://nobody:hunter2@nowhere/x") as home:
        done = home.run("config")

    assert (done.returncode, done.stdout) == (1, "")
    assert "CREDIT_GATEWAY_DATABSE_URL" in done.stderr
    assert "hunter2" not in done.stderr


def test_a_database_that_is_not_there_fails_in_one_line() -> None:
    with new_home(DATABASE_URL="postgresql://owner:hunter2@127.0.0.1:9/x") as home:
        done = home.run("migrate")

    assert (done.returncode, done.stdout) == (1, "")
    assert one_line(done.stderr), done.stderr
    assert "hunter2" not in done.stderr


# Machine output ------------------------------------------------------------------------------------------------------


def test_every_command_that_tells_something_tells_it_to_machines(home: Home, tmp_path: Path) -> None:
    document = tmp_path / "document.graphql"
    document.write_text("{ records { totalCount edges { node { facts } } } }", "utf-8")

    assert {"variable", "value", "given", "about"} == set(home.said("config")[0])
    assert home.said("check")["problems"] == []
    assert {row["id"] for row in home.said("client", "list")} >= {"A1", "B1", "AUDIT"}
    assert home.said("client", "add", "--id", "A98", "--agency", "1142019900TERT0292") == {"id": "A98"}
    until = date(2027, 12, 31).isoformat()
    staff = ("--client", "A98", "--number", "7", "--agreement-until", until, "--trained-until", until)
    assert home.said("operator", "add", *staff) == {"client": "A98", "number": "7"}
    opened = ("open", "X-1", "--client", "A98", "--purpose", "PM-301", "--operator", "7")
    assert home.said("matter", *opened) == {"number": "X-1", "action": "open"}
    assert home.said("matter", "close", "X-1", "--client", "A98") == {"number": "X-1", "action": "close"}
    assert home.said("explain", str(document))["scope"] == "PUBLICATION"
    assert set(home.said("token", "--client", "A1", "--operator", "1001")) == {
        "access_token", "token_type", "expires_in",
    }  # fmt: skip
    assert len(home.said("migrate")["policyVersion"]) == 64
    assert home.said("key", "new")["folder"] == str(home.folder / "keys")


def test_a_token_is_printed_and_nothing_else(home: Home) -> None:
    done = home.run("token", "--client", "A1", "--operator", "1001")

    assert done.stdout.count(".") == 2
    assert done.stdout.strip().split() == [done.stdout.strip()]
    assert done.stderr == ""


def test_explaining_on_the_command_line_is_explaining_in_graphql(home: Home, tmp_path: Path) -> None:
    text = "{ records { edges { node { documentNumber facts } } } }"
    document = tmp_path / "document.graphql"
    document.write_text(text, "utf-8")
    asked = """query ($text: String!) { explain(document: $text) {
        scope purpose fields { coordinate path items kind relation published level mask rows columns } } }"""

    with home.serving("serve") as server:
        in_graphql = server.ask(asked, {"text": text}).json()["data"]["explain"]
    on_the_line = home.said("explain", str(document))

    fields = [{name: each[name] for name in in_graphql["fields"][0]} for each in on_the_line["fields"]]
    assert json.loads(json.dumps(fields)) == in_graphql["fields"]
    assert on_the_line["scope"] == in_graphql["scope"]
