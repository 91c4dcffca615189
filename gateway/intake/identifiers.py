"""An identifier as somebody wrote it -> the one form that is stored and matched, or the reason why it is none.

Full-width characters, spaces, hyphens and small letters are customary and are taken; a wrong check character, a birth
date that no calendar has or a number that arrives masked is not. The arithmetic is ``schema.identifiers``. A reason
never repeats what was written.
"""

import re
import unicodedata

from schema.identifiers import (
    ResidentId,
    Uscc,
    is_organisation_code,
    is_region_code,
    is_resident_id,
    is_uscc,
    widened,
)
from schema.vocabulary.subjects import IdType

_SEPARATORS = re.compile(r"[\s\-‐-―−·]")
_MASKED = re.compile(r"[*×＊•●#]|X{3,}|某")
_FORMS = {
    IdType.PASSPORT: re.compile(r"[A-Z0-9]{5,17}", re.ASCII),
    IdType.HK_MACAO_PERMIT: re.compile(r"[HM]\d{8}(?:\d{2})?", re.ASCII),
    IdType.TAIWAN_PERMIT: re.compile(r"\d{8}|\d{10}[A-Z]?", re.ASCII),
    IdType.FOREIGN_RESIDENT_ID: re.compile(r"[A-Z]{3}\d{12}|9\d{16}[\dX]", re.ASCII),
}


class NotAnIdentifierError(ValueError):
    """``reason`` is a Chinese sentence for whoever sent the row."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def plain(text: str) -> str:
    """NFKC, capital letters, no separators."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()


def is_masked(text: str) -> bool:
    """Whether the number has arrived with characters hidden: it can then be matched with nobody."""
    return _MASKED.search(unicodedata.normalize("NFKC", text).upper()) is not None


def uscc(text: str) -> Uscc:
    """A unified social credit code (GB 32100-2015)."""
    found = _whole(text, "统一社会信用代码")
    if not is_uscc(found):
        raise NotAnIdentifierError("统一社会信用代码校验不通过")
    return Uscc(found)


def organisation_code(text: str) -> str:
    """An organisation code (GB 11714-1997), nine characters."""
    found = _whole(text, "组织机构代码")
    if not is_organisation_code(found):
        raise NotAnIdentifierError("组织机构代码校验不通过")
    return found


def resident_id(text: str) -> ResidentId:
    """A resident identity number (GB 11643-1999); old numbers of 15 digits are widened to 18."""
    found = _whole(text, "身份证号码")
    whole = widened(found) or found
    if not is_resident_id(whole):
        raise NotAnIdentifierError("身份证号码校验不通过")
    return ResidentId(whole)


def personal_number(id_type: IdType, text: str) -> str:
    """The number of any document of a natural person."""
    if id_type is IdType.RESIDENT_ID:
        return resident_id(text)
    found = _whole(text, "证件号码")
    if not _FORMS[id_type].fullmatch(found):
        raise NotAnIdentifierError("证件号码格式不符")
    return found


def region(text: str) -> str:
    """A region code (GB/T 2260)."""
    found = plain(text)
    if not is_region_code(found):
        raise NotAnIdentifierError("行政区划代码不符")
    return found


def _whole(text: str, label: str) -> str:
    if is_masked(text):
        raise NotAnIdentifierError(f"{label}已脱敏，无法匹配主体")
    return plain(text)
