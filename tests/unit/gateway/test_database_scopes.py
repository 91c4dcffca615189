"""privileges.csv: total over the tables, narrow where the regulations are."""

from datetime import date

import pytest

import policies
from authz.compile import compile_grant
from authz.grant import Scope
from authz.policy import load_policy
from authz.principal import Principal
from authz.purpose import Admission
from authz.scopes import In, RowScope
from gateway.consents.tables import METADATA as CONSENTS
from gateway.database.scopes import (
    READ_ONLY,
    READERS,
    ROLE_OF_SCOPE,
    DatabaseRole,
    Right,
    columns_of,
    privileges,
    read_privileges,
    role_of,
    tables,
)
from gateway.database.tables import METADATA as WATCHING
from gateway.ledger.tables import METADATA as LEDGER
from gateway.usage.tables import METADATA as USAGE
from resolvers.tables import measures, records, registry, subjects

HEAD = "table,column,publication,sharing\n"


OWNERS = {"finding_step", "approval_request", "approval", "approval_use", "usage_subject"}
"""Tables that commands and functions alone touch, as the owner."""
PORTAL_SESSION = (
    *("id", "subject", "subject_digest", "natural", "person", "person_digest", "name", "person_name", "contact"),
    *("born", "assurance", "authenticated_at", "csrf", "began_at", "used_at", "fresh_act", "fresh_at", "kept"),
)
DESK = {
    *(("relation", name) for name in ("evidence", "registered_by", "registered_at", "entry")),
    *(("relation_end", name) for name in ("reason", "ended_by", "entry")),
}
"""What those who register relations write, as the owner, and nobody else reads."""
LIFTING = ("reason", "lifted_by", "lifted_at", "entry")


def named_columns() -> set[tuple[str, str]]:
    return {(found.table, column) for found in privileges() for column in found.columns if column != "*"}


def known_columns() -> set[tuple[str, str]]:
    described = (
        measures.measure.metadata,
        records.record.metadata,
        registry.agency.metadata,
        subjects.subject.metadata,
        LEDGER,
        USAGE,
        WATCHING,
        CONSENTS,
    )
    columns = {(t.name, c.name) for metadata in described for t in metadata.tables.values() for c in t.columns}
    columns = {(table, column) for table, column in columns if table not in OWNERS}
    columns -= DESK | {("watch_protected", "since")} | {("frozen_lift", name) for name in LIFTING}
    undescribed = {
        "used_identifier": ("digest", "expires"),
        "dpop_seen": ("digest", "expires"),
        "policy_bundle": ("digest", "content", "signature", "key"),
        "row_history": ("relation", "row_id", "earlier"),
        "portal_session": PORTAL_SESSION,
        "portal_sign_in": ("id", "goes_to", "session", "act", "begun_at"),
    }
    return columns | {(table, column) for table, names in undescribed.items() for column in names}


def test_the_file_names_exactly_the_columns_that_exist() -> None:
    """A column that is missing here was forgotten: nobody could read or write it."""
    assert named_columns() == known_columns()


def test_those_who_answer_questions_write_nothing() -> None:
    assert {found.right for found in privileges() if found.role in READ_ONLY} == {Right.SELECT}


def test_nobody_who_answers_questions_reads_ethnicity_or_the_number_digest() -> None:
    for role in READERS:
        assert not columns_of(role, "subject") & {"person_ethnicity_ct", "person_number_digest"}


def test_the_public_reads_no_column_of_persons_and_only_one_ciphertext() -> None:
    public = {
        (found.table, column) for found in privileges() if found.role == "publication" for column in found.columns
    }
    assert not {column for table, column in public if table == "subject" and column.startswith("person_")}
    assert {column for _, column in public if column.endswith("_ct")} == {"party_name_ct"}
    assert {table for table, _ in public}.isdisjoint({"feedback", "matter", "matter_party", "record_person_target"})


def test_consent_opens_no_clear_text_and_no_register_of_matters() -> None:
    consented = {(found.table, column) for found in privileges() if found.role == "consent" for column in found.columns}
    assert not {column for _, column in consented if column.endswith("_ct")}
    assert {table for table, _ in consented}.isdisjoint({"feedback", "matter", "matter_party"})


def test_each_scope_of_the_grant_has_a_role_that_only_reads() -> None:
    assert set(ROLE_OF_SCOPE.values()) <= READ_ONLY


def test_a_source_reads_the_columns_that_are_shared_and_why_its_record_is_not() -> None:
    for table in tables():
        for right in Right:
            own = columns_of(DatabaseRole.ARCHIVE, table, right) - columns_of(DatabaseRole.SHARING, table, right)
            assert own == ({"quarantine_reasons"} if (table, right) == ("record", Right.SELECT) else set())
            assert columns_of(DatabaseRole.SHARING, table, right) <= columns_of(DatabaseRole.ARCHIVE, table, right)


def test_the_archive_is_read_by_whom_it_is_opened_to_and_everyone_else_reads_as_its_scope() -> None:
    policy = load_policy(policies.contents())
    who = Principal(client="x", organisation="x", role="dept.market_supervision", jurisdiction="420100")
    roles: dict[DatabaseRole, set[str]] = {DatabaseRole.ARCHIVE: set(), DatabaseRole.SHARING: set()}
    for code, purpose in policy.regulation.purposes.items():
        admission = Admission(scope=Scope.SHARING, purpose=code, role=next(iter(purpose.roles), None))
        grant = compile_grant(policy, who, admission, date(2026, 5, 20))
        roles[role_of(grant)].add(code)
        assert grant.archive == any(opens_quarantine(part.rows) for part in grant.parts), code
    assert roles[DatabaseRole.ARCHIVE] == {"PM-832", "PM-833", "PM-834", "PM-835"}
    public = compile_grant(policy, who, Admission(scope=Scope.PUBLICATION, purpose="PM-903"), date(2026, 5, 20))
    assert role_of(public) is DatabaseRole.PUBLICATION


def opens_quarantine(rows: RowScope) -> bool:
    return any(isinstance(each, In) and "QUARANTINED" in each.values for each in getattr(rows, "parts", ()))


def test_only_the_ledger_roles_touch_the_ledger() -> None:
    ledger = {role for role in DatabaseRole if "ledger" in role} | {DatabaseRole.SEQUENCER}
    others = {DatabaseRole.WATCHER, DatabaseRole.CONSENT_KEEPER}
    assert {found.role for found in privileges() if found.table in LEDGER.tables} == ledger | others
    assert {found.table for found in privileges() if found.role in ledger} <= {*LEDGER.tables, "finding"}
    watching = {
        found.right for found in privileges() if found.role is DatabaseRole.WATCHER and found.table in LEDGER.tables
    }
    assert watching == {Right.SELECT}
    for table in LEDGER.tables:  # the register's keeper adds leaves, as the writer does, and reads no more of them
        for right in Right:
            writer = columns_of(DatabaseRole.LEDGER_WRITER, table, right)
            assert columns_of(DatabaseRole.CONSENT_KEEPER, table, right) <= writer


def test_the_portal_touches_its_sessions_alone_and_never_changes_whose_they_are() -> None:
    held = [found for found in privileges() if found.role is DatabaseRole.PORTAL]
    assert {found.table for found in held} == {"portal_session", "portal_sign_in"}
    assert not columns_of(DatabaseRole.PORTAL, "portal_session", Right.UPDATE) & {
        *("subject", "subject_digest", "natural", "person", "person_digest", "name", "began_at")
    }
    assert {found.role for found in privileges() if found.table.startswith("portal_")} == {DatabaseRole.PORTAL}


def test_rows_of_a_file_are_gathered_by_right() -> None:
    found = read_privileges(HEAD + "subject,*,d,\nsubject,id,ri,r\nsubject,kind,r,\n")
    assert [(p.role, p.right, p.columns) for p in found] == [
        ("publication", Right.DELETE, ("*",)),
        ("publication", Right.SELECT, ("id", "kind")),
        ("publication", Right.INSERT, ("id",)),
        ("sharing", Right.SELECT, ("id",)),
    ]


@pytest.mark.parametrize(
    "rows",
    [
        "subject,id,x,\n",
        "subject,id,d,\n",
        "subject,*,r,\n",
        "subject,id,r,\nsubject,id,,r\n",
    ],
)
def test_a_faulty_file_is_refused(rows: str) -> None:
    with pytest.raises(ValueError, match=r"privileges|not a valid Right"):
        read_privileges(HEAD + rows)


def test_an_unknown_role_is_refused() -> None:
    with pytest.raises(ValueError, match="not a valid DatabaseRole"):
        read_privileges("table,column,everybody\nsubject,id,r\n")


def test_tables_are_those_of_the_file() -> None:
    assert {"subject", "record", "measure", "audit_pending"} <= tables()
