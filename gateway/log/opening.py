"""What was sealed of entries of the log, opened for who is shown it: the acting person and the matter, and to a subject
which items of the catalogue its own rows were of.

Whatever was erased, or sealed under a key that is gone, stays untold. Nothing that was told of another is ever opened.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from authz.principal import Caller
from gateway.ledger.keeping.opening import NotOpened, Opener
from gateway.ledger.keeping.stored import subject_key_id
from gateway.ledger.keeping.subject_keys import Fetch, SubjectKey, find
from gateway.recent_matters import Find
from resolvers.log.entries import Opened
from resolvers.log.statement import Found, Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """One page being opened. ``stored``: the keys of the subject's own side rows, as far as they still exist."""

    opener: Opener
    find_matter: Find
    caller: Caller
    stored: Mapping[UUID, SubjectKey]

    async def of(self, found: Found) -> Opened:
        actor = self._actor(found)
        operator, matter = actor.get("operator"), actor.get("matter")
        if self.caller.subject is not None and not await self._is_party(found, matter):
            matter = None
        number = None if operator is None else operator.partition("/")[2]
        return Opened(operator=number, matter=matter, items=None if self.caller.subject is None else self._items(found))

    def _actor(self, found: Found) -> Mapping[str, str | None]:
        if found.actor is None or found.actor[0] is None:
            return {}
        return self._text(found.actor[0], found.id.bytes, found.actor[1])

    def _items(self, found: Found) -> frozenset[str]:
        told = (self._told(found, row) for row in found.rows())
        # organisations of whom the same was shown were sealed together: which row was whose is not said
        alone = (each for each in told if len(set(each.get("subjects", ()))) == 1)
        return frozenset(row["item"] for each in alone for row in each["rows"] if row["item"])

    def _told(self, found: Found, row: Told) -> Mapping[str, Any]:
        return {} if row.ct is None else self._text(row.ct, found.id.bytes + row.n.to_bytes(4), row.dek_id)

    def _text(self, ct: bytes, place: bytes, dek_id: str) -> Mapping[str, Any]:
        key_id = subject_key_id(dek_id)
        try:
            plain = self.opener.open(ct, aad=place, dek_id=dek_id, key=None if key_id is None else self.stored[key_id])
        except (NotOpened, KeyError):
            return {}
        text: Mapping[str, Any] = json.loads(plain)
        return text

    async def _is_party(self, found: Found, number: str | None) -> bool:
        """Whether the matter is the subject's own: the numbers of others are not told."""
        about = self.caller.subject
        if number is None or about is None:
            return False
        matter = await self.find_matter(str(json.loads(found.leaf)["principal"]), number)
        return matter is not None and any(party.digest == about.digest for party in matter.parties)


async def stored_keys(fetch: Fetch, found: Iterable[Found]) -> Mapping[UUID, SubjectKey]:
    """The keys of the side rows whose sealed text was read."""
    rows = (row for each in found for row in each.rows() if row.ct is not None)
    ids = {key_id for row in rows if (key_id := subject_key_id(row.dek_id)) is not None}
    return await find(fetch, ids) if ids else {}
