"""Stored words -> their labels, for ``xLabel`` fields: the closed list behind each field of the schema."""

from collections.abc import Mapping
from dataclasses import dataclass

from schema.coordinates import labelled_by, vocabulary_of
from schema.vocabulary.words import Language, labels

LANGUAGES = tuple(Language)


@dataclass(frozen=True, slots=True)
class Labels:
    """Looks labels up by ``Type.field``; the words of one field for every language."""

    def of(self, coordinate: str) -> Mapping[str, Mapping[str, str]]:
        """Language to (stored word to label); empty where the field has no closed list."""
        type_name, _, field = coordinate.partition(".")
        vocabulary = vocabulary_of(type_name, labelled_by(type_name, field) or field)
        return {language.value: labels(vocabulary, language) for language in LANGUAGES} if vocabulary else {}
