"""A run in which a test is skipped, in whatever way, fails: what was skipped has shown nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WAYS = {
    "mark": "@pytest.mark.skip\ndef test_one() -> None: ...",
    "condition": "@pytest.mark.skipif(True, reason='x')\ndef test_one() -> None: ...",
    "call": "def test_one() -> None:\n    pytest.skip('x')",
    "module": "pytest.skip('x', allow_module_level=True)",
    "import": "pytest.importorskip('no_such_module')\ndef test_one() -> None: ...",
}


def run(folder: Path, text: str) -> int:
    (folder / "test_it.py").write_text(f"import pytest\n\n{text}\n", "utf-8")
    options = ["-q", "-c", str(ROOT / "pyproject.toml"), "-p", "tests.conftest"]
    command = [sys.executable, "-m", "pytest", *options, str(folder)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode


@pytest.mark.parametrize("way", WAYS)
def test_a_skip_fails_the_run(tmp_path: Path, way: str) -> None:
    assert run(tmp_path, WAYS[way]) in (1, 2)


def test_a_run_without_one_does_not(tmp_path: Path) -> None:
    assert run(tmp_path, "def test_one() -> None: ...") == 0
