"""The write operations: agencies' approval systems open, extend and close matters. No credit data is written here."""

from schema.types.describing import about, argument, object_type
from schema.types.inputs import MatterPartyInput, OpenMatterInput
from schema.types.matters import Matter

NUMBER = argument("number", str, about="Number of the matter (办件编号).")


@object_type("What may be written.")
class Mutation:
    open_matter: Matter = about("Open a matter.", argument("input", OpenMatterInput, about="The matter."))
    close_matter: Matter = about("Close a matter.", NUMBER)
    add_matter_parties: Matter = about(
        "Add parties to a matter.", NUMBER, argument("parties", list[MatterPartyInput], about="The parties to add.")
    )
