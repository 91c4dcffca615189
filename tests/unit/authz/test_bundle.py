"""Policy files -> canonical bytes and back: one form for each bundle, and nothing that was touched is read."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from authz.bundle import (
    SIZE_LIMIT,
    Bundle,
    BundleError,
    address_of,
    bundle_of,
    content_of,
    diff_digest,
    matrix_digest,
    read_bundle,
)
from authz.matrix.diff import diff
from authz.matrix.evaluation import evaluate
from authz.policy import load_policy
from tests.unit.authz.shipped import Files, appended, loaded, reworded, shipped, without

MATRIX, BEFORE, DIFF = "a" * 64, "b" * 64, "c" * 64
TEXT_RULE = "SH-SUPERVISION-PENALTY-TEXT-OWN-FIELD"


def bundle(files: Files | None = None, **changes: Any) -> Bundle:
    given: dict[str, Any] = {"matrix": MATRIX, "predecessor": BEFORE, "diff": DIFF} | changes
    return bundle_of(shipped() if files is None else files, **given)


def rewritten(change: Callable[[dict[str, Any]], None]) -> bytes:
    """The bytes of a bundle of which somebody changed the members, in canonical form again."""
    members = json.loads(content_of(bundle()))
    change(members)
    return json.dumps(members, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )


def test_a_bundle_is_read_as_it_was_written() -> None:
    content = content_of(bundle())

    found = read_bundle(content)

    assert found == bundle()
    assert dict(found.files) == shipped()
    assert content_of(found) == content


def test_the_version_is_that_of_the_policy() -> None:
    assert bundle().version == load_policy(shipped()).version


def test_the_order_of_the_files_makes_no_other_bundle() -> None:
    turned = dict(reversed(shipped().items()))

    assert content_of(bundle(turned)) == content_of(bundle())


def test_an_address_is_of_every_byte() -> None:
    others = (bundle(matrix=BEFORE), bundle(predecessor=None, diff=None), bundle(diff=None), bundle(predecessor=MATRIX))

    assert len({address_of(content_of(each)) for each in (bundle(), *others)}) == 5


def test_what_a_bundle_holds_is_not_in_its_representation() -> None:
    assert "PUB-ORG-CORE" not in repr(bundle())


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m["files"].update({"purposes.toml": m["files"]["purposes.toml"] + "\n"}),
        lambda m: m["files"].pop("purposes.toml"),
        lambda m: m["files"].update({"more.toml": ""}),
        lambda m: m.update(version="d" * 64),
    ],
    ids=["changed", "taken out", "added", "another version"],
)
def test_files_that_are_not_those_of_the_version_are_refused(change: Callable[[dict[str, Any]], None]) -> None:
    with pytest.raises(BundleError, match="not those of the version"):
        read_bundle(rewritten(change))


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m.update(more=1),
        lambda m: m.pop("diff"),
        lambda m: m.update(format="credit-gateway/policy-bundle/2"),
        lambda m: m.update(matrix="A" * 64),
        lambda m: m.update(matrix=None),
        lambda m: m.update(predecessor="b" * 63),
        lambda m: m.update(predecessor=None),
        lambda m: m.update(diff=7),
        lambda m: m.update(files=[]),
        lambda m: m.update(files={}),
        lambda m: m["files"].update({"purposes.toml": 7}),
        lambda m: m["files"].update({"../purposes.toml": ""}),
        lambda m: m["files"].update({"/purposes.toml": ""}),
        lambda m: m["files"].update({"purposes.py": ""}),
        lambda m: m["files"].update({"purposes.toml": "\ud800"}),
    ],
)
def test_another_shape_is_refused(change: Callable[[dict[str, Any]], None]) -> None:
    with pytest.raises(BundleError):
        read_bundle(rewritten(change))


@pytest.mark.parametrize("content", [b"", b"[]", b"null", b"\xff", b"[" * 100_000, b" " * (SIZE_LIMIT + 1)])
def test_other_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(BundleError):
        read_bundle(content)


def test_the_same_bundle_in_another_form_is_refused() -> None:
    content = content_of(bundle())
    twice = content.replace(b'{"diff":', b'{"diff":null,"diff":', 1)

    for other in (content + b"\n", json.dumps(json.loads(content)).encode(), twice):
        with pytest.raises(BundleError, match="one form only"):
            read_bundle(other)


@pytest.mark.parametrize("files", [{}, {"purposes.toml": b"\xff"}, {"A.toml": b""}, {"a/../b.toml": b""}])
def test_files_that_a_bundle_cannot_hold_are_refused(files: Files) -> None:
    with pytest.raises(BundleError):
        bundle(files)


def test_a_matrix_has_one_digest() -> None:
    digests = {matrix_digest(evaluate(loaded(shipped()))) for _ in range(2)}
    commented = matrix_digest(evaluate(loaded(appended(shipped(), "purposes.toml", "# nothing\n"))))

    assert digests == {commented}


@pytest.mark.parametrize(
    "files",
    [
        without(shipped(), "PUB-ORG-ADDRESS"),
        reworded(shipped(), TEXT_RULE, level="CLEAR", mask=""),
        reworded(shipped(), "PUB-ORG-TAX-NUMBER", level="VERDICT", mask=""),
    ],
    ids=["fewer cells", "another level", "no mask"],
)
def test_what_shows_otherwise_has_another_digest(files: Files) -> None:
    assert matrix_digest(evaluate(loaded(files))) != matrix_digest(evaluate(loaded(shipped())))


def test_a_diff_has_one_digest_in_each_direction() -> None:
    one, other = loaded(shipped()), loaded(without(shipped(), "PUB-ORG-ADDRESS"))

    assert diff_digest(diff(one, other)) == diff_digest(diff(one, other))
    assert len({diff_digest(diff(*pair)) for pair in ((one, other), (other, one), (one, one))}) == 3
