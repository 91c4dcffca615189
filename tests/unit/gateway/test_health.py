"""/healthz, /readyz, /metrics."""

import httpx
import pytest
from starlette.applications import Starlette

from gateway.http.health import Check, health_routes
from gateway.telemetry import Metrics

pytestmark = pytest.mark.anyio


async def get(path: str, **checks: Check) -> httpx.Response:
    application = Starlette(routes=[*health_routes(checks, Metrics())])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://test") as http:
        return await http.get(path)


async def holds() -> bool:
    return True


async def fails() -> bool:
    return False


async def raises() -> bool:
    raise OSError("host=db password=hunter2")


async def test_alive() -> None:
    assert (await get("/healthz", database=raises)).text == "ok\n"


async def test_ready_when_every_check_holds() -> None:
    response = await get("/readyz", database=holds, ledger=holds)

    assert (response.status_code, response.json()["ready"]) == (200, True)


@pytest.mark.parametrize("check", [fails, raises])
async def test_not_ready_when_one_does_not(check: Check) -> None:
    response = await get("/readyz", database=holds, ledger=check)

    assert response.status_code == 503
    assert response.json() == {"ready": False, "checks": {"database": True, "ledger": False}}


async def test_metrics_are_text_for_prometheus() -> None:
    response = await get("/metrics")

    assert response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert response.text.endswith("\n")
