"""Where notices of a consent go: an address that is sealed where it is stated, and opened only where it is sent to.

Stored, it is the word of its channel, a zero byte, and the sealed address: so a message can be queued by whoever opens
nothing. Nothing here shows an address in its repr.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from gateway.outbox.messages import Channel

_FORMS = {
    Channel.EMAIL: re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}"),
    Channel.SMS: re.compile(r"\+?[0-9]{5,15}"),
    Channel.WEBHOOK: re.compile(r"[A-Za-z0-9._:-]{1,128}"),  # how the city's message service knows its users
}


class NotAContact(ValueError):  # noqa: N818  # it says what is wrong with what was given
    def __init__(self) -> None:
        super().__init__("an e-mail address, a telephone number, or a name at the city's message service is needed")


class Seals(Protocol):
    def seal_value(self, text: str) -> bytes: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Errors: ``NotAContact`` for what is no address of its channel."""

    channel: Channel
    address: str = field(repr=False)

    def __post_init__(self) -> None:
        if not _FORMS[self.channel].fullmatch(self.address):
            raise NotAContact


def sealed(contact: Contact, sealer: Seals) -> bytes:
    """For ``Decision.contact``, and for the relation of a guardian."""
    return contact.channel.encode() + b"\0" + sealer.seal_value(contact.address)


def channel_of(stored: bytes | None) -> Channel | None:
    """By which way it goes; needs no key. None where it is no contact."""
    if stored is None:
        return None
    word = stored.partition(b"\0")[0]
    return next((channel for channel in Channel if channel.encode() == word), None)


def opened(stored: bytes, opens: Callable[[bytes], str]) -> Contact:
    """``opens``: a sealed value. Errors: ``ValueError`` where it was not sealed by these keys."""
    word, _, address = stored.partition(b"\0")
    return Contact(channel=Channel(word.decode()), address=opens(address))
