"""Texts signed by keys with names (c2sp.org/signed-note), Ed25519 alone: signing, adding a signature, opening.

A note opens only when a key asked for has signed it, and every signature by such a key is good. Signatures of other
keys are passed over, once they are well formed.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from .errors import FormatError, NoteError
from .spelling import base64, octets

NOTE_LIMIT = 1_000_000  # bytes
SIGNATURES_LIMIT = 100
SIGNATURE_BYTES = 64

_ED25519 = b"\1"
_DASH = "— "


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key that verifies. ``id``: 4 bytes; ``public``: 32 bytes."""

    name: str
    id: bytes
    public: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A text, with its last newline, and the keys asked for that have signed it."""

    text: str
    signed_by: tuple[Key, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Signature:
    name: str
    id: bytes
    data: bytes


def key(name: str, public: bytes) -> Key:
    """The key of that name. Raises ``NoteError`` for a name or key that a note cannot have."""
    if not name or "+" in name or any(map(str.isspace, name)) or not _printable(name):
        raise NoteError("a key has a name without spaces and plus signs")
    if len(public) != 32:
        raise NoteError("a public key has 32 bytes")
    identity = hashlib.sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:4]
    return Key(name=name, id=identity, public=public)


def vkey(name: str, public: bytes) -> str:
    """The key as operators hand it on: ``name+id+key``."""
    made = key(name, public)
    return f"{name}+{made.id.hex()}+{base64(_ED25519 + public)}"


def read_vkey(text: str) -> Key:
    """The key of that text. Raises ``NoteError`` unless ``vkey`` gives the same text again."""
    name, _, rest = text.partition("+")
    encoded = rest.partition("+")[2]
    try:
        data = octets(encoded)
    except FormatError:
        data = b""
    if data[:1] != _ED25519 or len(data) != 33 or vkey(name, data[1:]) != text:
        raise NoteError("not a key of a log")
    return key(name, data[1:])


def sign(text: str, name: str, public: bytes, sign: Callable[[bytes], bytes]) -> bytes:
    """The note of a text that ends in a newline. ``sign`` makes the 64 bytes of an Ed25519 signature."""
    if not text.endswith("\n") or not _printable(text):
        raise NoteError("a text ends in a newline and holds no control characters")
    return f"{text}\n{_line(text, name, public, sign)}".encode()


def add_signature(note: bytes, name: str, public: bytes, sign: Callable[[bytes], bytes]) -> bytes:
    """The note with a further signature, as while a key is rolled. Raises ``NoteError`` if that key has signed it."""
    text, _ = _parsed(note)
    added = note + _line(text, name, public, sign).encode()
    _parsed(added)
    return added


def open_note(data: bytes, keys: Iterable[Key]) -> Note:
    """The note, of which at least one of ``keys`` has signed the text.

    Raises:
        NoteError: malformed, signed by none of them, or a signature of one of them is not good.
    """
    text, signatures = _parsed(data)
    known = _by_identity(keys)
    signed_by = []
    for signature in signatures:
        found = known.get((signature.name, signature.id))
        if found:
            _verify(found, signature.data, text)
            signed_by.append(found)
    if not signed_by:
        raise NoteError("no key asked for has signed the note")
    return Note(text=text, signed_by=tuple(signed_by))


def _by_identity(keys: Iterable[Key]) -> dict[tuple[str, bytes], Key]:
    known: dict[tuple[str, bytes], Key] = {}
    for one in keys:
        if known.setdefault((one.name, one.id), one) != one:
            raise NoteError("two keys have one name and id")
    return known


def _verify(by: Key, signature: bytes, text: str) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(by.public).verify(signature, text.encode())
    except (InvalidSignature, ValueError):
        raise NoteError("a signature is not good") from None


def _line(text: str, name: str, public: bytes, sign: Callable[[bytes], bytes]) -> str:
    by = key(name, public)
    signature = sign(text.encode())
    _verify(by, signature, text)  # a signer that holds another key than it says makes no note
    return f"{_DASH}{name} {base64(by.id + signature)}\n"


def _parsed(data: bytes) -> tuple[str, tuple[_Signature, ...]]:
    if len(data) > NOTE_LIMIT:
        raise NoteError("the note is too long")
    try:
        whole = data.decode()
    except UnicodeDecodeError:
        raise NoteError("the note is not UTF-8") from None
    text, separator, rest = whole.rpartition("\n\n")
    if not separator or not rest.endswith("\n") or not _printable(whole):
        raise NoteError("the note is malformed")
    lines = rest[:-1].split("\n")
    if len(lines) > SIGNATURES_LIMIT:
        raise NoteError("the note has too many signatures")
    signatures = tuple(map(_signature, lines))
    if len({(one.name, one.id) for one in signatures}) < len(signatures):
        raise NoteError("a key has signed twice")
    return f"{text}\n", signatures


def _signature(line: str) -> _Signature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    try:
        data = octets(encoded)
    except FormatError:
        data = b""
    if not line.startswith(_DASH) or not name or "+" in name or any(map(str.isspace, name)) or len(data) < 5:
        raise NoteError("a signature is malformed")
    return _Signature(name=name, id=data[:4], data=data[4:])


def _printable(text: str) -> bool:
    return all(character >= " " or character == "\n" for character in text)
