"""What a consent opens cannot be widened: to somebody else (T14), to another purpose (T15), to other fields (T16).

Over HTTP, at two processes by turns. Every refusal is logged, and the question that the consent permits is answered in
between, as before.
"""

import asyncio
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import httpx
import pytest

from gateway.app import named_caller
from gateway.consents.records import ConsentRecord
from gateway.database.engines import owner_connection
from tests.consents.bank import thumbprint
from tests.consents.granted import Wanted, firm, granted, person, rights, signatory
from tests.consents.pair import Pair, two_servers
from tests.http.running import Server

N1 = {"idNumber": "420199198503120015", "name": "李测试"}
N2 = {"idNumber": "420199199207280027", "name": "王测试"}
NOBODY = {"idNumber": "420199199207280043", "name": "王测试"}
L2 = "91420199MA9TERT20X"
STATED = '@purpose(code: "PM-901", matter: "LN20260519-88", role: "data_subject")'
NAME = "subject(by: {person: $who}) { name }"
LOOK = f"query($who: PersonLookup!) {STATED} {{ {NAME} }}"
TICKED = rights("PRACTICE_LICENCE DEFAULTER", "Record.decidedOn Licence.licenceKind Standing.judgmentDefaulter")
PAGED = rights("PENALTY PRACTICE_LICENCE HONOUR", "Record.decidedOn")
OF_FIRM = rights("PENALTY", "Organisation.legalRepresentative Record.decidedOn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lent:
    """Tokens of B1 for consents of N2 and of the company L2; ids as B1 is given them."""

    pair: Pair
    servers: Iterator[Server]
    tokens: Mapping[str, str]
    ids: Mapping[str, str]

    def ask(self, document: str, variables: Mapping[str, Any] | None = None, under: str = "N2") -> httpx.Response:
        return self.pair.graphql(next(self.servers), self.tokens.get(under, under), document, variables)

    def is_served(self) -> bool:
        """What the consent permits is still answered, by either process."""
        answers = [self.ask(LOOK, {"who": N2}) for _ in range(2)]
        return [each.json()["data"]["subject"] for each in answers] == [{"name": "王**"}] * 2


@pytest.fixture(scope="module")
def lent() -> Iterator[Lent]:
    with two_servers() as pair:
        ids, records = asyncio.run(_consents(pair))
        tokens = {name: pair.token("B1", consent=str(record.id)) for name, record in records.items()}
        yield Lent(pair=pair, servers=cycle(pair.servers), tokens=tokens, ids=ids)


async def _consents(pair: Pair) -> tuple[dict[str, str], dict[str, ConsentRecord]]:
    key = thumbprint(pair.banks["B1"].holder)
    async with pair.opened() as installation:
        sealer, register = installation.sealer, installation.consents
        one, two = (person(sealer, each["idNumber"], each["name"]) for each in (N1, N2))
        company = firm(sealer, L2)
        with pair.home.database() as url:
            async with owner_connection(url) as owner:
                signs = await signatory(owner, company)
        wanted = {
            "N2": Wanted(subject=two, rights=TICKED, thumbprint=key, uses=100),
            "paged": Wanted(subject=two, rights=PAGED, thumbprint=key, uses=10),
            "L2": Wanted(subject=company, rights=OF_FIRM, thumbprint=key, uses=10, relation=signs),
        }
        viewer = (await named_caller(installation, "B1", "1001")).principal.organisation
        ids = {
            "N1": sealer.seal_id(viewer, "subject", one.id),
            "N2": sealer.seal_id(viewer, "subject", two.id),
            "none": sealer.seal_id(viewer, "subject", 12345),
        }
        return ids, {name: await granted(register, each) for name, each in wanted.items()}


def code(answer: httpx.Response) -> str | None:
    found = answer.json().get("errors")
    return None if found is None else found[0]["extensions"]["code"]


# T14: for one subject, asked about another --------------------------------------------------------------------------

BATCH = f"query($all: [SubjectLookup!]!) {STATED} {{ standings(by: $all) {{ identityMatch {{ answer }} }} }}"
NODE = f"query($id: ID!) {STATED} {{ node(id: $id) {{ id }} standing(by: {{id: $id}}) {{ __typename }} }}"
BOTH = (
    f"query($own: PersonLookup!, $who: PersonLookup!) {STATED} {{ a: subject(by: {{person: $own}}) {{ id }} {NAME} }}"
)


def _written(who: Mapping[str, str]) -> str:
    return f'{{idNumber: "{who["idNumber"]}", name: "{who["name"]}"}}'


def _about(who: Mapping[str, str], id_: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Roads to somebody."""
    yield f"query {STATED} {{ subject(by: {{person: {_written(who)}}}) {{ name }} }}", {}
    yield BOTH, {"own": N2, "who": dict(who)}
    yield BATCH, {"all": [{"person": N2}, {"person": dict(who)}]}
    yield LOOK, {"who": dict(who)}
    yield LOOK, {"who": {**who, "idType": "RESIDENT_ID"}}
    yield NODE, {"id": id_}
    yield f"query($id: ID!) {STATED} {{ subject(by: {{id: $id}}) {{ name }} }}", {"id": id_}


@pytest.mark.parametrize("road", range(7))
def test_nobody_but_whoever_consented_is_answered_about(lent: Lent, road: int) -> None:
    known = lent.ask(*list(_about(N1, lent.ids["N1"]))[road])
    unknown = lent.ask(*list(_about(NOBODY, lent.ids["none"]))[road])
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    assert code(known) == "OUT_OF_CONSENT" or not any(known.json()["data"].values())
    assert all(value not in known.text for value in (*N1.values(), "李*"))
    assert known.headers["audit-entry"] != unknown.headers["audit-entry"]
    assert lent.is_served()


def test_a_cursor_of_somebody_else_is_as_good_as_none(lent: Lent) -> None:
    paged = f"query($after: String) {STATED} {{ records(first: 1, after: $after) {{ edges {{ cursor }} }} }}"
    theirs, own = (lent.ask(paged, under=name).json()["data"]["records"]["edges"] for name in ("L2", "paged"))
    refused = [lent.ask(paged, {"after": theirs[0]["cursor"]}, under="paged"), lent.ask(paged, {"after": "x"})]
    assert [code(each) for each in refused] == ["CURSOR_INVALID"] * 2
    assert refused[0].content == refused[1].content
    assert code(lent.ask(paged, {"after": own[0]["cursor"]}, under="paged")) is None


def test_the_consent_of_a_firm_opens_its_representative_as_a_name_and_not_as_a_person(lent: Lent) -> None:
    document = f"""query($uscc: String!) {STATED} {{
        subject(by: {{uscc: $uscc}}) {{
            name ... on Organisation {{ legalRepresentative {{ name person {{ idNumber phone }} }} }} }} }}"""
    subject = lent.ask(document, {"uscc": L2}, under="L2").json()["data"]["subject"]
    assert subject["legalRepresentative"] == {"name": "王测试", "person": None}
    assert code(lent.ask(LOOK, {"who": N2}, under="L2")) == "OUT_OF_CONSENT"
    assert code(lent.ask(document, {"uscc": L2})) == "OUT_OF_CONSENT"


# T15: another purpose -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "stated",
    [
        '@purpose(code: "PM-906", matter: "LN20260519-88")',
        '@purpose(code: "PM-415", matter: "LN20260519-88", role: "data_subject")',
        '@purpose(code: "PM-901", matter: "LN20260519-89", role: "data_subject")',
        '@purpose(code: "PM-301", matter: "HSZB-2026-0117", role: "bidder")',
    ],
)
def test_a_consent_is_for_one_purpose_and_one_matter(lent: Lent, stated: str) -> None:
    refused = lent.ask(f"query($who: PersonLookup!) {stated} {{ {NAME} }}", {"who": N2})
    assert (refused.status_code, code(refused)) == (403, "OUT_OF_CONSENT")
    assert lent.is_served()


def test_a_token_whose_words_were_changed_is_none(lent: Lent) -> None:
    header, claims, signature = lent.tokens["N2"].split(".")
    said = json.loads(urlsafe_b64decode(claims + "=="))
    said["authorization_details"][0] |= {"purpose": "PM-906", "fields": ["Record.facts"]}
    changed = urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()
    refused = lent.ask(LOOK, {"who": N2}, under=f"{header}.{changed}.{signature}")
    assert refused.status_code == 401
    assert lent.is_served()


def test_without_a_purpose_the_answer_is_that_of_the_public(lent: Lent) -> None:
    search = '{ viewer { scope } subjects(filter: {name: "测试"}) { totalCount edges { node { name } } } }'
    nobody = lent.pair.one.ask(search)
    assert lent.ask(search).json()["data"] == nobody.json()["data"]
    person_asked = lent.ask(f"query($who: PersonLookup!) {{ {NAME} }}", {"who": N2})
    assert (person_asked.status_code, code(person_asked)) == (403, "PURPOSE_REQUIRED")
    assert person_asked.content == lent.ask(f"query($who: PersonLookup!) {{ {NAME} }}", {"who": NOBODY}).content


# T16: other fields --------------------------------------------------------------------------------------------------

WAYS = {
    "alias": "subject(by: {person: $who}) { ... on NaturalPerson { a: profession name: phone idNumber: birthDate } }",
    "fragment": "subject(by: {person: $who}) { ...All } } fragment All on NaturalPerson { name phone homeAddress ",
    "interface": "records { totalCount edges { node { documentNumber facts ... on Penalty { fineAmount } } } }",
    "typename": "records { edges { node { __typename kind: __typename catalogueItem { code } } } }",
    "union": "subject(by: {person: $who}) { ... on Organisation { name } ... on NaturalPerson { birthDate email } }",
    "standing": "standing(by: {person: $who}) { sanctioned { answer } redList { answer } seriousList { answer } }",
}


@pytest.mark.parametrize("way", sorted(WAYS))
def test_a_field_that_was_not_ticked_is_null_by_whatever_name(lent: Lent, way: str) -> None:
    variables = "($who: PersonLookup!)" if "$who" in WAYS[way] else ""
    answer = lent.ask(f"query{variables} {STATED} {{ {WAYS[way]} }}", {"who": N2} if variables else {})
    assert code(answer) is None
    told = json.dumps(answer.json()["data"], ensure_ascii=False)
    assert all(word not in told for word in ("PENALTY", "Penalty", *N2.values()))
    withheld = {each["reason"] for each in answer.json()["extensions"]["disclosure"]["fields"]}
    assert withheld <= {"NOT_IN_CONSENT", "POLICY"} | ({None} if way == "typename" else set())
    assert way == "typename" or withheld


@pytest.mark.parametrize(
    "asked",
    [
        'records(filter: {item: ["PENALTY"]}) { totalCount }',
        "records(filter: {category: [HONOUR]}) { totalCount }",
        'records(filter: {documentNumber: "x"}) { edges { cursor } }',
        "records(orderBy: [{by: PUBLICATION_UNTIL}]) { edges { cursor } }",
        "measures { totalCount }",
    ],
)
def test_what_was_not_ticked_is_neither_filtered_nor_sorted_nor_counted(lent: Lent, asked: str) -> None:
    """Not even where there is nothing to be found: the refusal knows no row."""
    refused = lent.ask(f"query {STATED} {{ {asked} }}")
    assert (refused.status_code, code(refused)) == (403, "OUT_OF_CONSENT")
    assert lent.is_served()


def test_all_of_it_was_logged(lent: Lent) -> None:
    """Each answer and each refusal names its entry, and each entry under a consent names the consent."""
    refused = lent.ask(f"query {STATED} {{ measures {{ totalCount }} }}")
    answered = lent.ask(LOOK, {"who": N2})
    entries = [each.headers["audit-entry"] for each in (refused, answered)]
    rows = lent.pair.owner("SELECT id::text, leaf FROM audit_pending WHERE id = ANY($1::uuid[])", entries)
    leaves = {row["id"]: json.loads(row["leaf"]) for row in rows}
    kinds = [leaves[each]["kind"] for each in entries]
    assert kinds == ["deny", "release"]
    assert len({leaves[each]["consent"] for each in entries} - {None}) == 1
