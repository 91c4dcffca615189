"""A row beneath a header -> why it is no data, or None: totals, notes of whoever filled the form in, a repeated header.

A row that has all that its layout requires is data, whatever it begins with; what is left out is told, never lost.
"""

import re
from collections.abc import Mapping, Sequence

from gateway.intake.files.sheet import Cell, filled
from gateway.intake.layouts.column import Layout
from gateway.intake.layouts.recognition import understands
from gateway.intake.reasons import Passed

_TOTAL = re.compile(r"(?:本页|本表|以上)?\s*[合总小共]\s*计(?:\s*[:：].*|\s*\d.*)?", re.DOTALL)
_NOTE = re.compile(
    r"(?:填表|填报|制表|报送|审核|复核|审批|签发|单位|分管|部门)?"
    r"(?:人|单位|机构|部门|日期|时间|说明|负责人|领导|经办人|联系人|联系电话|联系方式|盖章|公章|签字|签章|备注|附注|注)\s*(?:[（(].{0,10}[）)])?\s*[:：].*"
    r"|(?:填表|填报|制表|审核|复核)(?:人|单位|日期|时间|说明)|[（(](?:单位)?(?:盖章|公章)[）)].*|注\s*\d?[、.．].*|以下(?:空白|无正文).*",
    re.DOTALL,
)
_INSTRUCTION = re.compile(r"[（(]?(?:必填|选填|非必填|可填|可空|条件必填)项?[）)]?")
_EXAMPLE = re.compile(r"[（(]?(?:填写|填报)?(?:示例|样例|范例|例)[）)]?[:：]?")
_FIRST_CELL = re.compile("|".join(each.pattern for each in (_TOTAL, _NOTE, _INSTRUCTION, _EXAMPLE)), re.DOTALL)
_SAME_AS_HEADER = 2


def left_out(
    layout: Layout, cells: Sequence[Cell], found: Mapping[str, tuple[str, ...]], *, ended: bool
) -> Passed | None:
    """``found``: the texts by column; ``ended``: a row above was a total or a note, so that the data may be over."""
    first = next(str(cell).strip() for cell in cells if filled(cell))
    own = next((text for each in found.values() for text in each if text), "")
    if not ended and not _FIRST_CELL.fullmatch(first) and not understands(layout, own):
        return None
    texts = [str(cell).strip() for cell in cells if filled(cell)]
    if all(_INSTRUCTION.fullmatch(text) for text in texts) or _EXAMPLE.fullmatch(first):
        return Passed.INSTRUCTION
    known = [text for each in found.values() for text in each if text]
    if len(known) >= _SAME_AS_HEADER and all(understands(layout, text) for text in known):
        return Passed.HEADER_AGAIN
    if all(any(found.get(column.name, ())) for column in layout.required):
        return None
    if _TOTAL.fullmatch(first):
        return Passed.TOTAL
    return Passed.NOTE if _NOTE.fullmatch(first) or (ended and len(texts) == 1) else None
