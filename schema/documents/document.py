"""Text -> Document: parsed, within limits, valid, and each of its operations described.

Limits come before validation, because an unknown document costs thousands of times a known one. Documents are kept by
the digest of their text. Nothing a caller wrote is ever repeated, and nothing here depends on who is asking.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from graphql import DocumentNode, FragmentDefinitionNode, GraphQLSchema, OperationDefinitionNode

from schema.demands.variables import Variable, declared
from schema.documents.limits import LIMITS, NOT_TEXT, Limits, invalid, is_text, keep, parsed
from schema.documents.measure import INTROSPECTION, Measured, measure
from schema.documents.survey import Tally, survey
from schema.documents.validity import check
from schema.recent import Recent

SENTENCES = {
    "which": "the document has several operations: name one of them",
    "unknown": "the document has no operation of that name",
    "alone": "this field must be alone in its operation",
    "introspection": "ask introspection in an operation of its own",
    "empty": "the operation selects nothing",
}

CHARACTERS_KEPT = 1_000_000
"""Of the documents that are kept, and of those whose demands are: a thousand usual ones, or thirty of the longest."""

ALONE = frozenset({"explain", "accessLog", "usageReport"})
TYPENAME = "__typename"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Operation:
    """``introspection_only``: it asks about the schema and nothing else, so its answer is not logged."""

    name: str | None
    kind: str  # "query" or "mutation"
    node: OperationDefinitionNode = field(repr=False)
    variables: tuple[Variable, ...] = field(repr=False)
    measured: Measured
    introspection_only: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Document:
    digest: str  # sha-256 of the text in UTF-8, hex
    size: int  # characters of the text
    node: DocumentNode = field(repr=False)
    fragments: Mapping[str, FragmentDefinitionNode] = field(repr=False)
    operations: tuple[Operation, ...]

    def operation(self, name: str | None = None) -> Operation:
        """The operation to run. Errors: DOCUMENT_INVALID where the name chooses none, or several could be meant."""
        if name is None and len(self.operations) > 1:
            raise invalid(SENTENCES["which"])
        for operation in self.operations:
            if name in (None, operation.name):
                return operation
        raise invalid(SENTENCES["unknown"])


class Documents:
    """The documents last asked, at most ``capacity`` of them with ``room`` for their characters; each takes about
    sixty bytes for one. Refused texts are not kept."""

    def __init__(
        self, schema: GraphQLSchema, capacity: int, limits: Limits = LIMITS, *, room: int = CHARACTERS_KEPT
    ) -> None:
        self._schema = schema
        self._limits = limits
        self._kept = Recent[str, Document](capacity, room)

    def prepare(self, text: str) -> Document:
        """Errors: LIMIT_EXCEEDED, DOCUMENT_INVALID."""
        digest = digest_of(text, self._limits)
        document = self._kept.get(digest)
        if document is None:
            document = self._kept.keep(digest, prepare(text, self._schema, self._limits), len(text))
        return document

    @property
    def size(self) -> int:
        return len(self._kept)


def digest_of(text: str, limits: Limits = LIMITS) -> str:
    """The digest by which a document is known."""
    keep(limits, "size", len(text))
    if not is_text(text):
        raise invalid(NOT_TEXT)
    return sha256(text.encode()).hexdigest()


def prepare(text: str, schema: GraphQLSchema, limits: Limits = LIMITS) -> Document:
    """Errors: LIMIT_EXCEEDED, DOCUMENT_INVALID."""
    digest = digest_of(text, limits)
    node = parsed(text, limits)
    tally = Tally()
    found = survey(node, limits, tally)
    measured = measure(found, schema, limits, tally)
    check(node, schema)
    operations = tuple(
        _operation(operation, size, schema) for operation, size in zip(found.operations, measured, strict=True)
    )
    return Document(digest=digest, size=len(text), node=node, fragments=found.fragments, operations=operations)


def _operation(node: OperationDefinitionNode, measured: Measured, schema: GraphQLSchema) -> Operation:
    _keep_company(node, measured.roots)
    return Operation(
        name=node.name.value if node.name else None,
        kind=node.operation.value,
        node=node,
        variables=declared(node, schema),
        measured=measured,
        introspection_only=all(root == TYPENAME or root in INTROSPECTION for root in measured.roots),
    )


def _keep_company(node: OperationDefinitionNode, roots: tuple[str, ...]) -> None:
    """Which root fields may stand together, whatever @skip and @include would leave of them."""
    if not roots:
        raise invalid(SENTENCES["empty"], node)
    data = [root for root in roots if root != TYPENAME]
    if len(data) > 1 and ALONE.intersection(data):
        raise invalid(SENTENCES["alone"], node)
    if INTROSPECTION.intersection(data) and not INTROSPECTION.issuperset(data):
        raise invalid(SENTENCES["introspection"], node)
