"""What happened to consents -> messages to their subjects, and to the guardians of the young: each once, none lost.

What is to be told stands in a table from the moment it happens, written in the same transaction; a round takes a few,
queues their messages and marks them in one transaction, so it may end anywhere and be run by several at once. It opens
no address: a message names a consent or a relation, which the sending process turns into one. BASIS: PIPL-15, PIPL-17,
PIPL-31, PIPL-44.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from typing import Any, Protocol
from uuid import UUID

from authz.capacity import Ages, informed
from gateway.consents.contacts import channel_of
from gateway.consents.relations import StoredRelations
from gateway.consents.telling import ENDING_DAYS, Around, Happening, told
from gateway.outbox import store as outbox
from gateway.outbox.messages import Channel, Message

AT_ONCE = 50
TO_CONSENT, TO_RELATION = "consent:", "relation:"
"""What the recipient of a message begins with: whose contact it goes to."""

_NEAR_THE_END = """
    INSERT INTO consent_notice (consent, what, n)
    SELECT id, 'ENDING', 0 FROM consent
    WHERE state = 'ACTIVE' AND used < uses AND granted_at < expires_at - make_interval(days => $1)
        AND expires_at - make_interval(days => $1) <= now() AND now() < expires_at
    ON CONFLICT DO NOTHING
"""
_DUE = """
    SELECT notice.consent, notice.what, notice.n, coalesce(event.what, '') AS word, consent.contact, consent.language,
        consent.granted_by, request.subject, request.purpose, request.manner,
        coalesce(agency.name, request.client_id) AS agency,
        EXISTS (SELECT FROM consent_quiet WHERE consent_quiet.consent = notice.consent) AS quiet
    FROM consent_notice AS notice
    JOIN consent_request AS request ON request.id = notice.consent JOIN consent ON consent.id = notice.consent
    JOIN client ON client.client_id = request.client_id LEFT JOIN agency ON agency.id = client.agency_id
    LEFT JOIN consent_event AS event
        ON notice.what = 'EVENT' AND event.consent = notice.consent AND event.n = notice.n
    WHERE notice.messages IS NULL ORDER BY notice.at, notice.consent, notice.what, notice.n LIMIT $1
    FOR UPDATE OF notice SKIP LOCKED
"""
_TOLD = "UPDATE consent_notice SET messages = $4 WHERE consent = $1 AND what = $2 AND n = $3"
_CONTACTS = "SELECT id, contact FROM relation WHERE id = ANY($1::uuid[]) AND contact IS NOT NULL ORDER BY id"
_QUIET = "INSERT INTO consent_quiet (consent) VALUES ($1) ON CONFLICT DO NOTHING"
_LOUD = "DELETE FROM consent_quiet WHERE consent = $1"


class Connection(Protocol):
    """What it needs of a connection (asyncpg's), as the role that keeps consents."""

    async def execute(self, query: str, /, *args: object) -> str: ...

    async def fetch(self, query: str, /, *args: object) -> Sequence[Mapping[str, Any]]: ...

    def transaction(self) -> AbstractAsyncContextManager[object]: ...


class Executing(Protocol):
    async def execute(self, query: str, /, *args: object) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What texts call things, and the ages of the instruments in force. ``purposes``: by code, in Chinese and in
    English; ``page``: the address before the id of a consent; ``each_time``: whether every use is told in any case, of
    a purpose in a manner."""

    purposes: Mapping[str, tuple[str, str]]
    page: str
    each_time: Callable[[str, str], bool]
    ages: Ages

    def around(self, row: Mapping[str, Any], *, guardian: bool) -> Around:
        code: str = row["purpose"]
        names = self.purposes.get(code, (code, code))
        return Around(
            agency=row["agency"],
            purpose=names[row["language"] == "en"],
            link=f"{self.page}{row['consent']}",
            guardian=guardian,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Notices:
    """``today``: the civil day in China; ``clock``: ms since the epoch; ``new_id``: a fresh one."""

    names: Callable[[], Awaitable[Names]]
    today: Callable[[], date]
    clock: Callable[[], int]
    new_id: Callable[[], UUID]

    async def round(self, connection: Connection) -> int:
        """How many happenings were seen to. Errors: those of the database; then nothing of this round counts."""
        names, moments = await self.names(), count(self.clock())
        await connection.execute(_NEAR_THE_END, ENDING_DAYS)
        async with connection.transaction():
            rows = await connection.fetch(_DUE, AT_ONCE)
            for row in rows:
                messages = [message async for message in self._messages(connection, row, names)]
                for message in messages:
                    # No two at one moment: they arrive in the order of what happened.
                    await outbox.post(connection, replace(message, queued_at=next(moments)))
                sent = [message.id for message in messages]
                await connection.execute(_TOLD, row["consent"], row["what"], row["n"], sent)
        return len(rows)

    async def _messages(self, connection: Connection, row: Mapping[str, Any], names: Names) -> AsyncIterator[Message]:
        happening = Happening(what=row["what"], word=row["word"], n=row["n"])
        channel = channel_of(row["contact"])
        untold = happening.repeated and row["quiet"] and not names.each_time(row["purpose"], row["manner"])
        if channel is not None and not untold:
            yield self._message(happening, row, channel, f"{TO_CONSENT}{row['consent']}", names)
        if row["granted_by"] == "SUBJECT" and not happening.repeated:
            for guardian in await self._guardians(connection, row["subject"], names.ages):
                if (channel := channel_of(guardian["contact"])) is not None:
                    yield self._message(happening, row, channel, f"{TO_RELATION}{guardian['id']}", names)

    async def _guardians(self, connection: Connection, subject: int, ages: Ages) -> Iterable[Mapping[str, Any]]:
        """Of somebody from 14 to 17 who decided itself; those who left an address."""
        found = informed(await StoredRelations(connection).about(subject), self.today(), ages)
        return await connection.fetch(_CONTACTS, [each.id for each in found]) if found else ()

    def _message(
        self, happening: Happening, row: Mapping[str, Any], channel: Channel, recipient: str, names: Names
    ) -> Message:
        around = names.around(row, guardian=recipient.startswith(TO_RELATION))
        topic, body = told(happening, around, row["language"])
        return Message(
            id=self.new_id(),
            channel=channel,
            recipient=recipient,
            topic=topic,
            body=body,
            queued_at=self.clock(),
        )


async def quiet(connection: Executing, consent: UUID, wanted: bool) -> None:
    """Whether the subject wants to be told of the first use and of the end alone. Of those it always is."""
    await connection.execute(_QUIET if wanted else _LOUD, consent)
