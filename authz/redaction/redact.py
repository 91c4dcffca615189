"""Free text of a record -> the text that may be published or shared, or None where it cannot be proved clean.

REDACT_TEXT: clauses about informants and witnesses are removed whole (HS-17(一), JY-三(二)17, EZ-15); identifiers,
telephone numbers, addresses and the like become ``[已隐去]``; natural persons are named as in published documents,
except the registered legal representative or operator in that role. The redacted text is stored beside the sealed one;
nothing is redacted while a question is being answered.
"""

import re
import unicodedata

from authz.redaction.characters import Characters
from authz.redaction.clauses import speaks_of_informants, without_informant_clauses
from authz.redaction.names import HAN
from authz.redaction.particulars import HIDDEN, hidden, personal
from authz.redaction.person_words import PERSON_ROLES
from authz.redaction.persons import as_in_documents
from authz.redaction.surnames import SURNAMES, WORDLIKE_SURNAMES
from authz.redaction.told import Known

__all__ = ["HIDDEN", "Known", "redact", "without_informants"]

_FAMILY = "".join(sorted(SURNAMES | WORDLIKE_SURNAMES))
_BEFORE_NAME = "|".join(("^", f"[^{HAN}]", "[与和、]", *PERSON_ROLES))
_ROUNDS = 5
_SPACE = re.compile("[ \t\u3000]")
_SPACED_NAME = re.compile(f"((?:{_BEFORE_NAME})[{_FAMILY}])[ \t\u3000]+([{HAN}])(?:[ \t\u3000]+(?=[{HAN}]))?")


def redact(text: str, known: Known) -> str | None:
    """The text that may be shown beyond its source; None withholds it. Redacting twice changes nothing."""
    kept = without_informants(text, known)
    if kept is None:
        return None
    shown = _named(hidden(_joined(kept)), known)
    if shown == kept:
        return shown  # every rule was asked, and found nothing
    return shown if shown is not None and _clean(shown) else None


def _named(text: str, known: Known) -> str | None:
    """With persons named as in documents, until nothing is left to name: what is hidden tells where a name may end."""
    for _ in range(_ROUNDS):
        named = as_in_documents(text, known)
        if named is None or named == text:
            return named
        text = named
    return None


def without_informants(text: str, known: Known) -> str | None:
    """The text that may be stored in clear, for its source: nothing on informants or witnesses; None withholds it."""
    return without_informant_clauses(_visible(text), known.informants)


_SEEN = Characters(lambda character: None if unicodedata.category(character) == "Cf" else character)


def _visible(text: str) -> str:
    """Without characters that show nothing and could hide a number or a name from recognition."""
    return text.translate(_SEEN)


def _joined(text: str) -> str:
    """Without the spaces that are set between a family name and a given name, and within the given name."""
    return _SPACED_NAME.sub(r"\1\2", text) if _SPACE.search(text) else text


def _clean(text: str) -> bool:
    """Whether nothing is left to hide, as far as this module can tell."""
    return not speaks_of_informants(text) and all(text[start:end] == HIDDEN for start, end in personal(text))
