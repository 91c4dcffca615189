"""A bank under a consent: one purpose, one subject, an end; and what is shown is what policy and consent both allow."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from authz.compile import compile_grant
from authz.consented import check_named
from authz.disclosure import check_uses, report
from authz.grant import Grant, Kind, Level, Reason, Scope
from authz.grants import Grants
from authz.principal import Caller, Consent, ConsentId, Matter, Operator, Party, Principal, Rights, Subject
from authz.purpose import Admission, Asked, Statement, admit, cover_one
from authz.rows import RowName, RowSource, rows_of
from authz.scopes import ALWAYS, All, MyPeriod, MySubject, holds
from schema.demands.demand import Coordinate
from schema.errors import Code, PolicyError
from tests.unit.authz.asking import POLICY, TODAY, demand

DAY = timedelta(days=1)
N2 = Subject(id=7, digest=b"n2", natural=True)
K1 = Consent(
    id=ConsentId("K1"),
    client="B1",
    purpose="PM-901",
    matter="LN20260519-88",
    subject=N2,
    rights=Rights(
        items=frozenset({"DEFAULTER", "SERIOUS_LIST", "PRACTICE_LICENCE"}),
        fields=frozenset(
            map(
                Coordinate,
                ("Standing.judgmentDefaulter", "Standing.seriousList", "Licence.licenceKind", "Record.validUntil",
                 "Record.decidedOn"),
            )
        ),
    ),
)  # fmt: skip
BANK = Caller(
    principal=Principal(
        client="B1", organisation="B1", role="bank", jurisdiction="420100", purposes=frozenset({"PM-901", "PM-906"})
    ),
    operator=Operator(staff_number="1001", agreement_until=date(2027, 12, 31), trained_until=date(2027, 12, 31)),
    consent=K1.id,
    consented=K1,
)
LOAN = Matter(
    number="LN20260519-88",
    client="B1",
    purpose="PM-901",
    opened_on=date(2026, 5, 19),
    closed_on=None,
    operators=frozenset({"1001"}),
    parties=(Party(digest=b"n2", role="data_subject", natural=True),),
)
ASKED = Statement(code="PM-901", role="data_subject", matter="LN20260519-88")
PERSON, FIRM, NOBODY = Asked(persons=True), Asked(organisations=True), Asked()


def admitted(
    caller: Caller = BANK, stated: Statement = ASKED, asked: Asked = PERSON, matter: Matter | None = LOAN
) -> Admission:
    return admit(caller, stated, matter, asked, POLICY.regulation, TODAY)


def refusal(
    caller: Caller = BANK, stated: Statement = ASKED, asked: Asked = PERSON, matter: Matter | None = LOAN
) -> Code | None:
    try:
        admitted(caller, stated, asked, matter)
    except PolicyError as refused:
        return refused.code
    return None


def under(consent: Consent) -> Caller:
    return replace(BANK, consented=consent)


# Admission -----------------------------------------------------------------------------------------------------------


def test_a_consent_admits_its_holder_to_consent_scope_with_its_rights() -> None:
    assert admitted() == Admission(scope=Scope.CONSENT, purpose="PM-901", role="data_subject", rights=K1.rights)


def test_without_a_purpose_the_holder_of_a_consent_is_the_public() -> None:
    assert admit(BANK, None, None, FIRM, POLICY.regulation, TODAY).scope is Scope.PUBLICATION


@pytest.mark.parametrize(
    ("caller", "code"),
    [
        (replace(BANK, consented=None), Code.CONSENT_ENDED),
        (replace(BANK, consent=ConsentId("K2")), Code.CONSENT_ENDED),
        (under(replace(K1, client="B2")), Code.OUT_OF_CONSENT),
        (under(replace(K1, purpose="PM-906")), Code.OUT_OF_CONSENT),
        (under(replace(K1, matter="LN20260519-89")), Code.OUT_OF_CONSENT),
        (replace(BANK, consent=None, consented=None), Code.PURPOSE_NOT_ALLOWED),
        (replace(BANK, consent=None), Code.PURPOSE_NOT_ALLOWED),
    ],
    ids=["unknown", "another", "client", "purpose", "matter", "none", "no handle"],
)
def test_a_consent_that_is_not_this_one_opens_nothing(caller: Caller, code: Code) -> None:
    assert refusal(caller) is code


@pytest.mark.parametrize(
    ("stated", "asked", "code"),
    [
        (replace(ASKED, code="PM-906"), PERSON, Code.OUT_OF_CONSENT),
        (replace(ASKED, code="PM-301"), PERSON, Code.OUT_OF_CONSENT),
        (replace(ASKED, matter="LN1"), PERSON, Code.OUT_OF_CONSENT),
        (replace(ASKED, matter=None), PERSON, None),
        (replace(ASKED, role=None), PERSON, Code.ROLE_REQUIRED),
        (ASKED, FIRM, Code.OUT_OF_CONSENT),
        (ASKED, Asked(organisations=True, searched=True), Code.OUT_OF_CONSENT),
        (ASKED, NOBODY, None),
    ],
)
def test_what_goes_beyond_the_consent_is_refused_whole(stated: Statement, asked: Asked, code: Code | None) -> None:
    assert refusal(stated=stated, asked=asked) is code


@pytest.mark.parametrize("stated", [ASKED, replace(ASKED, matter=None)], ids=["stated", "not stated"])
@pytest.mark.parametrize(
    ("matter", "code"),
    [
        (None, None),
        (LOAN, None),
        (replace(LOAN, parties=()), None),
        (replace(LOAN, closed_on=TODAY), Code.MATTER_NOT_OPEN),
        (replace(LOAN, purpose="PM-906"), Code.MATTER_NOT_OPEN),
        (replace(LOAN, operators=frozenset({"1002"})), Code.MATTER_NOT_OPEN),
        (replace(LOAN, client="B2"), Code.MATTER_NOT_OPEN),
        (replace(LOAN, number="LN20260519-89"), Code.MATTER_NOT_OPEN),
    ],
    ids=["none", "registered", "no party", "closed", "purpose", "operator", "client", "number"],
)
def test_a_consent_is_its_own_reference_and_a_matter_that_is_registered_serves(
    stated: Statement, matter: Matter | None, code: Code | None
) -> None:
    assert refusal(stated=stated, matter=matter) is code


def test_an_end_is_told_before_anything_that_goes_beyond() -> None:
    ended = replace(BANK, consented=None)
    assert refusal(ended, stated=replace(ASKED, code="PM-906"), asked=FIRM) is Code.CONSENT_ENDED


def test_the_consent_of_a_firm_covers_no_person() -> None:
    firm = under(replace(K1, subject=Subject(id=8, digest=b"l2", natural=False)))
    assert refusal(firm) is Code.OUT_OF_CONSENT
    assert refusal(firm, asked=FIRM) is None
    assert refusal(firm, asked=Asked(organisations=True, searched=True)) is Code.OUT_OF_CONSENT


@pytest.mark.parametrize(
    ("digests", "covered"), [([], True), ([b"n2"], True), ([b"n1"], False), ([b"n2", b"n1"], False)]
)
def test_only_the_subject_of_the_consent_may_be_looked_up(digests: list[bytes], covered: bool) -> None:
    if covered:
        cover_one(BANK, Scope.CONSENT, digests)
        return
    with pytest.raises(PolicyError) as refused:
        cover_one(BANK, Scope.CONSENT, digests)
    assert refused.value.code is Code.OUT_OF_CONSENT


def test_in_sharing_scope_a_consent_says_nothing_of_who_may_be_looked_up() -> None:
    cover_one(BANK, Scope.SHARING, [b"n1"])


def test_the_period_is_that_of_the_consent_and_no_other() -> None:
    period = (date(2024, 1, 1), date(2026, 5, 19))
    assert under(replace(K1, period=period)).period == period
    assert (BANK.period, replace(BANK, consented=None).period) == (ALWAYS, ALWAYS)
    assert (BANK.about, replace(BANK, consented=None).about) == (N2, None)


# The grant -----------------------------------------------------------------------------------------------------------


def granted(rights: Rights = K1.rights) -> Grant:
    return compile_grant(POLICY, BANK.principal, replace(admitted(), rights=rights), TODAY)


def whole() -> Grant:
    return compile_grant(POLICY, BANK.principal, replace(admitted(), rights=None), TODAY)


def levels(grant: Grant, item: str, kind: Kind = Kind.PERSON) -> dict[str, Level]:
    return {
        name: each.level
        for part in grant.parts_of(kind)
        if part.item == item
        for name, each in part.fields.items()
        if each.level is not Level.NONE
    }


def test_without_rights_the_grant_is_what_the_policy_opens_to_banks() -> None:
    assert {part.item for part in whole().parts_of(Kind.PERSON)} == {
        "REGISTRATION_PERSON", "DEFAULTER", "SERIOUS_LIST", "RED_LIST", "LICENCE", "PRACTICE_LICENCE", "PENALTY",
        "PROFESSION", "HONOUR", "COMMITMENT", "IP", "MEASURE",
    }  # fmt: skip
    assert whole().beyond_consent == frozenset()


def test_items_outside_the_consent_are_in_no_part() -> None:
    assert {part.item for part in granted().parts_of(Kind.PERSON)} == {
        "REGISTRATION_PERSON", "DEFAULTER", "SERIOUS_LIST", "PRACTICE_LICENCE",
    }  # fmt: skip


def test_a_row_bears_what_every_row_bears_and_of_the_rest_what_was_ticked() -> None:
    assert levels(granted(), "PRACTICE_LICENCE") == {
        "NaturalPerson.id": Level.CLEAR, "NaturalPerson.kind": Level.CLEAR, "Record.id": Level.CLEAR,
        "Record.catalogueItem": Level.CLEAR, "Record.subject": Level.CLEAR, "Record.jurisdiction": Level.CLEAR,
        "Licence.licenceKind": Level.CLEAR, "Record.validUntil": Level.CLEAR, "Record.decidedOn": Level.CLEAR,
    }  # fmt: skip


def test_the_subject_is_the_echo_of_the_look_up_and_the_way_to_what_was_consented() -> None:
    assert levels(granted(), "REGISTRATION_PERSON") == {
        "NaturalPerson.id": Level.CLEAR, "NaturalPerson.kind": Level.CLEAR, "NaturalPerson.idType": Level.CLEAR,
        "NaturalPerson.name": Level.MASKED, "NaturalPerson.idNumber": Level.MASKED,
        "NaturalPerson.standing": Level.CLEAR, "NaturalPerson.records": Level.CLEAR,
        "Standing.subject": Level.CLEAR, "Standing.identityMatch": Level.VERDICT,
    }  # fmt: skip


def test_what_the_consent_leaves_out_says_so_and_cites_what_would_have_opened_it() -> None:
    part = next(part for part in granted().parts if part.item == "REGISTRATION_PERSON")
    profession = part.of(Coordinate("NaturalPerson.profession"))
    assert (profession.level, profession.reason) == (Level.NONE, Reason.NOT_IN_CONSENT)
    assert profession.rules == ("CO-PERSON-PROFESSION",)
    assert part.of(Coordinate("NaturalPerson.phone")).reason is Reason.POLICY


def test_a_consent_opens_nothing_that_the_policy_withholds() -> None:
    everything = Rights(items=frozenset(POLICY.catalogue.items), fields=frozenset(POLICY.catalogue.fields))
    narrowed, opened = granted(everything), whole()
    assert [part.fields for part in narrowed.parts] == [part.fields for part in opened.parts]
    assert narrowed.beyond_consent == frozenset()
    greedy = granted(replace(K1.rights, fields=frozenset(POLICY.catalogue.fields)))
    for part in greedy.parts:
        full = next(each for each in opened.parts if (each.item, each.kind) == (part.item, part.kind))
        assert all(each.level <= full.of(name).level for name, each in part.fields.items())


def test_no_part_is_of_anybody_but_the_subject_of_the_consent() -> None:
    for part in whole().parts:
        fact = "id" if POLICY.space.facts[part.item].source is RowSource.SUBJECT else "subject_id"
        conditions = part.rows.parts if isinstance(part.rows, All) else (part.rows,)
        assert MySubject(fact) in conditions


def test_equal_rights_share_a_grant_and_others_do_not() -> None:
    grants = Grants(POLICY)
    first = grants.grant(BANK.principal, admitted(), TODAY)
    same = Rights(items=frozenset(sorted(K1.rights.items)), fields=frozenset(sorted(K1.rights.fields)))
    fewer = replace(K1.rights, fields=K1.rights.fields - {Coordinate("Record.validUntil")})
    assert grants.grant(BANK.principal, replace(admitted(), rights=same), TODAY) is first
    other = grants.grant(BANK.principal, replace(admitted(), rights=fewer), TODAY)
    assert other.digest != first.digest
    assert whole().digest not in {first.digest, other.digest}


def test_rights_that_look_alike_are_not_the_same() -> None:
    one, other = (
        Rights(items=frozenset({"A"}), fields=frozenset()),
        Rights(items=frozenset(), fields=frozenset({Coordinate("A")})),
    )
    assert one.digest != other.digest


# What the answer says ------------------------------------------------------------------------------------------------

SUBJECT = 'query($who: PersonLookup!) @purpose(code: "PM-901", matter: "M", role: "data_subject") { %s }'
LOOKUP = "subject(by: {person: $who}) { ... on NaturalPerson { %s } }"


def said(inside: str) -> dict[str, tuple[object, object]]:
    found = report(demand(SUBJECT % LOOKUP % inside, who={"idNumber": "1", "name": "x"}), granted(), POLICY.catalogue)
    return {str(each["coordinate"]): (each["level"], each["reason"]) for each in found}


def test_the_report_tells_consent_from_policy() -> None:
    found = said("name profession phone records { edges { node { documentNumber ... on Penalty { fineBand } } } }")
    assert found == {
        "NaturalPerson.name": ("MASKED", "POLICY"),
        "NaturalPerson.profession": ("WITHHELD", "NOT_IN_CONSENT"),
        "NaturalPerson.phone": ("WITHHELD", "POLICY"),
        "Record.documentNumber": ("WITHHELD", "NOT_IN_CONSENT"),
        "Penalty.fineBand": ("WITHHELD", "NOT_IN_CONSENT"),
    }


def test_connections_without_a_consented_row_are_withheld_whole() -> None:
    found = said("measures { edges { node { force } } }")
    assert found["NaturalPerson.measures"] == ("WITHHELD", "NOT_IN_CONSENT")
    assert found["Measure.force"] == ("WITHHELD", "NOT_IN_CONSENT")


def use(text: str, rights: Rights = K1.rights) -> Code | None:
    asked = demand(SUBJECT.replace("($who: PersonLookup!)", "") % text)
    try:
        check_uses(asked, granted(rights), POLICY.catalogue)
        check_named(asked, {}, granted(rights), rights, POLICY.catalogue)
    except PolicyError as refused:
        return refused.code
    return None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("records { totalCount edges { node { id } } }", None),
        ('records(filter: {decidedFrom: "2026-01-01"}) { edges { node { id } } }', None),
        ("records(orderBy: [{by: VALID_UNTIL}]) { edges { node { id } } }", Code.FIELD_NOT_FILTERABLE),
        ("records(orderBy: [{by: PUBLICATION_UNTIL}]) { edges { node { id } } }", Code.OUT_OF_CONSENT),
        ('records(filter: {documentNumber: "x"}) { edges { node { id } } }', Code.OUT_OF_CONSENT),
        ("records(filter: {severity: [SERIOUS]}) { totalCount }", Code.OUT_OF_CONSENT),
        ('records(filter: {item: ["PENALTY"]}) { totalCount }', Code.OUT_OF_CONSENT),
        ('records(filter: {item: ["DEFAULTER", "PENALTY"]}) { totalCount }', Code.OUT_OF_CONSENT),
        ('records(filter: {item: ["DEFAULTER"]}) { totalCount }', None),
        ("records(filter: {category: [JUDICIAL, SERIOUS]}) { totalCount }", None),
        ("records(filter: {category: [HONOUR]}) { edges { node { id } } }", Code.OUT_OF_CONSENT),
        ("measures { edges { node { id } } }", Code.OUT_OF_CONSENT),
        ("measures { totalCount }", Code.OUT_OF_CONSENT),
    ],
)
def test_a_use_beyond_the_consent_is_refused_whole(text: str, code: Code | None) -> None:
    assert use(text) is code


def test_a_consented_connection_may_be_listed_and_counted() -> None:
    rights = Rights(items=frozenset({"MEASURE"}), fields=frozenset())
    assert use("measures { totalCount edges { node { force } } }", rights) is None
    assert use("records { edges { node { id } } }", rights) is Code.OUT_OF_CONSENT


# Rows ----------------------------------------------------------------------------------------------------------------

REGIME = POLICY.regime(TODAY)
EMPTY = ("repaired_on", "revoked_on", "subject_died_on", "removed_on", "term_end", "objection_until", "lifted_on",
         "objection_doubtful_from", "rejected_on", "ends_on", "person_death_date", "status", "record_id")  # fmt: skip


def row(**given: object) -> dict[str, object]:
    found: dict[str, object] = dict.fromkeys(EMPTY)
    found |= {"subject_id": 7, "id": 7, "decided_on": date(2026, 2, 1), "pushed_on": date(2026, 3, 1)}
    found |= {"state": "ACTIVE", "sealed": False, "minor_at_event": False, "force": "VOLUNTARY"}
    found |= {"jurisdiction": "420100", "repair_stops_sharing": False}
    return found | given


def seen(source: RowSource, **given: object) -> bool:
    scope = rows_of(RowName.CONSENTED, source, Kind.PERSON, "Penalty", REGIME)
    return holds(scope, row(**given), subject=7, period=(date(2024, 1, 1), TODAY))


@pytest.mark.parametrize(
    ("given", "visible"),
    [
        ({}, True),
        ({"subject_id": 8}, False),
        ({"decided_on": date(2023, 12, 31)}, False),
        ({"decided_on": date(2024, 1, 1)}, True),
        ({"decided_on": TODAY}, True),
        ({"decided_on": TODAY + DAY}, False),
        ({"state": "CORRECTED"}, True),
        ({"state": "REVOKED"}, False),
        ({"state": "QUARANTINED"}, False),
        ({"revoked_on": TODAY}, False),
        ({"revoked_on": TODAY + DAY}, True),
        ({"repaired_on": TODAY}, False),
        ({"repaired_on": TODAY + DAY}, True),
        ({"sealed": True}, False),
        ({"minor_at_event": True}, False),
        ({"subject_died_on": TODAY}, False),
        ({"objection_until": TODAY + DAY}, True),
    ],
    ids=repr,
)
def test_a_bank_sees_the_usable_rows_of_the_subject_and_of_the_period(given: dict[str, object], visible: bool) -> None:
    assert seen(RowSource.RECORD, **given) is visible


def test_an_old_repair_that_left_sharing_leaves_nothing_to_banks() -> None:
    before = POLICY.regime(date(2026, 3, 31))
    old = row(repaired_on=date(2025, 10, 15))
    for name, visible in ((RowName.SHARED, True), (RowName.CONSENTED, False)):
        scope = rows_of(name, RowSource.RECORD, Kind.PERSON, "Penalty", before)
        assert holds(scope, old, subject=7) is visible


@pytest.mark.parametrize(
    ("given", "visible"),
    [
        ({}, True),
        ({"subject_id": 8}, False),
        ({"force": "COMPULSORY"}, False),
        ({"pushed_on": None}, False),
        ({"pushed_on": date(2023, 12, 31)}, False),
        ({"lifted_on": TODAY}, False),
        ({"ends_on": TODAY - DAY}, False),
        ({"ends_on": TODAY}, True),
    ],
    ids=repr,
)
def test_a_bank_sees_current_measures_that_it_is_free_to_take(given: dict[str, object], visible: bool) -> None:
    assert seen(RowSource.MEASURE, **given) is visible


@pytest.mark.parametrize(
    ("given", "visible"),
    [({}, True), ({"id": 8}, False), ({"status": "DECEASED"}, False), ({"person_death_date": TODAY}, False)],
    ids=repr,
)
def test_a_consent_ends_with_the_life_of_its_subject(given: dict[str, object], visible: bool) -> None:
    assert seen(RowSource.SUBJECT, **given) is visible


def test_nobody_is_the_subject_of_a_caller_without_one() -> None:
    assert not holds(MySubject("id"), {"id": None})
    assert not holds(MySubject("id"), {"id": 7})
    assert not holds(MyPeriod("decided_on"), {"decided_on": None})
    assert holds(MyPeriod("decided_on"), {"decided_on": date.max})
