"""A caller whose token is bound to a consent -> that consent as it stands now, and a use of it taken for one question.

What stands is asked of the register at each operation, of the primary, and is never kept. A use is taken right before
credit data is read; the pages that follow go on with it. BASIS: WH-二(六)2, PIPL-14, PIPL-15, CRR-18.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from authz.principal import Caller, Consent, ConsentId
from gateway.consents.records import ConsentRecord
from gateway.consents.register import ConsentRegister
from gateway.consents.relations import Representation
from resolvers.sealer import Sealer
from schema.documents.document import Document, Operation
from schema.documents.paging import paging_variables


class Consents(Protocol):
    """What the line asks of the register."""

    async def stand(self, handle: ConsentId) -> Consent | None:
        """The consent, None where it is not in force at this moment."""
        ...

    async def debit(self, caller: Caller, question: bytes, use: int | None) -> int | None:
        """The number of the use under which the question may be answered: a new one, or ``use`` where this is a further
        page of its question. None where there is none left, or the consent is not in force for this client and key."""
        ...


@dataclass(frozen=True, slots=True)
class RegisteredConsents:
    register: ConsentRegister
    representation: Representation

    async def stand(self, handle: ConsentId) -> Consent | None:
        consent = uuid_of(handle)
        record = None if consent is None else await self.register.consent(consent)
        if record is None or not record.stands:
            return None
        # INVARIANT: what somebody else granted stands no longer than the right to grant it (PIPL-31, PIPL-49)
        ended = await self.representation.enforce(self.register, record)
        return consent_of(record) if ended is None else None

    async def debit(self, caller: Caller, question: bytes, use: int | None) -> int | None:
        consent = uuid_of(caller.consent)
        if consent is None or caller.thumbprint is None:
            return None
        client, key = caller.principal.client, caller.thumbprint
        debited = await self.register.debit(consent, client=client, thumbprint=key, demand=question, use=use)
        return None if debited is None else debited.use


def consent_of(record: ConsentRecord) -> Consent:
    """As the grant needs it."""
    asked = record.request
    return Consent(
        id=ConsentId(str(record.id)),
        client=asked.client,
        purpose=asked.terms.purpose,
        matter=asked.terms.matter,
        subject=asked.subject,
        rights=record.rights,
        period=record.period,
    )


def question_of(document: Document, operation: Operation, variables: Mapping[str, object], sealer: Sealer) -> bytes:
    """Equal for the pages of one question, and for nothing else: document, operation and what its variables say besides
    which page is meant."""
    turning = paging_variables(document, operation)
    said = {name: value for name, value in variables.items() if name not in turning}
    words = (document.digest, operation.name, said)
    return sealer.question_digest(json.dumps(words, default=str, sort_keys=True, ensure_ascii=False))


def uuid_of(handle: ConsentId | None) -> UUID | None:
    """The id that a handle names; None where it names none."""
    with suppress(ValueError):
        return None if handle is None else UUID(handle)
    return None
