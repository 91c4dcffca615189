"""Registered matters as this process last read them: what a grant is made under without asking the register again.

Remembering never decides. A statement reads nothing once the matter is not as it was (its revision), and whatever reads
no credit data, a refusal above all, stands only after ``Recalled.hold`` has asked the register.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable

from authz.principal import Matter

Find = Callable[[str, str], Awaitable[Matter | None]]
"""The matter of a client, by its number."""


class RecentMatters:
    """At most ``most`` matters, the least recently used forgotten first. ``find`` asks the register."""

    def __init__(self, find: Find, most: int = 4096) -> None:
        self._find = find
        self._most = most
        self._kept: OrderedDict[tuple[str, str], Matter] = OrderedDict()

    def recalled(self) -> "Recalled":
        return Recalled(self)

    def remembered(self, client: str, number: str) -> Matter | None:
        """As it was when it was last read here."""
        return self._kept.get((client, number))

    async def find(self, client: str, number: str) -> Matter | None:
        """As it is now."""
        found = await self._find(client, number)
        if found is None:
            self._kept.pop((client, number), None)
            return None
        self._kept[client, number] = found
        self._kept.move_to_end((client, number))
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return found


class Recalled:
    """The matters that one attempt at an answer was told of."""

    def __init__(self, matters: RecentMatters) -> None:
        self._matters = matters
        self._told: dict[tuple[str, str], Matter | None] = {}

    async def find(self, client: str, number: str) -> Matter | None:
        """As remembered, or else as it is now."""
        found = self._matters.remembered(client, number) or await self._matters.find(client, number)
        self._told[client, number] = found
        return found

    async def hold(self) -> bool:
        """Whether all of them still are as they were told; if not, the next attempt is told otherwise."""
        found = [await self._matters.find(*key) == matter for key, matter in self._told.items()]
        return all(found)
