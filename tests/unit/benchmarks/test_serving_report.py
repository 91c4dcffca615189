"""Medians, ratios round by round, and what a table says where nothing was answered."""

from pathlib import Path

from benchmarks.serving.load import Outcome
from benchmarks.serving.peers import handwritten, postgraphile
from benchmarks.serving.report import as_data, as_tables, rates_of, ratio
from benchmarks.serving.rounds import Measurement

US = handwritten(Path("python"), "postgresql://", reset=False)
THEM = postgraphile(Path("node"), {})


def measured(number: int, peer: str, rate: float, *, failed: int = 0, largest: float = 10.0) -> Measurement:
    answered = rate > 0
    outcome = Outcome(rate=rate, p50=1.0 if answered else None, p99=2.0 if answered else None, failed=failed)
    return Measurement(
        round=number,
        peer=peer,
        question="page",
        connections=16,
        outcome=outcome,
        memory=2 * largest,
        largest=largest,
    )


def test_a_ratio_is_taken_round_by_round() -> None:
    """A disturbed round disturbs both; the ratio of the medians would be 2."""
    taken = [
        *(measured(1, US.name, 100), measured(1, THEM.name, 25)),
        *(measured(2, US.name, 50), measured(2, THEM.name, 12.5)),
        *(measured(3, US.name, 10), measured(3, THEM.name, 50)),
    ]
    rates = rates_of(taken)
    assert ratio(rates, US.name, THEM.name, "page", 16) == 4.0


def test_there_is_no_ratio_to_who_never_answered() -> None:
    rates = rates_of([measured(1, US.name, 100), measured(1, THEM.name, 0)])
    assert ratio(rates, US.name, THEM.name, "page", 16) is None
    assert ratio(rates, US.name, THEM.name, "pages", 16) is None


def test_data_holds_medians_and_the_most_memory() -> None:
    taken = [measured(number, US.name, rate, largest=rate) for number, rate in enumerate((10.0, 30.0, 20.0))]
    told = as_data((US,), taken)
    assert told["rates"] == [{"peer": US.name, "question": "page", "connections": 16, "median": 20.0}]
    assert (told["memory"], told["largest"]) == ({US.name: 60.0}, {US.name: 30.0})


def test_tables_say_what_failed_and_what_was_never_answered() -> None:
    taken = [measured(1, US.name, 1234.56), measured(1, THEM.name, 5, failed=3)]
    lines = list(as_tables((US, THEM), taken))
    assert any("1,234.6 (2.0)" in line for line in lines)
    assert any("3 failed" in line for line in lines)
    assert any("none in time" in line for line in lines)
