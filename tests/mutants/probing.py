"""The names under which probes are known to the lists of mutants."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from tests.mutants.town import Town

PureProbe: TypeAlias = Callable[[], None]
Probe: TypeAlias = Callable[[Town], Awaitable[None]]

PURE: dict[str, PureProbe] = {}
PROBES: dict[str, Probe] = {}


def pure(probe: PureProbe) -> PureProbe:
    """A probe of functions that touch nothing."""
    PURE[_name_of(probe)] = probe
    return probe


def probe(found: Probe) -> Probe:
    """A probe of answers in the edge city."""
    PROBES[_name_of(found)] = found
    return found


def _name_of(found: Callable[..., object]) -> str:
    name = found.__name__
    if name in PURE or name in PROBES:
        raise ValueError(f"two probes are named {name}")
    return name
