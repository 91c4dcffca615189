"""The one spelling of bytes and of numbers in notes, checkpoints and proofs: what has a second one is refused.

Nothing is repaired: a leading zero, a missing padding or a stray bit is a refusal, as two readers could differ over it.
"""

import re
from base64 import b64decode, b64encode

from .errors import FormatError

NUMBER_LIMIT = 2**63 - 1

_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


def base64(data: bytes) -> str:
    """Standard Base 64 with padding (RFC 4648 4)."""
    return b64encode(data).decode()


def octets(text: str) -> bytes:
    """The bytes of ``text``. Raises ``FormatError`` unless ``base64`` gives the same text again."""
    try:
        data = b64decode(text, validate=True)
    except ValueError:
        raise FormatError("not Base 64") from None
    if base64(data) != text:
        raise FormatError("another spelling of Base 64")
    return data


def digest(text: str) -> bytes:
    """The 32 bytes of a SHA-256."""
    data = octets(text)
    if len(data) != 32:
        raise FormatError("a hash has 32 bytes")
    return data


def number(text: str) -> int:
    """A decimal number in ASCII without leading zeros, below 2**63."""
    if not _NUMBER.fullmatch(text) or int(text) > NUMBER_LIMIT:
        raise FormatError("not a decimal number without leading zeros")
    return int(text)
