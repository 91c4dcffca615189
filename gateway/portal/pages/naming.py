"""Codes of the catalogue -> the words that a page shows for them, in one of the two languages.

The catalogue is Chinese; where a page is English the official name stands behind the English one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gateway.portal.texts import Language
from schema.catalogue import Catalogue
from schema.coordinates import english_name
from schema.demands.demand import Coordinate
from schema.regulations.regulation import Regulation
from schema.vocabulary.catalogue import CatalogueCategory, FieldClass

SENSITIVE = frozenset({FieldClass.SENSITIVE_PI, FieldClass.FINANCIAL})
"""Sensitive personal information (PIPL-28)."""

_ENGLISH_ITEMS: Mapping[str, str] = MappingProxyType(
    {
        "REGISTRATION_PERSON": "Who you are",
        "REGISTRATION_ORG": "Registration of the organisation",
        "PRACTICE_LICENCE": "Professional licences",
        "PUBLIC_SECURITY_PENALTY": "Public security penalties",
        "LINK": "Persons connected with the organisation",
        "MEASURE": "Incentives and sanctions",
        "CLEAN_RECORD": "Verdict on three years without adverse record",
    }
)
"""Items that are told apart from others of their category, or have none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The words of one policy version in one language."""

    catalogue: Catalogue
    regulation: Regulation
    language: Language

    def item(self, code: str) -> str:
        item = self.catalogue.items.get(code)
        if item is None:
            return code
        if self.language is Language.CHINESE:
            return item.zh
        category = item.subcategory or item.category
        english = _ENGLISH_ITEMS.get(code) or (category.en if isinstance(category, CatalogueCategory) else code)
        return f"{english} ({item.zh})"

    def field(self, coordinate: Coordinate) -> str:
        field = self.catalogue.fields.get(coordinate)
        if field is None:
            return coordinate
        return field.zh if self.language is Language.CHINESE else f"{english_name(coordinate)} ({field.zh})"

    def purpose(self, code: str) -> str:
        purpose = self.regulation.purposes.get(code)
        if purpose is None:
            return code
        return (
            purpose.zh
            if self.language is Language.CHINESE
            else f"{purpose.slug.replace('_', ' ').capitalize()} ({purpose.zh})"
        )

    def manner(self, purpose: str, word: str) -> str:
        """How the purpose is pursued."""
        manner = self.regulation.manners_of(purpose).get(word)
        if manner is None:
            return word
        return manner.zh if self.language is Language.CHINESE else f"{manner.en} ({manner.zh})"

    def category(self, code: str) -> str:
        try:
            found = CatalogueCategory(code)
        except ValueError:
            return code
        return found.zh if self.language is Language.CHINESE else found.en

    def sensitive(self, coordinate: Coordinate) -> bool:
        field = self.catalogue.fields.get(coordinate)
        return field is not None and field.field_class in SENSITIVE
