"""Turns "this key asks once more" into yes, or into the seconds to wait: one bucket per verified client or network.

Keys come from what was verified, or from the address of the connection; nothing a caller may freely write takes part.
Each process counts for itself. It never asks the clock twice for one decision.
"""

import math
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from starlette.requests import Request

UNKNOWN_NETWORK = "unknown"


class RateLimiter:
    """A generic cell rate algorithm: ``per_minute`` points, a tenth of them at once. Holds at most ``most`` keys."""

    def __init__(self, *, per_minute: int, clock: Callable[[], float], most: int = 65536) -> None:
        self._interval = 60 / per_minute
        self._burst = max(per_minute // 10, 1) * self._interval
        self._clock = clock
        self._most = most
        self._due: OrderedDict[str, float] = OrderedDict()

    def admit(self, key: str, points: int = 1, *, taken: int = 0) -> int:
        """0 and the points are taken, or the whole seconds after which they would be. However many they are, they are
        taken at once by a key that owes nothing but the ``taken`` points of the same request."""
        now = self._clock()
        owed = max(self._due.get(key, now) - now, 0.0)
        over, others = owed + points * self._interval - self._burst, owed - taken * self._interval
        if over > 0 and others > 0:
            return math.ceil(min(over, others))
        self._due[key] = now + owed + points * self._interval
        self._due.move_to_end(key)
        if len(self._due) > self._most:
            self._due.popitem(last=False)
        return 0


@lru_cache(maxsize=4096)
def network_of(address: str | None) -> str:
    """The prefix that stands for one household or office: /24 of IPv4, /56 of IPv6."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return UNKNOWN_NETWORK
    return str(ip_network((found, 24 if found.version == 4 else 56), strict=False))


def client_address(
    peer: str | None, forwarded: list[str], trusted: tuple[IPv4Network | IPv6Network, ...]
) -> str | None:
    """Who is at the other end: the last address of X-Forwarded-For that no trusted proxy has, if the peer is one."""
    hops = [hop.strip() for hop in ",".join(forwarded).split(",") if hop.strip()]
    address = peer
    while hops and _trusted(address, trusted):
        address = hops.pop()
    return address


def address_reader(trusted: tuple[IPv4Network | IPv6Network, ...]) -> Callable[[Request], str | None]:
    """``client_address`` of a request."""

    def address(request: Request) -> str | None:
        peer = request.client.host if request.client else None
        return client_address(peer, request.headers.getlist("x-forwarded-for"), trusted)

    return address


def _trusted(address: str | None, trusted: tuple[IPv4Network | IPv6Network, ...]) -> bool:
    try:
        found = ip_address(address or "")
    except ValueError:
        return False
    return any(found in network for network in trusted)
