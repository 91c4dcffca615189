"""An identifier as somebody wrote it -> the one form that is stored and matched, or the reason why it is none.

Full-width characters, spaces, hyphens and small letters are customary and are taken; a wrong check character, a birth
date that no calendar has, a letter of another alphabet or a number that arrives masked is not: who is meant is never
guessed. The arithmetic is ``schema.identifiers``. A reason never repeats what was written.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from gateway.intake.reasons import Reason
from schema.identifiers import (
    ResidentId,
    Uscc,
    is_organisation_code,
    is_region_code,
    is_resident_id,
    is_uscc,
    resident_check,
    widened,
)
from schema.vocabulary.subjects import IdType

_USCC, _RESIDENT, _ORGANISATION, _DOCUMENT = "统一社会信用代码", "身份证号码", "组织机构代码", "证件号码"

_SEPARATORS = re.compile(r"[\s\-‐-―−·]|^['’‘`]")  # a spreadsheet sets ' before numbers that are to stay texts
_MASKED = re.compile(r"[*×✱＊•●○#?？■□△…_某]|X{2,}")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+?\d{1,2}", re.ASCII)
_LOOKALIKES = str.maketrans(
    "АВЕКМНОРСТХУΑΒΕΖΗΙΚΜΝΟΡΤΥΧОЅІЈOISVZ|",
    "ABEKMHOPCTXYABEZHIKMNOPTYXOSIJ015U21",
)
"""Letters of other alphabets that look like Latin ones, and letters that no code holds since they look like figures."""

_CENTENARIANS = frozenset({"996", "997", "998", "999"})
"""Sequences of old numbers that were kept for people born before 1900."""

_PERMIT = re.compile(r"([HM]\d{8})(?:\d{2})?", re.ASCII)
_TAIWAN_PERMIT = re.compile(r"(\d{8})(?:\d{2}[A-Z]?)?", re.ASCII)
_PASSPORT = re.compile(r"((?=[A-Z]*\d)[A-Z0-9]{5,17})", re.ASCII)
_FOREIGN_RESIDENT = re.compile(r"([A-Z]{3}\d{12})", re.ASCII)
_FORMS = {
    IdType.PASSPORT: _PASSPORT,
    IdType.HK_MACAO_PERMIT: _PERMIT,
    IdType.TAIWAN_PERMIT: _TAIWAN_PERMIT,
    IdType.FOREIGN_RESIDENT_ID: _FOREIGN_RESIDENT,
}
"""The group is what stays when the document is renewed: the two digits behind it count the renewals."""


class NotAnIdentifierError(ValueError):
    """``reason`` is a Chinese sentence for whoever sent the row."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def plain(text: str) -> str:
    """NFKC, capital letters, no separators, nothing that cannot be seen."""
    if text.isascii() and text.isalnum():
        return text.upper()
    seen = (c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) not in ("Cf", "Cc"))
    return _SEPARATORS.sub("", "".join(seen).strip()).upper()


def uscc(text: str) -> Uscc:
    """A unified social credit code (GB 32100-2015)."""
    return Uscc(_valid(plain(text), _USCC, _is_uscc))


def organisation_code(text: str) -> str:
    """An organisation code (GB 11714-1997), nine characters."""
    return _valid(plain(text), _ORGANISATION, is_organisation_code)


def resident_id(text: str) -> ResidentId:
    """A resident identity number (GB 11643-1999); old numbers of 15 digits are widened to 18."""
    found = plain(text)
    whole = widened(found)
    if whole is not None and found[-3:] in _CENTENARIANS:
        raise NotAnIdentifierError(Reason.CENTENARIAN)
    return ResidentId(_valid(whole or found, _RESIDENT, is_resident_id))


def personal_number(id_type: IdType, text: str) -> str:
    """The number of any document of a natural person."""
    if id_type is IdType.RESIDENT_ID:
        return resident_id(text)
    written = plain(text)
    if id_type is IdType.FOREIGN_RESIDENT_ID and re.fullmatch(r"9\d{16}[\dX]", written, re.ASCII):
        return _valid(written, _DOCUMENT, _is_foreign_resident)
    found = _FORMS[id_type].fullmatch(written)
    if found is None:
        raise NotAnIdentifierError(_why(written, _DOCUMENT, lambda _: False, Reason.FORM_FAILS))
    return found[1]


def region(text: str) -> str:
    """A region code (GB/T 2260)."""
    found = plain(text)
    if not is_region_code(found):
        raise NotAnIdentifierError(Reason.REGION)
    return found


@lru_cache(maxsize=4096)
def _is_uscc(code: str) -> bool:
    """The codes of departments stand in every row."""
    return is_uscc(code)


def _is_foreign_resident(number: str) -> bool:
    """The numbers issued since 2023: of the form of a resident's, but a nationality stands in place of a region."""
    date_of_birth = f"110000{number[6:17]}"
    return is_resident_id(date_of_birth + resident_check(date_of_birth)) and number[17] == resident_check(number[:17])


def _valid(written: str, label: str, is_valid: Callable[[str], bool]) -> str:
    if not is_valid(written):
        raise NotAnIdentifierError(_why(written, label, is_valid, Reason.CHECK_FAILS))
    return written


def _why(written: str, label: str, is_valid: Callable[[str], bool], otherwise: Reason) -> str:
    """What is most likely wrong, so that it can be mended at the source."""
    if _MASKED.search(written):
        return Reason.MASKED.of(label)
    if _SCIENTIFIC.fullmatch(written):
        return Reason.SCIENTIFIC.of(label)
    if is_valid(written.translate(_LOOKALIKES)):
        return Reason.LOOKALIKE.of(label)
    return otherwise.of(label)
