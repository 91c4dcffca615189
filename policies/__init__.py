"""The regulations as data: opened by name, without logic."""

from importlib.resources import files
from importlib.resources.abc import Traversable


def file(name: str) -> Traversable:
    """The policy file of this name, e.g. ``catalogue/fields.csv``."""
    return files(__name__).joinpath(name)
