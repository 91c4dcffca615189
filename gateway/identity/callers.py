"""Turns the headers of a request into a ``Caller``: no credential is the public, anything that fails is refused.

A verified token is kept until it ends, so that a warm request costs a digest and two look-ups; what its client and
operator may do is asked of the register each time. It never falls back to the public, and has one refusal for every
reason, except a lapsed operator.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import date

from authz.principal import PUBLIC, Caller
from gateway.identity import jose
from gateway.identity.clients import Clients, principal_of
from gateway.identity.oauth import Presented
from gateway.identity.operators import admitted
from gateway.identity.sender import SenderConstraint
from gateway.identity.tokens import AccessToken, AccessTokens
from gateway.problems import SENTENCES
from schema.errors import CallerError, Code

ANYONE = Caller(principal=PUBLIC)
TOKENS_KEPT = 8192


class Callers:
    """Authenticates requests to everything that takes access tokens."""

    def __init__(
        self,
        *,
        tokens: AccessTokens,
        clients: Clients,
        constraint: SenderConstraint,
        clock: Callable[[], float],
        today: Callable[[], Awaitable[date]],
    ) -> None:
        self._tokens = tokens
        self._clients = clients
        self._constraint = constraint
        self._clock = clock
        self._today = today
        self._verified: OrderedDict[bytes, AccessToken] = OrderedDict()

    async def authenticate(self, presented: Presented) -> Caller:
        """``CallerError`` UNAUTHENTICATED or OPERATOR_NOT_VALID."""
        credentials = presented.headers.getlist("authorization")
        if not credentials:
            return ANYONE
        if len(credentials) != 1:
            raise _unauthenticated()
        scheme, _, text = credentials[0].partition(" ")
        token = self._token(text)
        client = await self._clients.client(token.client_id)
        if client is None or not client.usable:
            raise _unauthenticated()
        await self._constraint.admit(scheme.lower(), text, token, client, presented)
        staff = await self._clients.staff(token.client_id, token.staff_number)
        operator = admitted(staff, client.agency, await self._today())
        return Caller(
            principal=principal_of(client), operator=operator, consent=token.consent, thumbprint=token.thumbprint
        )

    def _token(self, text: str) -> AccessToken:
        key = hashlib.sha256(text.encode()).digest()  # the token itself is not kept
        held = self._verified.get(key)
        if held is not None and self._clock() < held.expires:
            return held
        try:
            token = self._tokens.read(text)
        except jose.JoseError:
            raise _unauthenticated() from None
        self._verified[key] = token
        if len(self._verified) > TOKENS_KEPT:
            self._verified.popitem(last=False)
        return token


def _unauthenticated() -> CallerError:
    return CallerError(Code.UNAUTHENTICATED, SENTENCES[Code.UNAUTHENTICATED].english)
