"""One HTTP request of ours to another server, made in a thread: its status and a bounded body, or ``Unreachable``.

It follows no redirection, keeps no connection, and says nothing of what went wrong: neither address nor answer may get
into a log. Certificates are checked as the system does.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

TIMEOUT = 10.0
"""Seconds."""


class Unreachable(Exception):  # noqa: N818  # an outcome to be handled
    """There was no answer, or one that is too long."""

    def __init__(self) -> None:
        super().__init__("the other server cannot be reached")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """``body`` makes it a POST."""

    address: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    status: int
    body: bytes = field(repr=False)


async def send(call: Call, *, most: int) -> Answered:
    """``most``: bytes of the answer; 0 where it is not looked at. Errors: ``Unreachable``."""
    return await asyncio.to_thread(_send, call, most)


def _send(call: Call, most: int) -> Answered:
    parts = urlsplit(call.address)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT)
    path = parts.path or "/"
    method = "GET" if call.body is None else "POST"
    try:
        connection.request(method, f"{path}?{parts.query}" if parts.query else path, call.body, dict(call.headers))
        response = connection.getresponse()
        body = response.read(most + 1) if most else b""
    except (OSError, HTTPException):
        raise Unreachable from None
    finally:
        connection.close()
    if len(body) > most:
        raise Unreachable
    return Answered(status=response.status, body=body)
