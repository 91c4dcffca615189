"""The four questions that every peer is asked, each in its own words (``benchmarks/peers``)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """``name``: of the file that asks it; ``by_code``: whether it is about one organisation after another."""

    name: str
    title: str
    by_code: bool


QUESTIONS = (
    Question(name="subject", title="one subject, 10 records, measures", by_code=True),
    Question(name="page", title="page of 100 records", by_code=False),
    Question(name="pages", title="ten pages of 100 records", by_code=False),
    Question(name="fields", title="one subject, 3 fields", by_code=True),
)
