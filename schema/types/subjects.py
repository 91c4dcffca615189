"""Subjects: organisations and natural persons, the links between them, and the verdicts about them."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry
from strawberry import ID

from schema.types.connections import Connection
from schema.types.describing import LANGUAGE, about, interface, object_type
from schema.types.inputs import MEASURES, RECORDS
from schema.types.reference import Jurisdiction, LegalBasis
from schema.types.scalars import Json
from schema.vocabulary.records import VerdictAnswer
from schema.vocabulary.subjects import IdType, LinkRole, OtherCodeKind, Sex, SubjectKind, SubjectStatus

if TYPE_CHECKING:
    from schema.types.measures import Measure
    from schema.types.records import Record

RecordPage: TypeAlias = Connection[Annotated["Record", strawberry.lazy("schema.types.records")]]
MeasurePage: TypeAlias = Connection[Annotated["Measure", strawberry.lazy("schema.types.measures")]]


@interface("Anything that can be asked for again by its id.")
class Node:
    id: ID = about("Opaque id of fixed length, different for every organisation that asks.")


@interface("A credit subject (信用主体).")
class Subject(Node):
    kind: SubjectKind = about("Kind of subject (主体类型).")
    name: str | None = about("Name (名称、姓名).")
    status: SubjectStatus | None = about("Status (存续状态).")
    jurisdiction: Jurisdiction | None = about("Home territory (属地).")
    standing: "Standing | None" = about("Verdicts (核验结论).")
    records: RecordPage | None = about("Credit records (信用记录).", *RECORDS)
    measures: MeasurePage | None = about("Incentives and sanctions (奖惩措施).", *MEASURES)


@object_type("A registration code besides the unified social credit code (其他登记代码).")
class OtherCode:
    kind: OtherCodeKind | None = about("Kind of code.")
    value: str | None = about("The code.")


@object_type("An organisation: legal person, unincorporated organisation or sole proprietor (法人和非法人组织).")
class Organisation(Subject):
    former_names: list[str] | None = about("Former names (曾用名).")
    uscc: str | None = about("Unified social credit code (统一社会信用代码).")
    other_codes: list[OtherCode] | None = about("Other registration codes (其他登记代码).")
    tax_registration_number: str | None = about("Tax registration number (税务登记号).")
    organisation_form: str | None = about("Legal form (组织形式).")
    industry: str | None = about("Industry (行业).")
    registered_capital: Decimal | None = about("Registered capital in yuan (注册资本).")
    established_on: date | None = about("Date of establishment (成立日期).")
    business_scope: str | None = about("Business scope (经营范围).")
    registration_authority: str | None = about("Registration authority (登记机关).")
    registered_address: str | None = about("Registered address (住所).")
    office_phone: str | None = about("Office telephone (单位电话).")
    contact_person: str | None = about("Contact person (联系人).")
    contact_phone: str | None = about("Telephone of the contact person (联系人电话).")
    financials: Json | None = about("Financial data (财务数据).")
    legal_representative: "Link | None" = about("Legal representative (法定代表人).")
    principals: "list[Link] | None" = about("Principals (主要负责人).")
    executives: "list[Link] | None" = about("Executives (高级管理人员).")
    practitioners: "list[Link] | None" = about("Registered practitioners (注册执业人员).")
    shareholders: "list[Link] | None" = about("Shareholders (股东).")
    operator: "Link | None" = about("Operator of a sole proprietorship (经营者).")


@object_type("A natural person (自然人).")
class NaturalPerson(Subject):
    id_type: IdType | None = about("Type of the identity document (证件类型).")
    id_number: str | None = about("Number of the identity document (证件号码).")
    sex: Sex | None = about("Sex (性别).")
    birth_date: str | None = about("Date of birth (出生日期).")
    birth_year: int | None = about("Year of birth (出生年份).")
    age: int | None = about("Age in years (年龄).")
    death_date: date | None = about("Date of death (死亡日期).")
    nationality: str | None = about("Nationality (国籍).")
    ethnicity: str | None = about("Ethnicity (民族).")
    phone: str | None = about("Telephone (电话).")
    email: str | None = about("E-mail address (电子邮箱).")
    home_address: str | None = about("Home address (住址).")
    profession: str | None = about("Profession or title (职业或职称).")
    minor: bool | None = about("Whether under 18 (未成年).")
    guardian: "Link | None" = about("Guardian (监护人).")


@object_type("A person's link to an organisation (关联关系).")
class Link:
    role: LinkRole = about("The person's role (关系).")
    name: str | None = about("Name as registered (姓名或名称).")
    person: NaturalPerson | None = about("The person, where the caller may reach it (关联自然人).")
    from_: date | None = about("From (起始日期).", name="from")
    to: date | None = about("Until (终止日期).")


@object_type("A span of days that a verdict looked at.")
class Period:
    from_: date | None = about("First day.", name="from")
    to: date | None = about("Last day.")


@object_type("A yes, a no, or neither; for reference, and never the sole ground of a decision (核验结论).")
class Verdict:
    answer: VerdictAnswer = about("The answer.")
    label: str = about("The answer in the words of the question.", LANGUAGE)
    period: Period | None = about("The days looked at, from the purpose and the territory.")
    as_of: datetime = about("When the answer was given.")
    basis: list[LegalBasis] | None = about("Legal bases (依据).")
    remedy: str | None = about("How to object (救济途径).")
    caution: str = about("How the verdict may be used (使用提示).")


@object_type("The verdicts about one subject (核验结论).")
class Standing:
    subject: Subject | None = about("The subject (主体).")
    identity_match: Verdict | None = about("Whether document and name belong together (身份一致).")
    judgment_defaulter: Verdict | None = about("Whether a judgment defaulter (失信被执行人).")
    serious_list: Verdict | None = about("Whether on a serious dishonesty list (严重失信主体名单).")
    red_list: Verdict | None = about("Whether on a red list (红名单).")
    sanctioned: Verdict | None = about("Whether sanctions are in force (正被采取惩戒措施).")
    clean_record: Verdict | None = about("Whether without adverse record in the period (连续无不良信用记录).")
    major_penalty: Verdict | None = about("Whether a major penalty falls in the period (重大行政处罚).")
    field_penalty: Verdict | None = about(
        "Whether a penalty in the caller's field falls in the period (本领域行政处罚)."
    )
