"""An amount as customarily written, and the unit of its column -> whole fen.

Figures with or without separators, in 元 or 万元, and Chinese numerals as documents write them (壹拾贰万伍仟元整).
What the cell says of its unit must not contradict the header: ten thousand times too much is never a guess.
"""

import re
from decimal import Decimal

from gateway.intake.reasons import Reason
from gateway.intake.written import plain

YUAN = Decimal(100)
WAN = Decimal(1_000_000)
_UNITS = {"元": YUAN, "圆": YUAN, "万": WAN, "亿": Decimal(10_000_000_000)}
_LARGEST = 2**63

_FIGURES = re.compile(
    r"(?:人民币|RMB|CNY)?\s*[¥￥]?\s*(\d{1,3}(?:[, ]\d{3})+|\d{1,15})(\.\d{1,15})?\s*"
    r"(?:(元|圆|万|亿)(?:元|圆)?)?\s*(?:整|正)?(?:人民币)?",
    re.ASCII,
)
_NUMERALS = {
    **{character: value for value, each in enumerate("零一二三四五六七八九") for character in each},
    **{character: value for value, each in enumerate("〇壹贰叁肆伍陆柒捌玖") for character in each},
    "两": 2,
    "貳": 2,
    "弍": 2,
    "參": 3,
    "陸": 6,
}
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_SPOKEN = re.compile(r"(?:人民币)?([^元圆圓角分整正]{1,30})[元圆圓](?:([^角分]{1,2})角)?(?:零?([^角分])分)?(?:整|正)?")


class AmountError(ValueError):
    """``reason``: a sentence with a gap for the column."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def fen(text: str, unit: Decimal | None) -> int:
    """``unit``: of the column, in fen; None where the header names none. Errors: ``AmountError``."""
    written = plain(text)
    figures = _FIGURES.fullmatch(written)
    if figures is None:
        return _spoken(written)
    amount = Decimal(re.sub("[, ]", "", figures[1]) + (figures[2] or ""))
    told = _UNITS[figures[3]] if figures[3] else None
    if unit is None and told is None and amount:
        raise AmountError(Reason.UNIT_UNCLEAR)
    if unit is not None and told is not None and told != unit:
        raise AmountError(Reason.UNIT_CONTRADICTS)
    return _whole(amount * (unit or told or YUAN))


def _whole(amount: Decimal) -> int:
    if amount != amount.to_integral_value() or amount >= _LARGEST:
        raise AmountError(Reason.WRITTEN_WRONG)
    return int(amount)


def _spoken(written: str) -> int:
    found = _SPOKEN.fullmatch(written)
    if found is None:
        raise AmountError(Reason.WRITTEN_WRONG)
    tenths, hundredths = (_NUMERALS.get((part or "零")[-1]) for part in found.groups()[1:])
    if tenths is None or hundredths is None:
        raise AmountError(Reason.WRITTEN_WRONG)
    return _whole(Decimal(_numeral(found[1])) * YUAN) + tenths * 10 + hundredths


def _numeral(text: str) -> int:
    """壹拾贰万伍仟 -> 125000. Errors: ``AmountError``."""
    above, wan, below = text.replace("萬", "万").replace("億", "亿").rpartition("亿")
    if wan:
        return _numeral(above) * 10**8 + (_numeral(below) if below else 0)
    above, wan, below = below.rpartition("万")
    if wan:
        return _numeral(above) * 10**4 + (_thousands(below) if below else 0)
    return _thousands(below)


def _thousands(text: str) -> int:
    """Up to 9 999; each unit once, from the greatest down."""
    value, digit, least = 0, None, 10_000
    for character in text:
        if character in _TENS:
            unit = _TENS[character]
            if unit >= least or digit == 0 or (digit is None and (unit != 10 or value)):
                raise AmountError(Reason.WRITTEN_WRONG)
            value, digit, least = value + (digit or 1) * unit, None, unit
        elif character not in _NUMERALS or (digit not in (None, 0)):
            raise AmountError(Reason.WRITTEN_WRONG)
        else:
            digit = _NUMERALS[character]
    if not text:
        raise AmountError(Reason.WRITTEN_WRONG)
    return value + (digit or 0)
