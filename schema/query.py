"""The read operations and their arguments. They are planned as a whole, not resolved one by one."""

from strawberry import ID

from schema.types.access import ENTRIES, AccessEntry
from schema.types.connections import PAGE, Connection
from schema.types.describing import about, argument, object_type
from schema.types.explanation import Explanation
from schema.types.inputs import MEASURES, RECORDS, SubjectFilter, SubjectLookup
from schema.types.matters import Matter, Viewer
from schema.types.measures import Measure
from schema.types.records import Record
from schema.types.reference import CatalogueItem, ListType, MeasureListEntry, PurposeDefinition
from schema.types.scalars import Json
from schema.types.subjects import Node, Standing, Subject
from schema.types.usage import REPORT, UsageReport
from schema.vocabulary.catalogue import CatalogueCategory

WHO = argument("by", SubjectLookup, about="The subject.")
EACH = argument("by", list[SubjectLookup], about="At most 200 subjects; the answer keeps their order.")
WHICH = argument("filter", SubjectFilter, about="Which organisations.")
PLACE = argument("jurisdiction", str | None, about="Region code (属地); all territories where left out.")


@object_type("What may be read.")
class Query:
    node: Node | None = about("Anything by its id.", argument("id", ID, about="The id."))
    subject: Subject | None = about("One subject.", WHO)
    standing: Standing | None = about("Verdicts; every valid identifier is answered, an unknown one has no hits.", WHO)
    standings: list[Standing | None] = about("Verdicts about several subjects.", EACH)
    subjects: Connection[Subject] = about("Organisations by name.", WHICH, *PAGE)
    records: Connection[Record] = about("Records.", *RECORDS)
    measures: Connection[Measure] = about("Measures.", *MEASURES)
    catalogue: list[CatalogueItem] = about(
        "The catalogue (公共信用信息目录).",
        PLACE,
        argument("category", CatalogueCategory | None, about="Only this category."),
    )
    purposes: list[PurposeDefinition] = about("The list of matters (查询事项清单).", PLACE)
    measure_list: list[MeasureListEntry] = about("The list of incentives and sanctions (措施清单).", PLACE)
    list_types: list[ListType] = about("Types of lists, their criteria, exits and remedies (名单类型).", PLACE)
    viewer: Viewer = about("Who is asking.")
    matter: Matter | None = about("A matter of the caller's own (办件).", argument("number", str, about="Its number."))
    explain: Explanation = about(
        "Why each field of a document would be shown as it would; alone in its operation.",
        argument("document", str, about="The document to explain."),
        argument("variables", Json | None, about="Its variables."),
    )
    access_log: Connection[AccessEntry] = about("The access log; alone in its operation (查询登记).", *ENTRIES)
    usage_report: UsageReport = about("Report of use in a quarter; alone in its operation (使用情况统计).", *REPORT)
