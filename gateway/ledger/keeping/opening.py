"""What opens side rows again, for checks and for erasure: handed in, as every key is."""

from typing import Protocol

from gateway.ledger.keeping.subject_keys import SubjectKey


class NotOpened(Exception):  # noqa: N818  # an outcome to be handled, not a fault
    """The key is gone, or it did not seal this at this place."""

    def __init__(self) -> None:
        super().__init__("a side row cannot be opened")


class Opener(Protocol):
    """The keys of the side rows, to open with."""

    def digest(self, kind: str, value: bytes) -> bytes:
        """As ``gateway.ledger.sides.Sealing``."""
        ...

    def open(self, sealed: bytes, *, aad: bytes, dek_id: str, key: SubjectKey | None) -> bytes:
        """The text; ``key``: the stored one, where ``dek_id`` is a subject's. Errors: ``NotOpened``."""
        ...
