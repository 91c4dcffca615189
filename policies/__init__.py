"""The regulations as data: opened by name, without logic."""

from importlib.resources import files
from importlib.resources.abc import Traversable


def file(name: str) -> Traversable:
    """The policy file of this name, e.g. ``catalogue/fields.csv``."""
    return files(__name__).joinpath(name)


def contents() -> dict[str, bytes]:
    """Every policy file by its name below this folder, in order of name: what a loader is given."""
    found: dict[str, bytes] = {}
    pending = [("", files(__name__))]
    while pending:
        prefix, folder = pending.pop()
        for entry in folder.iterdir():
            if entry.is_dir() and not entry.name.startswith(("_", ".")):
                pending.append((f"{prefix}{entry.name}/", entry))
            elif entry.name.endswith((".toml", ".csv", ".conf")):
                found[prefix + entry.name] = entry.read_bytes()
    return dict(sorted(found.items()))
