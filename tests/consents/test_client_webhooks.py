"""What becomes of a request is posted to the client's webhook in the transaction of it: an id and one of four words."""

import json
from base64 import b64encode
from collections.abc import AsyncIterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from uuid import UUID, uuid4

import pytest

from gateway import webhooks
from gateway.consents.records import By, Reason, Request
from gateway.database.scopes import DatabaseRole
from gateway.log.vaults import milliseconds
from gateway.outbox.clients import ClientWebhooks
from gateway.outbox.delivery import Delivery
from gateway.outbox.messages import Channel, Message, NotDelivered
from tests.city import City, city
from tests.consents.granted import Wanted, person, rights
from tests.fresh_database import FreshDatabase
from tests.hooks import hook

pytestmark = pytest.mark.anyio

SECRET = "whsec_" + b64encode(bytes(range(32))).decode()
OTHER = "whsec_" + b64encode(bytes(32)).decode()
EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "bank_client.py"
TICKED = rights("PRACTICE_LICENCE", "Record.decidedOn")


@pytest.fixture(scope="module")
async def town(module_database: FreshDatabase) -> AsyncIterator[City]:
    async with city(module_database) as found:
        yield found


@pytest.fixture(scope="module")
def example() -> ModuleType:
    spec = spec_from_file_location("bank_client", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    found = module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def wanted(town: City) -> Wanted:
    return Wanted(subject=person(town.installation.sealer, "420199199207280027", "王测试"), rights=TICKED)


async def asked(town: City) -> Request:
    return await town.installation.consents.open(wanted(town).request())


async def hooked(town: City, address: str, secret: str = SECRET) -> None:
    seal = town.installation.sealer.seal_value
    async with town.installation.databases.connection(DatabaseRole.REGISTRY) as connection:
        await webhooks.register(connection, "B1", address, secret, seal)


async def delivered(town: City) -> None:
    """One round, as the process that sends does it."""
    async with town.database.connect(DatabaseRole.WATCHER) as connection:
        sender = ClientWebhooks(fetch=connection.fetch, opens=town.installation.sealer.open_value, clock=milliseconds)
        await Delivery(connection=connection, senders={Channel.WEBHOOK: sender}, clock=milliseconds).round()


async def posted(town: City, consent: UUID) -> list[str]:
    """The words that were posted of it, in their order."""
    async with town.database.owner() as owner:
        rows = await owner.fetch("SELECT body FROM outbox WHERE recipient = 'client:B1' ORDER BY queued_at, ctid")
    told = [json.loads(row["body"]) for row in rows]
    assert all(each.keys() == {"consent_id", "status"} for each in told)
    return [each["status"] for each in told if each["consent_id"] == str(consent)]


async def test_a_decision_reaches_the_bank_signed(town: City, example: ModuleType) -> None:
    with hook(204) as (address, seen):
        await hooked(town, address)
        request = await asked(town)
        await town.installation.consents.grant(request.id, wanted(town).decision())
        await delivered(town)
    found = [
        example.told({name.lower(): value for name, value in headers.items()}, body, SECRET) for headers, body in seen
    ]
    assert {"consent_id": str(request.id), "status": "active"} in found
    headers, body = seen[0]
    with pytest.raises(ValueError, match="not signed"):
        example.told({name.lower(): value for name, value in headers.items()}, body, OTHER)


async def test_each_turn_is_told_in_the_four_words_and_nothing_else(town: City) -> None:
    await hooked(town, "https://bank.test/hook")
    register = town.installation.consents
    granted, denied, given_up = [await asked(town) for _ in range(3)]
    await register.show(granted.id)
    await register.grant(granted.id, wanted(town).decision())
    await register.suspend(granted.id, Reason.OFFICER, By.OFFICER)
    await register.resume(granted.id, By.OFFICER)
    await register.revoke(granted.id, Reason.SUBJECT, By.SUBJECT)
    await register.deny(denied.id, By.SUBJECT)
    assert await posted(town, granted.id) == ["active", "ended", "active", "ended"]
    assert await posted(town, denied.id) == ["not_granted"]
    assert await posted(town, given_up.id) == []


async def test_what_did_not_happen_is_not_told(town: City) -> None:
    await hooked(town, "https://bank.test/hook")
    register, request = town.installation.consents, await asked(town)
    await register.deny(request.id, By.SUBJECT)
    assert not await register.revoke(request.id, Reason.SUBJECT, By.SUBJECT)
    assert await posted(town, request.id) == ["not_granted"]


async def test_a_client_without_a_webhook_is_told_nothing(town: City) -> None:
    async with town.database.owner() as owner:
        await owner.execute("DELETE FROM client_webhook")
    request = await asked(town)
    await town.installation.consents.deny(request.id, By.SUBJECT)
    assert await posted(town, request.id) == []


async def test_the_secret_is_kept_sealed(town: City) -> None:
    await hooked(town, "https://bank.test/hook")
    async with town.database.owner() as owner:
        (row,) = await owner.fetch(webhooks.FIND, "B1")
    assert SECRET.encode() not in bytes(row["secret"])
    assert town.installation.sealer.open_value(bytes(row["secret"])) == SECRET


@pytest.mark.parametrize("secret", ["", "whsec_", "abc", SECRET.removeprefix("whsec_"), "whsec_c2hvcnQ=", "whsec_!!!"])
def test_what_is_no_secret(secret: str) -> None:
    with pytest.raises(webhooks.NotAWebhookError):
        webhooks.secret_of(secret)


@pytest.mark.parametrize(
    "address",
    ["", "bank.test/hook", "http://bank.test/hook", "ftp://bank.test", "https://", "https://user@bank.test/",
     "https://bank.test:0/", "https://bank.test:99999/", "https://bank.test/#part", "https://银行.test/"],
)  # fmt: skip
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(webhooks.NotAWebhookError):
        webhooks.check_address(address)


def test_addresses_of_this_machine_are_for_trials() -> None:
    webhooks.check_address("http://127.0.0.1:9000/hook")
    webhooks.check_address("https://bank.test:8443/hook?a=1")


async def test_messages_to_others_go_to_their_own_sender() -> None:
    async def fetch(*_: object) -> list[dict[str, object]]:
        return []

    sent: list[str] = []

    async def other(message: Message) -> None:
        sent.append(message.recipient)

    def message(recipient: str) -> Message:
        return Message(
            id=uuid4(), channel=Channel.WEBHOOK, recipient=recipient, topic="t", body="{}", queued_at=milliseconds()
        )

    both = ClientWebhooks(fetch=fetch, opens=lambda sealed: sealed.decode(), clock=milliseconds, others=other)
    await both(message("alerts"))
    assert sent == ["alerts"]
    with pytest.raises(NotDelivered, match="NO_ADDRESS"):
        await both(message("client:B9"))
    alone = ClientWebhooks(fetch=fetch, opens=lambda sealed: sealed.decode(), clock=milliseconds)
    with pytest.raises(NotDelivered, match="CHANNEL_NOT_SET_UP"):
        await alone(message("alerts"))
