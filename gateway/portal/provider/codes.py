"""What a code stands for <-> the code: sealed text, so that every process can read it and nobody else can."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import asdict, dataclass

from gateway.keys.sealing import KeyedSealer

_KIND = "development-code"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Code:
    """``at``: seconds since the epoch, when it was given and the person authenticated."""

    id: str
    persona: str
    nonce: str
    challenge: str
    at: int

    def sealed(self, sealer: KeyedSealer) -> str:
        return urlsafe_b64encode(sealer.seal_value(json.dumps([_KIND, asdict(self)]))).decode()


def opened(text: str, sealer: KeyedSealer) -> Code | None:
    """None for whatever was not sealed here as a code."""
    try:
        kind, said = json.loads(sealer.open_value(urlsafe_b64decode(text)))
        return Code(**said) if kind == _KIND else None
    except (ValueError, TypeError):
        return None
