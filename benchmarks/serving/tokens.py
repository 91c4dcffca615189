"""The key of a client -> access tokens from the gateway's own token endpoint, a new one before the last one ends."""

import json
import secrets
import time
import urllib.parse
import urllib.request
from pathlib import Path

from gateway import clients
from gateway.identity import assertions
from gateway.identity.authority import ASSERTION_TYPE, GRANT_TYPE

CLIENT, OPERATOR = "A1", "1001"
"""Of the fixture: an agency that checks bidders."""

_KEPT = 150.0  # seconds; a token lasts three hundred


class Tokens:
    """The tokens of one client at one gateway."""

    def __init__(self, home: Path, public_url: str) -> None:
        self._key = clients.read_key(home, CLIENT)
        self._url = public_url
        self._token = ""
        self._until = 0.0

    def current(self) -> str:
        """A token that lasts longer than any single measurement."""
        if time.monotonic() > self._until:
            self._token, self._until = self._fetched(), time.monotonic() + _KEPT
        return self._token

    def _fetched(self) -> str:
        if self._key.private is None:
            raise ValueError("the key of the client is not in the home folder")
        assertion = assertions.sign(
            self._key.private,
            kid=self._key.kid,
            client_id=CLIENT,
            audience=self._url,
            now=time.time(),
            identifier=secrets.token_hex(16),
        )
        form = {
            "grant_type": GRANT_TYPE,
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion,
            "operator": OPERATOR,
        }
        request = urllib.request.Request(f"{self._url}/oauth/token", urllib.parse.urlencode(form).encode())  # noqa: S310
        with urllib.request.urlopen(request) as response:  # noqa: S310  # loopback
            token: str = json.loads(response.read())["access_token"]
            return token
