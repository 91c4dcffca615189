"""What anyone who opens the repository may rely on: arrows, sizes, names, docstrings, no loose ends."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tracked import ROOT, modules, tracked

MODULE_LINES = 400
FUNCTION_LINES = 60
BANNED = {"utils", "util", "helpers", "helper", "common", "base", "manager", "service", "misc"}
MARKS = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")) + r")\b")


def below(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_the_arrows_point_one_way() -> None:
    """In a process of its own: it sets up logging for all who come after it."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_no_module_is_longer_than_one_sitting() -> None:
    long = {below(path): path.read_text("utf-8").count("\n") for path in modules()}
    assert {name: lines for name, lines in long.items() if lines > MODULE_LINES} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    found = {
        f"{below(path)}:{node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: lines for name, lines in found.items() if lines > FUNCTION_LINES} == {}


def test_files_are_called_by_what_they_are() -> None:
    assert [below(path) for path in modules() if BANNED & set(path.stem.split("_"))] == []


@pytest.mark.parametrize("path", modules(), ids=below)
def test_every_module_says_what_it_turns_into_what(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text("utf-8")))


def test_nothing_is_left_unfinished() -> None:
    marked = [below(path) for path in tracked() if path.suffix == ".py" and MARKS.search(path.read_text("utf-8"))]
    assert marked == []


def test_every_exception_from_a_rule_says_why() -> None:
    """``type: ignore`` names its code; a bare one would hide whatever comes later."""
    bare = re.compile(r"# type: ignore(?!\[)")
    assert [below(path) for path in modules() if bare.search(path.read_text("utf-8"))] == []
