"""The policy files -> one immutable policy version: catalogue, regulation, space and rules that fit together.

The version is the SHA-256 of the files themselves, so a policy that differs in one byte is another policy. A policy
either loads whole or is refused with file and line; nothing here opens a file or asks Casbin.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache, partial

from authz.casbin_model import check_model
from authz.cells import Cells
from authz.conflicts import check_conflicts
from authz.regime import Regime, regime_of
from authz.rules import Rule, load_rules
from authz.space import Space, space_of
from schema.catalogue import Catalogue, load_catalogue
from schema.policy_file import digest_of
from schema.regulations.regulation import Regulation, load_regulation

__all__ = ["Policy", "load_policy"]

MODEL_FILE = "model.conf"
DAYS = 64


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Policy:
    """One policy version. ``version`` is its content address, hex."""

    version: str
    catalogue: Catalogue
    regulation: Regulation
    space: Space
    rules: tuple[Rule, ...]
    model: str
    cells: Cells = field(repr=False)
    regime: Callable[[date], Regime] = field(repr=False)  # remembered for the days asked of late


def load_policy(files: Mapping[str, bytes]) -> Policy:
    """The policy of these files (name below policies/ -> content). Raises PolicyFileError."""
    catalogue, regulation = load_catalogue(files), load_regulation(files)
    space = space_of(files, catalogue, regulation)
    rules = load_rules(files, space, regulation.sources)
    model = check_model(files, MODEL_FILE)
    check_conflicts(rules, space)
    return Policy(
        version=digest_of(files, files),
        catalogue=catalogue,
        regulation=regulation,
        space=space,
        rules=rules,
        model=model,
        cells=Cells(rules, space),
        regime=lru_cache(maxsize=DAYS)(partial(regime_of, regulation)),
    )
