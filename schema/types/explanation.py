"""Why each asked field would be shown as it would: made from the very grant that would answer, and from no row."""

from schema.types.describing import about, object_type
from schema.types.reference import LegalBasis
from schema.vocabulary.access import AccessScope, RowRelation, ShownLevel, SubjectSide, WithheldReason
from schema.vocabulary.administration import Role


@object_type("A rule that bears on a field.")
class ExplainedRule:
    id: str = about("Rule id.")
    allows: bool = about("Whether it allows or denies.")
    level: ShownLevel | None = about("The level it names.")
    basis: list[LegalBasis] = about("Its articles (依据).")


@object_type("The decision on one field, for the rows it holds for.")
class ExplainedField:
    coordinate: str = about("The field, as Type.field.")
    path: str = about("Where it is asked, without list indexes.")
    items: list[str] = about("Codes of the catalogue items.")
    kind: SubjectSide | None = about("Organisations or natural persons; null for both.")
    relation: RowRelation | None = about("Relation of the rows to the caller; null for every relation.")
    published: bool | None = about("Rows that the public may see, or others; null for both.")
    level: ShownLevel = about("How it would be shown.")
    mask: str | None = about("The mask, at level MASKED.")
    reason: WithheldReason | None = about("Why not in clear.")
    rules: list[ExplainedRule] = about("Matching rules.")
    nearest_failed_condition: str | None = about(
        "Purposes of the caller's own that show more of it, and on what terms; or the articles that keep it so."
    )
    rows: str = about("Which rows, in words.")
    columns: list[str] = about("SQL columns that would be read.")


@object_type("Why the whole operation would be refused.")
class ExplainedRefusal:
    code: str = about("Permanent code, as in errors[].extensions.code.")
    detail: str = about("The reason in fixed words.")


@object_type("What an operation would disclose to this caller, and why.")
class Explanation:
    scope: AccessScope = about("Scope (查询范围).")
    purpose: str | None = about("Purpose code.")
    role: Role | None = about("Role stated (办件角色).")
    policy_version: str = about("Version of the policies.")
    catalogue_version: str = about("Version of the catalogue.")
    refusal: ExplainedRefusal | None = about("Set where the operation would be refused.")
    fields: list[ExplainedField] = about("The fields in the order asked.")
