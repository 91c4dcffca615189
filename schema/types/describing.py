"""Strawberry's decorators as this schema uses them: every field described, every closed list with a label beside it.

Types are descriptions only. No field has a resolver: reading is planned from the schema, never done by it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar, get_args

import strawberry
from strawberry import UNSET
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.field import StrawberryField

from schema.vocabulary import access, administration, catalogue, lists, measures, records, subjects, usage, words
from schema.vocabulary.words import Language, Word

T = TypeVar("T", bound=type)

VOCABULARY = "vocabulary"  # key of field metadata: the closed list that the texts of a field come from
LABEL = "label"  # key of field metadata: set on a field that labels the one before it


def argument(name: str, kind: object, default: object = UNSET, *, about: str | None = None) -> StrawberryArgument:
    """One argument of a field; without a default it is required or, where ``kind`` allows null, optional."""
    return StrawberryArgument(name, None, StrawberryAnnotation(kind), description=about, default=default)


def about(text: str, *arguments: StrawberryArgument, name: str | None = None, codes: type[Word] | None = None) -> Any:
    """A field with its description. ``codes`` names the closed list of a field whose texts are no GraphQL names."""
    return _field(text, arguments, name, {} if codes is None else {VOCABULARY: codes})


def object_type(text: str) -> Callable[[T], T]:
    """A described object type, with a label field beside every field of a closed list."""
    return lambda cls: strawberry.type(_labelled(cls), description=text)


def interface(text: str) -> Callable[[T], T]:
    """As ``object_type``, for an interface."""
    return lambda cls: strawberry.interface(_labelled(cls), description=text)


LANGUAGE = argument("lang", Language, Language.ZH)


def _field(text: str, arguments: Iterable[StrawberryArgument], name: str | None, metadata: Mapping[str, object]) -> Any:
    field: StrawberryField = strawberry.field(description=text, name=name, metadata=metadata)
    field.arguments = list(arguments)
    return field


def _labelled(cls: T) -> T:
    """Put ``x_label`` after each own field ``x`` of a closed list, in the same order."""
    annotations: dict[str, Any] = {}
    for name, annotation in list(cls.__annotations__.items()):
        annotations[name] = annotation
        vocabulary = _vocabulary_of(cls.__dict__.get(name), annotation)
        if vocabulary is not None:
            annotations[f"{name}_label"] = list[str] | None if _is_list(annotation) else str | None
            setattr(cls, f"{name}_label", _label_of(vocabulary))
    cls.__annotations__ = annotations
    return cls


def _label_of(vocabulary: type[Word]) -> Any:
    text = f"Label: {vocabulary.title_en.lower()} ({vocabulary.title_zh})."
    return _field(text, [LANGUAGE], None, {VOCABULARY: vocabulary, LABEL: True})


def _vocabulary_of(field: object, annotation: object) -> type[Word] | None:
    coded = field.metadata.get(VOCABULARY) if isinstance(field, StrawberryField) else None
    return coded or next(_vocabularies(annotation), None)


def _vocabularies(annotation: object) -> Iterator[type[Word]]:
    if isinstance(annotation, type) and issubclass(annotation, Word):
        yield annotation
    for part in get_args(annotation):
        yield from _vocabularies(part)


def _is_list(annotation: object) -> bool:
    return getattr(annotation, "__origin__", None) is list or any(_is_list(part) for part in get_args(annotation))


def _declare(vocabulary: type[Word]) -> None:
    """Make a closed list a GraphQL enumeration whose names are the stored texts and whose values are described."""
    declared = strawberry.enum(
        vocabulary, description=f"{vocabulary.title_en} ({vocabulary.title_zh}).", graphql_name_from="value"
    )
    definition: StrawberryEnumDefinition = declared.__strawberry_definition__  # type: ignore[attr-defined]
    for value, word in zip(definition.values, vocabulary, strict=True):
        value.description = f"{word.en} ({word.zh})"


def _all_vocabularies() -> Iterator[type[Word]]:
    for module in (words, subjects, records, lists, measures, catalogue, administration, access, usage):
        for found in vars(module).values():
            if isinstance(found, type) and issubclass(found, Word) and found is not Word:
                yield found


# INVARIANT: every closed list is declared before a type names it; else Strawberry would declare it by member names.
for _each in _all_vocabularies():
    _declare(_each)
