"""Who is asking, and the registered matters in which an agency may ask."""

from datetime import date

from strawberry import ID

from schema.types.describing import about, object_type
from schema.types.reference import Agency, Jurisdiction, PurposeDefinition
from schema.vocabulary.access import AccessScope, SubjectSide, ViewerKind
from schema.vocabulary.administration import Role


@object_type("A party of a matter. Whom it names is kept only as a keyed digest.")
class MatterParty:
    role: Role = about("The role in the matter (办件角色).")
    kind: SubjectSide = about("Organisation or natural person.")


@object_type("A registered matter (事项办件).")
class Matter:
    number: str = about("Number of the matter (办件编号).")
    purpose: PurposeDefinition = about("Its purpose (事项).")
    agency: Agency | None = about("The agency that handles it.")
    operators: list[str] = about("Staff numbers of the operators who handle it (经办人员).")
    parties: list[MatterParty] = about("Its parties.")
    opened_on: date = about("Opened on.")
    closed_on: date | None = about("Closed on.")
    open: bool = about("Whether queries may state it.")


@object_type("Whoever is asking, and on what terms.")
class Viewer:
    kind: ViewerKind = about("Kind of viewer.")
    scope: AccessScope = about("Scope of this operation (查询范围).")
    agency: Agency | None = about("The agency or bank.")
    operator: str | None = about("Staff number of the operator.")
    jurisdiction: Jurisdiction | None = about("Territory of the agency (属地).")
    purpose: PurposeDefinition | None = about("The purpose stated.")
    matter: Matter | None = about("The matter stated.")
    consent: ID | None = about("The consent in use (授权编号).")
    purposes: list[PurposeDefinition] = about("Purposes that may be stated.")
    policy_version: str = about("Version of the policies that decide.")
    catalogue_version: str = about("Version of the catalogue.")
    business_date: date = about("The day on which terms and repairs are judged.")
