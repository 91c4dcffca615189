"""A home folder -> a running PostgreSQL under it, shared by every process that works on that home.

The first process starts the server, the last one stops it; a process that died is not counted, and a server that died
recovers at the next start. Nothing here knows the tables.
"""

import atexit
import json
import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

import fasteners  # type: ignore[import-untyped]

from gateway.database.cluster import (
    DATABASE,
    OWNER,
    SUPERUSER,
    Address,
    Logins,
    alive,
    make_cluster,
    run_cluster,
    stop_cluster,
)
from gateway.database.roles import write_secret

FOLDER = "database"
SECRETS_FILE = "database-server.json"
HOLDS_FILE = "database-holds.json"
LOCK_FILE = "database.lock"

_STARTING = threading.RLock()  # the lock file holds between processes, not between threads of one


class EmbeddedServer:
    """A hold on the running server; given up by ``stop``, at the latest when the process ends."""

    def __init__(self, home: Path, logins: Logins, address: Address, hold: str) -> None:
        self._home = home
        self._logins = logins
        self._address = address
        self._hold = hold
        self._process = os.getpid()
        atexit.register(self.stop)

    @property
    def url(self) -> str:
        """The gateway's database, as its owner."""
        return self._url(OWNER, self._logins.owner, DATABASE)

    def superuser_url(self, database: str = SUPERUSER) -> str:
        """For making further databases; the gateway itself never connects so."""
        return self._url(SUPERUSER, self._logins.superuser, database)

    def stop(self) -> None:
        """The last hold stops the server. A forked child has none; a home that was removed has no server any more."""
        if self._hold and self._process == os.getpid():
            if self._home.exists():
                with _locked(self._home):
                    if not _change_holds(self._home, remove=self._hold):
                        stop_cluster(self._home / FOLDER)
            self._hold = ""
            atexit.unregister(self.stop)

    def _url(self, user: str, secret: str, database: str) -> str:
        address = urlencode({"host": self._address.host, "port": self._address.port})
        return f"postgresql://{user}:{quote(secret, safe='')}@/{database}?{address}"


def start(home: Path) -> EmbeddedServer:
    """Makes the cluster on the first call for a home. Errors: ``ClusterError``, ``OSError``."""
    home = home.expanduser().resolve()
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _locked(home):
        logins = _logins(home)
        make_cluster(home / FOLDER, logins, secrets.token_bytes(16))
        address = run_cluster(home / FOLDER)
        hold = secrets.token_hex(8)
        _change_holds(home, add=hold)
    return EmbeddedServer(home, logins, address, hold)


@contextmanager
def _locked(home: Path) -> Iterator[None]:
    with _STARTING, fasteners.InterProcessLock(str(home / LOCK_FILE)):
        yield


def _logins(home: Path) -> Logins:
    path = home / SECRETS_FILE
    if not path.exists():
        drawn = {name: secrets.token_urlsafe() for name in ("superuser", "owner")}
        write_secret(path, json.dumps(drawn, indent=2) + "\n")
    stored = json.loads(path.read_text("utf-8"))
    return Logins(superuser=stored["superuser"], owner=stored["owner"])


def _change_holds(home: Path, *, add: str = "", remove: str = "") -> dict[str, int]:
    """The holds after the change, by the process that has each; those of dead processes are dropped."""
    path = home / HOLDS_FILE
    stored: dict[str, int] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    holds = {hold: pid for hold, pid in stored.items() if hold != remove and alive(pid)}
    if add:
        holds[add] = os.getpid()
    draft = path.with_name(path.name + ".new")
    draft.write_text(json.dumps(holds), "utf-8")
    draft.replace(path)
    return holds
