"""Incentives and sanctions taken on a subject, and what those who execute them report back."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry

from schema.types.describing import about, object_type
from schema.types.reference import Agency, LegalBasis, MeasureListEntry
from schema.types.subjects import Node, Subject
from schema.vocabulary.measures import FeedbackAction, MeasureForce, MeasureStatus

if TYPE_CHECKING:
    from schema.types.records import Record

LazyRecord: TypeAlias = Annotated["Record", strawberry.lazy("schema.types.records")]


@object_type("What an executing department reports about a measure (反馈).")
class MeasureFeedback:
    executed_by: Agency | None = about("Executing department (执行部门).")
    action: FeedbackAction | None = about("Result fed back (反馈结果).")
    applied_on: date | None = about("Date of execution (执行日期).")
    matter_number: str | None = about("Number of the matter (办件编号).")
    result: str | None = about("How it was executed (执行情况).")
    reported_on: date | None = about("Date of the report (反馈日期).")
    late: bool | None = about("Whether it came after the quarter in whose statistics it belongs (逾期反馈).")


@object_type("An incentive or sanction taken on a subject (奖惩措施).")
class Measure(Node):
    list_entry: MeasureListEntry = about("Entry of the measures list (措施清单条目).")
    subject: Subject | None = about("Target (对象).")
    record: LazyRecord | None = about("The record that triggered it (触发记录).")
    status: MeasureStatus | None = about("Status (状态).")
    force: MeasureForce | None = about("Compulsory or voluntary (效力).")
    mandatory: bool | None = about("Whether mandatory (是否强制).")
    legal_basis: LegalBasis | None = about("Provision relied on (依据条款).")
    initiated_by: Agency | None = about("Initiating department (发起部门).")
    executed_by: Agency | None = about("Executing department (执行部门).")
    starts_on: date | None = about("Start (开始日期).")
    ends_on: date | None = about("End of the term (期限届满日).")
    lifted_on: date | None = about("Date of lifting (解除日期).")
    lift_reason: str | None = about("Reason for lifting (解除原因).")
    suspended_by_objection: bool | None = about("Whether an objection suspends it (异议中止).")
    human_decision: str | None = about("Record of the human decision (人工决定记录).")
    legality_review: bool | None = about(
        "Whether its basis is to be reviewed, since whoever should execute it found none (待合法性审查)."
    )
    feedback: list[MeasureFeedback] | None = about("Feedback of executing departments (执行反馈).")
