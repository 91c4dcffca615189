"""The register of webhooks: where a client wants to be told how its requests for consents stand, and with which secret.

Addresses are https, or of this machine for a trial. The secret is kept sealed and never shown (Standard Webhooks).
"""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import urlsplit

from gateway.settings import LOOPBACK

FIND = "SELECT address, secret FROM client_webhook WHERE client_id = $1"
REGISTER = (
    "INSERT INTO client_webhook (client_id, address, secret) VALUES ($1, $2, $3) "
    "ON CONFLICT (client_id) DO UPDATE SET address = excluded.address, secret = excluded.secret RETURNING client_id"
)
PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64
"""Bytes of a secret."""


class NotAWebhookError(ValueError):
    """What was given can be no webhook; the sentence repeats nothing of it."""


class Connection(Protocol):
    """What the register needs of a connection (asyncpg's)."""

    async def fetch(self, query: str, /, *args: object) -> Sequence[Mapping[str, Any]]: ...


async def register(
    connection: Connection, client: str, address: str, secret: str, seal: Callable[[str], bytes]
) -> None:
    """Register the webhook of a registered client, or replace it. Errors: ``NotAWebhookError``."""
    check_address(address)
    secret_of(secret)
    await connection.fetch(REGISTER, client, address, seal(secret))


def check_address(address: str) -> None:
    """Errors: ``NotAWebhookError``."""
    try:
        parts = urlsplit(address)
        usable = parts.port is None or parts.port > 0
    except ValueError:
        usable = False
    if not usable or not parts.hostname or parts.username or parts.fragment or not address.isascii():
        raise NotAWebhookError("a webhook is a plain https address")
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise NotAWebhookError("a webhook is an https address; http is for this machine alone")


def secret_of(text: str) -> bytes:
    """The bytes of a secret as Standard Webhooks writes it. Errors: ``NotAWebhookError``."""
    try:
        found = base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except (ValueError, binascii.Error):
        found = b""
    if not text.startswith(PREFIX) or not SHORTEST <= len(found) <= LONGEST:
        raise NotAWebhookError(f"a secret is {PREFIX} and {SHORTEST} to {LONGEST} bytes in base64")
    return found
