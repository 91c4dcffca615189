"""Refusals before authentication make one entry per kind and window, and are kept until the ledger has them."""

import asyncio
from uuid import UUID

import pytest

from gateway.ledger.aggregate import WINDOW, Refusals
from gateway.ledger.entry import Decision, Entry, Kind
from gateway.ledger.errors import LedgerUnavailable, NotWritten
from gateway.ledger.receipt import Receipt
from tests.ledger.ledgers import START

RECEIPT = Receipt(entry_id=UUID(int=1), leaf_hash=b"", writer=UUID(int=2), wseq=0, t=0, nonce=b"")


class Log:
    """A ledger that takes ``room`` entries; ``also`` is refused while an entry is being written."""

    def __init__(self, room: int = 100) -> None:
        self.now = START
        self.refusals = Refusals(lambda: self.now)
        self.room = room
        self.also: str | None = None
        self.entries: list[Entry] = []

    async def append(self, entry: Entry) -> Receipt:
        if len(self.entries) >= self.room:
            raise LedgerUnavailable
        self.entries.append(entry)
        if self.also:
            self.refusals.add(self.also)
        return RECEIPT

    def report(self, *, everything: bool = False) -> list[tuple[tuple[str, ...], int]]:
        asyncio.run(self.refusals.report(self.append, everything=everything))
        return [(entry.reasons, entry.times) for entry in self.entries]


def test_nothing_is_reported_before_the_window_has_passed() -> None:
    log = Log()
    log.refusals.add("BAD_REQUEST")
    log.now += WINDOW * 1000 - 1
    assert log.report() == []


def test_one_entry_for_each_kind() -> None:
    log = Log()
    for code in ("BAD_REQUEST", "UNAUTHENTICATED", "BAD_REQUEST", "BAD_REQUEST"):
        log.refusals.add(code)
    log.now += WINDOW * 1000
    assert log.report() == [(("BAD_REQUEST",), 3), (("UNAUTHENTICATED",), 1)]
    assert log.report() == [(("BAD_REQUEST",), 3), (("UNAUTHENTICATED",), 1)]
    assert {(entry.kind, entry.decision, entry.principal) for entry in log.entries} == {
        (Kind.DENY, Decision.DENY, "public")
    }


def test_each_kind_has_its_own_window() -> None:
    log = Log()
    log.refusals.add("BAD_REQUEST")
    log.now += WINDOW * 1000
    log.refusals.add("UNAUTHENTICATED")
    assert log.report() == [(("BAD_REQUEST",), 1)]


def test_everything_is_reported_at_the_end() -> None:
    log = Log()
    log.refusals.add("BAD_REQUEST")
    assert log.report(everything=True) == [(("BAD_REQUEST",), 1)]


def test_what_the_ledger_did_not_take_is_kept() -> None:
    log = Log(room=1)
    log.refusals.add("BAD_REQUEST")
    log.refusals.add("UNAUTHENTICATED")
    log.now += WINDOW * 1000
    with pytest.raises(NotWritten):
        log.report()
    log.room = 2
    assert log.report() == [(("BAD_REQUEST",), 1), (("UNAUTHENTICATED",), 1)]


def test_what_comes_while_an_entry_is_written_begins_a_window() -> None:
    log = Log()
    log.refusals.add("BAD_REQUEST")
    log.now += WINDOW * 1000
    log.also = "BAD_REQUEST"
    assert log.report() == [(("BAD_REQUEST",), 1)]
    log.also = None
    assert log.report() == [(("BAD_REQUEST",), 1)]
    log.now += WINDOW * 1000
    assert log.report() == [(("BAD_REQUEST",), 1), (("BAD_REQUEST",), 1)]
