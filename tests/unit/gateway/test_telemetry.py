"""Counters and incident lines: right, in the format of Prometheus, and silent about who and what."""

import json

import pytest

from gateway.telemetry import BOUNDS, Metrics, log_incident, route_of
from schema.errors import Code


def test_a_route_is_one_of_ours_or_other() -> None:
    assert route_of("/graphql") == "graphql"
    assert route_of("/log/proof/0190") == "log"
    assert route_of("/.well-known/jwks.json") == ".well-known"
    assert {route_of(path) for path in ("/", "", "/x", "/graphqlx", "/420199198503120015")} == {"other"}


def test_responses_are_counted_by_route_and_status() -> None:
    metrics = Metrics({"pool_free": lambda: 3.0})
    for seconds in (0.0005, 0.001, 0.3, 99.0):
        metrics.answered("graphql", 200, seconds)
    metrics.answered("oauth", 401, 0.01)
    metrics.refused(Code.INTERNAL)

    lines = metrics.text().splitlines()

    assert 'credit_gateway_responses_total{route="graphql",status="200"} 4' in lines
    assert 'credit_gateway_responses_total{route="oauth",status="401"} 1' in lines
    assert 'credit_gateway_refusals_total{code="INTERNAL"} 1' in lines
    assert 'credit_gateway_response_seconds_bucket{route="graphql",le="0.001"} 2' in lines
    assert 'credit_gateway_response_seconds_bucket{route="graphql",le="0.25"} 2' in lines
    assert 'credit_gateway_response_seconds_bucket{route="graphql",le="0.5"} 3' in lines
    assert 'credit_gateway_response_seconds_bucket{route="graphql",le="15"} 3' in lines
    assert 'credit_gateway_response_seconds_bucket{route="graphql",le="+Inf"} 4' in lines
    assert 'credit_gateway_response_seconds_count{route="graphql"} 4' in lines
    assert 'credit_gateway_response_seconds_sum{route="graphql"} 99.301500' in lines
    assert lines[-2:] == ["# TYPE credit_gateway_pool_free gauge", "credit_gateway_pool_free 3"]
    assert sum("_bucket" in line for line in lines) == 2 * (len(BOUNDS) + 1)


def test_an_incident_is_a_kind_and_places(caplog: pytest.LogCaptureFixture) -> None:
    def fails(number: str) -> None:
        raise LookupError(number)

    with pytest.raises(LookupError) as raised:
        fails("420199198503120015")
    log_incident("i-1", raised.value)

    (line,) = caplog.messages
    said = json.loads(line)
    assert (said["incident"], said["kind"]) == ("i-1", "LookupError")
    assert said["places"][-1].endswith(" fails")
    assert "420199198503120015" not in caplog.text
