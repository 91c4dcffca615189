"""US-3: a bank with the consent of a loan applicant: what was ticked, while it is good, for that person and loan."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from authz.principal import Caller, ConsentId, Subject
from gateway.consents.records import By, ConsentRecord, Reason
from gateway.consents.using import consent_of
from schema.errors import Code
from tests.city import Answer, City
from tests.consents.granted import Wanted, firm, granted, holder, person, rights, signatory
from tests.rows import insert, measure

pytestmark = pytest.mark.anyio

LOAN = "LN20260519-88"
N2 = {"idNumber": "420199199207280027", "name": "王测试"}
N1 = {"idNumber": "420199198503120015", "name": "李测试"}
NOBODY = {"idNumber": "420199199207280043", "name": "王测试"}
L2 = "91420199MA9TERT20X"

PURPOSE = '@purpose(code: "PM-901", matter: $matter, role: "data_subject")'
LOOK = "query Loan($who: PersonLookup!, $matter: String) " + PURPOSE + " { subject(by: {person: $who}) { %s } }"
APPLICANT = (
    "query Loan($who: PersonLookup!, $matter: String) "
    + PURPOSE
    + """ {
  standing(by: {person: $who}) {
    identityMatch { answer } judgmentDefaulter { answer } seriousList { answer } sanctioned { answer }
  }
  subject(by: {person: $who}) {
    name
    ... on NaturalPerson { idType idNumber phone homeAddress birthDate profession }
    records(first: 50) {
      totalCount
      edges { node {
        __typename decidedOn status facts documentNumber
        ... on Licence { licenceKind validUntil licenceNumber }
        ... on Penalty { fineBand penaltyKinds }
        ... on Honour { title }
      } }
    }
  }
}
"""
)


K1_RIGHTS = rights(
    "DEFAULTER SERIOUS_LIST PRACTICE_LICENCE",
    "Standing.judgmentDefaulter Standing.seriousList Record.decidedOn Record.status Record.validUntil "
    "Licence.licenceKind Defaulter.performance ListEntry.listType",
)
"""JUDICIAL, SERIOUS and practice licences, each field ticked."""


def known(person_: dict[str, str], town: City) -> Subject:
    return person(town.installation.sealer, person_["idNumber"], person_["name"])


async def consented(town: City, **more: Any) -> ConsentRecord:
    """K1 or, with ``more``, one that differs from it: asked for and granted in the register."""
    given: dict[str, Any] = {"subject": known(N2, town), "rights": K1_RIGHTS, "uses": 2}
    return await granted(town.installation.consents, Wanted(**(given | more)))


async def bank(town: City, **more: Any) -> Caller:
    return holder(await town.caller("B1"), await consented(town, **more))


@pytest.fixture(scope="module")
async def lent(town: City) -> City:
    """The city with two measures on N2."""
    subject = known(N2, town).id
    async with town.database.owner() as owner:
        agency = await owner.fetchval("SELECT id FROM agency LIMIT 1")
        penalty = await owner.fetchval("SELECT id FROM record WHERE subject_id = $1 AND item = 'PENALTY'", subject)
        shown = {"natural": True, "initiated_by_id": agency, "executed_by_id": agency, "pushed_on": date(2026, 3, 2)}
        await insert(
            owner,
            "measure",
            measure(201, subject, penalty, list_entry="MKT-02", category="MKT", force="VOLUNTARY", **shown),
            measure(202, subject, penalty, list_entry="ADM-09", category="ADM", force="COMPULSORY", **shown),
        )
    return town


async def asked(town: City, document: str = APPLICANT, who: Any = N2, loan: str = LOAN, **more: Any) -> Answer:
    return await town.ask(document, {"who": who, "matter": loan}, caller=await bank(town, **more))


# Shown, masked, hidden -----------------------------------------------------------------------------------------------


async def test_the_bank_is_told_what_was_ticked(lent: City) -> None:
    answer = await asked(lent)
    verdicts = {name: each and each["answer"] for name, each in answer.data["standing"].items()}
    assert verdicts == {"identityMatch": "YES", "judgmentDefaulter": "NO", "seriousList": "NO", "sanctioned": None}
    records = answer.data["subject"]["records"]
    assert records["totalCount"] == 1
    (licence,) = [edge["node"] for edge in records["edges"]]
    assert (licence["licenceKind"], licence["validUntil"]) == ("RECOGNITION", "2026-11-14")
    assert [licence[name] for name in ("licenceNumber", "documentNumber", "facts")] == [None] * 3


async def test_name_and_number_come_back_as_the_echo_of_a_match(lent: City) -> None:
    subject = (await asked(lent)).data["subject"]
    assert (subject["name"], subject["idNumber"], subject["idType"]) == ("王**", "4****************7", "RESIDENT_ID")
    assert [subject[name] for name in ("phone", "homeAddress", "birthDate", "profession")] == [None] * 4


async def test_what_the_consent_leaves_out_is_told_apart_from_what_no_consent_opens(lent: City) -> None:
    hidden = (await asked(lent)).disclosure
    for path, reason in {
        "subject.profession": "NOT_IN_CONSENT",
        "subject.records.edges.node.documentNumber": "NOT_IN_CONSENT",
        "subject.records.edges.node.fineBand": "NOT_IN_CONSENT",
        "subject.records.edges.node.title": "NOT_IN_CONSENT",
        "subject.records.edges.node.facts": "POLICY",
        "subject.phone": "POLICY",
        "standing.sanctioned": "POLICY",
    }.items():
        assert (hidden[path]["level"], hidden[path]["reason"]) == ("WITHHELD", reason), path
    assert hidden["subject.name"]["mask"] == "MASK_NAME_SURNAME"


async def test_the_statement_reads_the_consented_columns_of_the_consented_person_alone(lent: City) -> None:
    (statement,) = (await asked(lent)).statements
    for column in ("person_name_ct", "person_id_number_ct", "facts", "phone", "fine_band", "title", "document_number"):
        assert column not in statement
    assert "person_id_number__id_1_1" in statement
    assert str(known(N2, lent).id) not in statement


async def test_with_penalties_ticked_kind_date_and_band_are_shown_and_the_sealed_one_never(lent: City) -> None:
    ticked = rights(
        "PENALTY PUBLIC_SECURITY_PENALTY",
        "Record.decidedOn Penalty.fineBand Penalty.penaltyKinds Record.documentNumber Record.facts Penalty.fineAmount",
    )
    records = (await asked(lent, rights=ticked)).data["subject"]["records"]
    (penalty,) = [edge["node"] for edge in records["edges"]]
    assert (penalty["decidedOn"], penalty["penaltyKinds"]) == ("2025-11-03", ["FINE"])
    assert penalty["fineBand"] is not None
    assert (penalty["documentNumber"], penalty["facts"], records["totalCount"]) == (None, None, 1)


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        (date(2025, 11, 3), date(2025, 11, 3), 1),
        (date(2025, 11, 4), date(2026, 5, 19), 0),
        (date(2024, 1, 1), date(2025, 11, 2), 0),
        (date(1900, 1, 1), date(9999, 12, 30), 1),
    ],
)
async def test_nothing_is_shown_beyond_the_period_of_data(lent: City, first: date, last: date, count: int) -> None:
    answer = await asked(lent, rights=rights("PENALTY", "Record.decidedOn"), period=(first, last))
    assert answer.data["subject"]["records"]["totalCount"] == count


MEASURES = LOOK % "measures { totalCount edges { node { listEntry { code } force forceLabel mandatory status } } }"


async def test_measures_are_shown_for_reference_where_the_bank_is_free_to_take_them(lent: City) -> None:
    answer = await asked(lent, MEASURES, rights=rights("MEASURE", "Measure.status"))
    measures = answer.data["subject"]["measures"]
    assert measures["totalCount"] == 1
    (found,) = [edge["node"] for edge in measures["edges"]]
    assert (found["listEntry"]["code"], found["force"], found["status"]) == ("MKT-02", "VOLUNTARY", None)
    assert (found["forceLabel"], found["mandatory"]) == ("自主参考", False)


@pytest.mark.parametrize("column", ["repaired_on", "revoked_on"])
async def test_a_record_that_has_ended_is_gone_for_the_bank(town: City, lent: City, column: str) -> None:
    seen = {}
    for day in (date(2026, 5, 20), date(2026, 5, 21), None):
        async with town.database.owner() as owner:
            statement = f"UPDATE record SET {column} = $1 WHERE item = 'PRACTICE_LICENCE'"  # noqa: S608  # ours
            await owner.execute(statement, day)
        seen[day] = (await asked(lent)).data["subject"]["records"]["totalCount"]
    assert list(seen.values()) == [0, 1, 1]


# Refused -------------------------------------------------------------------------------------------------------------


async def test_two_uses_are_two_answers_and_the_third_is_refused(lent: City) -> None:
    caller = await bank(lent)
    codes = [(await lent.ask(APPLICANT, {"who": N2, "matter": LOAN}, caller=caller)).code for _ in range(3)]
    assert codes == [None, None, Code.CONSENT_ENDED]
    register = lent.installation.consents
    assert [each.n for each in await register.uses(UUID(str(caller.consent)))] == [1, 2]


async def test_after_it_is_taken_back_nothing_is_answered(lent: City) -> None:
    caller = await bank(lent)
    assert await lent.installation.consents.revoke(UUID(str(caller.consent)), Reason.SUBJECT, By.SUBJECT)
    answer = await lent.ask(APPLICANT, {"who": N2, "matter": LOAN}, caller=caller)
    assert answer.code is Code.CONSENT_ENDED
    assert "data" not in answer.body
    assert answer.statements == ()
    entry = await lent.entry(answer.entry)
    assert (entry["kind"], entry["consent"], entry["released"]) == ("deny", caller.consent, [])


async def test_a_consent_that_its_register_does_not_know_opens_nothing(lent: City) -> None:
    caller = await bank(lent)
    for handle in (str(uuid4()), "K1", ""):
        forged = replace(caller, consent=ConsentId(handle))
        assert (await lent.ask(APPLICANT, {"who": N2, "matter": LOAN}, caller=forged)).code is Code.CONSENT_ENDED


async def test_what_a_caller_brings_along_is_not_asked(lent: City) -> None:
    """The line takes the consent from the register alone: one in the hand of the caller counts for nothing."""
    caller = await bank(lent)
    record = await lent.installation.consents.consent(UUID(str(caller.consent)))
    assert record is not None
    wide = replace(consent_of(record), rights=rights("PENALTY HONOUR", "Record.decidedOn Honour.title"))
    plain = await lent.ask(APPLICANT, {"who": N2, "matter": LOAN}, caller=caller)
    smuggled = await lent.ask(APPLICANT, {"who": N2, "matter": LOAN}, caller=replace(caller, consented=wide))
    assert smuggled.data["subject"] == plain.data["subject"]
    unbound = replace(caller, consent=None, consented=wide)
    assert (await lent.ask(APPLICANT, {"who": N2, "matter": LOAN}, caller=unbound)).code is Code.PURPOSE_NOT_ALLOWED


async def test_another_bank_or_purpose_is_beyond_the_consent(lent: City) -> None:
    caller = await bank(lent)
    other = replace(caller, principal=replace(caller.principal, client="B2"))
    assert (await lent.ask(APPLICANT, {"who": N2, "matter": LOAN}, caller=other)).code is Code.OUT_OF_CONSENT
    assert (await asked(lent, purpose="PM-906")).code is Code.OUT_OF_CONSENT
    assert (await asked(lent, matter="LN20260519-00")).code is Code.OUT_OF_CONSENT


async def test_a_loan_that_is_not_that_of_the_consent_is_refused_whether_it_exists_or_not(lent: City) -> None:
    codes = {(await asked(lent, loan=number)).code for number in ("LN20260519-00", "HSZB-2026-0117")}
    assert codes == {Code.OUT_OF_CONSENT}


async def test_nobody_but_the_applicant_is_answered_about_known_or_not(lent: City) -> None:
    husband, unknown, renamed = [await asked(lent, who=who) for who in (N1, NOBODY, N2 | {"name": "王某"})]
    assert husband.code is Code.OUT_OF_CONSENT
    assert husband.raw == unknown.raw == renamed.raw


async def test_a_batch_with_one_more_person_is_refused_whole(lent: City) -> None:
    document = "query Two($all: [SubjectLookup!]!, $matter: String) " + PURPOSE
    document += " { standings(by: $all) { identityMatch { answer } } }"
    caller = await bank(lent)
    both = [{"person": N2}, {"person": N1}]
    assert (await lent.ask(document, {"all": both, "matter": LOAN}, caller=caller)).code is Code.OUT_OF_CONSENT
    alone = await lent.ask(document, {"all": both[:1], "matter": LOAN}, caller=caller)
    assert alone.data["standings"][0]["identityMatch"]["answer"] == "YES"


FIRM = "query Firm($uscc: String!, $matter: String) " + PURPOSE + " { subject(by: {uscc: $uscc}) { name } }"
SEARCH = (
    "query Search($matter: String) " + PURPOSE + ' { subjects(filter: {name: "测试"}) { edges { node { name } } } }'
)


async def test_the_consent_of_a_person_opens_no_firm(lent: City) -> None:
    caller = await bank(lent)
    assert (await lent.ask(FIRM, {"uscc": L2, "matter": LOAN}, caller=caller)).code is Code.OUT_OF_CONSENT
    assert (await lent.ask(SEARCH, {"matter": LOAN}, caller=caller)).code is Code.OUT_OF_CONSENT


async def test_ids_of_others_open_nothing_and_look_like_none(lent: City) -> None:
    sealer, caller = lent.installation.sealer, await bank(lent, uses=3)
    document = "query Node($id: ID!, $matter: String) " + PURPOSE
    document += " { node(id: $id) { __typename } standing(by: {id: $id}) { identityMatch { answer } } }"
    viewer = caller.principal.organisation
    theirs = sealer.seal_id(viewer, "subject", known(N1, lent).id)
    none = sealer.seal_id(viewer, "subject", 12345)
    one, other = [await lent.ask(document, {"id": each, "matter": LOAN}, caller=caller) for each in (theirs, none)]
    assert one.raw == other.raw
    assert one.data == {"node": None, "standing": None}
    own = sealer.seal_id(viewer, "subject", known(N2, lent).id)
    assert (await lent.ask(document, {"id": own, "matter": LOAN}, caller=caller)).data["node"] is not None


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        ('records(filter: {item: ["PENALTY"]}) { totalCount }', Code.OUT_OF_CONSENT),
        ("records(filter: {category: [HONOUR]}) { totalCount }", Code.OUT_OF_CONSENT),
        ('records(filter: {documentNumber: "x"}) { totalCount }', Code.OUT_OF_CONSENT),
        ("records(orderBy: [{by: PUBLICATION_UNTIL}]) { totalCount }", Code.OUT_OF_CONSENT),
        ("measures { totalCount }", Code.OUT_OF_CONSENT),
        ("records(filter: {category: [ADMIN]}) { totalCount }", None),
        ('records(filter: {decidedFrom: "2025-01-01"}) { totalCount }', None),
    ],
)
async def test_counting_filtering_and_sorting_stay_within_the_consent(
    lent: City, inside: str, code: Code | None
) -> None:
    assert (await asked(lent, LOOK % inside)).code is code


async def test_without_a_consent_the_bank_is_the_public_or_refused(lent: City) -> None:
    refused = await lent.ask(APPLICANT, {"who": N2, "matter": LOAN}, client="B1")
    assert refused.code is Code.PURPOSE_NOT_ALLOWED
    public = await lent.ask("query($u: String!) { subject(by: {uscc: $u}) { name } }", {"u": L2}, client="B1")
    assert public.data["subject"]["name"] == "武汉测试食品有限公司"


async def test_a_company_loan_adds_what_the_company_consents_to(town: City, lent: City) -> None:
    company = firm(lent.installation.sealer, L2)
    document = FIRM.replace("name }", "name ... on Organisation { financials officePhone legalRepresentative { name } "
                            "principals { name } } records(first: 50) { totalCount } }")  # fmt: skip
    ticked = rights("PENALTY", "Organisation.financials Organisation.legalRepresentative Record.decidedOn")
    async with lent.database.owner() as owner:
        signs = await signatory(owner, company)
    caller = await bank(lent, subject=company, rights=ticked, relation=signs)
    subject = (await lent.ask(document, {"uscc": L2, "matter": LOAN}, caller=caller)).data["subject"]
    assert subject["legalRepresentative"] == {"name": "王测试"}
    assert (subject["officePhone"], subject["principals"]) == (None, None)
    assert subject["records"]["totalCount"] == 3  # R2, R3 and R4; what was repaired is gone
    assert (await lent.ask(document, {"uscc": "91420199MA9TERT123", "matter": LOAN}, caller=caller)).code is (
        Code.OUT_OF_CONSENT
    )
    assert (await lent.ask(APPLICANT, {"who": N2, "matter": LOAN}, caller=caller)).code is Code.OUT_OF_CONSENT


async def test_what_stands_publicly_against_a_company_needs_no_consent(lent: City) -> None:
    """Public data are for everyone; data that are not public need the company's own consent."""
    document = "query Firm($uscc: String!) { subject(by: {uscc: $uscc}) { name records { totalCount } } }"
    public = await lent.ask(document, {"uscc": L2}, client="B1")
    under_k1 = await lent.ask(document, {"uscc": L2}, caller=await bank(lent))
    assert public.data["subject"]["records"]["totalCount"] == 1  # R2
    assert under_k1.data == public.data


async def test_the_entry_names_the_consent_its_use_and_what_was_given_and_nobody(lent: City) -> None:
    caller = await bank(lent)
    for use in (1, 2):
        answer = await lent.ask(APPLICANT, {"who": N2, "matter": LOAN}, caller=caller)
        entry = await lent.entry(answer.entry)
        assert (entry["kind"], entry["principal"], entry["purpose"]) == ("release", "B1", "PM-901")
        assert (entry["consent"], entry["counts"]["use"]) == (caller.consent, use)
        assert [each["rt"] for each in entry["released"] if each["rt"]] == [{"Licence": 1}]
        assert all(value not in str(entry) for value in (*N2.values(), LOAN))
