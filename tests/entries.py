"""What the log must say of an answer, recomputed from the answer itself; and what it does say.

Nothing of the gateway that writes entries is used: the response is walked with graphql-core beside its document, the
side rows are opened with the keys, and every commitment is made anew.

The fields by level are compared exactly where the answer tells them. Else they are held between what they must and what
they can be, since it does not tell which type an object has where several would read alike; which rows at one path are
shown less, where the report lists ``variants`` or a kind; whether a subject whose own place is masked was read as
itself, or is the bare name that its record holds; and whether somebody is known whose standing is told.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    OperationDefinitionNode,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    parse,
)

from gateway.keys.vault import SubjectVault
from gateway.ledger.keeping.stored import StoredActor, StoredDisclosure, members, subject_key_id
from gateway.ledger.keeping.subject_keys import find
from gateway.ledger.proof.commitments import commit, derive
from tests.reference.executor import schema

ROWS = """
    SELECT entry_id, n, subject_ref, record_refs, clear_coordinates, salt, ct, dek_id, commitment
    FROM audit_disclosure WHERE entry_id = $1 ORDER BY n
"""
LEVELS = {"CLEAR": "full", "MASKED": "masked", "SUMMARY": "summary", "VERDICT": "verdict", "WITHHELD": "withheld"}
"""How a leaf calls what the report of an answer calls so. The report does not list what is in clear."""
NOT_COUNTED = "not counted"
ACTOR = "SELECT entry_id, operator_ref, matter_ref, seed, ct, dek_id FROM audit_actor WHERE entry_id = $1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """An entry with its side rows opened."""

    leaf: Mapping[str, Any]
    rows: Sequence[Mapping[str, Any]]
    commitments: Sequence[bytes]
    acting: Mapping[str, Any]
    seed: bytes


class Field(NamedTuple):
    """A field that was asked: its own name, its named type, and what is selected below it."""

    name: str
    kind: GraphQLNamedType
    below: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An object of the answer. ``kinds``: the types that it may have; ``asked``: by type, response key -> field."""

    kinds: Sequence[GraphQLNamedType]
    path: str
    asked: Mapping[str, Mapping[str, str]]

    @property
    def is_known(self) -> bool:
        return len(self.kinds) == 1 and not is_abstract_type(self.kinds[0])


async def written(reader: asyncpg.Connection, vault: SubjectVault, entry: str) -> Written:
    entry_id = UUID(entry)
    leaf = members(await reader.fetchval("SELECT leaf FROM audit_pending WHERE id = $1", entry_id))
    stored = [StoredDisclosure(**row) for row in await reader.fetch(ROWS, entry_id)]
    actor = StoredActor(**(await reader.fetchrow(ACTOR, entry_id)))
    ids = {row.dek_id: subject_key_id(row.dek_id) for row in stored}
    keys = await find(reader.fetch, [each for each in ids.values() if each is not None])
    plain = []
    for row in stored:
        key_id = ids[row.dek_id]
        key = None if key_id is None else keys[key_id]
        plain.append(vault.open(row.ct or b"", aad=row.place, dek_id=row.dek_id, key=key))
    seed = actor.seed or b""
    acting = members(vault.open(actor.ct or b"", aad=entry_id.bytes, dek_id=actor.dek_id, key=None))
    return Written(
        leaf=leaf,
        rows=[members(each) for each in plain],
        commitments=[commit("released", row.salt or b"", text) for row, text in zip(stored, plain, strict=True)],
        acting=acting,
        seed=seed,
    )


def check(
    found: Written,
    *,
    document: str,
    name: str | None,
    variables: Mapping[str, object],
    body: bytes,
    client: str,
    operator: str | None,
    address: str,
    consent: str | None = None,
) -> None:
    """The entry of this answer says what the answer says, field for field. ``consent``: that of the caller's token."""
    said = json.loads(body)
    leaf, refused = found.leaf, "errors" in said
    codes = [each["extensions"]["code"] for each in said.get("errors", ())]
    assert leaf["resp"] == commit("resp", derive(found.seed, "resp"), hashlib.sha256(body).digest()).hex()
    assert leaf["query"]["doc"] == hashlib.sha256(document.encode()).hexdigest()
    assert (leaf["counts"]["bytes"], leaf["counts"]["errors"]) == (len(body), len(codes))
    assert leaf["principal"] == client
    assert leaf["decision"]["reasons"] == codes[:1]
    assert found.acting["address"] == address
    assert found.acting["operator"] == (None if operator is None else f"{client}/{operator}")
    _check_commitments(found)
    _check_released(found)
    if refused:
        assert (leaf["decision"]["result"], found.rows) == ("deny", [])
        assert leaf["consent"] in (None, consent)
    else:
        _check_answer(found, document, name, variables, said)
        _check_consent(leaf, said, consent)


def _check_commitments(found: Written) -> None:
    leaf, acting = found.leaf, found.acting
    told = {
        "operator": (leaf["operator"] or {}).get("c"),
        "case": leaf["case"].get("c"),
        "address": leaf["client"].get("address"),
    }
    for field, value in {**acting, "case": acting["matter"]}.items():
        if field in told:
            made = None if value is None else commit(field, derive(found.seed, field), value.encode()).hex()
            assert told[field] == made, field
    shape = "".join(_shape(each) for each in acting["matter"][:64]) if acting["matter"] else None
    assert leaf["case"].get("format") == shape


def _check_consent(leaf: Mapping[str, Any], said: Mapping[str, Any], consent: str | None) -> None:
    """The entry names the consent, and which use of it this was, of whatever told of anybody under it."""
    under, use = said["extensions"]["disclosure"]["scope"] == "CONSENT", leaf["counts"].get("use")
    assert leaf["consent"] == (None if use is None else consent)
    assert use is None or (under and 1 <= use <= 100)
    assert use is not None or not (under and leaf["counts"]["subjects"])


def _shape(character: str) -> str:
    if character in "-_/.":
        return character
    if character.isdigit():
        return "D"
    return "L" if character.isascii() and character.isalpha() else "S"


def _check_released(found: Written) -> None:
    """The leaf lists the side rows, and counts what they tell."""
    leaf, listed = found.leaf, found.leaf["released"]
    if isinstance(listed, list):
        assert [each["c"] for each in listed] == [each.hex() for each in found.commitments]
        assert [each["rt"] for each in listed] == [dict(Counter(r["type"] for r in row["rows"])) for row in found.rows]
    assert leaf["counts"]["subjects"] == len({each for row in found.rows for each in row["subjects"]})
    assert leaf["counts"]["records"] == sum(len(row["rows"]) for row in found.rows)
    assert leaf["basis"] == sorted({each for row in found.rows for each in row["basis"]})


def _check_answer(
    found: Written, document: str, name: str | None, variables: Mapping[str, object], said: Mapping[str, Any]
) -> None:
    leaf, disclosed = found.leaf, said["extensions"]["disclosure"]
    partial = any(each["level"] != "CLEAR" for each in disclosed["fields"])
    assert leaf["decision"]["result"] == ("partial" if partial else "allow")
    assert (leaf["purpose"], leaf["policy"]["scope"]) == (disclosed["purpose"], disclosed["scope"])
    assert leaf["policy"]["version"] == disclosed["policyVersion"]
    assert leaf["policy"]["catalogue"] == disclosed["catalogueVersion"]
    if isinstance(leaf["vars"], list):
        places = range(1, len({*variables, *_defined(document)}) + 1)
        assert {each["name"] for each in leaf["vars"]} <= {f"v{place}" for place in places}
    seen = tuple(_objects(document, name, said["data"]))
    _check_fields(leaf, seen, disclosed["fields"])
    shown = Counter(each.kinds[0].name if each.is_known else None for each in seen if _is_row(each.kinds[0]))
    told = Counter(each["type"] for row in found.rows for each in row["rows"])
    assert told.total() == shown.total()
    for kind, number in shown.items():
        assert kind is None or told[kind] >= number
    if None not in shown:
        assert told == shown


def _defined(document: str) -> set[str]:
    return {
        each.variable.name.value
        for node in parse(document).definitions
        if isinstance(node, OperationDefinitionNode)
        for each in node.variable_definitions or ()
    }


def _check_fields(leaf: Mapping[str, Any], seen: Sequence[Seen], report: Sequence[Mapping[str, Any]]) -> None:
    """Every field asked of every subject, standing, record and measure in the answer is counted, at a level it had."""
    told = leaf["counts"]["fields"]
    if leaf["kind"] != "release":
        assert told == {}
        return
    levels = [found for each in seen if _is_counted(each.kinds[0]) for found in _levels_of(each, report)]
    assert sum(NOT_COUNTED not in each for each in levels) <= sum(told.values()) <= len(levels)
    for level in LEVELS.values():
        assert levels.count(frozenset({level})) <= told.get(level, 0) <= sum(level in each for each in levels)


def _levels_of(seen: Seen, report: Sequence[Mapping[str, Any]]) -> Iterator[frozenset[str]]:
    """Of each field that was asked of the object, the levels that it may have had: one where the answer tells it."""
    alike = [_levels(seen, kind, report) for kind in seen.kinds]
    unsure = any(each["path"] == seen.path for each in report) or seen.kinds[0].name == "Standing"
    for name in dict.fromkeys(name for each in alike for name in each):
        found = frozenset[str]().union(*(each.get(name, {NOT_COUNTED}) for each in alike))
        yield found | {NOT_COUNTED} if unsure else found


def _levels(seen: Seen, kind: GraphQLNamedType, report: Sequence[Mapping[str, Any]]) -> Mapping[str, frozenset[str]]:
    """By field, were the object of this type. A label is shown as what it labels."""
    found = {}
    for key, name in seen.asked[kind.name].items():
        labelled = name.removesuffix("Label")
        field = labelled if labelled in getattr(kind, "fields", {}) else name
        places = (f"{kind.name}.{field}", f"Record.{field}")
        listed = [each for each in report if each["path"] == f"{seen.path}.{key}" and each["coordinate"] in places]
        shown = {part["level"] for each in listed for part in each.get("variants", (each,))}
        clear = {"CLEAR"} if not listed or any(each["kind"] for each in listed) else set()
        found[field] = frozenset(LEVELS[each] for each in shown | clear)
    return found


def _is_counted(kind: GraphQLNamedType) -> bool:
    return _is_row(kind) or kind.name in {"Subject", "Organisation", "NaturalPerson", "Standing"}


def _objects(document: str, name: str | None, data: Mapping[str, Any]) -> Iterator[Seen]:
    tree = parse(document)
    fragments = {each.name.value: each for each in tree.definitions if isinstance(each, FragmentDefinitionNode)}
    operations = [each for each in tree.definitions if isinstance(each, OperationDefinitionNode)]
    operation = next(each for each in operations if name is None or (each.name and each.name.value == name))
    root = schema().get_root_type(operation.operation)
    assert root is not None
    yield from _walk(root, operation.selection_set.selections, data, fragments, "")


def _walk(
    kind: GraphQLNamedType, selections: Any, value: Any, fragments: Mapping[str, Any], path: str
) -> Iterator[Seen]:
    if isinstance(value, list):
        for each in value:
            yield from _walk(kind, selections, each, fragments, path)
    elif isinstance(value, dict) and is_composite_type(kind):
        kinds = _kinds(kind, selections, value, fragments)
        fields = {each.name: _fields(each, selections, fragments) for each in kinds}
        asked = {
            name: {key: field.name for key, field in each.items() if key in value and field.name != "__typename"}
            for name, each in fields.items()
        }
        yield Seen(kinds=kinds, path=path, asked=asked)
        known = kinds[0] if len(kinds) == 1 else kind
        for key, field in _fields(known, selections, fragments).items():
            if key in value and field.below is not None:
                yield from _walk(field.kind, field.below, value[key], fragments, f"{path}.{key}".removeprefix("."))


def _is_row(kind: GraphQLNamedType) -> bool:
    names = {kind.name, *(each.name for each in getattr(kind, "interfaces", ()))}
    return bool(names & {"Record", "Measure"})


def _kinds(
    kind: GraphQLNamedType, selections: Any, value: Mapping[str, Any], fragments: Mapping[str, Any]
) -> Sequence[GraphQLNamedType]:
    """The types that the object may have: the interface itself where none of its types would read like this."""
    if not is_abstract_type(kind):
        return (kind,)
    if "__typename" in value and (named := schema().get_type(value["__typename"])) is not None:
        return (named,)
    possible = schema().get_possible_types(kind)
    fits = [each for each in possible if _fields(each, selections, fragments).keys() == value.keys()]
    return fits or (kind,)


def _fields(kind: GraphQLNamedType, selections: Any, fragments: Mapping[str, Any]) -> dict[str, Field]:
    """By response key, for an object of this type."""
    found: dict[str, Field] = {}
    for node in selections:
        if isinstance(node, FieldNode):
            key = (node.alias or node.name).value
            field = getattr(kind, "fields", {}).get(node.name.value)
            named = get_named_type(field.type) if field is not None else kind
            below = node.selection_set.selections if node.selection_set is not None else None
            _add(found, key, Field(name=node.name.value, kind=named, below=below))
        else:
            part = fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
            if _applies(kind, part.type_condition):
                for key, field in _fields(kind, part.selection_set.selections, fragments).items():
                    _add(found, key, field)
    return found


def _add(found: dict[str, Field], key: str, field: Field) -> None:
    before = found[key].below if key in found else ()
    found[key] = field._replace(below=None if field.below is None else (*(before or ()), *field.below))


def _applies(kind: GraphQLNamedType, condition: Any) -> bool:
    if condition is None or condition.name.value == kind.name:
        return True
    return condition.name.value in {each.name for each in getattr(kind, "interfaces", ())}
