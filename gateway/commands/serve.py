"""``serve``: answer requests until stopped."""

import argparse
import os

import uvicorn
from uvicorn.supervisors import Multiprocess

from gateway.commands.check import problems
from gateway.commands.failures import Failure
from gateway.commands.options import Commands, command
from gateway.settings import PREFIX, Settings


def add(commands: Commands) -> None:
    parser = command(commands, "serve", run, "serve an installation")
    parser.add_argument("--host", help="address to listen on")
    parser.add_argument("--port", type=int, help="port to listen on")
    parser.add_argument("--workers", type=int, help="server processes")


async def run(settings: Settings, options: argparse.Namespace) -> int:
    found = await problems(settings)
    if found:
        raise Failure("the installation is not safe to serve:\n" + "\n".join(f"  {each}" for each in found))
    await server(settings, options.host, options.port, options.workers)
    return 0


async def server(settings: Settings, host: str | None, port: int | None, workers: int | None) -> None:
    """Serve in this process, or in as many as asked, on one socket watched over by uvicorn."""
    options = server_config(settings, host or settings.host, port or settings.port, workers or settings.workers)
    if options.workers == 1:
        await uvicorn.Server(options).serve()
        return
    Multiprocess(options, sockets=[options.bind_socket()]).run()  # blocks: this process only watches over the others


def server_config(settings: Settings, host: str, port: int, workers: int) -> uvicorn.Config:
    """How uvicorn runs the application: no access log (it would hold addresses), no server header."""
    os.environ[f"{PREFIX}HOME"] = str(settings.home)
    return uvicorn.Config(
        "gateway.app:from_environment",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        loop="uvloop",
        http="httptools",
        access_log=False,
        server_header=False,
        log_level="warning",
    )
