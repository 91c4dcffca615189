"""A number -> whether it is a well-formed identifier of an organisation or a person, and what its characters say.

Pure arithmetic of GB 32100-2015 (unified social credit code), GB 11714-1997 (organisation code), GB 11643-1999
(resident identity number) and the form of GB/T 2260 (region code). It never asks whether anybody holds the number, and
takes numbers only in their exact written form: ``gateway.intake.identifiers`` brings customary writing into it.
"""

import re
from datetime import date
from typing import NewType

Uscc = NewType("Uscc", str)
ResidentId = NewType("ResidentId", str)
"""18 characters, the last one a digit or ``X``."""

_USCC_VALUES = {character: value for value, character in enumerate("0123456789ABCDEFGHJKLMNPQRTUWXY")}
_USCC_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_USCC_FORM = re.compile(r"[1-9ANY][1-9]\d{6}[0-9A-HJ-NP-RTUWXY]{10}", re.ASCII)

_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_FORM = re.compile(r"[0-9A-Z]{8}[0-9X]", re.ASCII)

_RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_CHECKS = "10X98765432"
_RESIDENT_FORM = re.compile(r"\d{17}[0-9X]", re.ASCII)
_OLD_RESIDENT_FORM = re.compile(r"\d{15}", re.ASCII)

_REGION_FORM = re.compile(r"\d{6}", re.ASCII)
_PROVINCES = frozenset(re.findall("..", "1112131415212223313233343536374142434445465051525354616263646571818283"))
"""The first two digits of GB/T 2260. Numbers of persons keep the code of issue, so counties are not looked up."""


def is_uscc(text: str) -> bool:
    """Form, region, the check of the organisation code inside (places 9 to 17) and the check of the whole."""
    return (
        _USCC_FORM.fullmatch(text) is not None
        and text[2:4] in _PROVINCES | {"10"}  # 100000: registered with a national authority
        and is_organisation_code(text[8:17])
        and text[17] == uscc_check(text[:17])
    )


def uscc_check(body: str) -> str:
    """The 18th character for the first 17. A sum divisible by 31 gives ``0``, which several implementations miss."""
    total = sum(_USCC_VALUES[character] * weight for character, weight in zip(body, _USCC_WEIGHTS, strict=True))
    return next(character for character, value in _USCC_VALUES.items() if value == -total % 31)


def is_organisation_code(text: str) -> bool:
    """Nine characters without the hyphen; values of the full alphabet, unlike those of the credit code."""
    return _ORGANISATION_FORM.fullmatch(text) is not None and text[8] == organisation_check(text[:8])


def organisation_check(body: str) -> str:
    """The ninth character for the first eight."""
    total = sum(int(character, 36) * weight for character, weight in zip(body, _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X"[-total % 11]


def is_resident_id(text: str) -> bool:
    """18 characters: known province, a birth date of the calendar, the check character."""
    return (
        _RESIDENT_FORM.fullmatch(text) is not None
        and text[:2] in _PROVINCES
        and _birth_date(text) is not None
        and text[17] == resident_check(text[:17])
    )


def resident_check(body: str) -> str:
    """The 18th character for the first 17 digits."""
    total = sum(int(digit) * weight for digit, weight in zip(body, _RESIDENT_WEIGHTS, strict=True))
    return _RESIDENT_CHECKS[total % 11]


def widened(text: str) -> ResidentId | None:
    """The 18 characters of an old number of 15 digits (born 19xx); None where it is none."""
    if _OLD_RESIDENT_FORM.fullmatch(text) is None:
        return None
    body = f"{text[:6]}19{text[6:]}"
    whole = body + resident_check(body)
    return ResidentId(whole) if is_resident_id(whole) else None


def birth_date(number: ResidentId) -> date:
    """The birth date that a valid number carries."""
    found = _birth_date(number)
    if found is None:
        raise ValueError("not a resident identity number")
    return found


def is_male(number: ResidentId) -> bool:
    """An odd sequence number (place 17) is a man's."""
    return int(number[16]) % 2 == 1


def is_region_code(text: str) -> bool:
    """Six digits under a known province, or the whole country (``000000``)."""
    return _REGION_FORM.fullmatch(text) is not None and (text[:2] in _PROVINCES or text == "000000")


def _birth_date(text: str) -> date | None:
    try:
        return date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return None
