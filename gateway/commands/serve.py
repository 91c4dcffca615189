"""``serve``: answer requests until stopped."""

import argparse
import os
import signal
from socket import socket

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from gateway.commands import options as read
from gateway.commands.beside import KEPT, beside
from gateway.commands.check import problems
from gateway.commands.failures import Failure
from gateway.commands.options import Commands, command
from gateway.settings import PREFIX, Settings


def add(commands: Commands) -> None:
    parser = command(commands, "serve", run, "serve an installation")
    parser.add_argument("--host", type=read.text, help="address to listen on")
    parser.add_argument("--port", type=read.port, help="port to listen on")
    parser.add_argument("--workers", type=read.number(1, 64), help="server processes")
    parser.add_argument(
        "--without", action="append", default=[], choices=KEPT, help="leave this one out: it is run elsewhere"
    )


async def run(settings: Settings, options: argparse.Namespace) -> int:
    found = await problems(settings)
    if found:
        raise Failure("the installation is not safe to serve:\n" + "\n".join(f"  {each}" for each in found))
    with beside(settings, [name for name in KEPT if name not in options.without]):
        await server(settings, options.host, options.port, options.workers)
    return 0


async def server(settings: Settings, host: str | None, port: int | None, workers: int | None) -> None:
    """Serve in this process, or in as many as asked, on one socket watched over by uvicorn."""
    options = server_config(settings, host or settings.host, port or settings.port, workers or settings.workers)
    if options.workers == 1:
        await until_stopped(uvicorn.Server(options))
        return
    watch = Multiprocess(options, sockets=[_listening(options)])
    watch.run()  # blocks: this process only watches over the others
    if any(process.exitcode == STARTUP_FAILURE for process in watch.processes):
        raise Failure("a server process could not be started")


async def until_stopped(server: uvicorn.Server) -> None:
    """Serve until SIGINT or SIGTERM. Errors: ``Failure`` where it does not come so far.

    uvicorn raises the signal once more when it has stopped: unheard, it would end this process before the database is
    closed.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    try:
        await server.serve()
    except SystemExit:  # uvicorn has said why
        raise Failure("the server could not be started") from None
    if not server.started:
        raise Failure("the server could not be started")


def _listening(options: uvicorn.Config) -> socket:
    try:
        return options.bind_socket()
    except SystemExit:  # uvicorn has said why
        raise Failure("the server could not be started") from None


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
        timeout_worker_healthcheck=30,  # a process that is busy, or whose machine is, is not one that hangs
        server_header=False,
        log_level="warning",
        proxy_headers=False,  # which proxies are trusted is ours to say (gateway.http.limits)
    )
