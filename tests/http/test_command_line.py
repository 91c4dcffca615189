"""The installed command as a process: exit codes, starting and stopping, and starting again on the same home."""

import json
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from tests.http.running import SCRIPT, Home, new_home, prepared_home

BUILDERS = "91420199MA9TERT123"


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    with prepared_home() as found:
        yield found


@pytest.fixture
def empty_home() -> Iterator[Home]:
    with new_home() as found:
        yield found


def pids_of(folder: Path) -> list[int]:
    """Processes of the database server that work in the folder."""
    found = psutil.process_iter(["name", "cwd"], ad_value="")
    return [each.pid for each in found if each.info["cwd"] == str(folder / "database")]


def test_a_second_start_continues(home: Home) -> None:
    secrets = {path: path.read_bytes() for path in home.folder.glob("*/*.pem")}

    again = home.run("demo", "--no-serve", "--port", str(home.port))

    assert (again.returncode, again.stdout) == (0, "")
    assert "penalties.csv: loaded 0, unchanged 7, corrected 0, quarantined 0" in again.stderr
    assert secrets == {path: path.read_bytes() for path in home.folder.glob("*/*.pem")}
    with home.serving("serve") as server:
        answer = server.ask(f'{{ viewer {{ businessDate }} subject(by: {{uscc: "{BUILDERS}"}}) {{ name }} }}')
        assert answer.json()["data"]["viewer"] == {"businessDate": "2026-05-20"}
        assert answer.json()["data"]["subject"] == {"name": "武汉测试建设有限公司"}


def test_a_stopped_server_leaves_nothing_running_and_no_complaint(home: Home) -> None:
    with home.serving("serve") as server:
        before = server.written.stat().st_size
        assert pids_of(home.folder)

    assert server.process.returncode == 0
    assert pids_of(home.folder) == []
    assert server.written.read_bytes()[before:] == b""


@pytest.mark.parametrize("command", ["serve", "demo", "serve --workers 2"])
def test_a_taken_port_is_said_and_nothing_is_left_running(home: Home, command: str) -> None:
    name, *options = command.split()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", home.port))
        taken.listen()
        done = home.run(name, *options, "--port", str(home.port))

    assert done.returncode == 1
    assert "READY" not in done.stdout
    assert "address already in use" in done.stderr.lower()
    assert "Traceback" not in done.stderr
    assert pids_of(home.folder) == []


def test_misuse_is_2_and_failure_is_1(empty_home: Home) -> None:
    nothing = subprocess.run([str(SCRIPT)], capture_output=True, text=True, check=False)
    misused = empty_home.run("client", "add")
    failed = empty_home.run("serve")

    assert (nothing.returncode, misused.returncode, failed.returncode) == (2, 2, 1)
    assert (nothing.stdout, misused.stdout, failed.stdout) == ("", "", "")
    assert len(failed.stderr.splitlines()) == 1, failed.stderr


def test_a_database_that_is_not_there_fails_in_one_line_without_its_secret() -> None:
    with new_home(DATABASE_URL="postgresql://owner:hunter2@127.0.0.1:9/x") as home:
        done = home.run("migrate")

    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (1, "", 1)
    assert "hunter2" not in done.stderr


def test_a_token_is_printed_and_nothing_else(home: Home) -> None:
    done = home.run("token", "--client", "A1", "--operator", "1001")

    assert len(done.stdout.split()) == 1
    assert done.stdout.count(".") == 2
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
