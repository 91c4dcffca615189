"""@purpose of an operation -> Stated: what it says it is asked for.

Code and role are taken by value, because they decide what may be shown; the matter stays behind in its slot. Whether
they are true of the caller is decided elsewhere.
"""

import re

from graphql import DirectiveNode, GraphQLSchema, OperationDefinitionNode

from schema.demands.demand import Slot, Stated
from schema.demands.slots import Arguments
from schema.demands.variables import PURPOSE
from schema.documents.limits import position
from schema.errors import Code, DocumentError

NO_PURPOSE = "the purpose is not on any list"
NO_ROLE = "the role is not one that a purpose knows"

_CODE = re.compile(r"[A-Z]{2}-[0-9]{3}", re.ASCII)
_ROLE = re.compile(r"[a-z]{2,16}(_[a-z]{2,16}){0,2}", re.ASCII)


def stated_of(operation: OperationDefinitionNode, arguments: Arguments, schema: GraphQLSchema) -> Stated | None:
    """None without @purpose: the operation is in publication scope. Errors: PURPOSE_NOT_ALLOWED, ROLE_REQUIRED.

    INVARIANT: a demand is kept and logged, so a text that cannot be a code or a role never becomes part of one.
    """
    directive = next((found for found in operation.directives or () if found.name.value == PURPOSE), None)
    declared = schema.get_directive(PURPOSE)
    if directive is None or declared is None:
        return None
    slots = arguments.slots(declared.args, directive.arguments)
    matter = slots.get("matter")
    return Stated(
        code=_word(arguments, slots["code"], _CODE, Code.PURPOSE_NOT_ALLOWED, NO_PURPOSE, directive) or "",
        matter=matter if matter is not None and arguments.value(matter) is not None else None,
        role=_word(arguments, slots.get("role"), _ROLE, Code.ROLE_REQUIRED, NO_ROLE, directive),
    )


def _word(
    arguments: Arguments, slot: Slot | None, form: re.Pattern[str], code: Code, sentence: str, node: DirectiveNode
) -> str | None:
    value = None if slot is None else arguments.value(slot)
    if value is None:
        return None
    if not isinstance(value, str) or not form.fullmatch(value):
        line, column = position(node)
        raise DocumentError(code, sentence, line=line, column=column)
    return value
