"""What was made last, by its key, for whoever asks for the same again: the least recently used is forgotten first.

What anyone may send is bounded by what it weighs and not by its number alone: two thousand documents at the limit of
their size would take gigabytes.
"""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Made = TypeVar("Made")


class Recent(Generic[Key, Made]):
    """At most ``capacity`` things, together no heavier than ``room``; the newest stays, however heavy it is."""

    def __init__(self, capacity: int, room: int) -> None:
        self._capacity = capacity
        self._room = room
        self._taken = 0
        self._kept: OrderedDict[Key, tuple[Made, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Key) -> Made | None:
        """What is kept under the key, which is now the one used last."""
        if key not in self._kept:
            return None
        self._kept.move_to_end(key)
        return self._kept[key][0]

    def keep(self, key: Key, made: Made, weight: int) -> Made:
        """Under a key that nothing is kept under."""
        self._kept[key] = made, weight
        self._taken += weight
        while len(self._kept) > self._capacity or (self._taken > self._room and len(self._kept) > 1):
            _, (_, oldest) = self._kept.popitem(last=False)
            self._taken -= oldest
        return made
