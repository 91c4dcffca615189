"""Privileges and row policies -> the statements that build the second wall, the same whenever they run.

They first take away everything that the scope roles and the public hold in the schema, then give back what the data
says: applied in one transaction after each migration, they leave no right behind that is not written down. A policy
tests only the state of a row (WH-二(二)2, WH-二(五)1); agency, purpose and consent are the business of the grant. One
role alone tells the wall its agency: a source that reads its archive, of which nobody else sees what is hidden.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.database.roles import Credentials
from gateway.database.scopes import READERS, DatabaseRole, Privilege, Right, privileges, tables

# A sub-select is evaluated once a statement, not once a row.
_PUBLISHED_RECORD = """
    state IN ('ACTIVE', 'CORRECTED') AND NOT sealed AND NOT minor_at_event
    AND severity IS DISTINCT FROM 'MINOR'
    AND decided_on <= (SELECT wall_today())
    AND published_from <= (SELECT wall_today()) AND publication_until >= (SELECT wall_today())
    AND (repaired_on IS NULL OR repaired_on > (SELECT wall_today())
         OR (repaired_on < DATE '2026-04-01' AND NOT repair_stops_publication))
    AND (revoked_on IS NULL OR revoked_on > (SELECT wall_today()))
    AND (subject_died_on IS NULL OR subject_died_on > (SELECT wall_today()))
    AND item IN (SELECT item FROM wall_item WHERE published)
    AND (NOT "natural" OR publication_basis IS NOT NULL)
"""
_SHARED_RECORD = "NOT sealed AND NOT minor_at_event AND state IN ('ACTIVE', 'CORRECTED', 'REVOKED')"

_AGENCY = "(SELECT nullif(current_setting('credit.agency', true), '')::bigint)"
TELL_AGENCY = "SELECT set_config('credit.agency', $1, true)"
"""Tells the wall, for the rest of the transaction, whose archive is read; untold, it is nobody's."""

# A source sees its own records whatever hides them from others; what is deleted or a draft nobody sees (3.10).
_ARCHIVED_RECORD = f"""
    ({_SHARED_RECORD})
    OR (state IN ('ACTIVE', 'CORRECTED', 'QUARANTINED', 'REVOKED')
        AND (source_unit_id = {_AGENCY} OR authority_id = {_AGENCY}))
"""
_CONSENTED_RECORD = """
    NOT sealed AND NOT minor_at_event AND state IN ('ACTIVE', 'CORRECTED')
    AND (revoked_on IS NULL OR revoked_on > (SELECT wall_today()))
"""
_OWN_RECORD = "NOT sealed AND state IN ('ACTIVE', 'CORRECTED', 'REVOKED')"
_REGISTERED = "role IN ('LEGAL_REP', 'PRINCIPAL', 'SHAREHOLDER', 'OPERATOR')"

# The sub-selects below are read with the caller's own rights: a measure is never seen without its trigger.
_VISIBLE_TRIGGER = "EXISTS (SELECT FROM record WHERE record.id = measure.record_id)"
_VISIBLE_LIST_ENTRY = "EXISTS (SELECT FROM record WHERE record.id = record_person_target.record_id)"
_VISIBLE_MEASURE = "EXISTS (SELECT FROM measure WHERE measure.id = feedback.measure_id)"
_PUBLISHED_MEASURE = (
    """
    NOT "natural" AND pushed_on <= (SELECT wall_today())
    AND (rejected_on IS NULL OR rejected_on > (SELECT wall_today()))
    AND (lifted_on IS NULL OR lifted_on > (SELECT wall_today()))
    AND (ends_on IS NULL OR ends_on >= (SELECT wall_today())) AND """
    + _VISIBLE_TRIGGER
)
_SHARED_MEASURE = "record_id IS NULL OR " + _VISIBLE_TRIGGER
# A hidden trigger hides a measure from everybody but who initiated it, the source of the trigger included.
_ARCHIVED_MEASURE = f"""
    record_id IS NULL OR initiated_by_id = {_AGENCY}
    OR EXISTS (SELECT FROM record WHERE record.id = measure.record_id AND {_SHARED_RECORD})
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Which rows of a table a role sees; a role without a policy sees none."""

    role: DatabaseRole
    table: str
    using: str
    writes: bool = False


def _readers(
    table: str, publication: str, sharing: str, consent: str, own: str, *, archive: str | None = None
) -> tuple[Policy, ...]:
    """``archive``: where a source sees other rows than those that are shared."""
    using = {
        DatabaseRole.PUBLICATION: publication,
        DatabaseRole.SHARING: sharing,
        DatabaseRole.ARCHIVE: archive or sharing,
        DatabaseRole.CONSENT: consent,
        DatabaseRole.SELF: own,
    }
    return tuple(Policy(role=role, table=table, using=rows) for role, rows in using.items() if rows)


_WRITTEN = ("subject", "link", "organisation_name_gram", "record", "record_person_target", "measure", "feedback")

POLICIES: tuple[Policy, ...] = (
    *_readers("subject", 'NOT "natural"', "true", "true", "true"),
    *_readers("link", _REGISTERED, "true", _REGISTERED, "true"),
    *_readers("organisation_name_gram", "true", "true", "", ""),
    *_readers("record", _PUBLISHED_RECORD, _SHARED_RECORD, _CONSENTED_RECORD, _OWN_RECORD, archive=_ARCHIVED_RECORD),
    *_readers("record_person_target", "", _VISIBLE_LIST_ENTRY, "", _VISIBLE_LIST_ENTRY),
    *_readers(
        "measure", _PUBLISHED_MEASURE, _SHARED_MEASURE, _SHARED_MEASURE, _SHARED_MEASURE, archive=_ARCHIVED_MEASURE
    ),
    *_readers("feedback", "", _VISIBLE_MEASURE, "", _VISIBLE_MEASURE),
    *(Policy(role=DatabaseRole.STATISTICS, table=table, using="true") for table in ("measure", "feedback")),
    Policy(role=DatabaseRole.STATISTICS, table="record", using="NOT sealed"),
    *(Policy(role=DatabaseRole.INTAKE, table=table, using="true", writes=True) for table in _WRITTEN),
)

WALLED = frozenset(policy.table for policy in POLICIES)
"""The tables with row security."""

FUNCTIONS: tuple[tuple[str, frozenset[DatabaseRole]], ...] = (
    ("wall_today()", READERS | {DatabaseRole.INTAKE, DatabaseRole.REGISTRY}),
    ("audit_index_extend(integer)", frozenset({DatabaseRole.LEDGER_WRITER})),
    ("usage_forget()", frozenset({DatabaseRole.LEDGER_WRITER})),
    ("freezes_standing()", frozenset({DatabaseRole.LEDGER_WRITER, DatabaseRole.CONSENT_KEEPER})),
    ("consents_permitting(uuid[])", frozenset({DatabaseRole.LEDGER_WRITER})),
    ("consent_lock(uuid)", frozenset({DatabaseRole.CONSENT_KEEPER})),
    ("subject_is_no_more(bigint)", frozenset({DatabaseRole.CONSENT_KEEPER, DatabaseRole.REGISTRY})),
    ("consents_of_no_more()", frozenset({DatabaseRole.CONSENT_KEEPER})),
)
"""Functions of the schema and who may call them; nobody else may."""


def wall_statements(credentials: Credentials, database: str, policies: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The whole wall. ``policies`` are the (table, name) pairs of the policies that stand now."""
    return (
        *_take_away(credentials, database),
        *(f'DROP POLICY "{name}" ON "{table}"' for table, name in policies),
        *(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY" for table in sorted(WALLED)),
        *(_grant(credentials, privilege) for privilege in privileges()),
        *(_policy(credentials, policy) for policy in POLICIES),
        *(f"GRANT EXECUTE ON FUNCTION {name} TO {_names(credentials, roles)}" for name, roles in FUNCTIONS),
    )


def connection_statements(credentials: Credentials, database: str) -> tuple[str, ...]:
    """Who may connect to the database; it is not copied with a template, so it stands apart.

    Intake alone may make temporary tables, through which it copies: row security hides nothing from it, so there is
    nothing that it could read around with objects of its own.
    """
    roles = _names(credentials, DatabaseRole)
    return (
        f'REVOKE ALL ON DATABASE "{database}" FROM PUBLIC, {roles}',
        f'GRANT CONNECT ON DATABASE "{database}" TO {roles}',
        f'GRANT TEMPORARY ON DATABASE "{database}" TO {credentials.name(DatabaseRole.INTAKE)}',
    )


def missing_tables(existing: Iterable[str]) -> frozenset[str]:
    """Tables that have privileges and do not exist."""
    return tables() - frozenset(existing)


def _take_away(credentials: Credentials, database: str) -> tuple[str, ...]:
    everyone = f"PUBLIC, {_names(credentials, DatabaseRole)}"
    return (
        *connection_statements(credentials, database),
        f"REVOKE ALL ON SCHEMA public FROM {everyone}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {everyone}",
        f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {everyone}",
        f"REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM {everyone}",
        "ALTER DEFAULT PRIVILEGES REVOKE ALL ON FUNCTIONS FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA public TO {_names(credentials, DatabaseRole)}",
    )


def _names(credentials: Credentials, roles: Iterable[DatabaseRole]) -> str:
    return ", ".join(sorted(credentials.name(role) for role in roles))


def _grant(credentials: Credentials, privilege: Privilege) -> str:
    columns = "" if privilege.right is Right.DELETE else f" ({_quoted(privilege.columns)})"
    return f"GRANT {privilege.right.name}{columns} ON {privilege.table} TO {credentials.name(privilege.role)}"


def _quoted(columns: Iterable[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _policy(credentials: Credentials, policy: Policy) -> str:
    command, check = ("ALL", f" WITH CHECK ({policy.using})") if policy.writes else ("SELECT", "")
    name = f"{policy.role}_{'writes' if policy.writes else 'reads'}"
    return (
        f"CREATE POLICY {name} ON {policy.table} FOR {command} TO {credentials.name(policy.role)} "
        f"USING ({policy.using}){check}"
    )
