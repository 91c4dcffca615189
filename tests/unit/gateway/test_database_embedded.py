"""The server under a home folder: made once, shared, stopped by the last, and back after a kill."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil  # type: ignore[import-untyped]
import pytest

from gateway.database import embedded
from gateway.database.cluster import ClusterError, alive
from gateway.database.embedded import FOLDER, HOLDS_FILE, SECRETS_FILE, EmbeddedServer
from gateway.database.engines import owner_connection


@pytest.fixture
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="credit-gateway-") as folder:
        yield Path(folder) / "home"


def ask(url: str, statement: str) -> object:
    async def asked() -> object:
        async with owner_connection(url) as owner:
            return await owner.fetchval(statement)

    return asyncio.run(asked())


def runs(home: Path) -> bool:
    return (home / FOLDER / "postmaster.pid").exists()


def kill_server(home: Path) -> None:
    """As a failing machine would: nothing is flushed, nothing is cleaned up."""
    server = psutil.Process(int((home / FOLDER / "postmaster.pid").read_text("utf-8").splitlines()[0]))
    processes = [server, *server.children(recursive=True)]
    for process in processes:
        process.kill()
    while any(alive(process.pid) for process in processes):
        time.sleep(0.01)


def test_the_last_hold_stops_the_server(home: Path) -> None:
    first, second = embedded.start(home), embedded.start(home)
    assert first.url == second.url
    first.stop()
    assert ask(second.url, "SELECT 1") == 1
    second.stop()
    assert not runs(home)
    second.stop()  # again, in vain


def test_what_was_committed_survives_a_kill(home: Path) -> None:
    server = embedded.start(home)
    ask(server.url, "CREATE TABLE kept AS SELECT 42 AS n")
    kill_server(home)
    again = embedded.start(home)
    assert ask(again.url, "SELECT n FROM kept") == 42
    again.stop()
    server.stop()


def test_a_pid_file_that_names_another_process_is_not_believed(home: Path) -> None:
    server = embedded.start(home)
    kill_server(home)
    path = home / FOLDER / "postmaster.pid"
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n", "utf-8")
    again = embedded.start(home)
    assert ask(again.url, "SELECT 1") == 1
    again.stop()
    server.stop()


def test_a_process_that_died_holds_nothing(home: Path) -> None:
    server = embedded.start(home)
    script = (
        "import os, sys, pathlib; from gateway.database import embedded; embedded.start(pathlib.Path(sys.argv[1]));"
    )
    killed = subprocess.run(
        [sys.executable, "-c", script + "os.kill(os.getpid(), 9)", str(home)], capture_output=True, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert len((home / HOLDS_FILE).read_text("utf-8").split(",")) == 2
    server.stop()
    assert not runs(home)


def test_a_process_that_ends_gives_up_its_hold(home: Path) -> None:
    script = "import sys, pathlib; from gateway.database import embedded; embedded.start(pathlib.Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-W", "error", "-c", script, str(home)], check=True)
    assert not runs(home)
    assert (home / HOLDS_FILE).read_text("utf-8") == "{}"


def test_processes_that_start_together_share_one_server(home: Path) -> None:
    script = (
        "import sys, pathlib; from gateway.database import embedded;"
        "server = embedded.start(pathlib.Path(sys.argv[1])); print(server.url, flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", script, str(home)]
    started = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    urls = {process.stdout.readline() for process in started if process.stdout}
    assert len(urls) == 1
    assert ask(urls.pop().strip(), "SELECT 1") == 1
    for process in started:
        process.communicate()
    assert not runs(home)


def test_what_a_killed_start_left_is_made_anew(home: Path) -> None:
    draft = home / (FOLDER + ".new")
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18", "utf-8")
    server = embedded.start(home)
    assert ask(server.url, "SELECT current_database()") == "credit"
    assert not draft.exists()
    server.stop()


def test_a_folder_of_something_else_is_not_touched(home: Path) -> None:
    (home / FOLDER).mkdir(parents=True)
    (home / FOLDER / "letters").write_text("mine", "utf-8")
    with pytest.raises(ClusterError, match="something else"):
        embedded.start(home)
    assert (home / FOLDER / "letters").read_text("utf-8") == "mine"


def test_a_home_that_was_removed_is_not_made_again(home: Path) -> None:
    server = embedded.start(home)
    kill_server(home)
    shutil.rmtree(home)
    server.stop()
    assert not home.exists()


def test_nobody_enters_without_a_secret(database_server: EmbeddedServer) -> None:
    for url in (database_server.url, database_server.superuser_url()):
        user = url.split("://")[1].split(":")[0]
        assert ask(url, "SELECT current_user") == user
        with pytest.raises(asyncpg.InvalidPasswordError):
            ask(url.replace(url.split(":")[2].split("@")[0], "guess"), "SELECT 1")


def test_secrets_are_readable_by_their_owner_alone(database_server: EmbeddedServer, database_home: Path) -> None:
    assert ask(database_server.url, "SELECT 1") == 1
    assert (database_home / SECRETS_FILE).stat().st_mode & 0o777 == 0o600


def test_data_is_flushed_and_rows_stay_out_of_the_server_log(database_server: EmbeddedServer) -> None:
    assert ask(database_server.url, "SHOW fsync") == "on"
    assert ask(database_server.url, "SHOW synchronous_commit") == "on"
    assert ask(database_server.url, "SHOW log_error_verbosity") == "terse"
    assert ask(database_server.url, "SHOW listen_addresses") == ""
