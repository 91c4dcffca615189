"""Files of an export: each appears whole or not at all, so that an export that broke off goes on where it stopped."""

import os
from pathlib import Path


def write(path: Path, content: bytes) -> None:
    """A whole file, in folders that are made where they are missing; one that stands there is replaced."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
