"""Probes of registered matters: one's own to see, to open, to add to and to close."""

from collections.abc import Mapping
from dataclasses import replace

from authz.compile import compile_grant
from authz.grant import Scope
from authz.principal import ConsentId
from authz.purpose import Admission
from gateway.account import Account
from schema.errors import Code
from tests.generation.identities import person, uscc
from tests.mutants import edge_city as city
from tests.mutants.edge_city import AUDITOR, BANK, TODAY, caller
from tests.mutants.probing import probe
from tests.mutants.scope_probes import POLICY
from tests.mutants.town import Town

OPEN = "mutation O($input: OpenMatterInput!) { openMatter(input: $input) { number open parties { role kind } } }"
CLOSE = "mutation C($number: String!) { closeMatter(number: $number) { number open } }"
ADD = (
    "mutation A($number: String!, $parties: [MatterPartyInput!]!) "
    "{ addMatterParties(number: $number, parties: $parties) { number } }"
)


def opening(number: str, purpose: str = "PM-301") -> tuple[str, Mapping[str, object]]:
    party = {"by": {"uscc": uscc(city.MAIN)}, "role": "bidder"}
    given = {"number": number, "purpose": purpose, "operators": ["1001"], "parties": [party]}
    return OPEN, {"input": given}


@probe
async def matters_are_ones_own(town: Town) -> None:
    """Whoever asks for another's matter is told what is told of one that is not there."""
    document = "query M($number: String!) { matter(number: $number) { number } }"
    own = await town.ask(document, {"number": "CASE-301"}, client="TENDER")
    assert own.data == {"matter": {"number": "CASE-301"}}
    for number, client in (("CASE-401", "TENDER"), ("CASE-301", None), ("CASE-000", "TENDER")):
        told = await town.ask(document, {"number": number}, client=client)
        assert told.data == {"matter": None}


@probe
async def remembered_matters_decide_nothing(town: Town) -> None:
    """Neither an answer nor a refusal stands on how a matter was before another process changed it."""
    for root in ("subject(by: {uscc: $uscc}) { name }", "viewer { scope }"):
        number = next(town.numbers)
        await town.ask(*opening(number), client="TENDER")
        statement = f'@purpose(code: "PM-301", matter: "{number}", role: "bidder")'
        signature = "query ($uscc: String!)" if "$" in root else "query"
        asking = f"{signature} {statement} {{ {root} }}", {"uscc": uscc(city.MAIN)} if "$" in root else {}
        assert (await town.ask(*asking, client="TENDER")).code is None
        await town.owner.execute("UPDATE matter SET closed_on = $2 WHERE number = $1", number, TODAY)
        assert (await town.ask(*asking, client="TENDER")).code is Code.MATTER_NOT_OPEN
        await town.owner.execute("UPDATE matter SET closed_on = NULL WHERE number = $1", number)
        assert (await town.ask(*asking, client="TENDER")).code is None


@probe
async def matters_are_opened_for_own_purposes(town: Town) -> None:
    number = next(town.numbers)
    opened = await town.ask(*opening(number), client="TENDER")
    assert opened.data["openMatter"]["open"] is True
    assert (await town.ask(*opening(number), client="TENDER")).code is Code.MATTER_NOT_OPEN
    other = await town.ask(*opening(next(town.numbers), "PM-401"), client="TENDER")
    assert other.code is Code.PURPOSE_NOT_ALLOWED
    assert (await (await town.ask(*opening(number), client="TENDER")).entry())["case"]["present"]


@probe
async def matters_are_kept_by_agencies(town: Town) -> None:
    """Not by the public, banks or auditors, and by no agency without a member of staff."""
    alone = replace(caller("TENDER"), operator=None)
    for who, code in (
        (alone, Code.UNAUTHENTICATED),
        (caller(BANK), Code.PURPOSE_NOT_ALLOWED),
        (caller(AUDITOR), Code.PURPOSE_NOT_ALLOWED),
    ):
        principal = replace(who.principal, purposes=frozenset({"PM-301"}), agency_id=801)
        told = await town.ask(*opening(next(town.numbers)), client=replace(who, principal=principal, consent=None))
        assert told.code is code
    public = await town.ask(*opening(next(town.numbers)))
    assert public.code is Code.UNAUTHENTICATED


@probe
async def matters_are_changed_by_their_own(town: Town) -> None:
    """Closed and added to by the agency that opened it, while it is open."""
    number = next(town.numbers)
    parties = [{"by": {"person": {"idNumber": person(1).number, "name": person(1).name}}, "role": "agent"}]
    more = {"number": number, "parties": parties}
    assert (await town.ask(*opening(number), client="TENDER")).code is None
    assert (await town.ask(ADD, more, client="SUPERVISOR")).code is Code.MATTER_NOT_OPEN
    assert (await town.ask(CLOSE, {"number": number}, client="SUPERVISOR")).code is Code.MATTER_NOT_OPEN
    assert (await town.ask(ADD, more, client="TENDER")).code is None
    assert (
        await town.owner.fetchval('SELECT count(*) FROM matter_party WHERE matter_number = $1 AND "natural"', number)
        == 1
    )
    assert (await town.ask(CLOSE, {"number": number}, client="TENDER")).code is None
    assert (await town.ask(ADD, more, client="TENDER")).code is Code.MATTER_NOT_OPEN
    assert (await town.ask(CLOSE, {"number": number}, client="TENDER")).code is Code.MATTER_NOT_OPEN


@probe
async def operations_change_one_matter(town: Town) -> None:
    """Since their entry in the log names one; and what fails with one change is undone with it."""
    first, second = next(town.numbers), next(town.numbers)
    document = """mutation T($one: OpenMatterInput!, $two: OpenMatterInput!) {
      a: openMatter(input: $one) { number } b: openMatter(input: $two) { number } }"""
    given = {"one": opening(first)[1]["input"], "two": opening(second)[1]["input"]}
    assert (await town.ask(document, given, client="TENDER")).code is Code.MATTER_NOT_OPEN
    assert await town.owner.fetchval("SELECT count(*) FROM matter WHERE number = ANY($1)", [first, second]) == 0


@probe
async def bindings_tell_askers_apart(town: Town) -> None:
    """What cursors are bound to besides their page: client, scope, purpose, matter and consent."""
    pipeline, who = town.line().pipeline, caller("SUPERVISOR")
    base = compile_grant(POLICY, who.principal, Admission(scope=Scope.SHARING, purpose="PM-401"), TODAY)
    account = Account(caller=who, address=None, text="", matter="one")
    askings = {
        pipeline._reading(grant, given).asking
        for grant, given in (
            (base, account),
            (replace(base, scope=Scope.CONSENT), account),
            (replace(base, purpose="PM-402"), account),
            (base, replace(account, matter="two")),
            (base, replace(account, caller=replace(who, consent=ConsentId("c1")))),
            (base, replace(account, caller=replace(who, principal=replace(who.principal, client="other")))),
        )
    }
    assert len(askings) == 6
