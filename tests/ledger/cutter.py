"""A socket that loses the answer to a commit, as a broken network would."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit

import asyncpg

from gateway.database.scopes import DatabaseRole
from tests.fresh_database import FreshDatabase

Connect = Callable[[], Awaitable[asyncpg.Connection]]


class CommitCutter:
    """A socket before the server that cuts off the first client to send ``word``, which commits; ``forward``: the
    server still gets it."""

    def __init__(self, server: str, word: bytes, *, forward: bool) -> None:
        self._server = server
        self._word = word
        self._forward = forward
        self._cut = False

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        """The folder of the socket."""
        with tempfile.TemporaryDirectory() as folder:
            async with await asyncio.start_unix_server(self._serve, f"{folder}/.s.PGSQL.5432"):
                yield folder

    async def _serve(self, client: asyncio.StreamReader, answers: asyncio.StreamWriter) -> None:
        server_answers, server = await asyncio.open_unix_connection(self._server)
        back = asyncio.create_task(self._pass_on(server_answers, answers))
        while data := await client.read(65536):
            cut = self._word in data and not self._cut
            self._cut |= cut
            if cut:
                back.cancel()
            if not cut or self._forward:
                server.write(data)
            if cut:
                break
        server.close()
        answers.close()

    async def _pass_on(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while data := await source.read(65536):
            target.write(data)
        target.close()


@asynccontextmanager
async def cut_off(database: FreshDatabase, word: bytes, *, forward: bool) -> AsyncIterator[Connect]:
    """What connects the writer's role through a cutter."""
    address, role = parse_qs(urlsplit(database.url).query), DatabaseRole.LEDGER_WRITER
    login = {"user": database.credentials.name(role), "password": database.credentials.secrets[role]}
    server = f"{address['host'][0]}/.s.PGSQL.{address['port'][0]}"
    async with CommitCutter(server, word, forward=forward).listening() as folder:
        yield lambda: asyncpg.connect(database.url, host=folder, port=5432, **login)
