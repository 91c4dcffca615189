"""Four typical operations and their statements as last reviewed, in ``snapshots``.

``python -m tests.unit.resolvers.typical`` writes them anew: what changed is then read as a difference.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

from tests.unit.resolvers.planning import planned

SNAPSHOTS = Path(__file__).with_name("snapshots")

TYPICAL: Mapping[str, tuple[str, str, Mapping[str, object]]] = {
    "public_company": (
        "public",
        """query ($u: String!) { subject(by: {uscc: $u}) {
             name ... on Organisation { uscc legalRepresentative { name } taxRegistrationNumber }
             records(first: 10) {
               totalCount edges { node { documentNumber decidedOn facts authority { name } } } } } }""",
        {"u": "91420199MA9TERT20X"},
    ),
    "tender_bidder": (
        "A1-PM-301",
        """query ($u: String!) { subject(by: {uscc: $u}) {
             name standing { majorPenalty { answer } seriousList { answer } sanctioned { answer } }
             records { edges { node { documentNumber status severity facts ... on Penalty { fineAmount } } } } } }""",
        {"u": "91420199MA9TERT20X"},
    ),
    "recruitment_candidate": (
        "A2-PM-601",
        """query ($p: PersonLookup!) { standing(by: {person: $p}) {
             identityMatch { answer } judgmentDefaulter { answer } seriousList { answer } sanctioned { answer } } }""",
        {"p": {"idNumber": "420199199207280027", "name": "王测试"}},
    ),
    "measures_of_targets": (
        "A7-PM-831",
        """query ($s: [MeasureStatus!], $after: String) { measures(filter: {status: $s}, first: 20, after: $after) {
             totalCount edges { cursor node {
               id status subject { id name ... on NaturalPerson { idNumber } }
               record { id facts } feedback { action result } } } } }""",
        {"s": ["IN_FORCE"], "after": "none"},
    ),
}
"""Name of the snapshot: kind of caller, document, variables."""


def written(name: str) -> str:
    """The statement and what it reads, as the snapshot holds them."""
    caller, text, variables = TYPICAL[name]
    made = planned(text, caller, variables).statement
    parameters = ", ".join(f"${number} {each}" for number, each in enumerate(made.names, 1))
    return f"-- {caller}: {parameters}\n-- reads {', '.join(made.columns)}\n{made.text}\n"


if __name__ == "__main__":
    SNAPSHOTS.mkdir(exist_ok=True)
    for each in TYPICAL:
        (SNAPSHOTS / f"{each}.sql").write_text(written(each), "utf-8")
        sys.stdout.write(f"{each}\n")
