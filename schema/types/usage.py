"""The quarterly report of use: counts by department, in which small groups are not told."""

from datetime import date, datetime

from schema.types.describing import about, argument, object_type
from schema.types.reference import Agency, Jurisdiction
from schema.vocabulary.usage import BeyondWhat, PublicityDuty


@object_type("Use by one department for one purpose in a quarter. Small groups are not counted exactly.")
class UsageRow:
    department: Agency | None = about("The department.")
    purpose: str = about("Purpose code.")
    purpose_name: str | None = about("The purpose in words (事项).")
    queries: int | None = about("Queries (查询次数); null where the group is small.")
    subjects: int | None = about("Subjects (查询主体数); null where the group is small.")
    verdicts: int | None = about("Verdicts given (核验次数); null where the group is small.")
    hits: int | None = about("Verdicts that were yes (命中次数); null where the group is small.")
    measures_applied: int | None = about("Measures applied (实施措施数); null where the group is small.")
    refusals: int | None = about("Refusals (拒绝次数); null where the group is small.")


@object_type("Use by a department for all purposes, or by all departments. A subject may count for several purposes.")
class UsageTotal:
    department: Agency | None = about("The department; null for all of the territory.")
    queries: int | None = about("Queries (查询次数); null where a small group could be worked out.")
    verdicts: int | None = about("Verdicts given (核验次数); null where a small group could be worked out.")
    hits: int | None = about("Verdicts that were yes (命中次数); null where a small group could be worked out.")
    measures_applied: int | None = about("Measures applied (实施措施数); null where a small group could be worked out.")
    refusals: int | None = about("Refusals (拒绝次数).")


@object_type("Matters of a department that must not be decided without a check (应查必查).")
class DutyRow:
    department: Agency | None = about("The department.")
    purpose: str = about("Purpose code.")
    purpose_name: str | None = about("The purpose in words (事项).")
    matters: int = about("Matters registered in the quarter (办件数).")
    checked: int = about("Of them, those in which somebody was looked up until now (已查询).")


@object_type("A matter in which nobody was looked up (应查未查办件).")
class UncheckedMatter:
    department: Agency | None = about("The department.")
    purpose: str = about("Purpose code.")
    purpose_name: str | None = about("The purpose in words (事项).")
    number: str = about("Its number (办件编号).")
    opened_on: date = about("When it was registered.")


@object_type("Joint measures that a department is to execute (联合惩戒措施).")
class MeasuresRow:
    department: Agency | None = about("The department.")
    in_force: int | None = about("In force at the end of the quarter, or today; null where the group is small.")
    awaiting_feedback: int | None = about(
        "Of those pushed in the quarter, without feedback; null where the group is small."
    )


@object_type("Acts of a department that have to be published within some working days.")
class TimelinessRow:
    department: Agency | None = about("The department.")
    duty: PublicityDuty = about("Which acts.")
    working_days: int = about("Working days that it has, the day of the decision not counted.")
    published: int | None = about("Acts decided in the quarter and published; null where the group is small.")
    late: int | None = about("Of them, those published after the term; null where the group is small.")


@object_type("Attempts of a department beyond the lists that bind it (越权登记), WH-三(二).")
class ViolationRow:
    department: Agency | None = about("The department.")
    beyond: BeyondWhat = about("What was gone beyond.")
    code: str = about("Code of the refusal, or what became of the attempt.")
    attempts: int = about("Attempts.")


@object_type("The quarterly report of use (使用情况统计), WC-三(三).")
class UsageReport:
    jurisdiction: Jurisdiction = about("Territory (属地).")
    quarter: str = about("Quarter, such as 2026Q2.")
    generated_at: datetime = about("When it was made.")
    small_group: int = about("Counts below this are not told.")
    rows: list[UsageRow] = about("By department and purpose.")
    own_part: bool = about("Whether it is only of the caller's own department.")
    complete: bool = about("Whether the quarter had ended when it was made.")
    totals: list[UsageTotal] = about("By department, and at last of the territory.")
    duties: list[DutyRow] = about("Duty to check, by department and purpose.")
    unchecked: list[UncheckedMatter] = about("The matters without a check, the oldest first; at most 1000.")
    measures: list[MeasuresRow] = about("Measures by executing department.")
    timeliness: list[TimelinessRow] = about("Publication in time, by department.")
    violations: list[ViolationRow] = about("Register of attempts beyond the lists, by department.")


REPORT = (
    argument("jurisdiction", str, about="Region code (属地)."),
    argument("quarter", str, about="Such as 2026Q2."),
)
