"""Decides whether whoever presents a token is who it was given to: the seam for key-bound tokens (DPoP, RFC 9449).

``Unbound`` is the constraint of an installation that binds no token to a key: it gives none to clients that must have a
bound one (banks), and takes none that says it is bound. It never lets a bound token pass as a bearer token.
"""

from typing import Protocol

from gateway.identity.clients import Client
from gateway.identity.oauth import OAuthError, Presented, Reason
from gateway.identity.tokens import AccessToken
from schema.errors import Code


class SenderConstraint(Protocol):
    """Binds tokens when they are issued, and checks the binding when they are used."""

    async def bind(self, client: Client, presented: Presented) -> str | None:
        """The key thumbprint for ``cnf.jkt`` of a new token, null for a bearer token; ``OAuthError`` for neither."""
        ...

    async def holds(self, scheme: str, text: str, token: AccessToken, presented: Presented) -> bool:
        """Whether this request may use the token. ``scheme`` is the one of Authorization, in lower case."""
        ...


class Unbound:
    """Bearer tokens only, for clients that may have them."""

    async def bind(self, client: Client, presented: Presented) -> str | None:
        if client.key_bound:
            raise OAuthError(
                Reason.INVALID_DPOP_PROOF, "This client needs a key-bound token.", code=Code.UNAUTHENTICATED
            )
        return None

    async def holds(self, scheme: str, text: str, token: AccessToken, presented: Presented) -> bool:
        return scheme == "bearer" and token.thumbprint is None
