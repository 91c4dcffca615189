"""Documents that are hard to merge, alias or condition right, each asked by several kinds of caller: the planned answer
is that of the reference, which graphql-core executes by the book.
"""

from collections.abc import AsyncIterator
from itertools import pairwise

import pytest

from tests.fresh_database import FreshDatabase
from tests.generation.identities import person, uscc
from tests.properties.heard_city import asker_named, heard_city
from tests.reference.hearing import Hearing

pytestmark = pytest.mark.anyio

WHOLE = ("public", "A1-PM-301", "A4-PM-401", "A7-PM-831")
PERSONS = ("A1-PM-302", "A2-PM-601", "A7-PM-831")

DOCUMENTS = {
    "one field under two aliases with different arguments": """
        { subject(by: {uscc: $u}) {
            a: kindLabel(lang: ZH) b: kindLabel(lang: EN) kindLabel
            few: records(first: 1) { edges { node { id } } }
            more: records(first: 4) { edges { node { id facts } } } } }""",
    "one connection under two aliases with different filters": """
        { subject(by: {uscc: $u}) {
            admin: records(filter: {category: [ADMIN]}) {
              totalCount edges { node { __typename catalogueItem { code } } } }
            lists: records(filter: {category: [SERIOUS]}) { totalCount edges { node { __typename id } } }
            none: records(filter: {item: []}) { totalCount edges { node { id } } }
            all: records { totalCount pageInfo { hasNextPage } } } }""",
    "the same root twice": """
        { a: subject(by: {uscc: $u}) { id name } b: subject(by: {uscc: $other}) { id name }
          c: records(first: 3) { edges { node { id } } }
          d: records(first: 2) { edges { cursor node { decidedOn } } } }""",
    "a fragment on an interface inside one on another": """
        { subject(by: {uscc: $u}) {
            ... on Node { id ... on Subject { name ... on Organisation { uscc ... on Node { id } } } }
            ... on NaturalPerson { idNumber }
            records { edges { node { ...R } } } } }
        fragment R on Record { id ... on Node { ... on Penalty { fineAmount ... on Record { decidedOn } } } ...S }
        fragment S on Node {
          ... on Licence { licenceNumber } ... on Measure { force } ... on ListEntry { listType } }""",
    "nested selections that merge": """
        { subject(by: {uscc: $u}) {
            records { edges { node { authority { name } } } } records { totalCount }
            records { edges { cursor node { ... on Record {
              authority { id kind } measures { edges { node { id } } } } } } }
            records { edges { node { ... on Penalty {
              authority { jurisdiction { code } } measures { totalCount } } } } } } }""",
    "fields under one key that differ between families": """
        { records(first: 100) { edges { node {
            ... on Penalty { x: violationType y: authority { name } }
            ... on Licence { x: licenceNumber y: sourceUnit { name } }
            ... on ListEntry { x: localLabel y: recognisingDepartment { name } }
            ... on Defaulter { x: court y: sourceUnit { name } } } } } }""",
    "__typename everywhere": """
        { __typename subject(by: {uscc: $u}) {
            __typename t: __typename standing { __typename subject { __typename } }
            records { __typename edges { __typename node {
              __typename subject { __typename } authority { __typename } publication { __typename }
              catalogueItem { __typename jurisdiction { __typename } } } } pageInfo { __typename } }
            measures { __typename edges { node {
              __typename listEntry { __typename } feedback { __typename } } } }
            ... on Organisation { legalRepresentative { __typename } principals { __typename } } } }""",
    "conditions by variables with defaults": """
        query ($u: String!, $yes: Boolean! = true, $no: Boolean! = false) @PURPOSE {
          subject(by: {uscc: $u}) {
            id @include(if: $no) name @skip(if: $no) kind @include(if: $yes) @skip(if: $no)
            status @include(if: $yes) @skip(if: $yes) ... @include(if: $no) { jurisdiction { code } }
            ...F @skip(if: $no)
            records @include(if: $yes) { totalCount @skip(if: $yes) edges { node { id } } } } }
        fragment F on Organisation { uscc @include(if: $yes) industry @include(if: $no) }""",
    "everything conditioned away": """
        query ($u: String!, $no: Boolean! = false) @PURPOSE {
          subject(by: {uscc: $u}) { name @include(if: $no) records @include(if: $no) { totalCount } }
          standing(by: {uscc: $u}) { majorPenalty @include(if: $no) { answer } }
          measures { edges { node { id @include(if: $no) } } } }""",
    "labels in both languages": """
        query ($u: String!, $l: Language! = EN) @PURPOSE {
          subject(by: {uscc: $u}) {
            kindLabel statusLabel(lang: $l) standing { majorPenalty { label a: label(lang: $l) } }
            records(first: 50) { edges { node {
              severityLabel polarityLabel(lang: $l) statusLabel repairStateLabel(lang: EN) leniencyLabel
              documentKindLabel supervisionFieldLabel(lang: $l)
              ... on Penalty { penaltyKindsLabel(lang: EN) zh: penaltyKindsLabel }
              ... on ListEntry { listTypeLabel listCategoryLabel(lang: EN) }
              ... on Defaulter { performanceLabel conduct } } } }
            measures { edges { node { statusLabel(lang: $l) forceLabel feedback { actionLabel } } } } } }""",
    "deep nesting": """
        { records(first: 60) { edges { node { ... on Penalty {
            measures(first: 2) { edges { node {
              record { ... on Penalty { subject { id records(first: 2) { edges { node {
                ... on ListEntry { subject { name } authority { jurisdiction { parent { code } } } } } } } } } }
              subject { standing { sanctioned { answer } subject { id } } } } } } } } } } }""",
    "there and back by relations": """
        { measures(first: 20) { edges { node { id subject { id measures(first: 3) { edges { node {
            id record { id measures(first: 3) { totalCount edges { node {
              id initiatedBy { id name } executedBy { name levelLabel } } } } } } } } } } } } }""",
    "every stored form of one organisation": """
        { subject(by: {uscc: $u}) { ... on Organisation {
            name formerNames status uscc otherCodes { kind kindLabel value } taxRegistrationNumber
            organisationForm industry registeredCapital establishedOn businessScope registrationAuthority
            registeredAddress officePhone contactPerson contactPhone financials
            legalRepresentative { role roleLabel name from to person { name idNumber } }
            principals { name role } executives { name role } practitioners { name role }
            shareholders { name } operator { name } } } }""",
    "who is answerable for an entry on a list": """
        { records(filter: {item: ["SERIOUS_LIST"]}, first: 60) { edges { node { id ... on ListEntry {
            listType recognisingDepartment { name } noticeDocumentNumber partyObjection
            personTargets { role name from to person { id } } } } } } }""",
    "as named and as known": """
        { records(first: 100) { edges { node { id __typename subject {
            __typename id name kind kindLabel(lang: EN)
            ... on NaturalPerson {
              idType idNumber sex age birthYear homeAddress phone n: name
              standing { identityMatch { answer } } records { totalCount } }
            ... on Organisation { uscc } } } } } }""",
    "verdicts with all that is said of them": """
        { standing(by: {uscc: $u}) {
            subject { id name } identityMatch { ...V } judgmentDefaulter { ...V } seriousList { ...V }
            redList { ...V } sanctioned { ...V } cleanRecord { ...V } majorPenalty { ...V } fieldPenalty { ...V } }
          nobody: standing(by: {uscc: $nobody}) {
            subject { id } identityMatch { ...V } majorPenalty { ...V } sanctioned { answer } } }
        fragment V on Verdict {
          answer label(lang: EN) period { from to } asOf basis { citation title } remedy caution }""",
    "many standings, known, unknown and repeated": """
        { standings(by: [{uscc: $u}, {uscc: $nobody}, {id: "none"}, {uscc: $u}, {uscc: $other}]) {
            __typename subject { id name } seriousList { answer } majorPenalty { answer basis { citation } } } }""",
    "regulations beside rows": """
        { catalogue(category: PENALTY) {
            code name elements { coordinate level masks } legalBasis { citation rankLabel(lang: EN) } }
          listTypes(jurisdiction: "420700") { code codeLabel localLabel categories categoriesLabel(lang: EN) }
          measureList(jurisdiction: "420106") {
            code category categoryLabel force targets legalBasis { citation } jurisdiction { code } }
          purposes(jurisdiction: "420111") {
            code name roles rolesLabel lookBackYears jurisdiction { name parent { name } } }
          records(first: 2) { edges { node { id } } } }""",
}
"""Operations about organisations. ``@PURPOSE`` stands for the caller's own purpose; without a header it is added."""

ABOUT_PERSONS = {
    "one person in every way": """
        ($p: PersonLookup!) { subject(by: {person: $p}) { id name kind status
            ... on NaturalPerson {
              idType idNumber sex sexLabel birthDate birthYear age minor nationality ethnicity phone email
              homeAddress profession guardian { name } deathDate }
            standing {
              identityMatch { answer } judgmentDefaulter { answer basis { citation } }
              seriousList { answer } sanctioned { answer } }
            records(first: 30) { totalCount edges { node { id __typename facts subject { id name } } } }
            measures { totalCount edges { node { id status humanDecision feedback { action result } } } } } }""",
    "verdicts of many persons": """
        ($p: PersonLookup!, $q: PersonLookup!) {
          standings(by: [{person: $p}, {person: $q}, {person: $p}]) {
            subject { id name } identityMatch { answer } judgmentDefaulter { answer }
            seriousList { answer remedy } fieldPenalty { answer period { from } } redList { answer } }
          standing(by: {person: $q}) { sanctioned { answer label(lang: EN) } majorPenalty { answer } } }""",
}


@pytest.fixture(scope="module")
async def heard(module_database: FreshDatabase) -> AsyncIterator[Hearing]:
    async with heard_city(module_database) as (found, _):
        yield found


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS.keys())
async def test_hard_document(document: str, name: str, heard: Hearing) -> None:
    asker = asker_named(name)
    used = [each for each in ("u", "other", "nobody") if f"${each}" in document]
    declared = f"({', '.join(f'${each}: String!' for each in used)})" if used else ""
    header = "" if "query" in document else f"query {declared} @PURPOSE "
    text = _stating(header + document.strip(), name)
    for number in (0, 1, 4, 7, 9):
        variables = {"u": uscc(number), "other": uscc(number + 1), "nobody": uscc(77)}
        assert await heard.differences(asker, text, variables) == []


@pytest.mark.parametrize("name", PERSONS)
@pytest.mark.parametrize("document", ABOUT_PERSONS.values(), ids=ABOUT_PERSONS.keys())
async def test_hard_document_about_persons(document: str, name: str, heard: Hearing) -> None:
    asker = asker_named(name)
    text = _stating("query " + document.strip().replace(") {", ") @PURPOSE {", 1), name)
    parties = [_lookup(number) for number in (asker.matter.persons if asker.matter else ())]
    for one, other in pairwise(parties):
        variables = {"p": one, "q": other}
        assert await heard.differences(asker, text, variables) == []


def _stating(text: str, name: str) -> str:
    matter = asker_named(name).matter
    return text.replace("@PURPOSE", "" if matter is None else matter.stated)


def _lookup(number: int) -> dict[str, str]:
    who = person(number)
    return {"idNumber": who.number, "name": who.name}
