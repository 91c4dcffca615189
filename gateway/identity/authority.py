"""Turns the form of a token request into an access token: client proved, operator admitted, sender bound.

``client_credentials`` with ``private_key_jwt`` is the only grant; the parameter ``operator`` names the member of staff
for whom the token is, and becomes ``act.sub``. The command line calls ``grant`` as the endpoint does. It never tells a
client that does not exist from one whose proof is wrong.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Protocol

from authz.frozen import Frozen
from authz.principal import Caller
from gateway import strict_json
from gateway.identity import assertions, jose
from gateway.identity.clients import Client, Clients, principal_of
from gateway.identity.oauth import Issued, OAuthError, Presented, Reason, not_authenticated
from gateway.identity.operators import admitted
from gateway.identity.replay import Seen
from gateway.identity.sender import SenderConstraint
from gateway.identity.tokens import LIFETIME, NAME, AccessTokens, Selected
from schema.errors import CallerError, Code, PolicyError

GRANT_TYPE = "client_credentials"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class ConsentSelection(Protocol):
    """Finds the consent that ``authorization_details`` of a token request names."""

    async def select(self, client: Client, details: object) -> Selected:
        """``OAuthError`` INVALID_AUTHORIZATION_DETAILS unless it is this client's and usable."""
        ...


class TokenAuthority:
    """The token endpoint, without HTTP. ``decoy`` is verified against when there is no such key: equal work."""

    def __init__(
        self,
        *,
        tokens: AccessTokens,
        clients: Clients,
        seen: Seen,
        constraint: SenderConstraint,
        consents: ConsentSelection,
        audiences: frozenset[str],
        decoy: jose.VerifyingKey,
        clock: Callable[[], float],
        today: Callable[[], Awaitable[date]],
        frozen: Callable[[], Awaitable[Frozen]],
    ) -> None:
        """``frozen``: what is frozen at this moment."""
        self._tokens = tokens
        self._clients = clients
        self._seen = seen
        self._constraint = constraint
        self._consents = consents
        self._audiences = audiences
        self._decoy = decoy
        self._clock = clock
        self._today = today
        self._frozen = frozen

    async def grant(self, form: Mapping[str, str], presented: Presented) -> Issued:
        """A token, or ``OAuthError``. ``form`` holds each parameter once."""
        _check_form(form)
        client = await self._authenticated(form)
        staff_number = await self._operator(client, form["operator"])
        thumbprint = await self._constraint.bind(client, presented)
        consent = await self._consent(client, form)
        token = self._tokens.issue(
            client_id=client.client_id, staff_number=staff_number, thumbprint=thumbprint, consent=consent
        )
        return Issued(
            token=token,
            kind="DPoP" if thumbprint else "Bearer",
            seconds=LIFETIME,
            details=None if consent is None else consent.details,
        )

    async def _authenticated(self, form: Mapping[str, str]) -> Client:
        try:
            compact = jose.read(form["client_assertion"], types=assertions.TYPES)
            client_id = assertions.claimed_client(compact)
            client = await self._clients.client(client_id)
            keys = client.keys if client is not None else {}
            proved = assertions.verify(compact, keys, decoy=self._decoy, audiences=self._audiences, now=self._clock())
        except jose.JoseError:
            raise not_authenticated() from None
        if client is None or not client.usable or form.get("client_id", client_id) != client_id:
            raise not_authenticated()
        if not await self._seen.first(client_id, proved.identifier, proved.expires):
            raise not_authenticated()
        return client

    async def _operator(self, client: Client, staff_number: str) -> str:
        known = NAME.fullmatch(staff_number) is not None
        staff = await self._clients.staff(client.client_id, staff_number) if known else None
        try:
            operator = admitted(staff, client.agency, await self._today())
            caller = Caller(principal=principal_of(client), operator=operator)
            (await self._frozen()).refuse_caller(caller, int(self._clock() * 1000))
            return operator.staff_number
        except (CallerError, PolicyError) as refusal:
            raise OAuthError(Reason.INVALID_GRANT, refusal.detail, code=refusal.code) from None

    async def _consent(self, client: Client, form: Mapping[str, str]) -> Selected | None:
        if "authorization_details" not in form:
            return None
        try:
            details = strict_json.read_integers(form["authorization_details"].encode(), depth=jose.JSON_DEPTH)
        except ValueError:
            raise OAuthError(Reason.INVALID_AUTHORIZATION_DETAILS, "The details are not strict JSON.") from None
        return await self._consents.select(client, details)


def _check_form(form: Mapping[str, str]) -> None:
    if form.get("grant_type") != GRANT_TYPE:
        raise OAuthError(Reason.UNSUPPORTED_GRANT_TYPE, "The grant type is client_credentials.")
    if form.get("client_assertion_type") != ASSERTION_TYPE or "client_assertion" not in form:
        raise OAuthError(
            Reason.INVALID_CLIENT, "The client authenticates with private_key_jwt.", code=Code.UNAUTHENTICATED
        )
    if not form.get("operator"):
        raise OAuthError(Reason.INVALID_REQUEST, "The parameter operator names the member of staff.")
    if form.get("scope"):
        raise OAuthError(Reason.INVALID_SCOPE, "Tokens have no scope: each operation states its purpose.")
