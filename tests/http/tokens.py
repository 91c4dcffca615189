"""The token endpoint of a real server, asked as an agency's own software asks it."""

import secrets
import time

import httpx

from gateway.clients import read_key
from gateway.identity import assertions
from gateway.identity.authority import ASSERTION_TYPE, GRANT_TYPE
from tests.http.running import Server


def asked_for_token(server: Server, client: str, operator: str, identifier: str | None = None) -> httpx.Response:
    return server.http.post("/oauth/token", data=token_form(server, client, operator, identifier))


def token_form(server: Server, client: str, operator: str, identifier: str | None = None) -> dict[str, str]:
    """A token request. ``identifier``: of the assertion; a fresh one unless given."""
    key = read_key(server.home.folder, client)
    assert key.private is not None
    assertion = assertions.sign(
        key.private,
        kid=key.kid,
        client_id=client,
        audience=server.home.url,
        now=time.time(),
        identifier=identifier or secrets.token_hex(16),
    )
    return {
        "grant_type": GRANT_TYPE,
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": assertion,
        "operator": operator,
    }
