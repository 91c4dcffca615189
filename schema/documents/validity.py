"""A limited document and the schema -> nothing, or a refusal in fixed words at a line and column.

The rules are those of GraphQL. What graphql-core says about a violation never leaves: it quotes the document, and its
suggestions name what a caller may not know of. Which rule spoke decides the sentence.
"""

from collections.abc import Mapping
from copy import copy
from types import MappingProxyType

from graphql import DocumentNode, GraphQLError, GraphQLSchema, specified_rules, validate
from graphql.validation import ASTValidationContext, ASTValidationRule

from schema.errors import Code, DocumentError

OTHERWISE = "the document is not valid"

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "KnownOperationTypesRule": "the operation is of a kind that is not served",
        "UniqueOperationNamesRule": "two operations of the document have one name",
        "LoneAnonymousOperationRule": "an operation without a name must be the only one",
        "KnownTypeNamesRule": "a type is not defined",
        "FragmentsOnCompositeTypesRule": "a fragment is on a type that has no fields",
        "VariablesAreInputTypesRule": "a variable is of a type that cannot be given",
        "ScalarLeafsRule": "a field lacks its selection, or has one without being an object",
        "FieldsOnCorrectTypeRule": "a field is not defined on its type",
        "UniqueFragmentNamesRule": "two fragments of the document have one name",
        "KnownFragmentNamesRule": "a fragment is not defined",
        "NoUnusedFragmentsRule": "a fragment is not used",
        "PossibleFragmentSpreadsRule": "a fragment can never apply where it is spread",
        "NoFragmentCyclesRule": "fragments of the document spread themselves",
        "UniqueVariableNamesRule": "two variables of an operation have one name",
        "NoUndefinedVariablesRule": "a variable is not defined by its operation",
        "NoUnusedVariablesRule": "a variable is not used",
        "KnownDirectivesRule": "a directive is not defined, or not at this place",
        "UniqueDirectivesPerLocationRule": "a directive is given twice at one place",
        "KnownArgumentNamesRule": "an argument is not defined",
        "UniqueArgumentNamesRule": "an argument is given twice",
        "ValuesOfCorrectTypeRule": "a value does not fit the type of its place",
        "ProvidedRequiredArgumentsRule": "a required argument is missing",
        "VariablesInAllowedPositionRule": "a variable does not fit the type of its place",
        "OverlappingFieldsCanBeMergedRule": "two selections under one response key cannot be merged",
        "UniqueInputFieldNamesRule": "a key of an input object is given twice",
        "MaxIntrospectionDepthRule": "the introspection lists fields of fields of fields",
    }
)

_RULE = "rule"


def _telling(rule: type[ASTValidationRule]) -> type[ASTValidationRule]:
    """The same rule, whose errors carry its name; some report past themselves, so each gets its own context."""

    def init(self: ASTValidationRule, context: ASTValidationContext) -> None:
        own = copy(context)

        def told(error: GraphQLError) -> None:
            error.extensions = {_RULE: rule.__name__}
            context.report_error(error)

        own.on_error = told  # type: ignore[method-assign]  # as the context itself does
        rule.__init__(self, own)

    return type(rule.__name__, (rule,), {"__init__": init})


RULES = tuple(_telling(rule) for rule in specified_rules)


def check(document: DocumentNode, schema: GraphQLSchema) -> None:
    """Errors: DOCUMENT_INVALID, for the first violation found."""
    errors = validate(schema, document, RULES, max_errors=1, hide_suggestions=True)
    if errors:
        raise _refusal(errors[0])


def _refusal(error: GraphQLError) -> DocumentError:
    line, column = next(iter(error.locations or ()), (None, None))
    sentence = SENTENCES.get((error.extensions or {}).get(_RULE, ""), OTHERWISE)
    return DocumentError(Code.DOCUMENT_INVALID, sentence, line=line, column=column)
