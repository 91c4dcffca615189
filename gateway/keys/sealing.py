"""Turns personal values into sealed bytes and keyed digests, and internal ids and positions into opaque text; and back.

The implementation of ``resolvers.sealer.Sealer``, with intake's side (``seal_value``, ``number_digest``,
``internal_id``).

* Stored values: AES-256-GCM, one version byte, a random nonce of 12 bytes for every value. Equal values have unequal
  ciphertexts: a copy of the tables does not show who shares a phone number.
* Digests: HMAC-SHA-256 over length-prefixed parts, so that no two lists of parts meet in one message.
* Viewer ids: AES-256-SIV with the viewer as associated data. Deterministic on purpose (one viewer, one row, one id) and
  authenticated, so an id that we did not make for this viewer is recognised without a look-up. A bare AES block per id
  would be shorter (22 characters for 48) and 1 microsecond faster, but would leave some 50 bits of redundancy between a
  guess and a row, and a key object per viewer to hold; SIV costs 1.4 microseconds and needs neither.
* Cursors: AES-256-SIV with the binding as associated data, positions padded to one length.

It never keeps a value, and no error of it repeats what it was given.
"""

import hmac
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV

from gateway.keys.material import Entropy, Keys, Purpose, Ring

NONCE_BYTES = 12
KIND_BYTES = 12
POSITION_BYTES = 126  # with its length and the SIV tag: 144 bytes, 192 characters, no padding
ID_CHARACTERS = 48
CURSOR_CHARACTERS = 192
_VALUE_CONTEXT = b"credit-gateway/value/1"


class NotSealedError(ValueError):
    """What was given was not sealed by these keys for this use."""

    def __init__(self) -> None:
        super().__init__("Not sealed by these keys for this use.")


def normalised(text: str) -> str:
    """NFKC and trimmed: the form of names that digests are made of."""
    return unicodedata.normalize("NFKC", text).strip()


def normalised_number(text: str) -> str:
    """NFKC, trimmed, upper-case: the form of identifiers that digests are made of (the x of a check character)."""
    return normalised(text).upper()


class KeyedDigests:
    """Digests and numbers, under two secrets of 32 bytes; whoever has these alone can open nothing that is sealed."""

    def __init__(self, digests: bytes, internal_ids: bytes) -> None:
        self._digests = digests
        self._internal_ids = internal_ids

    def person_digest(self, id_type: str, id_number: str, name: str) -> bytes:
        """32 bytes for exact look-up of a person: identifier and name together."""
        return self._digest("person", normalised_number(id_type), normalised_number(id_number), normalised(name))

    def number_digest(self, id_type: str, id_number: str) -> bytes:
        """32 bytes for matching a person at intake: the identifier alone."""
        return self._digest("number", normalised_number(id_type), normalised_number(id_number))

    def organisation_digest(self, uscc: str) -> bytes:
        """32 bytes for an organisation among the parties of a matter."""
        return self._digest("organisation", normalised_number(uscc))

    def question_digest(self, text: str) -> bytes:
        """32 bytes for knowing a question again, whoever is asked about in it."""
        return self._digest("question", text)

    def internal_id(self, source: str, natural_key: str) -> int:
        """A positive number of at most 63 bits, the same in every installation with the same keys.

        ``natural_key`` is taken as it is: the source decides what makes two of its rows the same.
        """
        digest = hmac.digest(self._internal_ids, _parts(source, natural_key), "sha256")
        return int.from_bytes(digest[:8], "big") >> 1 or 1

    def _digest(self, *parts: str) -> bytes:
        return hmac.digest(self._digests, _parts(*parts), "sha256")


class KeyedSealer(KeyedDigests):
    """Holds ready ciphers. Ids and cursors sealed under an older root still open; new ones get the newest."""

    def __init__(self, keys: Keys, *, entropy: Entropy) -> None:
        super().__init__(keys.rings[Purpose.DIGESTS].newest[:32], keys.rings[Purpose.INTERNAL_IDS].newest[:32])
        values = keys.rings[Purpose.VALUES]
        self._entropy = entropy
        self._version = bytes((values.current,))
        self._values = {bytes((number,)): AESGCM(secret[:32]) for number, secret in values.secrets.items()}
        self._viewer_ids = _ciphers(keys.rings[Purpose.VIEWER_IDS])
        self._cursors = _ciphers(keys.rings[Purpose.CURSORS])

    def digester(self) -> KeyedDigests:
        """The same digests and numbers, without any key that seals or opens."""
        return KeyedDigests(self._digests, self._internal_ids)

    def seal_value(self, text: str) -> bytes:
        """A ``_ct`` column: version (1), nonce (12), ciphertext, tag (16)."""
        nonce = self._entropy(NONCE_BYTES)
        return self._version + nonce + self._values[self._version].encrypt(nonce, text.encode(), _VALUE_CONTEXT)

    def open_value(self, sealed: bytes) -> str:
        """The clear text of a ``_ct`` column; ``ValueError`` for anything else."""
        cipher = self._values.get(sealed[:1])
        if cipher is None:
            raise NotSealedError
        try:
            return cipher.decrypt(sealed[1:13], sealed[13:], _VALUE_CONTEXT).decode()
        except (InvalidTag, ValueError):
            raise NotSealedError from None

    def seal_id(self, viewer: str, kind: str, internal: int) -> str:
        """48 characters, stable for this viewer and different for every other. ``kind``: at most 12 ASCII letters."""
        word = kind.encode("ascii")
        if not 0 < len(word) <= KIND_BYTES:
            raise ValueError("A kind is one word of at most 12 letters.")
        plain = word.ljust(KIND_BYTES, b"\0") + internal.to_bytes(8, "big", signed=True)
        return urlsafe_b64encode(self._viewer_ids[0].encrypt(plain, [viewer.encode()])).decode()

    def open_id(self, viewer: str, text: str) -> tuple[str, int]:
        """Kind and internal id; ``ValueError`` for anything not sealed for this viewer."""
        plain = _open(self._viewer_ids, text, ID_CHARACTERS, viewer.encode())
        return plain[:KIND_BYTES].rstrip(b"\0").decode("ascii"), int.from_bytes(plain[KIND_BYTES:], "big", signed=True)

    def seal_cursor(self, binding: bytes, position: bytes) -> str:
        """192 characters bound to ``binding``; ``position`` is at most 126 bytes."""
        if len(position) > POSITION_BYTES:
            raise ValueError("A position has at most 126 bytes.")
        plain = len(position).to_bytes(2, "big") + position.ljust(POSITION_BYTES, b"\0")
        return urlsafe_b64encode(self._cursors[0].encrypt(plain, [binding])).decode()

    def open_cursor(self, binding: bytes, text: str) -> bytes:
        """The position; ``ValueError`` for anything not sealed with this binding."""
        plain = _open(self._cursors, text, CURSOR_CHARACTERS, binding)
        return plain[2 : 2 + int.from_bytes(plain[:2], "big")]


def _parts(*parts: str) -> bytes:
    encoded = (part.encode() for part in parts)
    return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)


def _ciphers(ring: Ring) -> tuple[AESSIV, ...]:
    """Newest first."""
    return tuple(AESSIV(secret) for secret in ring.newest_first())


def _open(ciphers: tuple[AESSIV, ...], text: str, characters: int, associated: bytes) -> bytes:
    if len(text) != characters or not text.isascii():
        raise NotSealedError
    try:
        sealed = urlsafe_b64decode(text)
    except ValueError:
        raise NotSealedError from None
    # The decoder skips foreign characters and takes two alphabets: one text alone stands for these bytes.
    if urlsafe_b64encode(sealed).decode() != text:
        raise NotSealedError
    for cipher in ciphers:
        try:
            return cipher.decrypt(sealed, [associated])
        except InvalidTag:
            continue
    raise NotSealedError
