"""``token``: an access token for a client whose keys are in the home folder, through the token endpoint's own code."""

import argparse
import json
import secrets
import time
from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.datastructures import Headers

from gateway import clients
from gateway.app import authority, possession
from gateway.commands import options as read
from gateway.commands.failures import Failure
from gateway.commands.options import Commands, command, tell
from gateway.http.endpoint import PATH
from gateway.http.token import TOKEN_PATH
from gateway.identity import assertions, dpop, jose
from gateway.identity.authority import ASSERTION_TYPE, GRANT_TYPE
from gateway.identity.oauth import Issued, OAuthError, Presented
from gateway.identity.sender import DPoPBound
from gateway.identity.tokens import CONSENT_TYPE
from gateway.installation import opened
from gateway.keys.material import SigningKey
from gateway.settings import Settings

_NO_KEY = "the key of this client is not in the home folder"


def add(commands: Commands) -> None:
    parser = command(commands, "token", run, "print an access token, and nothing else")
    parser.add_argument("--client", type=read.name, required=True)
    parser.add_argument("--operator", type=read.name, required=True, help="staff number")
    parser.add_argument("--consent", type=read.identifier, help="the consent that the token is for")


async def run(settings: Settings, options: argparse.Namespace) -> int:
    async with opened(settings) as installation:
        bound = possession(installation)
        issuing, _ = authority(installation, bound)
        holder = _Holder(settings, options.client, bound)
        presented = Presented(method="POST", path=TOKEN_PATH, headers=holder.headers(TOKEN_PATH))
        try:
            issued = await issuing.grant(_form(settings, options), presented)
        except OAuthError as refusal:
            raise Failure(refusal.detail) from refusal
    tell(options, _told(issued, holder), issued.token)
    return 0


def _form(settings: Settings, options: argparse.Namespace) -> Mapping[str, str]:
    form = {
        "grant_type": GRANT_TYPE,
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": _assertion(settings, options.client),
        "operator": options.operator,
    }
    if options.consent is not None:
        form["authorization_details"] = json.dumps([{"type": CONSENT_TYPE, "consent_id": str(options.consent)}])
    return form


def _told(issued: Issued, holder: "_Holder") -> Mapping[str, object]:
    """With what a trial needs to use a bound token: the key, and a proof for one request to the GraphQL endpoint."""
    told = {"access_token": issued.token, "token_type": issued.kind, "expires_in": issued.seconds}
    if issued.kind == "Bearer" or holder.key is None:
        return told
    proof = holder.headers(PATH, issued.token)["DPoP"]
    return {**told, "dpop_key": jose.private_jwk(_private(holder.key)), "proof": proof}


class _Holder:
    """Proves possession of the DPoP key of a trial client, where it has one here."""

    def __init__(self, settings: Settings, client: str, bound: DPoPBound) -> None:
        self._settings = settings
        self._bound = bound
        try:
            self.key: SigningKey | None = clients.read_key(settings.home, client, clients.DPOP)
        except FileNotFoundError:
            self.key = None

    def headers(self, path: str, token: str | None = None) -> Headers:
        if self.key is None:
            return Headers()
        asked = dpop.Asked(method="POST", address=self._settings.public_url + path, token=token)
        proof = dpop.sign(
            _private(self.key),
            asked,
            now=time.time(),
            identifier=secrets.token_urlsafe(24),
            nonce=self._bound.nonce,
        )
        return Headers({"DPoP": proof})


def _assertion(settings: Settings, client: str) -> str:
    try:
        key = clients.read_key(settings.home, client)
    except FileNotFoundError:
        raise Failure(_NO_KEY) from None
    return assertions.sign(
        _private(key),
        kid=key.kid,
        client_id=client,
        audience=settings.public_url,
        now=time.time(),
        identifier=secrets.token_hex(16),
    )


def _private(key: SigningKey) -> Ed25519PrivateKey:
    if key.private is None:
        raise Failure(_NO_KEY)
    return key.private
