"""The one family of expected refusals: each has a permanent code and a sentence in the caller's terms.

A refusal never carries anything the caller sent: not a value, not a misspelt name. ``gateway.problems`` alone maps
codes to HTTP statuses and languages.
"""

from enum import StrEnum


class Code(StrEnum):
    """Permanent codes of ``errors[].extensions.code``."""

    BAD_REQUEST = "BAD_REQUEST"
    DOCUMENT_INVALID = "DOCUMENT_INVALID"
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
    FIELD_NOT_FILTERABLE = "FIELD_NOT_FILTERABLE"
    CURSOR_INVALID = "CURSOR_INVALID"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    OPERATOR_NOT_VALID = "OPERATOR_NOT_VALID"
    PURPOSE_REQUIRED = "PURPOSE_REQUIRED"
    PURPOSE_NOT_ALLOWED = "PURPOSE_NOT_ALLOWED"
    SUBJECT_NOT_COVERED = "SUBJECT_NOT_COVERED"
    ROLE_REQUIRED = "ROLE_REQUIRED"
    MATTER_REQUIRED = "MATTER_REQUIRED"
    MATTER_NOT_OPEN = "MATTER_NOT_OPEN"
    OUT_OF_CONSENT = "OUT_OF_CONSENT"
    CONSENT_ENDED = "CONSENT_ENDED"
    FROZEN = "FROZEN"
    RATE_LIMITED = "RATE_LIMITED"
    LEDGER_UNAVAILABLE = "LEDGER_UNAVAILABLE"
    INTERNAL = "INTERNAL"


class Refusal(Exception):  # noqa: N818  # a refusal is an outcome, not a fault
    """The operation is refused whole. ``detail`` says why in fixed words of ours; ``line`` and ``column`` say where in
    the document."""

    def __init__(self, code: Code, detail: str, *, line: int | None = None, column: int | None = None) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.line = line
        self.column = column


class DocumentError(Refusal):
    """Stage 2: the document, its variables or its limits."""


class CallerError(Refusal):
    """Stage 1: the credentials."""


class PolicyError(Refusal):
    """Stage 3: the purpose, the matter, the consent, or a use of a field that the grant does not show in clear."""


class DataError(Refusal):
    """Stages 4 to 6: cursors and read conflicts."""


class LedgerError(Refusal):
    """Stage 7: the log could not be written, so nothing leaves."""
