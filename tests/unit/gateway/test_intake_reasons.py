"""docs/intake.md tells every layout and every sentence that intake can tell, and no other; and each of them is told."""

import inspect
import re
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import gateway.intake
from gateway.intake.layouts.recognition import LAYOUTS
from gateway.intake.reasons import Passed, Reason, Refusal

TEXT = (Path(__file__).parents[3] / "docs" / "intake.md").read_text("utf-8")
SENTENCES = (*Refusal, *Passed, *Reason)


def rows(heading: str) -> dict[str, str]:
    """First and last cell of each row of the tables below the heading."""
    part = TEXT.split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line.strip("| ").split(" | ") for line in part.splitlines() if line.startswith("| ")]
    return {cells[0]: cells[-1] for cells in lines[1:]}


def gaps(sentence: str) -> str:
    return sentence.replace("{}", "…")


def test_every_sentence_is_documented_once_and_no_other() -> None:
    assert set(rows("What of a file is no data")) == {gaps(each) for each in Passed}
    assert set(rows("Why a file is refused whole")) == {gaps(each) for each in Refusal}
    dates = TEXT.rsplit("Dates that cannot all be right: ", 1)[1].partition("\n")[0].rstrip(".").split("；")
    told = [*rows("Why a row is set aside"), *dates]
    assert sorted(told) == sorted(gaps(each) for each in Reason)


def test_every_layout_is_documented_with_what_it_must_have() -> None:
    required = {f"`{layout.name}`": "、".join(column.headers[0] for column in layout.required) for layout in LAYOUTS}
    assert rows("What is taken") == required


def test_every_sentence_is_told_somewhere() -> None:
    names = [module.name for module in walk_packages(gateway.intake.__path__, "gateway.intake.")]
    sources = [inspect.getsource(import_module(name)) for name in names if not name.endswith((".reasons", ".worker"))]
    used = set(re.findall(r"\b(Refusal|Passed|Reason)\.([A-Z_]+)", "\n".join(sources)))
    assert used == {(type(each).__name__, each.name) for each in SENTENCES}


def test_sentences_differ() -> None:
    assert len(set(SENTENCES)) == len(SENTENCES)
