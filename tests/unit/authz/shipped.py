"""The shipped policies with edits, as an editor of the files would make them: rules added, taken out, or reworded."""

import csv
import io
from collections.abc import Mapping

import policies
from authz.grant import Scope
from authz.policy import Policy, load_policy
from authz.rules import COLUMNS, FILES

FILES_AS_SHIPPED: Mapping[str, bytes] = policies.contents()
Files = dict[str, bytes]

_SHARING = {
    "sub": "agency", "dom": "000000", "purpose": "PM-101", "role": "any", "item": "PENALTY", "field": "set:extract",
    "level": "CLEAR", "mask": "", "kind": "organisation", "rel": "any", "cond": "entitled", "row": "shared",
    "effect": "allow", "basis": "WH-二(二)1",
}  # fmt: skip
_PUBLICATION = {"sub": "public", "purpose": "PM-903", "cond": "public_item", "row": "published", "basis": "PIPL-25"}
_CONSENT = {"sub": "bank", "purpose": "PM-901", "cond": "consent", "row": "consented", "basis": "PIPL-13"}
_SELF = {
    "sub": "data_subject", "purpose": "PM-902", "rel": "SELF", "cond": "always", "row": "own", "basis": "PIPL-45",
}  # fmt: skip
_BASES: Mapping[Scope, dict[str, str]] = {
    Scope.PUBLICATION: _PUBLICATION,
    Scope.CONSENT: _CONSENT,
    Scope.SELF: _SELF,
}


def shipped() -> Files:
    return dict(FILES_AS_SHIPPED)


def added(files: Files, identifier: str, scope: Scope = Scope.SHARING, /, **columns: str) -> Files:
    """With one more rule: over penalties of organisations for PM-101, or published, or for banks with a consent, or for
    the subject itself, but for the columns named."""
    base = _SHARING | _BASES.get(scope, {})
    rows = _rows(files, scope)
    return _with(files, scope, [*rows, base | columns | {"id": identifier}])


def without(files: Files, *identifiers: str) -> Files:
    """Without these rules."""
    found = files
    for scope in _written(files):
        found = _with(found, scope, [row for row in _rows(found, scope) if row["id"] not in identifiers])
    return found


def reworded(files: Files, identifier: str, /, **columns: str) -> Files:
    """With other values in some columns of one rule."""
    found, seen = files, False
    for scope in _written(files):
        rows = _rows(found, scope)
        seen = seen or any(row["id"] == identifier for row in rows)
        found = _with(found, scope, [row | columns if row["id"] == identifier else row for row in rows])
    assert seen, identifier
    return found


def replaced(files: Files, name: str, old: str, new: str) -> Files:
    """With one text of a file replaced, where it first stands."""
    text = files[name].decode()
    assert old in text, (name, old)
    return files | {name: text.replace(old, new, 1).encode()}


def appended(files: Files, name: str, text: str) -> Files:
    return files | {name: files[name] + text.encode()}


def loaded(files: Files) -> Policy:
    return load_policy(files)


def _written(files: Files) -> list[Scope]:
    return [scope for scope in Scope if FILES[scope] in files]


def _rows(files: Files, scope: Scope) -> list[dict[str, str]]:
    content = files.get(FILES[scope])
    return [] if content is None else list(csv.DictReader(io.StringIO(content.decode())))


def _with(files: Files, scope: Scope, rows: list[dict[str, str]]) -> Files:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return files | {FILES[scope]: text.getvalue().encode()}
