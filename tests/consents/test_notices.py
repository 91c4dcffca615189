"""Whom it is told, and what: each happening once, nothing of any person, nothing lost. BASIS: PIPL-15, PIPL-44."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from authz.capacity import RelationKind
from gateway.consents.contacts import Contact, NotAContact, channel_of, opened, sealed
from gateway.consents.notices import Notices, quiet
from gateway.consents.posting import GATEWAY, Posting
from gateway.consents.records import By, ConsentRecord, Reason
from gateway.consents.sweeping import Sweeper
from gateway.database.scopes import DatabaseRole
from gateway.outbox.mail import Mail
from gateway.outbox.messages import Channel, Message, NotDelivered
from gateway.outbox.webhook import Webhook
from gateway.sweeping import sweeper_of
from tests.city import City
from tests.consents.registers import PERSON, WANTED, bank_city, debited
from tests.consents.test_sweeping import age
from tests.consents.wards import granted_alone, new, registered, years_ago
from tests.fresh_database import FreshDatabase

pytestmark = pytest.mark.anyio
ADDRESS, GUARDIAN = "someone@example.org", "guardian@example.org"


@pytest.fixture
async def town(database: FreshDatabase) -> AsyncIterator[City]:
    async with bank_city(database) as found:
        yield found


@pytest.fixture
def sweeper(town: City) -> Sweeper:
    return sweeper_of(town.installation)


def contact(town: City, address: str = ADDRESS, channel: Channel = Channel.EMAIL) -> bytes:
    return sealed(Contact(channel=channel, address=address), town.installation.sealer)


async def granted(town: City, **decision: Any) -> ConsentRecord:
    return await granted_alone(town, **{"contact": contact(town), **decision})


async def queued(town: City) -> list[Mapping[str, Any]]:
    """In the order in which they were queued."""
    async with town.database.owner() as owner:
        found = await owner.fetch("SELECT * FROM outbox WHERE recipient NOT LIKE 'client:%' ORDER BY queued_at, topic")
    return [dict(row) for row in found]


async def topics(town: City, sweeper: Sweeper) -> list[str]:
    """What is queued by a round, beyond what was."""
    before = {row["id"] for row in await queued(town)}
    await sweeper.round()
    return [row["topic"].partition("：")[2] for row in await queued(town) if row["id"] not in before]


async def test_each_happening_is_told_once(town: City, sweeper: Sweeper) -> None:
    register, record = town.installation.consents, await granted(town, uses=3)
    assert await topics(town, sweeper) == ["授权已经生效"]
    assert await topics(town, sweeper) == []
    assert await debited(register, record.id) == 1
    assert await topics(town, sweeper) == ["授权首次被使用"]
    assert await debited(register, record.id) == 2
    assert await topics(town, sweeper) == ["授权再次被使用"]
    await register.suspend(record.id, Reason.OFFICER, By.OFFICER)
    assert await topics(town, sweeper) == ["授权已经中止"]
    await register.resume(record.id, By.OFFICER)
    assert await topics(town, sweeper) == ["授权已经恢复"]
    await register.revoke(record.id, Reason.SUBJECT, By.SUBJECT)
    assert await topics(town, sweeper) == ["授权已经撤回或终止"]
    assert await topics(town, sweeper) == []
    *before, last = [row["body"] for row in await queued(town)]
    assert ("撤回或提出" in last, ["撤回或提出" in each for each in before]) == (False, [True] * 5)


async def test_what_happened_in_one_minute_is_told_in_its_order(town: City, sweeper: Sweeper) -> None:
    register, record = town.installation.consents, await granted(town)
    await register.suspend(record.id, Reason.OFFICER, By.OFFICER)
    await register.resume(record.id, By.OFFICER)
    await register.revoke(record.id, Reason.SUBJECT, By.SUBJECT)
    told = ["授权已经生效", "授权已经中止", "授权已经恢复", "授权已经撤回或终止"]
    assert await topics(town, sweeper) == told
    assert len({row["queued_at"] for row in await queued(town)}) == len(told)


async def test_the_end_is_told_three_days_before_and_when_it_has_come(town: City, sweeper: Sweeper) -> None:
    record, short = await granted(town, days=30), await granted(town, days=3)
    await sweeper.round()
    await age(town, record.id, 26)
    assert await topics(town, sweeper) == []
    await age(town, record.id, 2)
    assert await topics(town, sweeper) == ["授权将在三日内到期"]
    assert await topics(town, sweeper) == []
    await age(town, record.id, 3)
    await age(town, short.id, 4)
    assert await topics(town, sweeper) == ["授权已经到期"] * 2


async def test_a_message_says_who_for_what_and_where_and_nothing_of_anybody(town: City, sweeper: Sweeper) -> None:
    record = await granted(town)
    await sweeper.round()
    (row,) = await queued(town)
    assert row["recipient"] == f"consent:{record.id}"
    assert row["channel"] == "EMAIL"
    assert "武汉市市场监督管理局" in row["body"]
    assert "本人授权的金融服务" in row["body"]
    assert f"https://credit.test/portal/consents/{record.id}" in row["body"]
    whole = json.dumps(row, default=str, ensure_ascii=False)
    assert not [each for each in (ADDRESS, str(PERSON.id), record.request.terms.matter, "PENALTY") if each in whole]


async def test_it_is_told_in_the_language_of_the_decision(town: City, sweeper: Sweeper) -> None:
    await granted(town, language="en")
    await sweeper.round()
    (row,) = await queued(town)
    assert row["topic"] == "Public credit information: a consent has been given"
    assert "consented finance" in row["body"]


async def test_only_repeats_can_be_left_untold(town: City, sweeper: Sweeper) -> None:
    register, record = town.installation.consents, await granted(town, uses=3)
    async with town.database.connect(DatabaseRole.CONSENT_KEEPER) as keeper:
        await quiet(keeper, record.id, True)
        await quiet(keeper, record.id, True)
    for _ in range(2):
        await debited(register, record.id)
    assert sorted(await topics(town, sweeper)) == sorted(["授权已经生效", "授权首次被使用"])
    async with town.database.connect(DatabaseRole.CONSENT_KEEPER) as keeper:
        await quiet(keeper, record.id, False)
    assert await topics(town, sweeper) == []  # what was left untold stays so
    await debited(register, record.id)
    assert await topics(town, sweeper) == ["授权再次被使用"]


async def test_every_use_while_a_loan_runs_is_told(town: City, sweeper: Sweeper) -> None:
    """BASIS: policies/manners.toml, notice_each_time."""
    register = town.installation.consents
    asked = WANTED.request()
    request = await register.open(replace(asked, terms=replace(asked.terms, manner="monitoring")))
    await register.show(request.id)
    record = await register.grant(request.id, replace(WANTED.decision(), contact=contact(town)))
    async with town.database.connect(DatabaseRole.CONSENT_KEEPER) as keeper:
        await quiet(keeper, record.id, True)
    for _ in range(2):
        await debited(register, record.id)
    assert (await topics(town, sweeper))[1:] == ["授权首次被使用", "授权再次被使用"]


async def test_without_an_address_nothing_is_sent_and_all_is_seen_to(town: City, sweeper: Sweeper) -> None:
    await granted_alone(town)
    await granted_alone(town, contact=b"no contact of ours")
    assert await topics(town, sweeper) == []
    async with town.database.owner() as owner:
        rows = await owner.fetch("SELECT messages FROM consent_notice")
    assert [row["messages"] for row in rows] == [[], []]


async def test_the_guardian_of_somebody_from_fourteen_to_seventeen_is_told_as_well(
    town: City, sweeper: Sweeper
) -> None:
    stored = contact(town, GUARDIAN)
    teen, child, silent = [
        await registered(town, new(RelationKind.GUARDIAN, born=years_ago(years), contact=address))
        for years, address in ((15, stored), (10, stored), (15, None))
    ]
    await granted(town)
    await sweeper.round()
    rows = await queued(town)
    told = {row["recipient"].partition(":")[2]: row["body"] for row in rows}
    assert str(teen) in told
    assert not {str(child), str(silent)} & told.keys()
    assert len(rows) == 2
    assert "监护的人" in told[str(teen)]
    assert "/portal/" not in told[str(teen)], "it has no page of what its ward decided"
    assert all("监护的人" not in body for who, body in told.items() if who != str(teen))


async def test_several_see_to_them_at_once_and_none_is_told_twice(town: City, sweeper: Sweeper) -> None:
    register = town.installation.consents
    consents = [await granted(town, uses=3) for _ in range(3)]
    for each in consents:
        await debited(register, each.id)
    await asyncio.gather(*(sweeper.round() for _ in range(4)))
    rows = await queued(town)
    assert len(rows) == 6
    assert {row["recipient"] for row in rows} == {f"consent:{each.id}" for each in consents}


class BrokenError(Exception):
    """In the middle of it."""


async def test_a_round_that_breaks_off_loses_nothing_and_repeats_nothing(town: City, sweeper: Sweeper) -> None:
    for _ in range(2):
        await granted(town)
    ids = iter([uuid4()])

    def new_id() -> UUID:
        found = next(ids, None)
        if found is None:
            raise BrokenError
        return found

    failing: Notices = replace(sweeper.notices, new_id=new_id)
    async with town.database.connect(DatabaseRole.CONSENT_KEEPER) as keeper:
        with pytest.raises(BrokenError):
            await failing.round(keeper)
    assert await queued(town) == []
    await sweeper.round()
    assert len(await queued(town)) == 2


async def test_what_was_told_is_never_taken_back(town: City, sweeper: Sweeper) -> None:
    await granted(town)
    await sweeper.round()
    async with town.database.owner() as owner:
        for change in (
            "UPDATE consent_notice SET messages = NULL",
            "DELETE FROM consent_notice",
            "TRUNCATE consent_notice",
        ):
            with pytest.raises(asyncpg.IntegrityConstraintViolationError):
                await owner.execute(change)


# Contacts, and their sending -----------------------------------------------------------------------------------------


def test_a_contact_is_an_address_of_its_channel_and_nothing_else() -> None:
    for channel, address in (
        (Channel.EMAIL, "a@b"),
        (Channel.EMAIL, "a@b.cn\nBcc: c@d.cn"),
        (Channel.EMAIL, "a@b.cn, c@d.cn"),
        (Channel.SMS, "a@b.cn"),
        (Channel.SMS, ""),
        (Channel.WEBHOOK, "https://a/b"),
    ):
        with pytest.raises(NotAContact):
            Contact(channel=channel, address=address)
    assert ADDRESS not in repr(Contact(channel=Channel.EMAIL, address=ADDRESS))


async def test_a_contact_is_sealed_but_for_its_channel(town: City) -> None:
    sealer = town.installation.sealer
    stored = contact(town)
    assert ADDRESS.encode() not in stored
    assert stored != contact(town)
    assert channel_of(stored) is Channel.EMAIL
    assert opened(stored, sealer.open_value) == Contact(channel=Channel.EMAIL, address=ADDRESS)
    with pytest.raises(ValueError, match="Not sealed"):
        opened(stored[:-1] + b"x", sealer.open_value)


@dataclass(slots=True)
class Others:
    seen: list[Message] = field(default_factory=list)

    async def __call__(self, message: Message) -> None:
        self.seen.append(message)


def message(recipient: str, channel: Channel = Channel.EMAIL) -> Message:
    return Message(id=uuid4(), channel=channel, recipient=recipient, topic="t", body="b", queued_at=1)


async def failure(posting: Posting, given: Message) -> str:
    with pytest.raises(NotDelivered) as found:
        await posting(given)
    return found.value.code


async def test_the_sending_process_alone_turns_a_consent_into_an_address(
    town: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = await granted(town)
    texted = await granted(town, contact=contact(town, "13800138000", Channel.SMS))
    relation = await registered(town, new(RelationKind.GUARDIAN, contact=contact(town, GUARDIAN)))
    nobody = await granted_alone(town)
    mails: list[tuple[str, str]] = []
    posts: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr("gateway.outbox.mail._send", lambda server, mail: mails.append((server, mail["To"])))

    async def post(self: Webhook, given: Message) -> None:
        posts.append((self.addresses[given.recipient], json.loads(given.body)))

    monkeypatch.setattr(Webhook, "__call__", post)
    others = Others()
    async with town.database.connect(DatabaseRole.WATCHER) as watcher:
        posting = Posting(
            fetch=watcher.fetch,
            opens=town.installation.sealer.open_value,
            mail=Mail(server="smtp://mail.test", sender="a@b.cn", addresses={}),
            gateway=Webhook(addresses={GATEWAY: "https://messages.test"}, secret=b"s", clock=lambda: 0),
            others={Channel.EMAIL: others},
        )
        for each in (f"consent:{record.id}", f"relation:{relation}", f"consent:{texted.id}", "alerts"):
            await posting(message(each))
        assert mails == [("smtp://mail.test", ADDRESS), ("smtp://mail.test", GUARDIAN)]
        told = {"channel": "SMS", "to": "13800138000", "topic": "t", "text": "b"}
        assert posts == [("https://messages.test", told)]
        assert [each.recipient for each in others.seen] == ["alerts"]
        for recipient in (f"consent:{nobody.id}", f"consent:{uuid4()}"):
            assert await failure(posting, message(recipient)) == "NO_ADDRESS"
        unset = replace(posting, mail=None, gateway=None)
        for recipient in (f"consent:{record.id}", f"consent:{texted.id}"):
            assert await failure(unset, message(recipient)) == "CHANNEL_NOT_SET_UP"
        assert await failure(posting, message("alerts", Channel.SMS)) == "CHANNEL_NOT_SET_UP"
        lost = replace(posting, opens=_no_key)
        assert await failure(lost, message(f"consent:{record.id}")) == "ADDRESS_NOT_OPENED"


def _no_key(_sealed: bytes) -> str:
    raise ValueError
