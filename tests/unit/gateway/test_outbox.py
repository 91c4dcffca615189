"""Messages arrive at least once, signed; what cannot be delivered is tried again, longer each time, and given up."""

import base64
import hmac
import json
import socketserver
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from uuid import uuid4

import asyncpg
import pytest

from gateway.database.scopes import DatabaseRole
from gateway.outbox import store
from gateway.outbox.delivery import ATTEMPTS, CLAIM, FIRST_PAUSE, LONGEST_PAUSE, Delivery, pause_after
from gateway.outbox.mail import Mail, written
from gateway.outbox.messages import Channel, Message, NotDelivered
from gateway.outbox.webhook import Webhook, signed
from tests.fresh_database import FreshDatabase
from tests.hooks import hook

pytestmark = pytest.mark.anyio

NOW = 1_790_000_000_000
SECRET = b"a shared secret"


def message(channel: Channel = Channel.WEBHOOK, **changes: object) -> Message:
    given = Message(
        id=uuid4(), channel=channel, recipient="alerts", topic="a rule fired", body='{"rule": "A9"}', queued_at=NOW
    )
    return replace(given, **changes)  # type: ignore[arg-type]


@dataclass(slots=True)
class Sender:
    """Fails as often as told, then takes."""

    failures: int = 0
    for_good: bool = False
    seen: list[Message] = field(default_factory=list)

    async def __call__(self, given: Message) -> None:
        self.seen.append(given)
        if self.failures:
            self.failures -= 1
            raise NotDelivered("STATUS_500", for_good=self.for_good)


@dataclass(slots=True)
class Clock:
    now: int = NOW

    def __call__(self) -> int:
        return self.now


@pytest.fixture
async def watcher(database: FreshDatabase) -> AsyncIterator[asyncpg.Connection]:
    async with database.connect(DatabaseRole.WATCHER) as connection:
        yield connection


async def state(connection: asyncpg.Connection) -> tuple[str, int, str | None]:
    row = await connection.fetchrow("SELECT state, attempts, failure FROM outbox")
    return row["state"], row["attempts"], row["failure"]


def delivery(connection: asyncpg.Connection, sender: Sender, clock: Clock) -> Delivery:
    return Delivery(connection=connection, senders={Channel.WEBHOOK: sender}, clock=clock)


async def test_what_is_sent_is_not_sent_again(watcher: asyncpg.Connection) -> None:
    sender, clock = Sender(), Clock()
    await store.post(watcher, message())

    assert [await delivery(watcher, sender, clock).round() for _ in range(2)] == [1, 0]
    assert (await state(watcher), len(sender.seen)) == (("SENT", 1, None), 1)


async def test_messages_go_in_the_order_in_which_they_were_queued(watcher: asyncpg.Connection) -> None:
    sender, clock = Sender(), Clock()
    order = [7, 3, 9, 1, 8, 2, 6, 0, 5, 4]
    for ago in order:
        await store.post(watcher, message(queued_at=NOW - ago))
    await delivery(watcher, sender, clock).round()
    assert [NOW - each.queued_at for each in sender.seen] == sorted(order, reverse=True)


async def test_a_failure_is_tried_again_later_under_the_same_id(watcher: asyncpg.Connection) -> None:
    sender, clock = Sender(failures=2), Clock()
    await store.post(watcher, message())
    rounds = []
    for pause in (0, FIRST_PAUSE - 1, 1, 2 * FIRST_PAUSE - 1, 1):
        clock.now += pause
        rounds.append(await delivery(watcher, sender, clock).round())

    assert rounds == [1, 0, 1, 0, 1]
    assert len({each.id for each in sender.seen}) == 1
    assert await state(watcher) == ("SENT", 3, None)


async def test_what_never_arrives_is_given_up_and_kept(watcher: asyncpg.Connection) -> None:
    sender, clock = Sender(failures=100), Clock()
    await store.post(watcher, message())
    for _ in range(ATTEMPTS + 3):
        clock.now += LONGEST_PAUSE
        await delivery(watcher, sender, clock).round()

    assert (await state(watcher), len(sender.seen)) == (("DEAD", ATTEMPTS, "STATUS_500"), ATTEMPTS)


@pytest.mark.parametrize("channel", [Channel.WEBHOOK, Channel.SMS])
async def test_what_cannot_help_is_not_tried_again(watcher: asyncpg.Connection, channel: Channel) -> None:
    await store.post(watcher, message(channel))
    await delivery(watcher, Sender(failures=9, for_good=True), Clock()).round()

    assert (await state(watcher))[0] == "DEAD"


async def test_a_deliverer_that_dies_leaves_its_messages_to_others(watcher: asyncpg.Connection) -> None:
    await store.post(watcher, message())
    (claimed,) = await store.claim(watcher, NOW, until=NOW + CLAIM, most=5)
    sender, clock = Sender(), Clock(NOW + CLAIM - 1)
    before = await delivery(watcher, sender, clock).round()
    clock.now += 1
    after = await delivery(watcher, sender, clock).round()

    assert (before, after, sender.seen) == (0, 1, [claimed.message])


def test_pauses_double_up_to_an_hour() -> None:
    assert [pause_after(each) // 1000 for each in (1, 2, 3, 7, 8, 12)] == [30, 60, 120, 1920, 3600, 3600]


# Webhooks -------------------------------------------------------------------------------------------------------------


def webhook(address: str) -> Webhook:
    return Webhook(addresses={"alerts": address}, secret=SECRET, clock=lambda: NOW)


async def test_a_webhook_is_signed_over_id_time_and_body() -> None:
    sent = message()
    with hook(204) as (address, seen):
        await webhook(address)(sent)
    ((headers, body),) = seen
    text = f"{headers['Webhook-Id']}.{headers['Webhook-Timestamp']}.{body.decode()}".encode()
    expected = base64.b64encode(hmac.digest(SECRET, text, "sha256")).decode()

    assert (headers["Webhook-Id"], headers["Webhook-Timestamp"]) == (str(sent.id), "1790000000")
    assert headers["Webhook-Signature"] == f"v1,{expected}"
    assert json.loads(body) == {"rule": "A9"}


def test_another_body_or_time_has_another_signature() -> None:
    sent = message()
    marks = {
        signed(each, SECRET, at)["Webhook-Signature"]
        for each, at in ((sent, 1), (sent, 2), (message(id=sent.id, body="x"), 1))
    }
    assert len(marks) == 3


@pytest.mark.parametrize(
    ("status", "code", "for_good"), [(500, "STATUS_500", False), (302, "STATUS_302", False), (410, "STATUS_410", True)]
)
async def test_what_a_webhook_does_not_take(status: int, code: str, for_good: bool) -> None:
    with hook(status) as (address, _), pytest.raises(NotDelivered) as caught:
        await webhook(address)(message())
    assert (caught.value.code, caught.value.for_good) == (code, for_good)


async def test_nobody_there_and_nobody_known() -> None:
    with pytest.raises(NotDelivered, match="UNREACHABLE"):
        await webhook("http://127.0.0.1:1/")(message())
    with pytest.raises(NotDelivered, match="NO_ADDRESS"):
        await webhook("http://127.0.0.1:1/")(message(recipient="others"))


# E-mail ---------------------------------------------------------------------------------------------------------------


class _Smtp(socketserver.StreamRequestHandler):
    """As much of SMTP as one message needs."""

    def handle(self) -> None:
        self.say("220 ready")
        reading, lines = False, []
        for raw in self.rfile:
            line = raw.decode().rstrip("\r\n")
            if reading:
                reading = line != "."
                if reading:
                    lines.append(line)
                else:
                    self.server.seen.append(lines)  # type: ignore[attr-defined]
                    self.say("250 taken")
                continue
            reading = line.upper() == "DATA"
            self.say("354 go on" if reading else "221 bye" if line.lower() == "quit" else self.server.answer)  # type: ignore[attr-defined]

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def smtp(answer: str = "250 well") -> Iterator[tuple[str, list[list[str]]]]:
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Smtp)
    server.daemon_threads = True
    server.answer, server.seen = answer, []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"smtp://127.0.0.1:{server.server_address[1]}", server.seen  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def mail(server: str) -> Mail:
    return Mail(server=server, sender="gateway@credit.test", addresses={"alerts": "officer@credit.test"})


async def test_an_e_mail_arrives() -> None:
    sent = message(Channel.EMAIL)
    with smtp() as (server, seen):
        await mail(server)(sent)
    (lines,) = seen

    assert f"Message-ID: <{sent.id}@credit.test>" in lines
    assert {"To: officer@credit.test", "Subject: a rule fired", '{"rule": "A9"}'} <= set(lines)


async def test_what_a_mail_server_does_not_take() -> None:
    with smtp("550 no") as (server, seen), pytest.raises(NotDelivered):
        await mail(server)(message(Channel.EMAIL))
    with pytest.raises(NotDelivered, match="UNREACHABLE"):
        await mail("smtp://127.0.0.1:1")(message(Channel.EMAIL))
    assert seen == []


def test_each_attempt_has_the_same_message_id() -> None:
    sent = message(Channel.EMAIL)
    assert written(sent, sender="a@b.test", to="c@d.test")["Message-ID"] == f"<{sent.id}@b.test>"
