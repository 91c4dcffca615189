"""The most that one document and its variables may be, each number with its reason; and the refusal of more.

Turns text into a syntax tree no larger than the limits. Never looks at the schema: the first of these walls stands
before anything that costs more than reading the text once.
"""

from dataclasses import dataclass
from typing import NoReturn

from graphql import DocumentNode, GraphQLSyntaxError, Node, parse
from graphql.language import get_location

from schema.errors import Code, DocumentError


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Numbers are inclusive: a document at the limit is served."""

    # the text
    size: int = 32_768  # bytes; every field of every family, spelled out, is under 12 000
    tokens: int = 4_000  # the same document has about 1 500
    comments: int = 200  # comments are kept as tokens
    # the syntax tree, each node counted once
    operations: int = 10  # a client's file of operations; only one is run, all are validated
    fragments: int = 60  # one for each family, and as many again
    spreads: int = 120
    variables: int = 60
    directives: int = 60  # @include and @skip on every optional part of a page
    directives_here: int = 3  # @skip and @include on a field, @purpose on an operation
    # the selections after all fragments are spread, over all definitions of the document
    selections: int = 4_000  # the introspection of GraphiQL spreads to about 450
    nesting: int = 48  # selection sets inside each other, of fields and fragments; bounds our own recursion
    overlaps: int = 20_000  # pairs of selections under one response key: what merging them costs to check
    # one operation, its fields merged under their response keys
    depth: int = 15  # subject, records, edges, node, measures, edges, node, list entry, basis leave four to spare
    introspection_depth: int = 20  # the introspection of GraphiQL, nine type wrappers deep, reaches 15
    keys: int = 1_000  # fields of the answer
    aliases: int = 50  # a page that compares years or categories side by side; nothing is exempt, not __typename
    roots: int = 20
    product: int = 10_000  # rows that nested pages may multiply to: 100 x 100
    cost: int = 250_000  # fields of the answer times the rows of the pages around them
    # the tree of asks, for every object type that each of its levels may have
    asks: int = 50_000  # every field of every family needs 600, ten of them in a page within a page 11 000
    # variables and arguments
    values: int = 4_000  # 200 persons to be checked have 1 000
    value_depth: int = 20
    items: int = 200  # of any list, so also the subjects of one batch of standings
    text: int = 32_768  # a document to be explained is the longest text of all
    sorts: int = 3  # no list can be ordered by more than it has fields to order by
    first: int = 100  # rows of one page


LIMITS = Limits()

SENTENCES = {
    "size": "the document is longer than {} bytes",
    "tokens": "the document has more than {} tokens",
    "comments": "the document has more than {} comments",
    "operations": "the document has more than {} operations",
    "fragments": "the document has more than {} fragments",
    "spreads": "the document spreads fragments in more than {} places",
    "variables": "an operation has more than {} variables",
    "directives": "the document has more than {} directives",
    "directives_here": "one place of the document has more than {} directives",
    "selections": "the document selects more than {} fields when its fragments are spread",
    "nesting": "the document is nested more than {} levels deep",
    "overlaps": "the document repeats the same response keys in more than {} pairs",
    "depth": "the operation is more than {} fields deep",
    "introspection_depth": "the introspection is more than {} fields deep",
    "keys": "the operation has more than {} fields",
    "aliases": "the operation has more than {} aliases",
    "roots": "the operation has more than {} root fields",
    "product": "nested pages of the operation multiply to more than {} rows",
    "cost": "the operation costs more than {} cells",
    "asks": "the operation asks for more than {} fields of possible types",
    "values": "the variables hold more than {} values",
    "value_depth": "a variable is nested more than {} levels deep",
    "items": "a list holds more than {} values",
    "text": "a text is longer than {} characters",
    "sorts": "a list is ordered by more than {} fields",
    "first": "a page has from 1 to {} rows",
}
"""What a refusal says: the limit and its number, and nothing of the document."""

NOT_TEXT = "a text holds characters that are no text"
NOT_GRAPHQL = "the document is not GraphQL"

_ABORTED = {
    "Syntax Error: Document contains more than {} tokens.": "tokens",
    "Syntax Error: Document contains more than {} comments.": "comments",
}
_TOO_DEEP = "Syntax Error: Document is nested too deeply."


def exceeded(limits: Limits, name: str, node: Node | None = None) -> NoReturn:
    """Refuse because of the limit ``name``, at ``node`` where one place is to blame."""
    line, column = position(node)
    raise DocumentError(Code.LIMIT_EXCEEDED, SENTENCES[name].format(getattr(limits, name)), line=line, column=column)


def keep(limits: Limits, name: str, found: int, node: Node | None = None) -> None:
    """Refuse more than the limit ``name`` allows."""
    if found > getattr(limits, name):
        exceeded(limits, name, node)


def position(node: Node | None) -> tuple[int | None, int | None]:
    """Line and column of a node, counted from one."""
    if node is None or node.loc is None:
        return None, None
    found = get_location(node.loc.source, node.loc.start)
    return found.line, found.column


def invalid(sentence: str, node: Node | None = None) -> DocumentError:
    """The document does not mean anything here; ``sentence`` is one of ours."""
    line, column = position(node)
    return DocumentError(Code.DOCUMENT_INVALID, sentence, line=line, column=column)


def is_text(value: str) -> bool:
    """Whether a text can be encoded: a JSON escape may have left half a character."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def parsed(text: str, limits: Limits = LIMITS) -> DocumentNode:
    """The syntax tree of a document of limited size. Errors: LIMIT_EXCEEDED, DOCUMENT_INVALID."""
    keep(limits, "size", len(text))
    if not is_text(text):
        raise invalid(NOT_TEXT)
    keep(limits, "size", len(text.encode()))
    try:
        return parse(text, max_lexical_tokens=limits.tokens, max_comments=limits.comments)
    except GraphQLSyntaxError as error:
        refusal = _syntax(error, limits)
    raise refusal


def _syntax(error: GraphQLSyntaxError, limits: Limits) -> DocumentError:
    line, column = next(iter(error.locations or ()), (None, None))
    for start, name in _ABORTED.items():
        if error.message.startswith(start.format(getattr(limits, name))):
            return DocumentError(Code.LIMIT_EXCEEDED, SENTENCES[name].format(getattr(limits, name)))
    if error.message.startswith(_TOO_DEEP):
        return DocumentError(Code.LIMIT_EXCEEDED, SENTENCES["nesting"].format(limits.nesting))
    return DocumentError(Code.DOCUMENT_INVALID, NOT_GRAPHQL, line=line, column=column)
