"""The words that only policy files use: field sets, masks, how a value is stored, what ends a publication.

Words that callers see are in ``schema.vocabulary``, with their labels.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from schema.vocabulary.catalogue import CatalogueCategory as Category


class FieldSet(StrEnum):
    """Named field sets; a summary is a set of fields, not a level."""

    CORE = "core"
    SUMMARY = "summary"
    AMOUNT = "amount"
    EDGE = "edge"
    IDENTITY = "identity"
    DEMOGRAPHIC = "demographic"
    VERDICT = "verdict"
    EXTRACT = "extract"  # core, summary, and the way to subject and measures: cell S of the ceilings
    NOTICE = "notice"  # what a published record of a natural person says of itself
    REPORTED = "reported"  # what a credit office is told of the execution of a measure
    NAVIGATION = "navigation"  # from a subject to its standing, records and measures, and back


class Mask(StrEnum):
    """Masked forms of a value, each a stored column or a way of naming."""

    MASK_NAME_SURNAME = "MASK_NAME_SURNAME"
    MASK_NAME_DOC = "MASK_NAME_DOC"
    MASK_AS_NAMED = "MASK_AS_NAMED"  # the subject only as the record names it
    MASK_ID_FULL = "MASK_ID_FULL"
    MASK_ID_1_1 = "MASK_ID_1_1"
    MASK_ID_BIRTH8 = "MASK_ID_BIRTH8"
    MASK_ID_COURT = "MASK_ID_COURT"
    MASK_PHONE = "MASK_PHONE"
    MASK_LANDLINE = "MASK_LANDLINE"
    MASK_EMAIL = "MASK_EMAIL"
    MASK_ADDR_COUNTY = "MASK_ADDR_COUNTY"
    MASK_TAX_NO = "MASK_TAX_NO"
    MASK_REDACT_TEXT = "MASK_REDACT_TEXT"
    MASK_PER_RECORD = "MASK_PER_RECORD"  # an id of its own in every record


class Store(StrEnum):
    """How the value lies in the database: in clear, sealed beside its masked forms, computed, or not at all."""

    PLAIN = "plain"
    SEALED = "sealed"
    DERIVED = "derived"
    ABSENT = "absent"


class ElementLevel(StrEnum):
    """Disclosure level of an element; ``item`` follows the item."""

    L0 = "L0"
    L1 = "L1"
    L2 = "L2"
    L3 = "L3"
    L4 = "L4"
    L5 = "L5"
    ITEM = "item"


class DisclosureTerm(StrEnum):
    """What ends publication of a record of the item."""

    SOURCE = "SOURCE"  # the term of the recognising department (WH-二(二)3)
    SEVERITY = "SEVERITY"  # by severity and jurisdiction profile
    WHILE_LISTED = "WHILE_LISTED"
    WHILE_VALID = "WHILE_VALID"
    NONE = "NONE"  # never published


class PseudoCategory(StrEnum):
    """Categories of what is decided like an item but is no item of the published catalogue."""

    MEASURE = "MEASURE"
    CLEAN_RECORD = "CLEAN_RECORD"


SUBCATEGORIES: Mapping[Category, frozenset[Category]] = MappingProxyType(
    {
        Category.ADMIN: frozenset(
            {
                Category.LICENCE,
                Category.PENALTY,
                Category.COERCION,
                Category.CONFIRMATION,
                Category.LEVY,
                Category.PAYMENT,
                Category.ADJUDICATION,
                Category.COMPENSATION,
                Category.REWARD,
                Category.INSPECTION,
            }
        ),
        Category.JUDICIAL: frozenset({Category.DEFAULTER, Category.JUDGMENT, Category.ARBITRATION}),
        Category.HONOUR: frozenset({Category.RED_LIST}),
        Category.MARKET_REFERENCE: frozenset({Category.ASSOCIATION}),
    }
)
"""Sub-types by category; every other word of the vocabulary is a category of its own."""

CATEGORIES = frozenset(Category) - frozenset().union(*SUBCATEGORIES.values())
