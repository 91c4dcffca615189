"""The keys of years in the key folder: each wraps the subject keys of its year, until the year is forgotten.

They are random and cut from nothing: once its file is destroyed, no root secret brings a year back. They are read at
every use, never kept, so that a year destroyed by one process is gone for all.
"""

import contextlib
import os
from pathlib import Path

from gateway.keys.folder import KeysError, private_bytes, write
from gateway.keys.material import Entropy

KEY_BYTES = 32


class YearKeys:
    """Files ``subjects-<year>.secret`` of 32 random bytes, in hexadecimal."""

    def __init__(self, folder: Path, *, entropy: Entropy) -> None:
        self._folder = folder
        self._entropy = entropy

    def current(self, year: int) -> bytes:
        """The key of the year that is written in; made where it is missing, the same for all who come at once."""
        path = self._path(year)
        if not path.exists():
            self._make(path)
        return self.kept(year)

    def kept(self, year: int) -> bytes:
        """Errors: ``KeysError`` where it was destroyed, never made, or cannot be used."""
        path = self._path(year)
        try:
            key = bytes.fromhex(private_bytes(path).decode("ascii").strip())
        except FileNotFoundError:
            raise KeysError(f"{path.name} is not there: what was sealed in that year cannot be opened.") from None
        except ValueError:
            key = b""
        if len(key) != KEY_BYTES:
            raise KeysError(f"{path.name} is not a key of 32 bytes.")
        return key

    def before(self, year: int) -> tuple[int, ...]:
        """Earlier years that still have a key, oldest first."""
        years = (int(path.stem.removeprefix("subjects-")) for path in self._folder.glob("subjects-[0-9]*.secret"))
        return tuple(sorted(each for each in years if each < year))

    def destroy(self, year: int) -> None:
        """Overwrite and remove. What backups of this folder hold is for whoever keeps them to destroy."""
        path = self._path(year)
        with path.open("r+b") as file:
            file.write(b"0" * path.stat().st_size)
            file.flush()
            os.fsync(file.fileno())
        path.unlink()

    def _make(self, path: Path) -> None:
        """Written beside its place and linked to it, so that nobody ever reads half a key."""
        draft = path.with_suffix(f".{self._entropy(8).hex()}")
        write(draft, self._entropy(KEY_BYTES).hex().encode() + b"\n")
        try:
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)
        finally:
            draft.unlink()

    def _path(self, year: int) -> Path:
        return self._folder / f"subjects-{year}.secret"
