"""Settings -> the watch of an installation: the alert rules over its log, and the delivery of what they find.

One watch looks at a database at a time; another waits for it to end. A failure is told by its name, and the next look
begins where the last good one ended.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from uuid import uuid4

import asyncpg

from gateway.consents.posting import GATEWAY, Fetch, Posting
from gateway.database.engines import role_connection
from gateway.database.roles import Credentials
from gateway.database.scopes import DatabaseRole
from gateway.freezes.imposing import Freezes
from gateway.installation import credentials_of, database_url, ledger_of
from gateway.keys import folder as key_folder
from gateway.keys.sealing import KeyedSealer
from gateway.ledger.append import Ledger
from gateway.ledger.errors import NotWritten
from gateway.ledger.keeping.opening import Opener
from gateway.log.vaults import milliseconds, vault_of
from gateway.outbox.clients import ClientWebhooks
from gateway.outbox.delivery import Delivery
from gateway.outbox.mail import Mail
from gateway.outbox.messages import Channel, Send
from gateway.outbox.webhook import Webhook
from gateway.settings import Settings
from gateway.watch.memory import Memory
from gateway.watch.reading import Acts
from gateway.watch.thresholds import shipped
from gateway.watch.watching import RECIPIENT, Watch

LOOK, DELIVER, RETRY = 15.0, 5.0, 5.0
"""Seconds between two looks, two rounds of delivery, and two attempts after a failure."""
_ALONE = "SELECT pg_try_advisory_lock(1635217256)"
_FAILURES = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, NotWritten)
_log = logging.getLogger(__name__)


async def watch(settings: Settings, ended: asyncio.Event) -> None:
    """Until ``ended`` is set. Errors: ``NoInstallationError``, ``KeysError``, ``LedgerUnavailable``."""
    credentials = credentials_of(settings)
    keys = key_folder.read(settings.keys_folder)
    opens = KeyedSealer(keys, entropy=secrets.token_bytes).open_value
    async with (
        database_url(settings) as url,
        vault_of(settings, url, credentials, keys) as vault,
        ledger_of(settings, url, credentials, vault, late=True) as ledger,
    ):
        work = [
            asyncio.create_task(_again(lambda: _looking(settings, url, credentials, ledger, vault))),
            asyncio.create_task(_again(lambda: _delivering(settings, url, credentials, opens))),
        ]
        await ended.wait()
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)


def watch_on(connection: asyncpg.Connection, ledger: Ledger, opener: Opener, channels: tuple[Channel, ...]) -> Watch:
    """A watch that has looked at nothing yet. ``connection``: of the watcher's role, nobody else's."""
    append = ledger.append
    return Watch(
        connection=connection,
        acts=Acts(fetch=connection.fetch, opener=opener),
        memory=Memory(fetch=connection.fetch),
        freezes=Freezes(connection=connection, append=append, clock=milliseconds, new_id=uuid4),
        append=append,
        thresholds=shipped(),
        channels=channels,
        clock=milliseconds,
        new_id=uuid4,
    )


def senders_of(settings: Settings) -> Mapping[Channel, Send]:
    """The channels that are set up. Text messages have none yet: whoever adds one gives it a place here."""
    found: dict[Channel, Send] = {}
    if settings.alert_webhook is not None and settings.alert_webhook_secret is not None:
        secret = settings.alert_webhook_secret.encode()
        addresses = {RECIPIENT: settings.alert_webhook}
        found[Channel.WEBHOOK] = Webhook(addresses=addresses, secret=secret, clock=milliseconds)
    if settings.alert_mail is not None and settings.mail_server is not None:
        addresses = {RECIPIENT: settings.alert_mail}
        found[Channel.EMAIL] = Mail(server=settings.mail_server, sender=settings.mail_sender, addresses=addresses)
    return found


def posting_of(settings: Settings, fetch: Fetch, opens: Callable[[bytes], str]) -> Posting:
    """Who delivers everything that is queued: to subjects of consents, to clients, and to whoever keeps watch."""
    others = dict(senders_of(settings))
    others[Channel.WEBHOOK] = ClientWebhooks(
        fetch=fetch, opens=opens, clock=milliseconds, others=others.get(Channel.WEBHOOK)
    )
    mail = messages = None
    if settings.mail_server is not None:
        mail = Mail(server=settings.mail_server, sender=settings.mail_sender, addresses={})
    if settings.message_gateway is not None and settings.message_gateway_secret is not None:
        secret = settings.message_gateway_secret.encode()
        messages = Webhook(addresses={GATEWAY: settings.message_gateway}, secret=secret, clock=milliseconds)
    return Posting(fetch=fetch, opens=opens, mail=mail, gateway=messages, others=others)


async def _looking(settings: Settings, url: str, credentials: Credentials, ledger: Ledger, opener: Opener) -> None:
    async with role_connection(url, credentials, DatabaseRole.WATCHER) as connection:
        if not await connection.fetchval(_ALONE):
            return
        watching = watch_on(connection, ledger, opener, tuple(senders_of(settings)))
        while True:
            await watching.look()
            await asyncio.sleep(LOOK)


async def _delivering(settings: Settings, url: str, credentials: Credentials, opens: Callable[[bytes], str]) -> None:
    async with role_connection(url, credentials, DatabaseRole.WATCHER) as connection:
        posting = posting_of(settings, connection.fetch, opens)
        delivery = Delivery(connection=connection, senders=dict.fromkeys(Channel, posting), clock=milliseconds)
        while True:
            if not await delivery.round():
                await asyncio.sleep(DELIVER)


async def _again(work: Callable[[], Awaitable[None]]) -> None:
    """Begin anew after each failure."""
    while True:
        try:
            await work()
        except _FAILURES as failure:
            # Its name alone: the message of a database error may quote values.
            _log.warning("the watch begins anew: %s", type(failure).__name__)
        await asyncio.sleep(RETRY)
