"""How long ``POST /consents`` takes by whom it asks about: known, unknown, a minor, the deceased, a protected person.

    python -m benchmarks.asking [REQUESTS]

A real server on a fresh home; the five are asked for in turn: whatever else the machine does falls on all alike.
Prints the median of each in milliseconds, and the widest distance between two of them.
"""

import sys
from statistics import median
from time import perf_counter

from tests.consents.pair import two_servers
from tests.consents.requests import ANYBODY, PROTECTED, body, key

REQUESTS = 200
WARM = 20


def main(requests: int = REQUESTS) -> None:
    times: dict[str, list[float]] = {name: [] for name in ANYBODY}
    with two_servers() as pair:
        pair.home.said("protect", PROTECTED["idNumber"], "--by", "AUDIT/U1", "--reason", "a benchmark")
        token = pair.token("B1")
        for turn in range(WARM + requests):
            if turn % 50 == 0:  # it lasts five minutes
                token = pair.token("B1")
            for name, person in ANYBODY.items():
                began = perf_counter()
                answer = pair.call(
                    pair.one, "POST", "/consents", token, json=body(subject__person=person), headers=key()
                )
                took = perf_counter() - began
                assert answer.status_code == 201, answer.text
                if turn >= WARM:
                    times[name].append(took * 1000)
    medians = {name: median(taken) for name, taken in times.items()}
    for name, middle in medians.items():
        print(f"{name:10} {middle:7.2f} ms of {len(times[name])}")
    low, high = min(medians.values()), max(medians.values())
    print(f"apart {high - low:.2f} ms, {100 * (high - low) / low:.1f} %")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
