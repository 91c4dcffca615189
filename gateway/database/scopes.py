"""privileges.csv -> for each database role, the columns it may read and write.

The gateway connects with one role per scope, so that PostgreSQL itself refuses what a scope may never see, even to a
statement that the planner got wrong. A column that is not in the file belongs to nobody. The wall knows scope, column
and the state of a row; it knows no purpose, and the agency only of a source that reads its own archive. Nothing here
speaks to a database.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from types import MappingProxyType

from authz.grant import Grant, Scope


class DatabaseRole(StrEnum):
    """A scope role; in the cluster its name carries the prefix of the installation (``credit_publication``)."""

    PUBLICATION = "publication"
    SHARING = "sharing"
    ARCHIVE = "archive"  # sharing, to a source: it also sees what is hidden of its own
    CONSENT = "consent"
    SELF = "self"
    INTAKE = "intake"
    REGISTRY = "registry"
    LEDGER_WRITER = "ledger_writer"
    LEDGER_READER = "ledger_reader"
    SEQUENCER = "sequencer"  # gives leaves their places in the tree; it changes none
    LEDGER_KEEPER = "ledger_keeper"  # erases side rows and their keys; never a leaf
    WATCHER = "watcher"  # judges what the log tells, freezes, and sends messages; reads nothing of whom they concern
    STATISTICS = "statistics"  # counts use, matters, measures and dates of records; reads nothing of whom they concern
    CONSENT_KEEPER = "consent_keeper"  # requests, consents and their uses, with their leaves; reads nothing of subjects
    PORTAL = "portal"  # sessions of those who sign in; nothing else


READERS = frozenset(
    {
        DatabaseRole.PUBLICATION,
        DatabaseRole.SHARING,
        DatabaseRole.ARCHIVE,
        DatabaseRole.CONSENT,
        DatabaseRole.SELF,
    }
)
"""The roles that answer questions about subjects."""

READ_ONLY = READERS | {DatabaseRole.LEDGER_READER, DatabaseRole.STATISTICS}
"""The roles that write nothing."""

ROLE_OF_SCOPE: Mapping[Scope, DatabaseRole] = MappingProxyType(
    {
        Scope.PUBLICATION: DatabaseRole.PUBLICATION,
        Scope.SHARING: DatabaseRole.SHARING,
        Scope.CONSENT: DatabaseRole.CONSENT,
        Scope.SELF: DatabaseRole.SELF,
        Scope.AUDIT: DatabaseRole.LEDGER_READER,
    }
)


def role_of(grant: Grant) -> DatabaseRole:
    """The role under which the rows of this grant are read."""
    return DatabaseRole.ARCHIVE if grant.archive else ROLE_OF_SCOPE[grant.scope]


class Right(StrEnum):
    """A letter of a cell. Deleting is a right on the whole table, written in its row ``*``."""

    SELECT = "r"
    INSERT = "i"
    UPDATE = "u"
    DELETE = "d"


WHOLE_TABLE = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Privilege:
    """One right of one role on some columns of a table, in the order of the file."""

    role: DatabaseRole
    table: str
    right: Right
    columns: tuple[str, ...]  # ("*",) for DELETE


@cache
def privileges() -> tuple[Privilege, ...]:
    """The whole file. Errors: ``ValueError`` for an unknown letter, a misplaced DELETE, or a column named twice."""
    text = resources.files("gateway.database").joinpath("privileges.csv").read_text("utf-8")
    return read_privileges(text)


def read_privileges(text: str) -> tuple[Privilege, ...]:
    """The rows of a file of that layout, gathered by table, role and right."""
    cells: dict[tuple[str, DatabaseRole, Right], list[str]] = {}
    seen: set[tuple[str, str]] = set()
    for row in csv.DictReader(text.splitlines(), strict=True):
        table, column = row.pop("table"), row.pop("column")
        if (table, column) in seen:
            raise ValueError(f"privileges: {table}.{column} is named twice")
        seen.add((table, column))
        for role, letters in row.items():
            for right in map(Right, letters):
                if (right is Right.DELETE) != (column == WHOLE_TABLE):
                    raise ValueError(f"privileges: {table}.{column} cannot carry {right.name}")
                cells.setdefault((table, DatabaseRole(role), right), []).append(column)
    return tuple(
        Privilege(role=role, table=table, right=right, columns=tuple(columns))
        for (table, role, right), columns in cells.items()
    )


def columns_of(role: DatabaseRole, table: str, right: Right = Right.SELECT) -> frozenset[str]:
    """The columns of a table on which the role has this right; empty where it has none."""
    return frozenset(
        column
        for privilege in privileges()
        if (privilege.role, privilege.table, privilege.right) == (role, table, right)
        for column in privilege.columns
    )


def tables() -> frozenset[str]:
    """Every table of the file."""
    return frozenset(privilege.table for privilege in privileges())
