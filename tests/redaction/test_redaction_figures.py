"""Redaction judged on texts that were written apart from it: nothing of a person's numbers leaks, names hardly ever,
and what is innocent stays. The figures of docs/benchmarks.md come from the same texts, more of them."""

import pytest

from authz.redaction.redact import redact
from tests.redaction import prose
from tests.redaction.figures import EARLIER, KNOWN, LAST, Figures, measured, texts

ROUNDS = 6


@pytest.fixture(scope="module")
def earlier() -> Figures:
    return measured(texts(EARLIER, ROUNDS))


@pytest.fixture(scope="module")
def last() -> Figures:
    return measured(texts(LAST, ROUNDS))


def test_nothing_of_a_persons_particulars_leaks(earlier: Figures, last: Figures) -> None:
    assert earlier.particulars + last.particulars > 300
    assert [(found, shown) for _, found, shown in (*earlier.leaked_particulars, *last.leaked_particulars)] == []


def test_names_hardly_ever_leak(earlier: Figures, last: Figures) -> None:
    assert earlier.names > 1500
    assert earlier.recall > 0.985
    assert last.recall > 0.97


def test_what_is_innocent_stays(earlier: Figures, last: Figures) -> None:
    assert earlier.withheld + last.withheld < 0.01 * (earlier.texts + last.texts)
    assert earlier.readable > 0.98
    assert last.readable > 0.94
    assert earlier.untouched[0] > 0.95 * earlier.untouched[1]
    assert last.untouched[0] > 0.8 * last.untouched[1]
    for kind, floor in (("D", 0.99), ("S", 0.99), ("Y", 0.98), ("M", 0.96), ("O", 0.93)):
        kept, of = (earlier.kept[kind][place] + last.kept[kind][place] for place in (0, 1))
        assert kept > floor * of, kind


def test_informants_leave_no_trace() -> None:
    for text in texts(prose.ABOUT_INFORMANTS, 20):
        shown = redact(text.written, KNOWN) or ""
        assert not [name for name in text.names if name in shown]
        assert not [word for word in ("举报", "投诉", "匿名", "证人", "线索", "反映") if word in shown]


def test_redacting_twice_changes_nothing() -> None:
    for text in texts((*EARLIER, *LAST), 2, seed=7):
        shown = redact(text.written, KNOWN)
        assert shown is None or redact(shown, KNOWN) == shown


def test_the_measure_sees_what_leaks_and_what_is_lost() -> None:
    """A redactor that does nothing leaks everything; one that withholds everything loses it."""
    idle = measured(texts(EARLIER, 1), lambda text, _: text)
    assert len(idle.leaked_particulars) == idle.particulars
    assert idle.recall == 0
    silent = measured(texts(EARLIER, 1), lambda *_: None)
    assert (silent.recall, silent.readable, silent.withheld) == (1, 0, silent.texts)
