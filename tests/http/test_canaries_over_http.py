"""Planted values in every place of a request that a caller writes: none is repeated, counted, written or kept.

Sent to the real server with a proxy that it trusts, so that also the address is the caller's word. How much the server
writes is no setting, and it makes no traces: what a caller says of its own is one more header. The matter that a caller
opens is its data, and the one thing that the database keeps.
"""

import asyncio
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest

from gateway.database.engines import owner_connection
from schema.errors import Code
from tests.canaries import CANARIES, birds, documents
from tests.http.canary_requests import CANARY, RAW, anybodys, asked, opened
from tests.http.running import Server, prepared_home

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
ROWS = "SELECT whole_row::text AS told FROM {} AS whole_row"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    settings = {"PUBLIC_RATE": "1000000", "CALLER_RATE": "1000000", "TRUSTED_PROXIES": "127.0.0.0/8"}
    with prepared_home(**settings) as home, home.serving("serve") as found:
        yield found


@pytest.fixture(scope="module")
def answers(server: Server) -> tuple[httpx.Response, ...]:
    """To everything that is sent, as the public and as A1: first what is granted, since for so much that is refused the
    watch suspends A1."""
    member = server.home.bearer("A1")
    requests = (*opened(server, member), *anybodys(server), *asked(server, {}), *asked(server, member))
    found = tuple(server.http.send(each) for each in requests)
    for value in CANARIES.values():
        for text in RAW:
            broken(server, text.replace(CANARY, value))
    return found


def broken(server: Server, text: str) -> None:
    with socket.create_connection(("127.0.0.1", server.home.port)) as connection:
        connection.sendall(text.encode())
        connection.shutdown(socket.SHUT_WR)
        with connection.makefile("rb") as said:
            assert birds(said.read().decode("utf-8", "replace")) == []


def entries(answers: tuple[httpx.Response, ...]) -> set[str]:
    return {each.headers["audit-entry"] for each in answers if "audit-entry" in each.headers}


def test_what_was_sent_was_answered_and_refused_in_every_way(answers: tuple[httpx.Response, ...]) -> None:
    assert {each.status_code for each in answers} == {200, 400, 401, 403, 404, 405, 406, 413, 415}
    codes = {each.json()["errors"][0]["extensions"]["code"] for each in answers if b'"errors"' in each.content}
    assert codes >= {Code.BAD_REQUEST, Code.DOCUMENT_INVALID, Code.CURSOR_INVALID, Code.UNAUTHENTICATED}
    assert codes >= {Code.PURPOSE_NOT_ALLOWED, Code.MATTER_NOT_OPEN}
    assert codes.isdisjoint({Code.INTERNAL, Code.RATE_LIMITED})
    assert len(entries(answers)) > 2 * len(CANARIES) * len(tuple(documents()))


def test_no_answer_repeats_what_was_sent(answers: tuple[httpx.Response, ...]) -> None:
    """But the names that an answered document gives to its own fields."""
    for each in answers:
        headed = "\n".join(f"{name}: {value}" for name, value in each.headers.items())
        assert birds(headed) == []
        named = CANARIES["alias"] in each.json()["data"] if each.content.startswith(b'{"data":{') else False
        assert birds(each.text) == ["alias"] * named


def test_nothing_that_was_sent_is_counted(server: Server, answers: tuple[httpx.Response, ...]) -> None:
    assert birds(server.get("/metrics").text) == []


def test_nothing_that_was_sent_is_in_any_file_that_is_written(
    server: Server, answers: tuple[httpx.Response, ...]
) -> None:
    """Of the server, of the database's own log, and of everything else in the home but the database."""
    folder = server.home.folder
    database = folder / "database"
    others = [path for path in folder.rglob("*") if path.is_file() and database not in path.parents]
    for path in (server.written, database / "log", *others):
        assert birds(read(path)) == [], path.name
    assert len(others) > 5


def read(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace")


def test_nothing_that_was_sent_is_in_a_table(server: Server, answers: tuple[httpx.Response, ...]) -> None:
    found = asyncio.run(stored(server))

    assert {"audit_pending", "audit_disclosure", "audit_actor", "subject_key", "audit_tile"} <= found.keys()
    assert {table: birds(text) for table, text in found.items() if birds(text)} == {
        "matter": ["matter"],
        "matter_party": ["matter"],
    }
    for entry in entries(answers):
        assert entry in found["audit_pending"]


async def stored(server: Server) -> Mapping[str, str]:
    """All rows of each table as text, in which bytes stand in hexadecimal."""
    with server.home.database() as url:
        async with owner_connection(url) as owner:
            names = [row["tablename"] for row in await owner.fetch(TABLES)]
            return {name: "\n".join(row["told"] for row in await owner.fetch(ROWS.format(name))) for name in names}


def sequenced(server: Server) -> bool:
    """Whether the signed head holds every leaf."""
    leaves = asyncio.run(stored(server))["audit_pending"].splitlines()
    return int(server.get("/log/checkpoint").text.splitlines()[1]) >= len(leaves)


def test_nothing_that_was_sent_is_exported(server: Server, answers: tuple[httpx.Response, ...], tmp_path: Path) -> None:
    server.wait_until(lambda: sequenced(server))
    for form in ("tiles", "jsonl", "ocsf"):
        server.home.said("log export", str(tmp_path / form), "--format", form)
        files = [path for path in (tmp_path / form).rglob("*") if path.is_file()]
        texts = [read(path) for path in files]
        assert [birds(text) for text in texts] == [[]] * len(files)
        assert all(any(entry in text for text in texts) for entry in entries(answers))


def test_the_watch_sees_what_is_planted() -> None:
    sent = b"".join(str(CANARIES[what]).encode() for what in CANARIES).decode()
    assert birds(sent) == list(CANARIES)
