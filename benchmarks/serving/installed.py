"""What peers need -> folders in the cache that hold it, installed once by pip and npm; never in the repository."""

import shutil
import subprocess
import venv
from pathlib import Path

from benchmarks.serving.peers import PEERS

POSTGRAPHILE = PEERS / "postgraphile"


def python_with_packages(cache: Path) -> Path:
    """The interpreter of an environment with ``peers/requirements.txt``."""
    wanted = PEERS / "requirements.txt"
    folder = cache / "python"
    python = folder / "bin" / "python"
    if _stale(folder, wanted):
        venv.create(folder, with_pip=True, clear=True)
        pip = (str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        subprocess.run([*pip, "-r", str(wanted)], check=True)
        _remember(folder, wanted)
    return python


def node_with_packages(cache: Path) -> Path:
    """A folder with the server of PostGraphile, its packages and the Node.js that they ask for."""
    folder = cache / "node"
    folder.mkdir(parents=True, exist_ok=True)
    wanted = POSTGRAPHILE / "package.json"
    if _stale(folder, wanted):
        shutil.copy(wanted, folder)
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent"], cwd=folder, check=True)
        _remember(folder, wanted)
    shutil.copy(POSTGRAPHILE / "server.mjs", folder)
    return folder


def _stale(folder: Path, wanted: Path) -> bool:
    kept = folder / ".installed"
    return not kept.exists() or kept.read_bytes() != wanted.read_bytes()


def _remember(folder: Path, wanted: Path) -> None:
    shutil.copy(wanted, folder / ".installed")
