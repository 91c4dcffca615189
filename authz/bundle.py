"""The files of a policy version -> a bundle: canonical bytes that a signature can cover; and back, read strictly.

A bundle holds the files themselves, their digest (the policy version), the digest of the matrix that they gave where
they were checked, and what they were compared with: the version then in force and the digest of the diff to it. Equal
bundles are equal bytes. Never signs, never opens a file, never decides whether a policy may be put in force.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from types import MappingProxyType

from authz.matrix.diff import Diff
from authz.matrix.evaluation import Matrix
from schema.policy_file import digest_of

FORMAT = "credit-gateway/policy-bundle/1"
SIZE_LIMIT = 16 * 1024 * 1024
"""Bytes. The shipped policies take a third of a megabyte."""

_MEMBERS = frozenset({"diff", "files", "format", "matrix", "predecessor", "version"})
_DIGEST = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[a-z0-9_]+(?:/[a-z0-9_]+)*\.(?:toml|csv|conf)")


class BundleError(Exception):
    """These bytes are no bundle, or these files make none. The sentence never repeats what stands in them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """Digests are SHA-256, hex. ``files``: by name below ``policies/``; ``version``: digest of the files; ``matrix``:
    of what they show to whom; ``predecessor``: the version that they were compared with, None where none was in force;
    ``diff``: of the comparison, None where that version could not be read."""

    files: Mapping[str, bytes] = field(repr=False)
    version: str
    matrix: str
    predecessor: str | None
    diff: str | None


def bundle_of(files: Mapping[str, bytes], *, matrix: str, predecessor: str | None, diff: str | None) -> Bundle:
    """The bundle of these files. Raises BundleError for files that a bundle cannot hold."""
    bundle = Bundle(
        files=MappingProxyType(dict(files)),
        version=digest_of(files, files),
        matrix=matrix,
        predecessor=predecessor,
        diff=diff,
    )
    _check(bundle)
    return bundle


def content_of(bundle: Bundle) -> bytes:
    """The canonical bytes: JSON with sorted keys, no spaces, nothing escaped that need not be."""
    members = {
        "diff": bundle.diff,
        "files": {name: _text(content) for name, content in bundle.files.items()},
        "format": FORMAT,
        "matrix": bundle.matrix,
        "predecessor": bundle.predecessor,
        "version": bundle.version,
    }
    return _canonical(members)


def address_of(content: bytes) -> str:
    """By which a bundle is stored and named: the digest of its bytes, hex."""
    return sha256(content).hexdigest()


def read_bundle(content: bytes) -> Bundle:
    """The bundle of these bytes. Raises BundleError for any that ``content_of`` would not have written."""
    if len(content) > SIZE_LIMIT:
        raise BundleError("a policy bundle is not that large")
    try:
        members = json.loads(content)
    except (ValueError, RecursionError):
        raise BundleError("a policy bundle is JSON") from None
    if not isinstance(members, dict) or members.keys() != _MEMBERS or members["format"] != FORMAT:
        raise BundleError("not a policy bundle of a format known here")
    bundle = Bundle(
        files=MappingProxyType(dict(_files(members["files"]))),
        version=_digest(members["version"]),
        matrix=_digest(members["matrix"]),
        predecessor=_optional_digest(members["predecessor"]),
        diff=_optional_digest(members["diff"]),
    )
    _check(bundle)
    if content_of(bundle) != content:
        raise BundleError("a policy bundle has one form only, and this is another")
    return bundle


def matrix_digest(matrix: Matrix) -> str:
    """What a policy shows to whom, as one digest: the same files read by the same program give the same, always."""
    axes, state = matrix.axes, sha256()
    state.update(_canonical([axes.departments, axes.jurisdictions, axes.errands, matrix.lens.space.coordinates]))
    for place in sorted(matrix.blocks):
        for block in sorted(matrix.blocks[place], key=lambda each: each.askers):
            found = block.decision
            shown = [found.clear, found.masks, found.summary, found.verdict, found.row, found.verdict_row]
            state.update(b"\n" + _canonical([place, block.askers, shown]))
    return state.hexdigest()


def diff_digest(found: Diff) -> str:
    """A diff as one digest, over its rows as a reader sees them."""
    rows = [each.row() for each in (*found.widened, *found.narrowed)]
    return sha256(_canonical([found.old, found.new, sorted(rows), found.beside])).hexdigest()


def _check(bundle: Bundle) -> None:
    if not bundle.files or not all(map(_NAME.fullmatch, bundle.files)):
        raise BundleError("a file of the policy has a name that no policy file has")
    for content in bundle.files.values():
        _text(content)
    if bundle.version != digest_of(bundle.files, bundle.files):
        raise BundleError("the files are not those of the version that the bundle names")
    if bundle.diff is not None and bundle.predecessor is None:
        raise BundleError("a diff needs a predecessor")


def _files(members: object) -> Iterator[tuple[str, bytes]]:
    if not isinstance(members, dict):
        raise BundleError("the files of a policy bundle are an object")
    for name, text in members.items():
        if not isinstance(text, str):
            raise BundleError("a file of a policy bundle is text")
        try:
            yield name, text.encode()
        except UnicodeEncodeError:
            raise BundleError("a file of a policy bundle is Unicode text") from None


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise BundleError("a file of the policy is not UTF-8") from None


def _digest(member: object) -> str:
    if not isinstance(member, str) or not _DIGEST.fullmatch(member):
        raise BundleError("a digest of a policy bundle is 64 hexadecimal digits")
    return member


def _optional_digest(member: object) -> str | None:
    return None if member is None else _digest(member)


def _canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
