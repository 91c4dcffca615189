"""Notes that the first implementation of the format has signed open here, and ours are made as it makes them.

The vectors say where they come from.
"""

import json
from base64 import b64decode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.ledger.proof.errors import NoteError
from gateway.ledger.proof.note import SIGNATURES_LIMIT, add_signature, key, open_note, read_vkey, sign, vkey

VECTORS = json.loads((Path(__file__).parents[2] / "ledger/vectors/signed-note.json").read_text("utf-8"))
TEXT: str = VECTORS["text"]
PETER, ENOCH = (read_vkey(VECTORS["keys"][name]) for name in ("PeterNeumann", "EnochRoot"))
BY_PETER, BY_ENOCH = (VECTORS["signatures"][name] for name in ("PeterNeumann", "EnochRoot"))
PRIVATE = Ed25519PrivateKey.from_private_bytes(b64decode(VECTORS["signing_key"].split("+", 4)[4])[1:])
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))


def note(*signatures: str, text: str = TEXT) -> bytes:
    return f"{text}\n{''.join(signatures)}".encode()


def refused(data: bytes) -> str:
    with pytest.raises(NoteError) as caught:
        open_note(data, [PETER])
    return str(caught.value)


def test_what_peter_signed() -> None:
    assert sign(TEXT, "PeterNeumann", PETER.public, PRIVATE.sign) == note(BY_PETER)


def test_a_note_signed_by_several() -> None:
    both = note(BY_PETER, BY_ENOCH)
    assert open_note(both, [PETER]).signed_by == (PETER,)
    assert open_note(both, [ENOCH, PETER]).signed_by == (PETER, ENOCH)
    assert open_note(both, [ENOCH]).text == TEXT


def test_a_second_signature_is_added() -> None:
    public = OTHER.public_key().public_bytes_raw()
    made = add_signature(note(BY_PETER), "New", public, OTHER.sign)
    assert made.startswith(note(BY_PETER))
    assert open_note(made, [key("New", public), PETER]).signed_by == (PETER, key("New", public))
    with pytest.raises(NoteError, match="signed twice"):
        add_signature(made, "New", public, OTHER.sign)


def test_a_signer_without_its_key_makes_no_note() -> None:
    with pytest.raises(NoteError, match="not good"):
        sign(TEXT, "PeterNeumann", PETER.public, OTHER.sign)


@pytest.mark.parametrize("text", ["abc", "", "a\rb\n", "a\tb\n", "a\0b\n"])
def test_no_note_of_such_a_text(text: str) -> None:
    with pytest.raises(NoteError):
        sign(text, "PeterNeumann", PETER.public, PRIVATE.sign)


def test_keys_as_they_are_handed_on() -> None:
    for text in VECTORS["keys"].values():
        read = read_vkey(text)
        assert vkey(read.name, read.public) == text


def test_a_key_with_anything_missing_or_changed() -> None:
    text = VECTORS["keys"]["PeterNeumann"]
    parts = [text[i:j] for i in range(len(text)) for j in range(i + 1, len(text) + 1) if j - i < len(text)]
    changed = [text[:i] + chr(ord(text[i]) + 1) + text[i + 1 :] for i in range(len(text))]
    for wrong in [*parts, *changed, *VECTORS["not_keys"], f"{text}\n", "", "a+b", "Peter Neumann" + text[12:]]:
        with pytest.raises(NoteError):
            read_vkey(wrong)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u3000b", "a\nb", "a\x01"])
def test_no_key_has_such_a_name(name: str) -> None:
    with pytest.raises(NoteError):
        key(name, bytes(32))


def test_the_examples_of_the_specification_are_well_formed() -> None:
    assert refused(VECTORS["specification"]["note"].encode()) == "no key asked for has signed the note"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (note(BY_ENOCH), "no key asked for has signed the note"),
        (note(BY_PETER, text=TEXT.replace("know", "knew")), "a signature is not good"),
        (note(BY_PETER[:60] + "ABCD" + BY_PETER[60:]), "a signature is not good"),
        (note(BY_PETER, BY_PETER), "a key has signed twice"),
        (note(BY_PETER, BY_ENOCH, BY_ENOCH), "a key has signed twice"),
        (note(BY_PETER, BY_ENOCH[:60] + "ABCD" + BY_ENOCH[60:], BY_ENOCH), "a key has signed twice"),
        (TEXT.encode(), "the note is malformed"),
        (note(), "the note is malformed"),
        (note(BY_PETER[:-1]), "the note is malformed"),
        (note(BY_PETER, text=f"\x01{TEXT}"), "the note is malformed"),
        (note(BY_PETER).replace(b"\n", b"\r\n"), "the note is malformed"),
        (b"\xff" + note(BY_PETER), "the note is not UTF-8"),
        (note(BY_PETER, "Unexpected line.\n"), "a signature is malformed"),
        (note(BY_PETER.replace("PeterNeumann", "Bad Name")), "a signature is malformed"),
        (note(BY_PETER, "— a+b AAAAAAA=\n"), "a signature is malformed"),
        (note(BY_PETER, "— Enoch AAAAAA==\n"), "a signature is malformed"),
        (note(BY_PETER, "— Enoch AAAAAAB=\n"), "a signature is malformed"),
        (note(BY_PETER.replace("— ", "- ")), "a signature is malformed"),
        (note(BY_PETER) + b" " * 1_000_000, "the note is too long"),
    ],
    ids=range(19),
)
def test_a_note_that_does_not_open(data: bytes, reason: str) -> None:
    assert refused(data) == reason


def test_as_many_signatures_as_a_verifier_takes() -> None:
    others = [f"— {n} AAAAAAA=\n" for n in range(SIGNATURES_LIMIT)]
    assert open_note(note(BY_PETER, *others[1:]), [PETER])
    assert refused(note(BY_PETER, *others)) == "the note has too many signatures"


def test_two_keys_that_cannot_be_told_apart() -> None:
    twin = type(PETER)(name=PETER.name, id=PETER.id, public=bytes(32))
    with pytest.raises(NoteError, match="one name and id"):
        open_note(note(BY_PETER), [PETER, twin])
    assert open_note(note(BY_PETER), [PETER, PETER])
