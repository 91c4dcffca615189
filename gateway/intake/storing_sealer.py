"""What intake needs of the keys: to seal and reopen values, to digest identifiers, to number rows.

The implementation is ``gateway.keys.sealing``. Reopening serves one end: to tell a corrected row from an unchanged one,
since equal values have unequal ciphertexts. Whoever only prepares rows digests and numbers, and can open nothing.
"""

from typing import Protocol


class Digester(Protocol):
    """All methods are deterministic under the same keys."""

    def person_digest(self, id_type: str, id_number: str, name: str) -> bytes:
        """For exact look-up of a person by type, number and name together."""
        ...

    def number_digest(self, id_type: str, id_number: str) -> bytes:
        """For matching a person at intake, by type and number."""
        ...

    def organisation_digest(self, uscc: str) -> bytes:
        """For the parties of a matter."""
        ...

    def internal_id(self, source: str, natural_key: str) -> int:
        """A positive number of 63 bits: the same row has the same id in every installation with the same keys."""
        ...


class StoringSealer(Digester, Protocol):
    def digester(self) -> Digester:
        """The same digests and numbers, without any key that seals or opens."""
        ...

    def seal_value(self, text: str) -> bytes:
        """A ``_ct`` column. Equal values have unequal ciphertexts."""
        ...

    def open_value(self, sealed: bytes) -> str:
        """The clear text of a ``_ct`` column; ``ValueError`` for anything not sealed by us."""
        ...
