"""Turns what happens into counters (Prometheus text) and incident lines: codes, routes, durations, places in our code.

Labels come from closed lists, so neither a caller nor a subject can be told from a metric. Incident lines name the kind
of an exception and where it was raised; its text, which may hold values, is never written.
"""

import json
import logging
import traceback
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping

from schema.errors import Code

LOG = logging.getLogger("credit_gateway")

ROUTES = frozenset(
    {"graphql", "schema.graphql", "oauth", ".well-known", "consents", "portal", "console", "log", "static"}
)
OTHER = "other"
BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0)  # seconds


def route_of(path: str) -> str:
    """The first step of a path if it is one of ours."""
    first = path.lstrip("/").partition("/")[0]
    return first if first in ROUTES else OTHER


class Metrics:
    """Counts for one process. ``gauges`` are read when the text is made: name without prefix -> value now."""

    def __init__(self, gauges: Mapping[str, Callable[[], float]] | None = None) -> None:
        self._gauges = dict(gauges or {})
        self._answers: Counter[tuple[str, int]] = Counter()
        self._refusals: Counter[Code] = Counter()
        self._buckets: Counter[tuple[str, int]] = Counter()
        self._seconds: defaultdict[str, float] = defaultdict(float)

    def answered(self, route: str, status: int, seconds: float) -> None:
        """One response: ``route`` as ``route_of`` gives it."""
        self._answers[route, status] += 1
        self._buckets[route, bisect_left(BOUNDS, seconds)] += 1
        self._seconds[route] += seconds

    def refused(self, code: Code) -> None:
        self._refusals[code] += 1

    def text(self) -> str:
        """Prometheus exposition format 0.0.4."""
        lines = ["# TYPE credit_gateway_responses_total counter"]
        for (route, status), count in sorted(self._answers.items()):
            lines.append(f'credit_gateway_responses_total{{route="{route}",status="{status}"}} {count}')
        lines.append("# TYPE credit_gateway_refusals_total counter")
        lines.extend(
            f'credit_gateway_refusals_total{{code="{code}"}} {n}' for code, n in sorted(self._refusals.items())
        )
        lines.append("# TYPE credit_gateway_response_seconds histogram")
        for route in sorted(self._seconds):
            lines.extend(self._histogram(route))
        for name, read in sorted(self._gauges.items()):
            lines.extend((f"# TYPE credit_gateway_{name} gauge", f"credit_gateway_{name} {read():g}"))
        return "\n".join(lines) + "\n"

    def _histogram(self, route: str) -> list[str]:
        total = 0
        lines = []
        for index, bound in enumerate((*(f"{bound:g}" for bound in BOUNDS), "+Inf")):
            total += self._buckets[route, index]
            lines.append(f'credit_gateway_response_seconds_bucket{{route="{route}",le="{bound}"}} {total}')
        lines.append(f'credit_gateway_response_seconds_sum{{route="{route}"}} {self._seconds[route]:.6f}')
        lines.append(f'credit_gateway_response_seconds_count{{route="{route}"}} {total}')
        return lines


def log_incident(incident: str, error: BaseException) -> None:
    """One line of JSON: incident id, kind of exception, and the places it passed, innermost last."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames[-12:]]
    LOG.error(json.dumps({"incident": incident, "kind": type(error).__name__, "places": places}))
