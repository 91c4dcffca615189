"""What reading needs of the keys, and no more: open stored values, seal viewer ids and cursors, digest look-ups.

The implementation is ``gateway.keys.sealing``, handed in by the composition root.
"""

from typing import Protocol


class Sealer(Protocol):
    """Deterministic under the same keys. Errors: ``ValueError`` for anything that was not sealed for that use."""

    def open_value(self, sealed: bytes) -> str:
        """The clear text of a ``_ct`` column."""
        ...

    def person_digest(self, id_type: str, id_number: str, name: str) -> bytes:
        """Keyed digest for exact look-up of a person; normalises all three (NFKC, trimmed, upper-case number)."""
        ...

    def organisation_digest(self, uscc: str) -> bytes:
        """Keyed digest of a unified social credit code, for the parties of a matter."""
        ...

    def question_digest(self, text: str) -> bytes:
        """Keyed digest of a whole question, so that it is known again; it may hold identifiers."""
        ...

    def internal_id(self, source: str, natural_key: str) -> int:
        """The internal id that intake gives to the bearer of an identifier, known here or not."""
        ...

    def seal_id(self, viewer: str, kind: str, internal: int) -> str:
        """An opaque id of fixed length, stable for this viewer and different for every other; ``kind`` is one word."""
        ...

    def open_id(self, viewer: str, text: str) -> tuple[str, int]:
        """Kind and internal id."""
        ...

    def seal_cursor(self, binding: bytes, position: bytes) -> str:
        """A cursor bound to ``binding``; ``position`` is padded to one length."""
        ...

    def open_cursor(self, binding: bytes, text: str) -> bytes:
        """The position."""
        ...
