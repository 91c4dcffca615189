"""Turns the log's tree into what verifiers read: /log/checkpoint, /log/tile/..., /log/vkeys, /log/proof/{entry}.

Checkpoints, keys and tiles of hashes are everybody's: they show that the log only grows, and tell nothing else. Entries
(``tile/entries``) show what agencies do, so only an auditor is given them, and that is itself an entry; a proof is
given to whoever the entry is about. Nothing is given out that the log has not signed.
"""

import re
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from authz.principal import AUDITOR_ROLE, Caller
from gateway.exchange import CLIENT_KEY
from gateway.http.limits import RateLimiter, network_of
from gateway.http.middleware import problem_response
from gateway.identity.callers import ANYONE
from gateway.identity.oauth import Presented
from gateway.ledger.entry import Decision, Entry, Kind, Operator
from gateway.ledger.errors import NotWritten
from gateway.ledger.export.proving import NoSuchEntry, NotYetProvable, proof_of
from gateway.ledger.proof.canonical import read
from gateway.ledger.proof.note import vkey
from gateway.ledger.proof.tiles import ENTRIES, HASH_BYTES, HEIGHT, WIDTH, bundle, path
from gateway.ledger.sequence import store
from gateway.ledger.sequence.shards import is_label, origin
from gateway.ledger.sequence.store import Head
from gateway.problems import SENTENCES, RateRefusal, describe
from schema.errors import Code, Refusal

FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
FOR_A_WHILE = {"Cache-Control": "public, max-age=3600"}  # the next one holds it too
ASK_AGAIN = {"Cache-Control": "no-cache"}
OCTETS = "application/octet-stream"
RETRY = {"Retry-After": "1"}  # seconds: a signed head comes several times a second

_TILE = re.compile(r"(entries|[0-9]{1,2})/((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII)

Answer = Callable[[Request], Coroutine[Any, Any, Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEdge:
    """What the pages are joined to. ``log``: the origin without shard; ``connection`` lends one of the reader's role;
    ``append`` enters a reading of the log before it is answered."""

    log: str
    connection: Callable[[], AbstractAsyncContextManager[asyncpg.Connection]]
    authenticate: Callable[[Presented], Awaitable[Caller]]
    append: Callable[[Entry], Awaitable[object]]
    networks: RateLimiter
    address: Callable[[Request], str | None]
    refused: Callable[[Code], None]


def log_routes(edge: LogEdge) -> list[Route]:
    """``{shard}`` is a year, or "2026-2"; without it the newest shard is meant."""
    pages = _Pages(edge)
    answers: dict[str, Answer] = {
        "/log/vkeys": pages.vkeys,
        "/log/proof/{entry}": pages.proof,
        "/log/checkpoint": pages.checkpoint,
        "/log/tile/{tile:path}": pages.tile,
        "/log/{shard}/checkpoint": pages.checkpoint,
        "/log/{shard}/tile/{tile:path}": pages.tile,
    }
    return [Route(where, pages.admitted(answer), methods=["GET"]) for where, answer in answers.items()]


class _Pages:
    def __init__(self, edge: LogEdge) -> None:
        self._edge = edge

    def admitted(self, answer: Answer) -> Answer:
        """One point of the network's, as for other public pages; refusals are told as everywhere."""

        async def respond(request: Request) -> Response:
            try:
                wait = self._edge.networks.admit(network_of(self._edge.address(request)))
                if wait:
                    raise RateRefusal(wait)
                return await answer(request)
            except Refusal as refusal:
                self._edge.refused(refusal.code)
                return problem_response(describe(refusal, incident=""))

        return respond

    async def checkpoint(self, request: Request) -> Response:
        async with self._edge.connection() as connection:
            head = await _signed(connection, request)
        return PlainTextResponse(head.note, headers=ASK_AGAIN)

    async def vkeys(self, request: Request) -> Response:
        """Every key that a shard has named, one on a line. Whoever trusts a key has it from elsewhere."""
        async with self._edge.connection() as connection:
            named = await store.keys(connection)
        lines = [vkey(origin(self._edge.log, key.shard), key.public) for key in named]
        return PlainTextResponse("".join(f"{line}\n" for line in lines), headers=ASK_AGAIN)

    async def tile(self, request: Request) -> Response:
        level, n, width = _asked_tile(request.path_params["tile"])
        caller = await self._auditor(request) if level == ENTRIES else None
        async with self._edge.connection() as connection:
            head = await _signed(connection, request)
            if n * WIDTH + width > head.noted >> HEIGHT * max(level, 0):
                raise _nothing()
            if caller is not None:
                await self._enter(caller, "log-entries", request)
            data = await _tile_data(connection, head, level, n, width)
        return Response(data, media_type=OCTETS, headers=_kept(level, width))

    async def proof(self, request: Request) -> Response:
        """To the principal of the entry, and to auditors; to all others it is as if there were no such entry."""
        entry, caller = _asked_entry(request.path_params["entry"]), await self._caller(request)
        async with self._edge.connection() as connection:
            found = await store.find(connection, entry) if entry is not None and caller != ANYONE else None
            if found is None or entry is None or not (_is_of(found.leaf, caller) or _is_auditor(caller)):
                raise _nothing()
            if not _is_of(found.leaf, caller):
                await self._enter(caller, "log-proof", request)
            try:
                return PlainTextResponse(await proof_of(connection, entry))
            except NotYetProvable:
                return Response(status_code=202, headers=RETRY)
            except NoSuchEntry:
                raise _nothing() from None

    async def _caller(self, request: Request) -> Caller:
        presented = Presented(method="GET", path=request.url.path, headers=request.headers)
        return await self._edge.authenticate(presented)

    async def _auditor(self, request: Request) -> Caller:
        caller = await self._caller(request)
        if not _is_auditor(caller):
            raise _nothing()
        return caller

    async def _enter(self, caller: Caller, action: str, request: Request) -> None:
        """That the log is read is an entry of its own, before anything of it leaves (W1, W2)."""
        staff = caller.operator
        reading = Entry(
            kind=Kind.READ_LOG,
            principal=caller.principal.client,
            decision=Decision.ALLOW,
            action=action,
            operator=None if staff is None else Operator(number=staff.staff_number, role=None, method=CLIENT_KEY),
            address=self._edge.address(request),
        )
        try:
            await self._edge.append(reading)
        except NotWritten:
            raise Refusal(Code.LEDGER_UNAVAILABLE, SENTENCES[Code.LEDGER_UNAVAILABLE].english) from None


async def _signed(connection: asyncpg.Connection, request: Request) -> Head:
    shard = request.path_params.get("shard")
    if not (shard is None or is_label(shard)):  # the database would be asked with text that it may not even take
        raise _nothing()
    head = await (store.published(connection) if shard is None else store.head(connection, shard))
    if head is None or head.note is None:
        raise _nothing()
    return head


async def _tile_data(connection: asyncpg.Connection, head: Head, level: int, n: int, width: int) -> bytes:
    if level != ENTRIES:
        found = await store.read_tiles(connection, head, [(level, n)])
        return found[level, n][: width * HASH_BYTES]
    leaves = await store.leaves(connection, head.shard, n * WIDTH, n * WIDTH + width)
    if len(leaves) != width:
        raise _nothing()
    return bundle(leaves)


def _asked_tile(text: str) -> tuple[int, int, int]:
    """Level, number and width, of the one spelling that a tile has."""
    found = _TILE.fullmatch(text)
    if found is None:
        raise _nothing()
    level = ENTRIES if found[1] == "entries" else int(found[1])
    n, width = int(found[2].replace("x", "").replace("/", "")), int(found[3] or WIDTH)
    if path(level, n, width) != f"tile/{text}":
        raise _nothing()
    return level, n, width


def _asked_entry(text: str) -> UUID | None:
    try:
        return UUID(text) if len(text) == 36 else None
    except ValueError:
        return None


def _is_of(leaf: bytes, caller: Caller) -> bool:
    told = read(leaf)
    return isinstance(told, dict) and told.get("principal") == caller.principal.client


def _is_auditor(caller: Caller) -> bool:
    return caller.principal.role == AUDITOR_ROLE


def _kept(level: int, width: int) -> dict[str, str]:
    """How long a cache may keep it. What only some are given, no cache may keep."""
    if level == ENTRIES:
        return {}
    return FOR_EVER if width == WIDTH else FOR_A_WHILE


def _nothing() -> HTTPException:
    return HTTPException(404)
