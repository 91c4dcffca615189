"""Probes of consents and of subjects who ask about themselves: one use, one subject, one period, what was ticked."""

from dataclasses import replace
from datetime import date
from functools import partial

from authz.consented import narrowed
from authz.grant import Kind, Level, Relation, Scope
from authz.principal import PUBLIC, SUBJECT_ROLE, Caller, Consent, ConsentId, Matter, Rights, Subject
from authz.purpose import Admission, Asked, Statement, admit, cover_one
from authz.rows import RowName, RowSource, relation_of, rows_of
from authz.scopes import MyPeriod, MySubject, holds
from gateway.granting import _number
from resolvers.bindings import Source
from resolvers.parameters import Asking, bind
from resolvers.sealer import Sealer
from resolvers.tables.records import record as record_table
from resolvers.where import FROM, SUBJECT, UNTIL, condition
from schema.demands.demand import Coordinate
from schema.errors import Code
from tests.mutants.edge_city import BANK, TODAY, TOMORROW, YESTERDAY, caller
from tests.mutants.part_probes import CORE, granted
from tests.mutants.probing import pure
from tests.mutants.purpose_probes import NOBODY, ORGANISATIONS, PERSONS, code_of, matter
from tests.mutants.scope_probes import ORGANISATION, POLICY, REGIME, row
from tests.unit.authz.small import SPACE, rule

FIRM, PERSON = Subject(id=9, digest=b"firm", natural=False), Subject(id=22, digest=b"person", natural=True)
RIGHTS = Rights(items=frozenset({"PENALTY"}), fields=frozenset({Coordinate("Record.facts")}))
CONSENT = Consent(
    id=ConsentId("c1"),
    client=BANK,
    purpose="PM-901",
    matter="M",
    subject=FIRM,
    rights=RIGHTS,
    period=(YESTERDAY, TODAY),
)
HOLDER = replace(caller(BANK), consented=CONSENT)
STATED = Statement(code="PM-901", role="data_subject", matter="M")
REGISTERED = matter(client=BANK, purpose="PM-901")


def admitted(
    who: Caller = HOLDER, stated: Statement = STATED, asked: Asked = NOBODY, found: Matter | None = REGISTERED
) -> Admission:
    return admit(who, stated, found, asked, POLICY.regulation, TODAY)


@pure
def consents_are_for_one_use() -> None:
    """BASIS: WH-二(六)2, PIPL-14. The holder's own, in force, for its purpose and reference, about its subject."""
    found = admitted()
    assert (found.scope, found.rights) == (Scope.CONSENT, RIGHTS)
    other = replace(HOLDER, consented=replace(CONSENT, id=ConsentId("c2")))
    for who in (replace(HOLDER, consented=None), other):
        assert code_of(partial(admitted, who)) is Code.CONSENT_ENDED
    for changed in ({"client": "another"}, {"purpose": "PM-301"}, {"matter": "N"}):
        theirs = replace(HOLDER, consented=replace(CONSENT, **changed))  # type: ignore[arg-type]
        assert code_of(partial(admitted, theirs)) is Code.OUT_OF_CONSENT, changed
    for asked in (PERSONS, Asked(searched=True)):
        assert code_of(partial(admitted, asked=asked)) is Code.OUT_OF_CONSENT
    for registered in (matter(client=BANK, purpose="PM-301"), matter(client=BANK, purpose="PM-901", closed_on=TODAY)):
        assert code_of(partial(admitted, found=registered)) is Code.MATTER_NOT_OPEN
    assert admitted(found=None) == admitted()


@pure
def consents_are_of_one_reference() -> None:
    """Stated or not; whoever has no consent, of the one that is stated."""
    unstated = replace(STATED, matter=None)
    assert [_number(HOLDER, each) for each in (STATED, unstated, None)] == ["M", "M", None]
    assert [_number(caller(BANK), each) for each in (STATED, unstated)] == ["M", None]


@pure
def subjects_ask_about_themselves() -> None:
    """BASIS: PIPL-44. For no other purpose, about no other kind of subject, and without searching."""
    who = Caller(principal=replace(PUBLIC, role=SUBJECT_ROLE), subject=PERSON)

    def told(who: Caller = who, stated: Statement | None = None, asked: Asked = PERSONS) -> Code | None:
        return code_of(lambda: admit(who, stated, None, asked, POLICY.regulation, TODAY))

    assert told() is None
    assert told(replace(who, subject=None)) is Code.PURPOSE_NOT_ALLOWED
    assert told(stated=Statement(code="PM-301")) is Code.PURPOSE_NOT_ALLOWED
    assert told(asked=ORGANISATIONS) is Code.SUBJECT_NOT_COVERED
    assert told(asked=Asked(searched=True)) is Code.SUBJECT_NOT_COVERED


@pure
def one_subject_is_looked_up() -> None:
    """Whoever consented, or the caller itself, and nobody else; without one, nobody."""
    own = Caller(principal=PUBLIC, subject=FIRM)
    for who, scope, code in ((HOLDER, Scope.CONSENT, Code.OUT_OF_CONSENT), (own, Scope.SELF, Code.SUBJECT_NOT_COVERED)):
        assert code_of(partial(cover_one, who, scope, [b"firm"])) is None
        assert code_of(partial(cover_one, who, scope, [b"firm", b"other"])) is code
        assert code_of(partial(cover_one, Caller(principal=PUBLIC), scope, [b"firm"])) is code
    assert code_of(partial(cover_one, HOLDER, Scope.SHARING, [b"other"])) is None


@pure
def rows_of_one_subject() -> None:
    """Of whoever consented, within the period that the consent is about; of whoever asks about itself."""
    period = (date(2024, 1, 1), date(2024, 12, 31))
    mine, force = row(id=9, subject_id=9, pushed_on=date(2024, 1, 10)), {"force": "VOLUNTARY"}
    for name in (RowName.CONSENTED, RowName.OWN, RowName.OWN_STANDING):
        for source in RowSource:
            if (name, source) == (RowName.OWN_STANDING, RowSource.SUBJECT):
                continue
            scope = rows_of(name, source, ORGANISATION, "Penalty", REGIME)
            assert holds(scope, {**mine, **force}, subject=9, period=period), (name, source)
            assert not holds(scope, {**mine, **force}, subject=8, period=period), (name, source)
            proposed = {**mine, **force, "pushed_on": None}
            assert source is not RowSource.MEASURE or not holds(scope, proposed, subject=9, period=period), name
    record, measure = (
        rows_of(RowName.CONSENTED, source, ORGANISATION, "Penalty", REGIME)
        for source in (RowSource.RECORD, RowSource.MEASURE)
    )
    after = (date(2025, 1, 1), date(2025, 12, 31))
    for scope, given in ((record, mine), (measure, {**mine, **force})):
        assert not holds(scope, given, subject=9, period=after)
    assert not holds(measure, {**mine, "force": "MANDATORY"}, subject=9, period=period)
    kept = replace(REGIME, keeping_old_repairs=frozenset({"420100"}))
    repaired = rows_of(RowName.CONSENTED, RowSource.RECORD, ORGANISATION, "Penalty", kept)
    assert not holds(repaired, {**mine, "repaired_on": date(2025, 10, 15)}, subject=9, period=period)
    assert not holds(record, {**mine, "sealed": True}, subject=9, period=period)


@pure
def what_subjects_know_of_themselves() -> None:
    """What is repaired, revoked or of their minority too; not what is sealed or no record yet."""
    own = rows_of(RowName.OWN, RowSource.RECORD, ORGANISATION, "Penalty", REGIME)
    for given in ({"repaired_on": YESTERDAY}, {"state": "REVOKED"}, {"minor_at_event": True}):
        assert holds(own, row(subject_id=9, **given), subject=9), given
    for given in (
        {"sealed": True},
        {"state": "QUARANTINED"},
        {"state": "DELETED"},
        {"decided_on": TOMORROW},
        {"subject_died_on": TODAY},
    ):
        assert not holds(own, row(subject_id=9, **given), subject=9), given
    for source, fact in ((RowSource.SUBJECT, "id"), (RowSource.RECORD, "subject_id")):
        scope = relation_of(Relation.SELF, source, None, TODAY)
        assert [holds(scope, row(**{fact: 9}), subject=each) for each in (9, 8)] == [True, False]


@pure
def the_callers_side_is_bound() -> None:
    """The subject and the period are parameters of the statement, and what is bound is the caller's own."""
    rows = record_table.alias("r")
    mine = str(condition(MySubject("subject_id"), rows, Source.RECORD))
    assert mine == f"r.subject_id = :{SUBJECT}"
    between = str(condition(MyPeriod("decided_on"), rows, Source.RECORD))
    assert between == f"r.decided_on BETWEEN :{FROM} AND :{UNTIL}"
    asking = Asking(
        viewer="", binding="", client="B1", agency=7, matter=None, role=None, subject=9, period=(YESTERDAY, TODAY)
    )
    assert bind((SUBJECT, FROM, UNTIL), {}, asking, {}, _NO_SEALER) == [9, YESTERDAY, TODAY]


_NO_SEALER: Sealer = None  # type: ignore[assignment]  # nothing here is opened


@pure
def consents_narrow_what_is_shown() -> None:
    """To the items that were ticked, and of them to the fields; what a row bears in any case goes with it."""
    grant = granted(CORE, rule("MORE", field="Record.facts"), rule("LISTS", item="LISTED", field="set:core"))
    kept = narrowed(grant.parts, RIGHTS, SPACE)
    assert {part.item for part in grant.parts if part.kind is Kind.ORGANISATION} > {"PENALTY"}
    assert {part.item for part in kept} <= {"PENALTY", "REGISTRATION_ORG", "REGISTRATION_PERSON"}
    facts, bare = Coordinate("Record.facts"), narrowed(grant.parts, replace(RIGHTS, fields=frozenset()), SPACE)
    shown = [{part.of(facts).level for part in parts if part.item == "PENALTY"} for parts in (kept, bare)]
    assert Level.CLEAR in shown[0]
    assert shown[1] == {Level.NONE}
