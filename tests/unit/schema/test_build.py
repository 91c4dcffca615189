"""The schema as a whole: the published file, the contract's signatures, the directives, and nothing that resolves."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import (
    DirectiveLocation,
    GraphQLArgument,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    Undefined,
    build_schema,
    lexicographic_sort_schema,
    parse,
    print_schema,
    validate,
    validate_schema,
)
from graphql.utilities import introspection_from_schema

import schema
from schema.build import build, graphql_schema, sdl

PUBLISHED = Path(schema.__file__).with_name("schema.graphql")


def test_the_published_file_is_what_the_types_say() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == sdl()


def test_the_text_is_the_same_in_another_process() -> None:
    script = "import sys; from schema.build import sdl; sys.stdout.buffer.write(sdl().encode())"
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(PUBLISHED.parents[1])}
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, env=environment)
    assert run.stdout.decode() == PUBLISHED.read_text(encoding="utf-8")


def test_the_schema_is_valid_and_its_text_means_the_same() -> None:
    assert validate_schema(graphql_schema()) == []
    reread = build_schema(sdl())
    assert print_schema(lexicographic_sort_schema(reread)) == print_schema(lexicographic_sort_schema(graphql_schema()))


def test_it_is_built_once() -> None:
    assert build() is build()
    assert graphql_schema() is graphql_schema()
    assert isinstance(graphql_schema(), GraphQLSchema)


def test_introspection_needs_no_resolver() -> None:
    names = {each["name"] for each in introspection_from_schema(graphql_schema())["__schema"]["types"]}
    assert {"Penalty", "SubjectLookup", "VerdictAnswer"} <= names


def composites() -> Iterator[GraphQLObjectType | GraphQLInterfaceType]:
    for name, kind in graphql_schema().type_map.items():
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) and not name.startswith("__"):
            yield kind


def test_nothing_resolves() -> None:
    for kind in composites():
        assert all(field.resolve is None and field.subscribe is None for field in kind.fields.values())
        assert getattr(kind, "is_type_of", None) is None
        assert getattr(kind, "resolve_type", None) is None


def test_there_is_no_subscription() -> None:
    assert graphql_schema().subscription_type is None


def signature(name: str, field: GraphQLField) -> str:
    arguments = ", ".join(argument(key, each) for key, each in field.args.items())
    return f"{name}({arguments}): {field.type}" if arguments else f"{name}: {field.type}"


def argument(name: str, given: GraphQLArgument | GraphQLInputField) -> str:
    default = "" if given.default_value is Undefined else f" = {given.default_value}"
    return f"{name}: {given.type}{default}"


PAGE = "first: Int! = 20, after: String"
CONTRACT = {
    "Query": f"""
        node(id: ID!): Node
        subject(by: SubjectLookup!): Subject
        standing(by: SubjectLookup!): Standing
        standings(by: [SubjectLookup!]!): [Standing]!
        subjects(filter: SubjectFilter!, {PAGE}): SubjectConnection!
        records(filter: RecordFilter, orderBy: [RecordOrder!], {PAGE}): RecordConnection!
        measures(filter: MeasureFilter, orderBy: [MeasureOrder!], {PAGE}): MeasureConnection!
        catalogue(jurisdiction: String, category: CatalogueCategory): [CatalogueItem!]!
        purposes(jurisdiction: String): [PurposeDefinition!]!
        measureList(jurisdiction: String): [MeasureListEntry!]!
        listTypes(jurisdiction: String): [ListType!]!
        viewer: Viewer!
        matter(number: String!): Matter
        explain(document: String!, variables: JSON): Explanation!
        accessLog(filter: AccessFilter, {PAGE}): AccessEntryConnection!
        usageReport(jurisdiction: String!, quarter: String!): UsageReport!
    """,
    "Mutation": """
        openMatter(input: OpenMatterInput!): Matter!
        closeMatter(number: String!): Matter!
        addMatterParties(number: String!, parties: [MatterPartyInput!]!): Matter!
    """,
    "Subject": f"""
        id: ID!
        standing: Standing
        jurisdiction: Jurisdiction
        records(filter: RecordFilter, orderBy: [RecordOrder!], {PAGE}): RecordConnection
        measures(filter: MeasureFilter, orderBy: [MeasureOrder!], {PAGE}): MeasureConnection
        kindLabel(lang: Language! = ZH): String
    """,
    "Organisation": "uscc: String\nlegalRepresentative: Link\nprincipals: [Link!]\nestablishedOn: Date",
    "NaturalPerson": "idType: IdType\nidNumber: String\nsex: Sex\nbirthDate: String\nbirthYear: Int\nage: Int",
    "Link": "name: String\nperson: NaturalPerson\nfrom: Date\nto: Date",
    "Verdict": """
        answer: VerdictAnswer!
        label(lang: Language! = ZH): String!
        period: Period
        asOf: DateTime!
        basis: [LegalBasis!]
        remedy: String
        caution: String!
    """,
    "Record": f"""
        documentNumber: String
        documentKind: DocumentKind
        authority: Agency
        publication: PublicationTerm
        underObjection: Boolean
        measures({PAGE}): MeasureConnection
    """,
    "Penalty": "penaltyKinds: [PenaltyKind!]\npenaltyKindsLabel(lang: Language! = ZH): [String!]\nfineAmount: Decimal",
    "PublicationTerm": "from: Date\nuntil: Date\nexpired: Boolean",
    "Measure": "record: Record\nlegalBasis: LegalBasis\ninitiatedBy: Agency\nfeedback: [MeasureFeedback!]",
    "RecordConnection": "edges: [RecordEdge!]!\npageInfo: PageInfo!\ntotalCount: Int",
    "AccessEntryEdge": "node: AccessEntry!\ncursor: String!",
}
INPUTS = {
    "SubjectLookup": "id: ID\nuscc: String\nperson: PersonLookup",
    "PersonLookup": "idType: IdType! = RESIDENT_ID\nidNumber: String!\nname: String!",
    "SubjectFilter": "name: String\nkind: [SubjectKind!]\njurisdiction: String",
    "RecordFilter": """
        category: [CatalogueCategory!]
        item: [String!]
        severity: [Severity!]
        polarity: Polarity
        status: [RecordStatus!]
        decidedFrom: Date
        decidedTo: Date
        documentNumber: String
        authority: ID
        underObjection: Boolean
    """,
    "RecordOrder": "by: RecordOrderField!\ndirection: Direction! = DESC",
    "MeasureFilter": """
        category: [MeasureCategory!]
        status: [MeasureStatus!]
        force: MeasureForce
        startsFrom: Date
        startsTo: Date
        legalityReview: Boolean
    """,
}


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines()]


@pytest.mark.parametrize("name", CONTRACT)
def test_the_fields_callers_rely_on(name: str) -> None:
    kind = graphql_schema().type_map[name]
    assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
    found = {signature(field, definition) for field, definition in kind.fields.items()}
    assert set(lines(CONTRACT[name])) <= found


@pytest.mark.parametrize("name", ["Query", "Mutation"])
def test_the_operations_are_those_of_the_contract_in_its_order(name: str) -> None:
    kind = graphql_schema().type_map[name]
    assert isinstance(kind, GraphQLObjectType)
    assert [signature(field, definition) for field, definition in kind.fields.items()] == lines(CONTRACT[name])


@pytest.mark.parametrize("name", INPUTS)
def test_the_inputs_are_those_of_the_contract(name: str) -> None:
    kind = graphql_schema().type_map[name]
    assert isinstance(kind, GraphQLInputObjectType)
    assert [argument(key, definition) for key, definition in kind.fields.items()] == lines(INPUTS[name])


def test_interfaces_are_those_of_the_contract() -> None:
    interfaces = {kind.name: [each.name for each in kind.interfaces] for kind in composites() if kind.interfaces}
    assert interfaces.pop("Measure") == ["Node"]
    assert interfaces.pop("Subject") == interfaces.pop("Record") == ["Node"]
    assert interfaces.pop("Organisation") == interfaces.pop("NaturalPerson") == ["Subject", "Node"]
    assert len(interfaces) == 24
    assert all(each == ["Record", "Node"] for each in interfaces.values())


def test_purpose_is_a_directive_of_operations() -> None:
    directive = graphql_schema().get_directive("purpose")
    assert directive is not None
    assert set(directive.locations) == {DirectiveLocation.QUERY, DirectiveLocation.MUTATION}
    assert not directive.is_repeatable
    assert [argument(key, each) for key, each in directive.args.items()] == [
        "code: String!", "matter: String", "role: String",
    ]  # fmt: skip


def test_one_of_is_known() -> None:
    directive = graphql_schema().get_directive("oneOf")
    assert directive is not None
    assert set(directive.locations) == {DirectiveLocation.INPUT_OBJECT}


@pytest.mark.parametrize(
    ("document", "valid"),
    [
        ('query Q($m: String!) @purpose(code: "PM-301", matter: $m, role: "bidder") { viewer { kind } }', True),
        ('mutation @purpose(code: "PM-301") { closeMatter(number: "X") { open } }', True),
        ("query @purpose { viewer { kind } }", False),
        ('{ viewer @purpose(code: "PM-301") { kind } }', False),
        ('{ subject(by: {uscc: "91420199MA9TERT123"}) { ... on Organisation { uscc } nameLabel } }', False),
        ('{ subject(by: {uscc: "91420199MA9TERT123", id: "x"}) { id } }', False),
        ('{ subject(by: {uscc: "91420199MA9TERT123"}) { id kindLabel(lang: EN) } }', True),
        ("{ records(filter: {category: [PENALTY]}) { edges { node { id ... on Penalty { fineAmount } } } } }", True),
        ("{ measures(filter: {category: [PENALTY]}) { totalCount } }", False),
    ],
)
def test_documents_are_judged_by_the_schema(document: str, valid: bool) -> None:
    assert (validate(graphql_schema(), parse(document)) == []) is valid
