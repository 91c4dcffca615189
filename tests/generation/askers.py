"""The kinds of caller for which documents are generated, and whom each of them looks up.

Look-ups find the parties of the caller's matter mostly, and besides them others of the city and nobody at all.
"""

from dataclasses import dataclass
from random import Random
from typing import Any

from gateway.keys.sealing import KeyedSealer
from tests.generation.agencies import MATTERS, Matter
from tests.generation.identities import ORGANISATIONS, PERSONS, person, uscc
from tests.generation.rows import Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """``client`` is None for the public. ``matter`` names purpose, role and parties."""

    name: str
    client: str | None = None
    matter: Matter | None = None
    persons: bool = False
    organisations: bool = True

    def organisation(self, random: Random) -> str:
        """A unified social credit code."""
        parties = self.matter.organisations if self.matter is not None else ()
        return uscc(_drawn(random, parties or tuple(range(10)), ORGANISATIONS))

    def person(self, random: Random) -> dict[str, Any]:
        """A ``PersonLookup``; one in twenty has the right number and another name."""
        parties = self.matter.persons if self.matter is not None else ()
        who = person(_drawn(random, parties or tuple(range(9)), PERSONS))
        return {"idNumber": who.number, "name": who.name if random.random() < 0.95 else f"{who.name}某"}


def _drawn(random: Random, parties: tuple[int, ...], all_of_them: int) -> int:
    chance = random.random()
    if chance < 0.7:
        return random.choice(parties)
    return random.randrange(all_of_them) if chance < 0.88 else all_of_them + random.randrange(5)


def _asker(number: str, *, persons: bool, organisations: bool) -> Asker:
    matter = next(each for each in MATTERS if each.number == number)
    return Asker(
        name=f"{matter.client}-{matter.purpose}",
        client=matter.client,
        matter=matter,
        persons=persons,
        organisations=organisations,
    )


PUBLIC = Asker(name="public")
ASKERS = (
    PUBLIC,
    _asker("HSZB-2026-0117", persons=False, organisations=True),
    _asker("HSZB-2026-0117-P", persons=True, organisations=False),
    _asker("WHSJ-2026-0031", persons=False, organisations=True),
    _asker("WHGWY-2026-00321", persons=True, organisations=False),
    _asker("WHHJ-2026-0009", persons=True, organisations=True),
    _asker("EZJY-2026-077", persons=True, organisations=True),
)


def viewer_ids(rows: Rows, sealer: KeyedSealer, viewer: str) -> tuple[str, ...]:
    """The id that each row has for this viewer, shown to it or not, and two that are none."""
    found = [
        sealer.seal_id(viewer, table, row["id"]) for table in ("subject", "record", "measure") for row in rows[table]
    ]
    return (*found, sealer.seal_id("somebody else", "subject", rows["subject"][0]["id"]), "none")
