"""Probes of reading the log: who reads which entries, what of them, and that reading is an entry itself."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from authz.access_log import check_log
from authz.grant import Scope
from authz.principal import NATION, SUBJECT_ROLE, Caller, Principal, Subject
from resolvers.log.search import HeldBack, Search, Whom, search_of
from resolvers.log.statement import Wants, log_statement
from schema.build import graphql_schema
from schema.demands.asking import Demands
from schema.demands.demand import Demand, Page
from schema.documents.document import Documents
from schema.errors import Code, Refusal
from tests.generation.identities import person, uscc
from tests.mutants import edge_city as city
from tests.mutants.edge_askers import digest
from tests.mutants.operations import EXPERT, NAME, SUPERVISED, natural, organisation
from tests.mutants.probing import probe, pure
from tests.mutants.town import Told, Town

LOG = """query($f: AccessFilter, $first: Int! = 100, $after: String) {
    accessLog(filter: $f, first: $first, after: $after) { edges { cursor node {
        id system operator subjects records matterNumber released { subjectReference } } } } }"""
VERDICT = EXPERT + "{ standing(by: $by) { seriousList { answer } } }"
TWO = """query($a: String!, $b: String!) @purpose(code: "PM-401", matter: "CASE-401", role: "supervised") {
    a: subject(by: {uscc: $a}) { name } b: subject(by: {uscc: $b}) { name } }"""


def signed_in(town: Town, number: int, *, natural: bool = True) -> Caller:
    sealer = town.city.installation.sealer
    if natural:
        who = person(number)
        found = sealer.internal_id("person", f"RESIDENT_ID:{who.number}")
        subject = Subject(id=found, digest=digest(sealer, number), natural=True)
    else:
        found = sealer.internal_id("organisation", uscc(number))
        subject = Subject(id=found, digest=sealer.organisation_digest(uscc(number)), natural=False)
    principal = Principal(client="portal", organisation=f"s-{found}", role=SUBJECT_ROLE, jurisdiction=NATION)
    return Caller(principal=principal, subject=subject)


async def read(town: Town, who: Caller | str, given: dict[str, Any] | None = None, **more: object) -> Told:
    return await town.ask(LOG, {"f": given} | more, client=who)


def entries(told: Told) -> dict[str, dict[str, Any]]:
    return {edge["node"]["id"]: edge["node"] for edge in told.data["accessLog"]["edges"]}


@probe
async def a_trail_is_its_subject_s(town: Town) -> None:
    """BASIS: PIPL-44. Not that of another, and nothing of who else was asked about."""
    mine = await town.ask(VERDICT, natural(city.PARTY), client="TENDER")
    other = await town.ask(VERDICT, natural(city.DEAD), client="TENDER")
    found = entries(await read(town, signed_in(town, city.PARTY)))
    assert mine.reply.entry in found
    assert other.reply.entry not in found
    row = found[str(mine.reply.entry)]
    assert (row["operator"], row["subjects"], row["released"]) == (None, None, None)
    assert row["matterNumber"] == "CASE-302"


@probe
async def a_trail_tells_no_number_of_another_s_matter(town: Town) -> None:
    asked = await town.ask(SUPERVISED + "{ subject(by: $by) { name } }", organisation(city.MAIN), client="SUPERVISOR")
    row = entries(await read(town, signed_in(town, city.MAIN, natural=False)))[str(asked.reply.entry)]
    assert (row["system"], row["matterNumber"]) == ("SUPERVISOR", None)


@probe
async def a_trail_counts_nothing_of_another(town: Town) -> None:
    both = {"a": uscc(city.MAIN), "b": uscc(city.FIELD)}
    asked = await town.ask(TWO, both, client="SUPERVISOR")
    row = entries(await read(town, signed_in(town, city.MAIN, natural=False)))[str(asked.reply.entry)]
    assert row["records"] is None


@probe
async def a_trail_is_searched_by_little(town: Town) -> None:
    refused = await read(town, signed_in(town, city.PARTY), {"subject": natural(city.DEAD)["by"]})
    assert refused.code is Code.FIELD_NOT_FILTERABLE


@probe
async def reading_the_log_is_an_entry(town: Town) -> None:
    """BASIS: WH-二(六)1. Of the reader, and of whom it searched for."""
    await town.ask(VERDICT, natural(city.PARTY), client="TENDER")
    told = await read(town, city.AUDITOR, {"subject": natural(city.PARTY)["by"]})
    entry = await told.entry()
    assert (entry["kind"], entry["principal"]) == ("read-log", city.AUDITOR)
    assert entry["counts"]["subjects"] == 1


@probe
async def a_subject_s_look_is_an_entry_about_it(town: Town) -> None:
    told = await read(town, signed_in(town, city.PARTY))
    entry = await told.entry()
    assert (entry["kind"], entry["counts"]["subjects"]) == ("read-log", 1)
    assert told.reply.entry in entries(await read(town, signed_in(town, city.PARTY), {"kind": ["READ_LOG"]}))


@probe
async def officers_are_shown_who_acted(town: Town) -> None:
    asked = await town.ask(VERDICT, natural(city.PARTY), client="TENDER")
    row = entries(await read(town, city.AUDITOR, {"agency": "TENDER"}))[str(asked.reply.entry)]
    assert (row["operator"], row["matterNumber"], row["subjects"] > 0) == ("1001", "CASE-302", True)


@probe
async def what_was_written_before_is_read(town: Town) -> None:
    asked = await town.ask(NAME, organisation(city.MAIN))
    assert asked.reply.entry in entries(await read(town, city.AUDITOR))


@probe
async def a_cursor_of_the_log_is_one_of_its_search(town: Town) -> None:
    for _ in range(2):
        await town.ask(VERDICT, natural(city.PARTY), client="TENDER")
    page = await read(town, city.AUDITOR, {"agency": "TENDER"}, first=1)
    cursor = page.data["accessLog"]["edges"][0]["cursor"]
    (first,) = entries(page)
    after = await read(town, city.AUDITOR, {"agency": "TENDER"}, first=1, after=cursor)
    assert all(entry < first for entry in entries(after))
    other = await read(town, city.AUDITOR, {"agency": "SUPERVISOR"}, first=1, after=cursor)
    assert other.code is Code.CURSOR_INVALID


# Functions -----------------------------------------------------------------------------------------------------------


class _Digests:
    def subject(self, internal: int) -> bytes:
        return bytes(32)

    def operator(self, client: str, number: str) -> bytes:
        return bytes(32)

    def matter(self, number: str) -> bytes:
        return bytes(32)


def _asked(arguments: str) -> Demand:
    schema = graphql_schema()
    document = Documents(schema, 8).prepare(f"{{ accessLog{arguments} {{ edges {{ node {{ id }} }} }} }}")
    return Demands(schema, 8).ask(document, document.operation(), {}).demand


def _search(arguments: str, own: Whom | None = None) -> Search:
    page = _asked(arguments).roots[0].ask
    if not isinstance(page, Page):
        raise TypeError("the log is a connection")
    return search_of(page, {}, _Digests(), own=own, sought=None)


def _held_back(days: int) -> list[str]:
    """The conditions on the trail of a subject, of which one purpose is held back for so many days."""
    now = datetime(2026, 5, 20, tzinfo=UTC)
    page = _asked("").roots[0].ask
    if not isinstance(page, Page):
        raise TypeError("the log is a connection")
    own = Whom(internal=1, natural=True)
    held_back = HeldBack(days={"PM-802": days}, now=now)
    found = search_of(page, {}, _Digests(), own=own, sought=None, held_back=held_back)
    texts = [each.compile(compile_kwargs={"literal_binds": True}) for each in found.entries]
    return [str(each) for each in texts]


def _text(search: Search, *, after: UUID | None = None) -> str:
    wants = Wants(place=False, actor=False, told=True, alerts=False, total=False)
    return log_statement(search, wants, rows=1, after=after)[0]


def _refused(arguments: str, scope: Scope) -> Code | None:
    try:
        check_log(_asked(arguments), scope)
    except Refusal as refusal:
        return refusal.code
    return None


@pure
def what_the_law_holds_back_is_told_when_its_day_has_come() -> None:
    """BASIS: PIPL-35."""
    early, late = _held_back(180), _held_back(10)
    assert any("PM-802" in each for each in early)
    assert early != late


@pure
def the_log_is_closed_to_others() -> None:
    for scope in (Scope.PUBLICATION, Scope.SHARING, Scope.CONSENT):
        assert _refused("", scope) is Code.PURPOSE_NOT_ALLOWED


@pure
def a_staff_number_is_one_of_an_agency() -> None:
    assert _refused('(filter: {operator: "1001"})', Scope.AUDIT) is Code.DOCUMENT_INVALID


@pure
def record_and_field_are_of_one_row() -> None:
    text = _text(_search(f'(filter: {{record: "{"00" * 32}", coordinate: "Record.facts"}})'))
    about = text[text.index("WITH") : text.index("SELECT array")]
    assert "record_refs @>" in about
    assert "clear_coordinates @>" in about


@pure
def a_subject_s_side_rows_are_its_own() -> None:
    text = _text(_search("", own=Whom(internal=7, natural=True)))
    assert text.count("subject_ref = $1") == 2


@pure
def looking_does_not_lengthen_a_trail() -> None:
    assert "audit_index.kind != " in _text(_search("", own=Whom(internal=7, natural=True)))


@pure
def of_a_field_that_was_masked_nothing_is_searched() -> None:
    assert _searched('(filter: {coordinate: "Record.facts", level: MASKED})') is Code.DOCUMENT_INVALID


def _searched(arguments: str) -> Code | None:
    try:
        _search(arguments)
    except Refusal as refusal:
        return refusal.code
    return None
