"""Nonces that a server wants to find in proofs (RFC 9449 8, 9), so that none is made in advance: of a minute, unstored.

A nonce is an HMAC of the minute under a secret that every process of the installation has. It stands for itself and the
minute after; it is bound to nobody, and never says that a proof is new (``gateway.identity.replay`` does).
"""

import hmac
from collections.abc import Callable

from gateway.identity import jose

WINDOW = 60  # seconds
BYTES = 16


class Nonces:
    """``secrets``: newest first; the first one makes nonces, each is known by what it made."""

    def __init__(self, secrets: tuple[bytes, ...], *, clock: Callable[[], float]) -> None:
        self._secrets = secrets
        self._clock = clock

    def fresh(self) -> str:
        return _nonce(self._secrets[0], self._window)

    def knows(self, nonce: str | None) -> bool:
        """Of this minute or the last one, or of the next one: another process's clock may be ahead."""
        if nonce is None or not nonce.isascii():
            return False
        windows = (self._window, self._window - 1, self._window + 1)
        return any(hmac.compare_digest(nonce, _nonce(secret, each)) for secret in self._secrets for each in windows)

    @property
    def _window(self) -> int:
        return int(self._clock()) // WINDOW


def _nonce(secret: bytes, window: int) -> str:
    return jose.encode(hmac.digest(secret, window.to_bytes(8, "big"), "sha256")[:BYTES])
