"""The shipped policies with one purpose or item edited, and what statute says of them: invariant and sentence."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace

from authz.matrix.kept_items import items
from authz.matrix.purposes import concern, stand
from authz.matrix.world import world_of
from schema.catalogue import load_catalogue
from schema.regulations.purposes import FILE
from schema.regulations.regulation import load_regulation
from tests.unit.authz.shipped import Files, appended, loaded, shipped

SHIPPED = loaded(shipped())
WORLD = world_of(SHIPPED)

NEW = {
    "code": "PM-399", "slug": "OTHER", "zh": "其他", "scope": "MARKET_SUBJECTS", "roles": ["party"], "duty": "NONE",
    "group": "PM-30x", "lists": ["WC-2-3"], "matter_required": True, "basis": ["WC-二(三)7"],
}  # fmt: skip


def with_purpose(code: str, **keys: object) -> Files:
    """With other values in some keys of one purpose; None takes a key out."""
    return _with(FILE, "purpose", code, keys)


def with_new(**keys: object) -> Files:
    """With a purpose that no article names."""
    text = "".join(_written(key, value) for key, value in (NEW | keys).items())
    return appended(shipped(), FILE, f"\n[[purpose]]\n{text}")


def with_item(code: str, **keys: object) -> Files:
    """With other values in some keys of one item; None takes a key out."""
    (name,) = (name for name, text in shipped().items() if f'code = "{code}"\n'.encode() in text)
    return _with(name, "item", code, keys)


def wrong_purposes(files: Mapping[str, bytes]) -> list[tuple[str, str]]:
    """Invariant and sentence, for every purpose that is not as it must be."""
    world = replace(WORLD, policy=replace(SHIPPED, regulation=load_regulation(files)))
    checks = (("S14", concern), ("S31", stand))
    return [(name, fault.says) for name, check in checks for fault in check(world)]


def wrong_items(files: Mapping[str, bytes]) -> list[str]:
    """What the catalogue of these files opens beyond the articles (S30)."""
    policy = replace(SHIPPED, catalogue=load_catalogue(files))
    return [fault.says for fault in items(replace(WORLD, policy=policy))]


def _with(name: str, table: str, code: str, keys: Mapping[str, object]) -> Files:
    files = shipped()
    head, middle, rest = files[name].decode().partition(f'code = "{code}"\n')
    body, end, after = rest.partition(f"[[{table}]]")
    for key, value in keys.items():
        body = re.sub(rf"^{key} = .*?(?=^[\[#\w]|\Z)", "", body, flags=re.MULTILINE | re.DOTALL)
        body = _written(key, value) + body
    return files | {name: (head + middle + body + end + after).encode()}


def _written(key: str, value: object) -> str:
    """As TOML and JSON write it alike."""
    return "" if value is None else f"{key} = {json.dumps(value, ensure_ascii=False)}\n"
