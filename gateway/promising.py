"""An answer that was logged -> its receipt, signed: what the log promises to whoever was answered."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from authz.principal import Caller
from gateway.keys.material import SigningKey
from gateway.ledger.receipt import Promise, Receipt, token
from gateway.ledger.sequence.shards import origin, year_of


@dataclass(frozen=True, slots=True, kw_only=True)
class _ReceiptSigner:
    """A signing key as the ledger wants it."""

    key: SigningKey

    @property
    def kid(self) -> str:
        return self.key.kid

    def sign(self, message: bytes) -> bytes:
        if self.key.private is None:
            raise ValueError("the newest receipt key has no private half")
        return self.key.private.sign(message)


def receipts(key: SigningKey, *, issuer: str, log: str) -> Callable[[Receipt, Caller, bytes], str]:
    """``issuer``: the public URL; ``log``: the origin of the log without its shard."""
    signer = _ReceiptSigner(key=key)

    def receipt(found: Receipt, caller: Caller, body: bytes) -> str:
        promise = Promise(
            issuer=issuer,
            audience=caller.principal.client,
            origin=origin(log, f"{year_of(found.t)}"),
            response_digest=hashlib.sha256(body).digest(),
        )
        return token(found, promise, signer)

    return receipt
