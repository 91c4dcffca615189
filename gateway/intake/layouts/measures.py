"""The layouts of measures and what happens to them and their triggers: feedback, repairs, objections.

A trigger is named as records are: authority and document number, with the catalogue item where that is not enough.
"""

from gateway.intake.layouts.column import Column, Layout, code, date, flag, identifier, several, term, text
from gateway.intake.layouts.subjects import SUBJECT
from schema.vocabulary.measures import FeedbackAction, MeasureForce
from schema.vocabulary.records import ObjectionKind, ObjectionOutcome, RepairEffect


def _target(what: str, *, required: bool) -> tuple[Column, ...]:
    return (
        text("document_number", f"{what}文书号", required=required),
        identifier("authority_uscc", f"{what}作出机关统一社会信用代码", required=required),
        text("item", f"{what}目录项"),
    )


MEASURES = Layout(
    name="measures",
    zh="联合奖惩措施信息",
    key=("measure_number",),
    columns=(
        text("measure_number", "措施编号", required=True),
        *SUBJECT,
        *_target("触发", required=False),
        text("list_entry", "措施清单条目", required=True),
        text("legal_basis", "依据条款", required=True),
        identifier("initiated_by_uscc", "发起部门统一社会信用代码", required=True),
        identifier("executed_by_uscc", "执行部门统一社会信用代码"),
        code("force", MeasureForce, "效力"),
        flag("mandatory", "是否强制"),
        date("pushed_on", "推送日期"),
        date("in_force_on", "生效日期"),
        date("starts_on", "开始日期"),
        term("ends_on", "期限届满日"),
        date("lifted_on", "解除日期"),
        text("lift_reason", "解除原因"),
        date("rejected_on", "不予实施日期"),
        flag("able_and_refuses", "有履行能力而拒不履行"),
        text("human_decision", "人工决定记录"),
    ),
)
"""``able_and_refuses``: what limits on exit and high consumption rest on where the city asks for it (C-06); judged, not
stored."""

FEEDBACK = Layout(
    name="feedback",
    zh="措施执行反馈",
    key=("measure_number", "executed_by_uscc", "reported_on"),
    columns=(
        text("measure_number", "措施编号", required=True),
        identifier("executed_by_uscc", "执行部门统一社会信用代码", required=True),
        code("action", FeedbackAction, "反馈结果", required=True),
        date("applied_on", "执行日期"),
        date("reported_on", "反馈日期", required=True),
        text("matter_number", "办件编号"),
        text("result", "执行情况"),
    ),
)

REPAIRS = Layout(
    name="repairs",
    zh="信用修复信息",
    key=("item", "authority_uscc", "document_number"),
    columns=(
        *_target("修复", required=True),
        date("repaired_on", "修复日期", required=True),
        several("effects", "修复效果", vocabulary=RepairEffect, required=True),
    ),
)

OBJECTIONS = Layout(
    name="objections",
    zh="异议信息",
    key=("item", "authority_uscc", "document_number"),
    columns=(
        *_target("异议", required=True),
        code("kind", ObjectionKind, "异议种类"),
        identifier("accepted_by_uscc", "受理部门统一社会信用代码"),
        date("objection_from", "异议提出日期", required=True),
        date("objection_doubtful_from", "存疑日期"),
        date("objection_until", "异议办结日期"),
        code("outcome", ObjectionOutcome, "异议处理结果"),
    ),
)
"""``objection_doubtful_from``: from when the provider holds the information to be untrue or doubtful (EZ-19)."""
