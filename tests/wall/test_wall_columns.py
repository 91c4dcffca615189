"""Which columns each scope can name at all: in the select list, a condition, an order, an aggregate, or a whole row.

The columns are those that the database has, not those we remember: a new one is refused to everybody until it stands
in privileges.csv, and to the public until it stands here as well.
"""

import asyncpg
import pytest

from gateway.database.scopes import DatabaseRole, Right, columns_of
from tests.fresh_database import FreshDatabase

pytestmark = pytest.mark.anyio

PUBLIC = {
    "subject": """
        id natural kind status jurisdiction name name_folded former_names uscc other_codes
        tax_registration_number__tax_no organisation_form industry business_scope registration_authority
        registered_address registered_capital established_on""",
    "link": "id organisation_id role name name__name_surname from_date to_date",
    "organisation_name_gram": "gram subject_id",
    "record": """
        id subject_id natural family item category subcategory jurisdiction
        document_number document_kind decided_on document_effective_on valid_until authority_id source_unit_id
        severity polarity supervision_field
        state sealed minor_at_event published_from publication_until publication_basis
        repaired_on repair_stops_publication repair_stops_sharing
        objection_from objection_doubtful_from objection_until revoked_on corrected_on subject_died_on
        party_name_ct party_name__name_surname party_id_number__id_court party_sex party_home_address__addr_county
        party_age
        facts__redact_text content__redact_text attachments__redact_text parties__name_doc holding__redact_text
        obligation__redact_text text__redact_text evidence__redact_text
        licence_kind document_name certificate_name licence_number licence_number__id_1_1 licence_state valid_from
        violation_type penalty_basis fine_band suspended_licence penalty_kinds fine_amount confiscated_amount
        amount
        measure_kind result matter_name levy_kind compensation_kind inspection_kind title case_number court cause
        basis_document performance reason removal_reason conduct filed_on listed_on removed_on term_end period_from
        period_to list_type local_label list_category department_level decision_basis sanction_warning
        removal_conditions removal_procedure remedies recognising_department_id notice_complete contract_number
        commitment_kind fulfilment model grade granted_by right_kind right_number infringement_decision revoked""",
    "measure": """
        id subject_id natural record_id list_entry category force mandatory market_subject legal_basis jurisdiction
        initiated_by_id executed_by_id pushed_on in_force_on ends_on lifted_on rejected_on objection_doubtful_from
        objection_until""",
    "agency": "id uscc name kind department supervision_field level parent_uscc jurisdiction",
    "authz_state": "singleton policy_version catalogue_version business_date freezes",
    "wall_item": "item published",
}
"""All that the public may ever be shown, or that its row policies and its terms are made from."""

_NOT_SHARED = {
    "subject.person_ethnicity_ct",
    "subject.person_number_digest",
    "record.quarantine_reasons",
    "client.jwks",
    "operator.staff_number",
    "audit_pending.leaf",
}
NEVER = {
    DatabaseRole.SHARING: _NOT_SHARED,
    DatabaseRole.ARCHIVE: _NOT_SHARED - {"record.quarantine_reasons"},
    DatabaseRole.CONSENT: {
        *("subject.person_name_ct", "subject.person_id_number_ct", "subject.person_phone_ct", "subject.person_sex"),
        *("subject.person_home_address_ct", "subject.person_ethnicity_ct", "subject.contact_phone_ct"),
        *("record.facts_ct", "record.content_ct", "record.remark_ct", "record.handler_ct", "record.holding_ct"),
        *("record.parties_ct", "record.text_ct", "record.statement_ct", "record.evidence_ct", "record.leniency"),
        *("measure.human_decision_ct", "measure.starts_on", "link.person_id", "feedback.id", "matter.number"),
        *("matter_party.party_digest", "record_person_target.link_id"),
    },
    DatabaseRole.SELF: {
        *("subject.person_ethnicity_ct", "record.remark_ct", "record.handler_ct", "measure.human_decision_ct"),
        *("feedback.result_ct", "feedback.matter_number", "matter.number", "operator.staff_number"),
    },
    DatabaseRole.INTAKE: {"client.jwks", "operator.staff_number", "matter.number", "audit_pending.leaf"},
    DatabaseRole.REGISTRY: {"subject.id", "record.id", "measure.id", "link.id", "feedback.id", "audit_pending.leaf"},
    DatabaseRole.LEDGER_WRITER: {
        "subject.id",
        "record.id",
        "audit_pending.leaf",
        "audit_disclosure.ct",
        "matter.number",
    },
    DatabaseRole.LEDGER_READER: {"subject.id", "record.id", "matter.number", "operator.staff_number"},
    DatabaseRole.PORTAL: {
        *("subject.id", "subject.person_name_ct", "record.id", "measure.id", "link.id", "matter.number"),
        *("client.jwks", "operator.staff_number", "audit_pending.leaf", "consent.id", "consent_request.id"),
    },
    DatabaseRole.STATISTICS: {
        *("subject.id", "subject.uscc", "subject.person_digest", "record.id", "record.subject_id"),
        *("record.document_number", "record.facts__redact_text", "record.party_name__name_surname"),
        *("measure.subject_id", "measure.record_id", "feedback.matter_number", "feedback.result__redact_text"),
        *("matter.operators", "matter_party.party_digest", "operator.staff_number", "client.jwks"),
        *("audit_pending.leaf", "audit_disclosure.subject_ref", "audit_actor.matter_ref", "audit_index.id"),
        "usage_subject.subject",
    },
}
"""Columns that a role must never be given, whatever else privileges.csv comes to say."""

FORMS = (
    'SELECT "{column}" FROM {table}',
    'SELECT 1 FROM {table} WHERE "{column}" IS NULL',
    'SELECT 1 FROM {table} ORDER BY "{column}"',
    'SELECT count("{column}") FROM {table}',
    'SELECT count(*) FROM {table} GROUP BY "{column}"',
    'SELECT x."{column}" FROM (SELECT * FROM {table}) AS x',
    "SELECT query_to_xml('SELECT \"{column}\" FROM {table}', true, true, '')",
)


COLUMNS = """
    SELECT c.relname AS table, a.attname AS column, has_column_privilege(c.oid, a.attnum, 'SELECT') AS readable
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v', 'm', 'p', 'f')
      AND NOT a.attisdropped AND a.attnum > 0
"""


async def readable(city: FreshDatabase, role: DatabaseRole) -> dict[tuple[str, str], bool]:
    async with city.connect(role) as connection:
        return {(row["table"], row["column"]): row["readable"] for row in await connection.fetch(COLUMNS)}


async def test_the_public_reads_these_columns_and_no_other(city: FreshDatabase) -> None:
    found = {column for column, may in (await readable(city, DatabaseRole.PUBLICATION)).items() if may}
    assert found == {(table, column) for table, columns in PUBLIC.items() for column in columns.split()}


@pytest.mark.parametrize("role", DatabaseRole)
async def test_each_role_reads_what_the_file_says_and_nothing_else(city: FreshDatabase, role: DatabaseRole) -> None:
    found = await readable(city, role)
    expected = {(table, column) for table, column in found if column in columns_of(role, table, Right.SELECT)}
    assert {column for column, may in found.items() if may} == expected


@pytest.mark.parametrize("role", NEVER)
async def test_columns_a_role_must_never_have(city: FreshDatabase, role: DatabaseRole) -> None:
    async with city.connect(role) as connection:
        for column in sorted(NEVER[role]):
            table, _, name = column.partition(".")
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.fetch(FORMS[0].format(table=table, column=name))


@pytest.mark.parametrize("role", [DatabaseRole.PUBLICATION, DatabaseRole.CONSENT])
@pytest.mark.parametrize("form", FORMS)
async def test_no_form_of_statement_reaches_a_column(city: FreshDatabase, role: DatabaseRole, form: str) -> None:
    forbidden = [column for column, may in (await readable(city, role)).items() if not may]
    assert ("subject", "person_id_number_ct") in forbidden
    async with city.connect(role) as connection:
        for table, column in forbidden:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.fetch(form.format(table=table, column=column))


@pytest.mark.parametrize(
    "role", [DatabaseRole.PUBLICATION, DatabaseRole.SHARING, DatabaseRole.ARCHIVE, DatabaseRole.CONSENT]
)
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM subject",
        "SELECT subject FROM subject",
        "SELECT to_jsonb(subject) FROM subject",
        "SELECT count(subject) FROM subject",
        "COPY subject TO STDOUT",
    ],
)
async def test_a_row_cannot_be_had_whole(city: FreshDatabase, role: DatabaseRole, statement: str) -> None:
    async with city.connect(role) as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)


@pytest.mark.parametrize(
    "role", [DatabaseRole.PUBLICATION, DatabaseRole.SHARING, DatabaseRole.ARCHIVE, DatabaseRole.CONSENT]
)
async def test_statistics_tell_nothing_of_subjects_and_records(city: FreshDatabase, role: DatabaseRole) -> None:
    """Most common values would name rows that no policy lets through."""
    hidden = ["subject", "record", "measure", "link", "feedback", "record_person_target"]
    statement = "SELECT count(*) FROM pg_stats WHERE tablename = ANY($1)"
    async with city.owner() as owner:
        assert await owner.fetchval(statement, hidden) > 100
    async with city.connect(role) as connection:
        assert await connection.fetchval(statement, hidden) == 0
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("SELECT stavalues1 FROM pg_statistic")
