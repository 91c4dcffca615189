"""A subject signed in: its own rows in nearly every state, complete but for informants, workflow and other persons."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from authz.compile import compile_grant
from authz.grant import Kind, Level, Relation, Scope
from authz.principal import NATION, Caller, Principal, Subject
from authz.purpose import Admission, Asked, Statement, admit, cover_one
from authz.rows import RowName, RowSource, relation_of, rows_of
from authz.scopes import MySubject, holds
from schema.demands.demand import Coordinate
from schema.errors import Code, PolicyError
from tests.unit.authz.asking import POLICY, TODAY

DAY = timedelta(days=1)
PORTAL = Principal(client="portal", organisation="subject-7", role="data_subject", jurisdiction=NATION)
N2 = Caller(principal=PORTAL, subject=Subject(id=7, digest=b"n2", natural=True))
L1 = Caller(principal=PORTAL, subject=Subject(id=8, digest=b"l1", natural=False))
OWN = Admission(scope=Scope.SELF, purpose="PM-902")
PERSON, FIRM, NOBODY = Asked(persons=True), Asked(organisations=True), Asked()
REGIME = POLICY.regime(TODAY)


def refusal(caller: Caller, stated: Statement | None, asked: Asked) -> Code | None:
    try:
        admit(caller, stated, None, asked, POLICY.regulation, TODAY)
    except PolicyError as refused:
        return refused.code
    return None


# Admission -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stated", [None, Statement(code="PM-902")], ids=["implied", "stated"])
@pytest.mark.parametrize(("caller", "asked"), [(N2, PERSON), (N2, NOBODY), (L1, FIRM)])
def test_a_subject_is_in_self_scope(caller: Caller, asked: Asked, stated: Statement | None) -> None:
    assert admit(caller, stated, None, asked, POLICY.regulation, TODAY) == OWN


@pytest.mark.parametrize(
    ("caller", "stated", "asked", "code"),
    [
        (N2, Statement(code="PM-901", role="data_subject", matter="M"), PERSON, Code.PURPOSE_NOT_ALLOWED),
        (N2, Statement(code="PM-903"), NOBODY, Code.PURPOSE_NOT_ALLOWED),
        (N2, Statement(code="PM-904"), NOBODY, Code.PURPOSE_NOT_ALLOWED),
        (replace(N2, subject=None), None, NOBODY, Code.PURPOSE_NOT_ALLOWED),
        (N2, None, FIRM, Code.SUBJECT_NOT_COVERED),
        (N2, None, Asked(organisations=True, searched=True), Code.SUBJECT_NOT_COVERED),
        (L1, None, PERSON, Code.SUBJECT_NOT_COVERED),
        (L1, None, Asked(organisations=True, searched=True), Code.SUBJECT_NOT_COVERED),
    ],
)
def test_a_subject_asks_about_itself_and_for_nothing_else(
    caller: Caller, stated: Statement | None, asked: Asked, code: Code
) -> None:
    assert refusal(caller, stated, asked) is code


@pytest.mark.parametrize(
    ("digests", "covered"), [([], True), ([b"n2"], True), ([b"n1"], False), ([b"n2", b"n1"], False)]
)
def test_only_the_caller_itself_may_be_looked_up(digests: list[bytes], covered: bool) -> None:
    if covered:
        cover_one(N2, Scope.SELF, digests)
        return
    with pytest.raises(PolicyError) as refused:
        cover_one(N2, Scope.SELF, digests)
    assert refused.value.code is Code.SUBJECT_NOT_COVERED


def test_whoever_has_no_subject_is_nobody_in_self_scope() -> None:
    with pytest.raises(PolicyError):
        cover_one(replace(N2, subject=None), Scope.SELF, [b"n2"])


# The grant -----------------------------------------------------------------------------------------------------------

GRANT = compile_grant(POLICY, PORTAL, OWN, TODAY)


def shown(item: str, kind: Kind, coordinate: str) -> tuple[Level, str | None]:
    """The most that is shown of one's own row."""
    found = [part.of(Coordinate(coordinate)) for part in GRANT.parts_of(kind) if part.item == item]
    most = max(found, key=lambda each: each.level)
    return most.level, most.mask


def test_every_item_of_the_catalogue_has_a_part_for_its_subject() -> None:
    parts = {(part.item, part.kind) for part in GRANT.parts}
    pseudo = {"LINK"}  # decided with the rows that it hangs on, and by itself
    wanted = {(code, kind) for code, facts in POLICY.space.facts.items() for kind in facts.kinds}
    assert {place for place in wanted - parts if place[0] not in pseudo} == set()


def test_every_part_is_of_the_subject_itself() -> None:
    assert {part.relation for part in GRANT.parts} == {Relation.SELF}
    row = {"id": 1, "subject_id": 2}
    for part in GRANT.parts:
        fact = "id" if POLICY.space.facts[part.item].source is RowSource.SUBJECT else "subject_id"
        conditions = getattr(part.rows, "parts", (part.rows,))
        assert MySubject(fact) in conditions
        assert holds(MySubject(fact), row, subject=row[fact])
        assert not holds(MySubject(fact), row, subject=3)


@pytest.mark.parametrize(
    ("item", "kind", "coordinate", "level", "mask"),
    [
        ("REGISTRATION_PERSON", "person", "NaturalPerson.name", "CLEAR", None),
        ("REGISTRATION_PERSON", "person", "NaturalPerson.idNumber", "MASKED", "MASK_ID_BIRTH8"),
        ("REGISTRATION_PERSON", "person", "NaturalPerson.birthDate", "CLEAR", None),
        ("REGISTRATION_PERSON", "person", "NaturalPerson.phone", "MASKED", "MASK_PHONE"),
        ("REGISTRATION_PERSON", "person", "NaturalPerson.email", "MASKED", "MASK_EMAIL"),
        ("REGISTRATION_PERSON", "person", "NaturalPerson.homeAddress", "CLEAR", None),
        ("REGISTRATION_PERSON", "person", "NaturalPerson.minor", "CLEAR", None),
        ("REGISTRATION_PERSON", "person", "NaturalPerson.deathDate", "NONE", None),
        ("REGISTRATION_PERSON", "person", "NaturalPerson.ethnicity", "NONE", None),
        ("REGISTRATION_ORG", "organisation", "Organisation.financials", "CLEAR", None),
        ("REGISTRATION_ORG", "organisation", "Organisation.contactPhone", "CLEAR", None),
        ("REGISTRATION_ORG", "organisation", "Link.name", "CLEAR", None),
        ("REGISTRATION_ORG", "organisation", "Link.person", "NONE", None),
        ("PENALTY", "person", "Record.facts", "MASKED", "MASK_REDACT_TEXT"),
        ("PENALTY", "person", "Penalty.fineAmount", "CLEAR", None),
        ("PENALTY", "person", "Record.leniency", "CLEAR", None),
        ("PENALTY", "person", "Record.informant", "NONE", None),
        ("PENALTY", "person", "Record.remark", "NONE", None),
        ("PENALTY", "person", "Record.handler", "NONE", None),
        ("PUBLIC_SECURITY_PENALTY", "person", "Record.documentNumber", "CLEAR", None),
        ("PAYMENT", "person", "Payment.amount", "CLEAR", None),
        ("JUDGMENT", "person", "Judgment.parties", "MASKED", "MASK_NAME_DOC"),
        ("JUDGMENT", "person", "Judgment.holding", "MASKED", "MASK_REDACT_TEXT"),
        ("SERIOUS_LIST", "organisation", "ListEntry.partyObjection", "CLEAR", None),
        ("SERIOUS_LIST", "organisation", "ListEntry.personTargets", "NONE", None),
        ("SELF_PROVIDED", "organisation", "SelfProvided.statement", "CLEAR", None),
        ("COMMITMENT", "person", "Commitment.text", "CLEAR", None),
        ("COMMITMENT", "person", "Commitment.evidence", "MASKED", "MASK_REDACT_TEXT"),
        ("MEASURE", "person", "Measure.endsOn", "CLEAR", None),
        ("MEASURE", "person", "MeasureFeedback.action", "CLEAR", None),
        ("MEASURE", "person", "MeasureFeedback.appliedOn", "CLEAR", None),
        ("MEASURE", "person", "MeasureFeedback.result", "NONE", None),
        ("MEASURE", "person", "Measure.humanDecision", "NONE", None),
        ("CLEAN_RECORD", "person", "Standing.cleanRecord", "VERDICT", None),
        ("PENALTY", "organisation", "Standing.majorPenalty", "VERDICT", None),
        ("PENALTY", "organisation", "Standing.fieldPenalty", "NONE", None),
    ],
)
def test_ones_own_data_are_complete_but_for_the_secrets_of_others(
    item: str, kind: str, coordinate: str, level: str, mask: str | None
) -> None:
    assert shown(item, Kind(kind), coordinate) == (Level[level], mask)


# Rows ----------------------------------------------------------------------------------------------------------------

EMPTY = ("repaired_on", "revoked_on", "subject_died_on", "removed_on", "term_end", "objection_until", "published_from",
         "objection_doubtful_from", "publication_until", "status", "person_death_date", "pushed_on", "lifted_on",
         "rejected_on", "ends_on", "record_id")  # fmt: skip


def row(**given: object) -> dict[str, object]:
    found: dict[str, object] = dict.fromkeys(EMPTY)
    found |= {"id": 7, "subject_id": 7, "decided_on": date(2026, 2, 1), "state": "ACTIVE", "sealed": False}
    found |= {"minor_at_event": False, "jurisdiction": "420100", "repair_stops_sharing": False, "force": "COMPULSORY"}
    return found | given


def seen(name: RowName, source: RowSource, given: dict[str, object]) -> bool:
    return holds(rows_of(name, source, Kind.PERSON, "Penalty", REGIME), row(**given), subject=7)


@pytest.mark.parametrize(
    ("given", "visible", "counted"),
    [
        ({}, True, True),
        ({"subject_id": 8}, False, False),
        ({"publication_until": TODAY - timedelta(days=1)}, True, True),
        ({"objection_doubtful_from": TODAY}, True, True),
        ({"repaired_on": date(2026, 4, 20)}, True, False),
        ({"revoked_on": TODAY}, True, False),
        ({"state": "REVOKED"}, True, False),
        ({"state": "CORRECTED"}, True, True),
        ({"minor_at_event": True}, True, False),
        ({"state": "QUARANTINED"}, False, False),
        ({"state": "DRAFT"}, False, False),
        ({"state": "DELETED"}, False, False),
        ({"sealed": True}, False, False),
        ({"decided_on": TODAY}, True, True),
        ({"decided_on": TODAY + DAY}, False, False),
        ({"subject_died_on": TODAY}, False, False),
    ],
    ids=repr,
)
def test_a_subject_sees_what_has_ended_and_is_judged_by_what_stands(
    given: dict[str, object], visible: bool, counted: bool
) -> None:
    assert seen(RowName.OWN, RowSource.RECORD, given) is visible
    assert seen(RowName.OWN_STANDING, RowSource.RECORD, given) is counted


@pytest.mark.parametrize(
    ("given", "counted"),
    [
        ({"pushed_on": TODAY}, True),
        ({"pushed_on": TODAY, "lifted_on": TODAY}, False),
        ({"pushed_on": TODAY, "rejected_on": TODAY}, False),
        ({"pushed_on": TODAY, "ends_on": TODAY - DAY}, False),
    ],
    ids=repr,
)
def test_every_measure_on_oneself_is_seen_and_the_current_ones_count(given: dict[str, object], counted: bool) -> None:
    assert seen(RowName.OWN, RowSource.MEASURE, given)
    assert seen(RowName.OWN_STANDING, RowSource.MEASURE, given) is counted
    assert not seen(RowName.OWN, RowSource.MEASURE, given | {"subject_id": 8})


@pytest.mark.parametrize("pushed", [None, TODAY + timedelta(days=1)])
def test_a_measure_that_is_only_proposed_is_not_seen_yet(pushed: date | None) -> None:
    assert not seen(RowName.OWN, RowSource.MEASURE, {"pushed_on": pushed})


@pytest.mark.parametrize(
    ("given", "visible"),
    [({}, True), ({"id": 8}, False), ({"status": "DECEASED"}, False), ({"person_death_date": TODAY}, False)],
    ids=repr,
)
def test_nobody_signs_in_for_the_dead(given: dict[str, object], visible: bool) -> None:
    assert seen(RowName.OWN, RowSource.SUBJECT, given) is visible


@pytest.mark.parametrize(
    ("source", "fact"),
    [(RowSource.SUBJECT, "id"), (RowSource.RECORD, "subject_id"), (RowSource.MEASURE, "subject_id")],
)
def test_ones_own_row_is_the_one_about_oneself(source: RowSource, fact: str) -> None:
    assert relation_of(Relation.SELF, source, None, TODAY) == MySubject(fact)
