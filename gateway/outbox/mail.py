"""A message -> an e-mail by SMTP, with TLS where the server offers it. Its Message-ID is the same at each attempt."""

import asyncio
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from gateway.outbox.messages import Message, NotDelivered

TIMEOUT = 20.0
"""Seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A ``Send``. ``server``: ``smtp://user:password@host:port`` or ``smtps://``; ``addresses``: by recipient."""

    server: str = field(repr=False)
    sender: str
    addresses: Mapping[str, str]

    async def __call__(self, message: Message) -> None:
        address = self.addresses.get(message.recipient)
        if address is None:
            raise NotDelivered("NO_ADDRESS", for_good=True)
        await asyncio.to_thread(_send, self.server, written(message, sender=self.sender, to=address))


def written(message: Message, *, sender: str, to: str) -> EmailMessage:
    found = EmailMessage()
    found["From"], found["To"], found["Subject"] = sender, to, message.topic
    found["Message-ID"] = f"<{message.id}@{sender.rpartition('@')[2]}>"
    found.set_content(message.body)
    return found


def _send(server: str, mail: EmailMessage) -> None:
    parts = urlsplit(server)
    try:
        with _session(parts.scheme == "smtps", parts.hostname or "", parts.port) as session:
            if parts.username:
                session.login(unquote(parts.username), unquote(parts.password or ""))
            session.send_message(mail)
    except smtplib.SMTPRecipientsRefused:
        raise NotDelivered("RECIPIENT_REFUSED", for_good=True) from None
    except (OSError, smtplib.SMTPException):
        raise NotDelivered("UNREACHABLE") from None


def _session(secure: bool, host: str, port: int | None) -> smtplib.SMTP:
    if secure:
        return smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT, context=ssl.create_default_context())
    session = smtplib.SMTP(host, port or 25, timeout=TIMEOUT)
    session.ehlo()
    if session.has_extn("starttls"):
        session.starttls(context=ssl.create_default_context())
    return session
