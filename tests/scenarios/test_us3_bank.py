"""US-3: a bank with the consent of a loan applicant: what was ticked, while it is good, for that person and loan."""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from authz.principal import Caller, Consent, ConsentId, Rights, Subject
from gateway.keys.sealing import KeyedSealer
from schema.demands.demand import Coordinate
from schema.errors import Code
from tests.city import Answer, City
from tests.rows import insert, measure

pytestmark = pytest.mark.anyio

CHINA = timezone(timedelta(hours=8))
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


def rights(items: str, fields: str) -> Rights:
    return Rights(items=frozenset(items.split()), fields=frozenset(map(Coordinate, fields.split())))


K1_RIGHTS = rights(
    "DEFAULTER SERIOUS_LIST PRACTICE_LICENCE",
    "Standing.judgmentDefaulter Standing.seriousList Record.decidedOn Record.status Record.validUntil "
    "Licence.licenceKind Defaulter.performance ListEntry.listType",
)
"""JUDICIAL, SERIOUS and practice licences, each field ticked."""


def known(person: dict[str, str], sealer: KeyedSealer) -> Subject:
    number, name = person["idNumber"], person["name"]
    digest = sealer.person_digest("RESIDENT_ID", number, name)
    return Subject(id=sealer.internal_id("person", f"RESIDENT_ID:{number}"), digest=digest, natural=True)


def k1(town: City, **more: Any) -> Consent:
    given: dict[str, Any] = {
        "id": ConsentId("K1"),
        "client": "B1",
        "purpose": "PM-901",
        "matter": LOAN,
        "subject": known(N2, town.installation.sealer),
        "rights": K1_RIGHTS,
        "first": date(2026, 5, 19),
        "ended": date(2026, 6, 18),
    }
    return Consent(**(given | more))


async def bank(town: City, **more: Any) -> Caller:
    consent = k1(town, **more)
    return replace(await town.caller("B1"), consent=consent.id, consented=consent)


@pytest.fixture(scope="module")
async def lent(town: City) -> City:
    """The city on 20 May 2026, with two measures on N2."""
    subject = known(N2, town.installation.sealer).id
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
    return at(town, date(2026, 5, 20))


def at(town: City, day: date) -> City:
    """On that civil day: consents go by the real time, whatever the business date."""
    now = datetime(day.year, day.month, day.day, 10, tzinfo=CHINA)
    return replace(town, pipeline=replace(town.pipeline, clock=lambda: now))


async def asked(town: City, document: str = APPLICANT, who: Any = N2, matter: str = LOAN, **more: Any) -> Answer:
    return await town.ask(document, {"who": who, "matter": matter}, caller=await bank(town, **more))


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
    assert str(known(N2, lent.installation.sealer).id) not in statement


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
        (date.min, date.max, 1),
    ],
)
async def test_nothing_is_shown_beyond_the_period_of_data(lent: City, first: date, last: date, count: int) -> None:
    answer = await asked(lent, rights=rights("PENALTY", "Record.decidedOn"), period=(first, last))
    assert answer.data["subject"]["records"]["totalCount"] == count


MEASURES = LOOK % "measures { totalCount edges { node { listEntry { code } force mandatory status } } }"


async def test_measures_are_shown_for_reference_where_the_bank_is_free_to_take_them(lent: City) -> None:
    answer = await asked(lent, MEASURES, rights=rights("MEASURE", "Measure.status"))
    measures = answer.data["subject"]["measures"]
    assert measures["totalCount"] == 1
    (found,) = [edge["node"] for edge in measures["edges"]]
    assert (found["listEntry"]["code"], found["force"], found["status"]) == ("MKT-02", "VOLUNTARY", None)


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


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2026, 5, 18), Code.CONSENT_ENDED),
        (date(2026, 5, 19), None),
        (date(2026, 6, 17), None),
        (date(2026, 6, 18), Code.CONSENT_ENDED),
    ],
)
async def test_the_consent_is_good_on_both_sides_of_its_dates_and_no_longer(
    lent: City, day: date, code: Code | None
) -> None:
    assert (await asked(at(lent, day))).code is code


async def test_a_withdrawn_or_used_up_consent_answers_nothing_from_that_day(lent: City) -> None:
    answer = await asked(lent, ended=date(2026, 5, 20))
    assert answer.code is Code.CONSENT_ENDED
    assert "data" not in answer.body
    assert (await lent.entry(answer.entry))["kind"] == "deny"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"matter": "LN20260519-89"}, Code.OUT_OF_CONSENT),
        ({"client": "B2"}, Code.OUT_OF_CONSENT),
        ({"purpose": "PM-906"}, Code.OUT_OF_CONSENT),
    ],
)
async def test_another_loan_bank_or_purpose_is_beyond_the_consent(
    lent: City, change: dict[str, str], code: Code
) -> None:
    caller = await bank(lent, **change)
    assert (await lent.ask(APPLICANT, {"who": N2, "matter": LOAN}, caller=caller)).code is code


async def test_a_loan_that_is_not_that_of_the_consent_is_refused_whether_it_exists_or_not(lent: City) -> None:
    codes = {(await asked(lent, matter=number)).code for number in ("LN20260519-00", "HSZB-2026-0117")}
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
    sealer, caller = lent.installation.sealer, await bank(lent)
    document = "query Node($id: ID!, $matter: String) " + PURPOSE
    document += " { node(id: $id) { __typename } standing(by: {id: $id}) { identityMatch { answer } } }"
    viewer = caller.principal.organisation
    theirs = sealer.seal_id(viewer, "subject", known(N1, sealer).id)
    none = sealer.seal_id(viewer, "subject", 12345)
    one, other = [await lent.ask(document, {"id": each, "matter": LOAN}, caller=caller) for each in (theirs, none)]
    assert one.raw == other.raw
    assert one.data == {"node": None, "standing": None}
    own = sealer.seal_id(viewer, "subject", known(N2, sealer).id)
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
    sealer = lent.installation.sealer
    firm = Subject(id=sealer.internal_id("organisation", L2), digest=sealer.organisation_digest(L2), natural=False)
    document = FIRM.replace("name }", "name ... on Organisation { financials officePhone legalRepresentative { name } "
                            "principals { name } } records(first: 50) { totalCount } }")  # fmt: skip
    ticked = rights("PENALTY", "Organisation.financials Organisation.legalRepresentative Record.decidedOn")
    caller = await bank(lent, subject=firm, rights=ticked)
    subject = (await lent.ask(document, {"uscc": L2, "matter": LOAN}, caller=caller)).data["subject"]
    assert subject["legalRepresentative"] == {"name": "王测试"}
    assert (subject["officePhone"], subject["principals"]) == (None, None)
    assert subject["records"]["totalCount"] == 3  # R2, R3 and R4; what was repaired is gone
    assert (await lent.ask(document, {"uscc": "91420199MA9TERT123", "matter": LOAN}, caller=caller)).code is (
        Code.OUT_OF_CONSENT
    )
    assert (await lent.ask(APPLICANT, {"who": N2, "matter": LOAN}, caller=caller)).code is Code.OUT_OF_CONSENT


async def test_a_cursor_is_good_for_the_consent_it_was_made_under(lent: City) -> None:
    document = "query Page($after: String, $matter: String) " + PURPOSE
    document += " { records(first: 1, after: $after) { edges { cursor } pageInfo { hasNextPage } } }"
    ticked = rights("PENALTY PRACTICE_LICENCE HONOUR", "Record.decidedOn")
    caller = await bank(lent, rights=ticked)
    page = (await lent.ask(document, {"matter": LOAN}, caller=caller)).data["records"]
    assert page["pageInfo"]["hasNextPage"] is True
    cursor = page["edges"][0]["cursor"]
    assert (await lent.ask(document, {"matter": LOAN, "after": cursor}, caller=caller)).code is None
    other = await bank(lent, id=ConsentId("K2"), rights=ticked)
    assert (await lent.ask(document, {"matter": LOAN, "after": cursor}, caller=other)).code is Code.CURSOR_INVALID


async def test_the_entry_says_in_which_scope_and_names_no_one(lent: City) -> None:
    answer = await asked(lent)
    entry = await lent.entry(answer.entry)
    assert (entry["kind"], entry["principal"], entry["purpose"]) == ("release", "B1", "PM-901")
    assert all(value not in str(entry) for value in (*N2.values(), LOAN))
