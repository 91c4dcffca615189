"""Turns the state of the process into /healthz, /readyz and /metrics, for those who run it.

Readiness is what app.py says it is: named checks, each true or false. It never says why a check failed.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from gateway.telemetry import Metrics

Check: TypeAlias = Callable[[], Awaitable[bool]]


def health_routes(checks: Mapping[str, Check], metrics: Metrics) -> list[Route]:
    """``checks``: name ("database", "ledger", "policies") -> whether it holds; one that raises does not hold."""

    async def healthz(request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(request: Request) -> Response:
        found = {name: await _holds(check) for name, check in checks.items()}
        ready = all(found.values())
        content = json.dumps({"ready": ready, "checks": found})
        return Response(content, status_code=200 if ready else 503, media_type="application/json")

    async def exposition(request: Request) -> Response:
        return Response(metrics.text(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", exposition)]


async def _holds(check: Check) -> bool:
    try:
        return await check()
    except Exception:  # a check that cannot be made is a check that fails, whatever the reason
        return False
