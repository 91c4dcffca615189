"""Turns the key folder of an installation (``<home>/keys``) into keys, and makes, rolls and retires what is in it.

Files are 0600 in a folder of 0700; what others can read is refused. The private half of the log's key is read for the
sequencer alone; its public half has a file of its own. It never logs, prints or sends a secret, never overwrites one,
and never makes a key unless asked to.
"""

import json
import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from gateway.keys.material import ADDED, PINNED, ROOT_BYTES, Entropy, Keys, Purpose, SigningKey, Use, ring, thumbprint

VERSIONS = "versions.json"
_ROOT = re.compile(r"root-([1-9][0-9]{0,5})\.secret")
_SIGNING = re.compile(r"(token|receipt|ledger|policy)-([1-9][0-9]{0,5})(\.pub)?\.pem")


class KeysError(Exception):
    """The key folder cannot be used. The sentence names a file, never what is in it."""


def create(folder: Path, *, entropy: Entropy) -> Keys:
    """Make what is missing of the first version, then read. What exists is left alone."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not _roots(folder):
        write(folder / "root-1.secret", entropy(ROOT_BYTES).hex().encode() + b"\n")
    if not (folder / VERSIONS).exists():
        write(folder / VERSIONS, _versions_text(dict.fromkeys(Purpose, 1)))
    held = {use for use, _, _ in _signing_files(folder)}
    for use in Use:
        if use not in held:
            _new_signing(folder, use, 1, entropy)
    _write_public_halves(folder)
    return read(folder)


def read(folder: Path) -> Keys:
    """Every key in the folder, but of the log's only the public halves. ``KeysError`` where something is missing,
    unreadable, or readable by others."""
    roots = _roots(folder)
    if not roots:
        raise KeysError("There are no keys in the home folder; make them with: credit-gateway key new")
    versions = _read_versions(folder, max(roots))
    secrets = {number: _read_root(path) for number, path in roots.items()}
    rings = {purpose: ring(purpose, versions[purpose], secrets) for purpose in Purpose}
    signing = {use: _read_signing(folder, use, private=use is not Use.LEDGER) for use in Use}
    return Keys(rings=MappingProxyType(rings), signing=MappingProxyType(signing))


def read_log_keys(folder: Path) -> tuple[SigningKey, ...]:
    """The keys of the log with their private halves, newest first: for the sequencer. ``KeysError`` as for ``read``."""
    return _read_signing(folder, Use.LEDGER)


def roll_root(folder: Path, *, entropy: Entropy) -> int:
    """Add a root secret and move every purpose that is not pinned to it; the number of the new version."""
    roots = _roots(folder)
    number = max(roots) + 1
    versions = _read_versions(folder, max(roots))
    write(folder / f"root-{number}.secret", entropy(ROOT_BYTES).hex().encode() + b"\n")
    moved = {purpose: (now if purpose in PINNED else number) for purpose, now in versions.items()}
    _replace(folder / VERSIONS, _versions_text(moved))
    return number


def roll_signing(folder: Path, use: Use, *, entropy: Entropy) -> str:
    """Add a signing key that signs from now on; older ones still verify. The new ``kid``."""
    number = 1 + max((number for held, number, _ in _signing_files(folder) if held is use), default=0)
    _new_signing(folder, use, number, entropy)
    _write_public_halves(folder)
    return _read_signing(folder, use)[0].kid


def retire_signing(folder: Path, use: Use, kid: str) -> None:
    """Destroy the private half of a key that no longer signs; its public half still verifies what it signed."""
    _signing_now, *older = _read_signing(folder, use)
    found = next((key for key in older if key.kid == kid and key.private is not None), None)
    if found is None:
        raise KeysError("Only an older key that still has its private half can be retired.")
    _write_public(folder, use, found)
    (folder / f"{use}-{found.number}.pem").unlink()


def _roots(folder: Path) -> dict[int, Path]:
    if not folder.is_dir():
        return {}
    found = ((_ROOT.fullmatch(path.name), path) for path in folder.iterdir())
    return {int(match[1]): path for match, path in found if match}


def _signing_files(folder: Path) -> list[tuple[Use, int, Path]]:
    found = ((_SIGNING.fullmatch(path.name), path) for path in folder.iterdir())
    return [(Use(match[1]), int(match[2]), path) for match, path in found if match]


def _read_root(path: Path) -> bytes:
    try:
        root = bytes.fromhex(private_bytes(path).decode("ascii").strip())
    except ValueError:
        root = b""
    if len(root) != ROOT_BYTES:
        raise KeysError(f"{path.name} is not a root secret of 32 bytes.")
    return root


def _read_versions(folder: Path, highest: int) -> dict[Purpose, int]:
    try:
        stated = json.loads((folder / VERSIONS).read_bytes())
        versions = {purpose: stated[purpose] for purpose in Purpose if purpose in stated or purpose not in ADDED}
    except (OSError, ValueError, KeyError, TypeError):
        raise KeysError(f"{VERSIONS} is missing, unreadable or incomplete.") from None
    if not all(type(number) is int and 1 <= number <= highest for number in versions.values()):
        raise KeysError(f"{VERSIONS} names a root secret that is not there.")
    return dict.fromkeys(ADDED, 1) | versions


def _read_signing(folder: Path, use: Use, *, private: bool = True) -> tuple[SigningKey, ...]:
    """Newest first. ``private``: with their private halves, but for those that are retired; else no file that holds one
    is opened."""
    files: dict[int, Path] = {}
    for held, number, path in _signing_files(folder):
        if held is use and (_is_public(path) != private or (private and number not in files)):
            files[number] = path
    keys = tuple(_signing_key(number, files[number]) for number in sorted(files, reverse=True))
    if not keys or (private and keys[0].private is None):
        raise KeysError(f"There is no signing key for {use}; make it with: credit-gateway key new")
    return keys


def _is_public(path: Path) -> bool:
    return path.name.endswith(".pub.pem")


def _write_public_halves(folder: Path) -> None:
    """Those of the log's keys, for everything that must not read the private ones."""
    for key in read_log_keys(folder):
        _write_public(folder, Use.LEDGER, key)


def _write_public(folder: Path, use: Use, key: SigningKey) -> None:
    path = folder / f"{use}-{key.number}.pub.pem"
    if not path.exists():
        write(path, key.public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def _signing_key(number: int, path: Path) -> SigningKey:
    try:
        if _is_public(path):
            private, public = None, load_pem_public_key(path.read_bytes())
        else:
            private = load_pem_private_key(private_bytes(path), None)
            public = private.public_key()
    except ValueError:
        raise KeysError(f"{path.name} is not a key in PEM form.") from None
    if not isinstance(public, Ed25519PublicKey) or not (private is None or isinstance(private, Ed25519PrivateKey)):
        raise KeysError(f"{path.name} is not an Ed25519 key.")
    return SigningKey(kid=thumbprint(public), number=number, public=public, private=private)


def _new_signing(folder: Path, use: Use, number: int, entropy: Entropy) -> None:
    key = Ed25519PrivateKey.from_private_bytes(entropy(32))
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write(folder / f"{use}-{number}.pem", pem)


def private_bytes(path: Path) -> bytes:
    """A secret file. Errors: ``KeysError`` where others can read it."""
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise KeysError(f"{path.name} can be read by others; its mode must be 0600.")
    return path.read_bytes()


def _versions_text(versions: Mapping[Purpose, int]) -> bytes:
    return json.dumps({str(purpose): number for purpose, number in versions.items()}, indent=1).encode() + b"\n"


def write(path: Path, content: bytes) -> None:
    """A new file of 0600, durable; an existing one is never overwritten."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _replace(path: Path, content: bytes) -> None:
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    write(draft, content)
    draft.replace(path)
