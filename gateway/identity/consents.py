"""Turns ``authorization_details`` of a token request into the one consent that the token is for (RFC 9396).

The consent must be the client's own, in force now, and granted while the client had the key it has today: under another
key it is suspended, not used. Unknown, another client's and ended are one refusal. The token repeats what was granted,
for whoever reads it; the register alone is authority at every use.
"""

from collections.abc import Callable, Mapping
from typing import Protocol
from uuid import UUID

from authz.principal import ConsentId
from gateway.consents.records import By, ConsentRecord, Event
from gateway.consents.records import Reason as Because
from gateway.identity.clients import Client
from gateway.identity.oauth import OAuthError, Reason
from gateway.identity.tokens import CONSENT_TYPE, Selected


class Register(Protocol):
    """What is needed of the register of consents."""

    async def consent(self, id: UUID) -> ConsentRecord | None: ...

    async def events(self, id: UUID) -> tuple[Event, ...]: ...

    async def suspend(self, id: UUID, reason: Because, by: By) -> bool: ...


class NamedConsents:
    """``pairwise``: client and internal id of a subject to the name under which this client knows it."""

    def __init__(self, register: Register, *, pairwise: Callable[[str, int], str]) -> None:
        self._register = register
        self._pairwise = pairwise

    async def select(self, client: Client, details: object) -> Selected:
        named = _named(details)
        if not client.key_bound:
            raise refused()
        found = await self._register.consent(named)
        if found is None or found.request.client != client.client_id or not found.stands:
            raise refused()
        if found.thumbprint != client.dpop_thumbprint:
            await self._register.suspend(named, Because.KEY_CHANGED, By.SYSTEM)
            raise refused()
        return Selected(
            id=ConsentId(str(named)),
            subject=self._pairwise(client.client_id, found.request.subject.id),
            details=_told(found),
            version=(await self._register.events(named))[-1].n,
        )


def refused() -> OAuthError:
    """One refusal for every reason."""
    return OAuthError(Reason.INVALID_AUTHORIZATION_DETAILS, "There is no such consent, or it may not be used.")


def _named(details: object) -> UUID:
    """Exactly one element, which names exactly one consent and asks for nothing else."""
    one = details[0] if isinstance(details, list) and len(details) == 1 else None
    if not isinstance(one, dict) or one.keys() != {"type", "consent_id"} or one["type"] != CONSENT_TYPE:
        raise refused()
    named = one["consent_id"]
    try:
        found = UUID(named) if isinstance(named, str) else None
    except ValueError:
        found = None
    if found is None or str(found) != named:
        raise refused()
    return found


def _told(consent: ConsentRecord) -> Mapping[str, object]:
    return {
        "type": CONSENT_TYPE,
        "consent_id": str(consent.id),
        "purpose": consent.request.terms.purpose,
        "record_types": sorted(consent.rights.items),
        "fields": sorted(consent.rights.fields),
    }
