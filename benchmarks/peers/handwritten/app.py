"""One statement written by hand for each question, behind bare Starlette: nobody is asked who they are, nothing is
decided, nothing is logged. What a program could do that did only this.
"""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

HERE = Path(__file__).parent
QUESTIONS = ("subject", "page", "pages", "fields")


def endpoint(statement: str) -> Callable[[Request], Awaitable[Response]]:
    """The answer is the text that the statement makes."""
    takes_code = "$1" in statement

    async def answer(request: Request) -> Response:
        body = orjson.loads(await request.body())
        values = (body["variables"]["uscc"],) if takes_code else ()
        return Response(await request.app.state.pool.fetchval(statement, *values), media_type="application/json")

    return answer


async def keep_session(connection: asyncpg.Connection) -> None:
    """Instead of asyncpg's reset of a session that goes back to its pool."""


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    resets = {} if os.environ.get("RESET") == "yes" else {"reset": keep_session}
    async with asyncpg.create_pool(os.environ["DATABASE"], min_size=8, max_size=8, **resets) as pool:
        app.state.pool = pool
        yield


app = Starlette(
    routes=[
        Route(f"/{question}", endpoint((HERE / f"{question}.sql").read_text("utf-8")), methods=["POST"])
        for question in QUESTIONS
    ],
    lifespan=lifespan,
)
