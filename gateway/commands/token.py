"""``token``: an access token for a client whose key is in the home folder, through the token endpoint's own code."""

import argparse
import secrets
import time

from starlette.datastructures import Headers

from gateway import clients
from gateway.app import authority
from gateway.commands import options as read
from gateway.commands.failures import Failure
from gateway.commands.options import Commands, command, tell
from gateway.http.token import TOKEN_PATH
from gateway.identity import assertions
from gateway.identity.authority import ASSERTION_TYPE, GRANT_TYPE
from gateway.identity.oauth import OAuthError, Presented
from gateway.installation import opened
from gateway.settings import Settings

_NO_KEY = "the key of this client is not in the home folder"


def add(commands: Commands) -> None:
    parser = command(commands, "token", run, "print an access token, and nothing else")
    parser.add_argument("--client", type=read.name, required=True)
    parser.add_argument("--operator", type=read.name, required=True, help="staff number")


async def run(settings: Settings, options: argparse.Namespace) -> int:
    async with opened(settings) as installation:
        issuing, _ = authority(installation)
        form = {
            "grant_type": GRANT_TYPE,
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": _assertion(settings, options.client),
            "operator": options.operator,
        }
        try:
            issued = await issuing.grant(form, Presented(method="POST", path=TOKEN_PATH, headers=Headers()))
        except OAuthError as refusal:
            raise Failure(refusal.detail) from refusal
    tell(options, {"access_token": issued.token, "token_type": issued.kind, "expires_in": issued.seconds}, issued.token)
    return 0


def _assertion(settings: Settings, client: str) -> str:
    try:
        key = clients.read_key(settings.home, client)
    except FileNotFoundError:
        raise Failure(_NO_KEY) from None
    if key.private is None:
        raise Failure(_NO_KEY)
    return assertions.sign(
        key.private,
        kid=key.kid,
        client_id=client,
        audience=settings.public_url,
        now=time.time(),
        identifier=secrets.token_hex(16),
    )
