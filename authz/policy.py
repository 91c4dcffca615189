"""The policy files -> one immutable policy version: catalogue, regulation, space and rules that fit together.

The version is the SHA-256 of the files themselves, so a policy that differs in one byte is another policy. A policy
either loads whole or is refused with file and line; nothing here opens a file or asks Casbin.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache, partial

from authz.casbin_model import check_model
from authz.cells import Cells
from authz.conflicts import check_conflicts
from authz.grant import Scope
from authz.regime import Regime, regime_of
from authz.rules import FILES, Rule, load_rules
from authz.space import Space, space_of
from schema.catalogue import Catalogue, load_catalogue
from schema.policy_file import PolicyFileError, digest_of
from schema.regulations.regulation import Regulation, load_regulation

__all__ = ["Policy", "load_policy"]

MODEL_FILE = "model.conf"
_NAMES = re.compile(
    r"model\.conf|(?:purposes|manners|measures|list_types|sources|open_points)\.toml|"
    r"(?:ceilings|ceilings_fields|coverage|expectations)\.csv|"
    r"rules/(?:publication|sharing|consent|self|audit)\.csv|trees/(?:roles|purposes|field_classes)\.csv|"
    r"catalogue/(?:fields\.csv|[a-z_]+\.toml)|jurisdictions/[0-9]{6}\.toml|calendar/[0-9]{4}\.toml"
)
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
    _check_names(files)
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
        regime=lru_cache(maxsize=DAYS)(partial(regime_of, regulation, catalogue)),
    )


def _check_names(files: Mapping[str, bytes]) -> None:
    """INVARIANT: no file is passed over. A misnamed file of rules would be a whole scope, or every deny of it, gone."""
    for name in sorted(files):
        if not _NAMES.fullmatch(name):
            raise PolicyFileError(name, 1, "no file of this name is read")
    for scope, name in FILES.items():
        if scope is not Scope.AUDIT and name not in files:  # in audit scope no cell can be opened
            raise PolicyFileError(name, 1, "the file is missing")
