"""A question of a signed-in subject about itself -> the answer of the line that answers everybody, logged as any other.

There is no other way from a page to credit data or to the log: self scope, by the subject's own opaque id, so that no
identifier is needed to ask. BASIS: PIPL-44, PIPL-45.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from authz.principal import Subject
from gateway.exchange import Arrival, Execute, GraphQLRequest, Reply
from gateway.portal.caller import caller_of
from gateway.portal.entries import METHOD
from gateway.portal.visit import NotAnswered, not_understood
from resolvers.sealer import Sealer
from schema.errors import Code

_SENT = frozenset({Code.CURSOR_INVALID, Code.DOCUMENT_INVALID})
"""Refusals of what came in the address of the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnData:
    """``execute`` is the pipeline."""

    execute: Execute
    sealer: Sealer

    def id_of(self, subject: Subject) -> str:
        """The subject's own id as it alone reads it."""
        return self.sealer.seal_id(caller_of(subject).principal.organisation, "subject", subject.id)

    async def ask(
        self, subject: Subject, address: str | None, document: str, variables: Mapping[str, object]
    ) -> tuple[Mapping[str, Any], Reply]:
        """The data of the answer, and the reply with its entry. Errors: ``NotAnswered`` where it was refused."""
        request = GraphQLRequest(query=document, variables=variables)
        reply = await self.execute(request, caller_of(subject), Arrival(address=address, method=METHOD))
        if reply.code is not None:
            raise not_understood() if reply.code in _SENT else NotAnswered(503, "not_now")
        data: Mapping[str, Any] = orjson.loads(reply.body)["data"]
        return data, reply
