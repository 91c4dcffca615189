"""The name of a policy on the command line -> its files: those that are shipped, or those of a folder."""

from collections.abc import Mapping
from pathlib import Path

import policies
from gateway.commands.failures import Failure

SHIPPED = "shipped"
ENDINGS = (".toml", ".csv", ".conf")


def files_of(name: str) -> Mapping[str, bytes]:
    """The files by their names below the folder. Raises Failure."""
    if name == SHIPPED:
        return policies.contents()
    folder = Path(name)
    if not name.strip() or not folder.is_dir():
        raise Failure("there is no such folder of policies", status=2)
    found = (path for path in sorted(folder.rglob("*")) if path.suffix in ENDINGS and path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}
