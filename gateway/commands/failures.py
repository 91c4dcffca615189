"""What a command may fail with, and what is said of it."""

import asyncpg

from authz.bundle import BundleError
from authz.matrix.check import PolicyRefused
from gateway.clients import NotANameError, UnknownError
from gateway.database.cluster import ClusterError
from gateway.database.migrate import MigrationError
from gateway.in_force import PolicyNotHereError
from gateway.installation import NoInstallationError
from gateway.keys.folder import KeysError
from gateway.ledger.errors import NotWritten
from gateway.versions.approval import NotApproved
from gateway.versions.kept import NoSuchVersion
from gateway.versions.signing import BundleRefused
from schema.errors import Refusal
from schema.policy_file import PolicyFileError


class Failure(Exception):  # noqa: N818  # a sentence for the terminal
    """``status``: 1 where the command was refused or failed, 2 where it was misused."""

    def __init__(self, sentence: str, status: int = 1) -> None:
        super().__init__(sentence)
        self.status = status


FAILURES = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    BundleError,
    BundleRefused,
    ClusterError,
    KeysError,
    MigrationError,
    NoInstallationError,
    NoSuchVersion,
    NotANameError,
    NotApproved,
    NotWritten,
    OSError,
    PolicyFileError,
    PolicyNotHereError,
    PolicyRefused,
    Refusal,
    UnknownError,
)
"""Foreseen: told in one line, without a trace."""
