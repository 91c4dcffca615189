"""The room of the verifier stands alone: its files are also a distribution with nothing of the gateway beside it."""

import ast
import sys
import tomllib
from pathlib import Path

import pytest

from gateway.ledger import proof

ROOM = Path(proof.__path__[0])
ALLOWED = sys.stdlib_module_names | {"cryptography"}


def imported(module: Path) -> set[str]:
    """What a module imports from outside of the room."""
    found = set()
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {each.name.partition(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add(str(node.module).partition(".")[0])
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 1
    return found


@pytest.mark.parametrize("module", sorted(ROOM.glob("*.py")), ids=lambda path: path.stem)
def test_a_module_needs_the_standard_library_and_cryptography_alone(module: Path) -> None:
    assert imported(module) <= ALLOWED


def test_the_distribution_asks_for_the_same_cryptography_as_the_gateway() -> None:
    apart, whole = (
        tomllib.loads(path.read_text("utf-8"))["project"]
        for path in (ROOM / "pyproject.toml", Path(__file__).parents[3] / "pyproject.toml")
    )
    assert set(apart["dependencies"]) == {one for one in whole["dependencies"] if one.startswith("cryptography")}
    assert (apart["version"], apart["requires-python"]) == (whole["version"], whole["requires-python"])
    assert apart["scripts"].keys() == {apart["name"]} == {"credit-log-verifier"}
