"""Free text of a record -> the text that may be published or shared, or None where it cannot be proved clean.

REDACT_TEXT: clauses about informants and witnesses are removed whole (HS-17(一), JY-三(二)17, EZ-15); identifiers,
telephone numbers, addresses and the like become ``[已隐去]``; natural persons are named as in published documents,
except the registered legal representative or operator in that role. The redacted text is stored beside the sealed one;
nothing is redacted while a question is being answered.
"""

import re
import unicodedata

from authz.redaction.clauses import TRIGGER, without_informant_clauses
from authz.redaction.names import HAN
from authz.redaction.particulars import HIDDEN, hidden, personal
from authz.redaction.person_words import PERSON_ROLES
from authz.redaction.persons import Known, as_in_documents
from authz.redaction.surnames import SURNAMES, WORDLIKE_SURNAMES

__all__ = ["HIDDEN", "Known", "redact", "without_informants"]

_FAMILY = "".join(sorted(SURNAMES | WORDLIKE_SURNAMES))
_BEFORE_NAME = "|".join(("^", f"[^{HAN}]", "[与和、]", *PERSON_ROLES))
_SPACED_NAME = re.compile(f"((?:{_BEFORE_NAME})[{_FAMILY}])[ \t\u3000]+([{HAN}])(?:[ \t\u3000]+(?=[{HAN}]))?")


def redact(text: str, known: Known) -> str | None:
    """The text that may be shown beyond its source; None withholds it. Redacting twice changes nothing."""
    kept = without_informants(text, known)
    if kept is None:
        return None
    shown = as_in_documents(hidden(_joined(kept)), known)
    return shown if shown is not None and _clean(shown) else None


def without_informants(text: str, known: Known) -> str | None:
    """The text that may be stored in clear, for its source: nothing on informants or witnesses; None withholds it."""
    return without_informant_clauses(_visible(text), known.informants)


def _visible(text: str) -> str:
    """Without characters that show nothing and could hide a number or a name from recognition."""
    return "".join(c for c in text if unicodedata.category(c) != "Cf")


def _joined(text: str) -> str:
    """Without the spaces that are set between a family name and a given name, and within the given name."""
    return _SPACED_NAME.sub(r"\1\2", text)


def _clean(text: str) -> bool:
    """Whether nothing is left to hide, as far as this module can tell."""
    return TRIGGER.search(text) is None and all(text[start:end] == HIDDEN for start, end in personal(text))
