"""What a command may fail with, and what is said of it."""

import asyncpg

from authz.bundle import BundleError
from authz.matrix.check import PolicyRefused
from gateway.approvals.officers import NotAnOfficer
from gateway.approvals.queue import NotGranted
from gateway.clients import DutyTakenError, NotAKeyError, NotANameError, UnknownError
from gateway.database.cluster import ClusterError
from gateway.database.migrate import MigrationError
from gateway.database.roles import OlderHome
from gateway.freezes.imposing import NothingFrozen
from gateway.freezes.naming import NoSuchTarget
from gateway.in_force import PolicyNotHereError
from gateway.installation import NoInstallationError
from gateway.keys.folder import KeysError
from gateway.ledger.errors import NotWritten
from gateway.ledger.export.proving import NoSuchEntry, NotYetProvable
from gateway.ledger.keeping.erasure import NothingKept, SubjectHeld
from gateway.ledger.keeping.retention import TooSoon
from gateway.ledger.proof.errors import ProofError
from gateway.ledger.sequence.errors import HeadMoved, NothingLost, NotSigned
from gateway.ledger.sequence.notes import NotesError
from gateway.settings import SettingsError
from gateway.versions.approval import NotApproved
from gateway.versions.kept import NoSuchVersion
from gateway.versions.signing import BundleRefused
from gateway.watch.findings import NoSuchFinding
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
    DutyTakenError,
    HeadMoved,
    KeysError,
    MigrationError,
    NoSuchEntry,
    NothingKept,
    NotYetProvable,
    ProofError,
    SubjectHeld,
    TooSoon,
    NoInstallationError,
    NoSuchFinding,
    NoSuchTarget,
    NoSuchVersion,
    NotAKeyError,
    NotANameError,
    NotAnOfficer,
    NotGranted,
    NotApproved,
    NotSigned,
    NotWritten,
    NothingFrozen,
    NotesError,
    NothingLost,
    OlderHome,
    OSError,
    PolicyFileError,
    PolicyNotHereError,
    PolicyRefused,
    Refusal,
    SettingsError,
    UnicodeDecodeError,
    UnknownError,
)
"""Foreseen: told in one line, without a trace."""


def sentence_of(failure: Exception) -> str:
    """What is said of a foreseen failure: one line, in the words of whoever typed the command. One line only: the
    details of a database error would quote values of rows."""
    return _said(failure).partition("\n")[0]


def _said(failure: Exception) -> str:
    match failure:
        case Refusal():
            return f"{failure.detail} ({failure.code})"
        case asyncpg.PostgresError() | asyncpg.InterfaceError():
            return f"the database does not do it: {failure}"
        case UnicodeDecodeError():
            return "a file that should be text is not UTF-8"
        case OSError(filename=None):
            return "the database cannot be reached"
        case OSError():
            return f"{failure.filename}: {_OF_FILES.get(type(failure), 'it cannot be read or written')}"
    return str(failure)


_OF_FILES = {
    FileNotFoundError: "there is no such file",
    IsADirectoryError: "it is a folder",
    NotADirectoryError: "a file stands where a folder should be",
    PermissionError: "it may not be read or written",
}
