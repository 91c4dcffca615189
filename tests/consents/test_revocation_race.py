"""Revocation against release: when the call has returned, nothing under the consent follows in the log (T17).

Fifty readers at once, at two processes on one database, and a revocation at some moment between them; thirty times.
What is checked is the log itself, by the places in its tree.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from random import Random
from typing import Any
from uuid import UUID

import httpx
import pytest

from gateway.consents.records import By, Reason
from gateway.consents.register import ConsentRegister
from tests.consents.bank import Bank, thumbprint
from tests.consents.granted import Wanted, granted, person, rights
from tests.consents.pair import GRAPHQL, Pair, bound, two_servers

ROUNDS, READERS = 30, 50
N2 = {"idNumber": "420199199207280027", "name": "王测试"}
LOOK = (
    'query($who: PersonLookup!) @purpose(code: "PM-901", matter: "LN20260519-88", role: "data_subject") '
    "{ subject(by: {person: $who}) { name } }"
)
RIGHTS = rights("PRACTICE_LICENCE", "Record.decidedOn")
PLACES = """
    SELECT found.id, found.consent, found.kind, shard, idx, found.kind = 'consent'
        AND convert_from(leaf, 'UTF8')::jsonb -> 'decision' -> 'reasons' ->> 0 = 'REVOKED' AS ends
    FROM audit_index AS found JOIN audit_pending USING (id) LEFT JOIN audit_seq USING (writer, wseq)
    WHERE found.consent = ANY($1)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An entry under a consent at its place in the tree."""

    entry: UUID
    consent: UUID
    index: tuple[str, int]
    releases: bool
    ends: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An answer: its entry, whether data is in it, and when it had arrived."""

    entry: UUID
    data: bool
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    consent: UUID
    revoked_at: float  # when the call had returned
    seen: Sequence[Seen]


def violations(places: Sequence[Place], rounds: Sequence[Round]) -> list[UUID]:
    """Entries that release after the end of their consent, by the log; and answers that arrived with data after the
    call had returned, unless their entry stands before it."""
    end = {place.consent: place.index for place in places if place.ends}
    late = [place.entry for place in places if place.releases and place.index > end[place.consent]]
    before = {place.entry for place in places if place.releases and place.index < end[place.consent]}
    told = [
        seen.entry
        for each in rounds
        for seen in each.seen
        if seen.data and seen.at > each.revoked_at and seen.entry not in before
    ]
    return late + told


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with two_servers() as found:
        yield found


async def read(http: httpx.AsyncClient, bank: Bank, token: str) -> Seen:
    while True:
        headers = bound(token, bank.proof("POST", GRAPHQL, token))
        answer = await http.post(GRAPHQL, json={"query": LOOK, "variables": {"who": N2}}, headers=headers)
        at = time.monotonic()
        bank.nonce = answer.headers.get("dpop-nonce", bank.nonce)
        if "use_dpop_nonce" in answer.headers.get("www-authenticate", ""):
            continue
        assert answer.status_code in (200, 403), answer.text
        body: dict[str, Any] = answer.json()
        data = (body.get("data") or {}).get("subject") is not None
        return Seen(entry=UUID(answer.headers["audit-entry"]), data=data, at=at)


async def raced(pair: Pair, register: ConsentRegister, wanted: Wanted, moment: float | None) -> tuple[Round, float]:
    """All readers at once, and a revocation ``moment`` seconds after they begin, or after all; how long they took."""
    consent = (await granted(register, wanted)).id
    token = await asyncio.to_thread(pair.token, "B1", consent=str(consent))
    async with clients(pair) as servers:
        began = time.monotonic()
        reading = [asyncio.create_task(read(servers[n % 2], pair.banks["B1"], token)) for n in range(READERS)]
        if moment is None:
            await asyncio.gather(*reading)
        else:
            await asyncio.sleep(moment)
        took = time.monotonic() - began
        assert await register.revoke(consent, Reason.SUBJECT, By.SUBJECT)
        revoked_at = time.monotonic()
        seen = await asyncio.gather(*reading)
    return Round(consent=consent, revoked_at=revoked_at, seen=seen), took


@asynccontextmanager
async def clients(pair: Pair) -> AsyncIterator[tuple[httpx.AsyncClient, httpx.AsyncClient]]:
    limits = httpx.Limits(max_connections=READERS)
    urls = [str(server.http.base_url) for server in pair.servers]
    async with (
        httpx.AsyncClient(base_url=urls[0], limits=limits, timeout=60) as one,
        httpx.AsyncClient(base_url=urls[1], limits=limits, timeout=60) as other,
    ):
        yield one, other


async def run(pair: Pair) -> list[Round]:
    moments = Random(17)
    async with pair.opened() as installation:
        subject = person(installation.sealer, N2["idNumber"], N2["name"])
        key = thumbprint(pair.banks["B1"].holder)
        wanted = Wanted(subject=subject, rights=RIGHTS, thumbprint=key, uses=100)
        first, span = await raced(pair, installation.consents, wanted, None)
        assert all(seen.data for seen in first.seen)
        return [
            first,
            *[(await raced(pair, installation.consents, wanted, moments.uniform(0, span)))[0] for _ in range(ROUNDS)],
        ]


def placed(pair: Pair, consents: Sequence[UUID]) -> list[Place]:
    """Every entry under these consents, once all have their places."""
    while True:
        pair.owner("SELECT audit_index_extend(1000000)")
        rows = pair.owner(PLACES, consents)
        if all(row["idx"] is not None for row in rows):
            return [
                Place(
                    entry=row["id"],
                    consent=row["consent"],
                    index=(row["shard"], row["idx"]),
                    releases=row["kind"] == "release",
                    ends=row["ends"],
                )
                for row in rows
            ]
        time.sleep(0.2)


def test_nothing_is_released_after_a_revocation(pair: Pair) -> None:
    rounds = asyncio.run(run(pair))
    places = placed(pair, [each.consent for each in rounds])
    assert sum(place.ends for place in places) == ROUNDS + 1
    answers = [seen for each in rounds[1:] for seen in each.seen]
    told = sum(seen.data for seen in answers)
    assert 0 < told < len(answers) == ROUNDS * READERS  # some were before the revocation, and some after
    assert {seen.entry for seen in answers if seen.data} <= {place.entry for place in places if place.releases}
    assert violations(places, rounds) == []


# The checker can fail -------------------------------------------------------------------------------------------------

CONSENT, ENTRY, END = UUID(int=1), UUID(int=2), UUID(int=3)
REVOKED = Place(entry=END, consent=CONSENT, index=("2026", 10), releases=False, ends=True)
RELEASED = Place(entry=ENTRY, consent=CONSENT, index=("2026", 9), releases=True, ends=False)


def one_round(at: float, *, data: bool = True) -> Round:
    return Round(consent=CONSENT, revoked_at=5.0, seen=[Seen(entry=ENTRY, data=data, at=at)])


def test_a_log_in_order_has_no_violation() -> None:
    assert violations([RELEASED, REVOKED], [one_round(6.0)]) == []
    assert violations([REVOKED], [one_round(6.0, data=False)]) == []


@pytest.mark.parametrize("index", [("2026", 11), ("2026-2", 0)])
def test_a_release_behind_the_end_is_found(index: tuple[str, int]) -> None:
    late = replace(RELEASED, index=index)
    assert violations([late, REVOKED], []) == [ENTRY]
    assert violations([late, REVOKED], [one_round(6.0)]) == [ENTRY, ENTRY]


def test_data_without_an_entry_before_the_end_is_found() -> None:
    assert violations([REVOKED], [one_round(6.0)]) == [ENTRY]
