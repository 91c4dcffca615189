"""Probes of pages: every row once, cursors good for nothing else, totals of what is visible."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from authz.grant import Scope
from resolvers.readings import Reading, total
from schema.errors import Code
from tests.mutants import edge_city as city
from tests.mutants.edge_city import NUMBER, TODAY, caller
from tests.mutants.operations import CANDIDATE, PUBLIC, SUPERVISED, natural, organisation
from tests.mutants.probing import probe
from tests.mutants.town import Told, Town


async def turned(town: Town, head: str, page: str, number: int, client: str | None = None) -> list[int]:
    """The rows of a connection of an organisation, in order, page after page, until one comes twice."""
    document = head.replace(")", ", $after: String)", 1) + (
        f"{{ subject(by: $by) {{ page: {page}"
        " { pageInfo { hasNextPage endCursor } edges { node { id } } } } }"
    )
    found: list[int] = []
    more, after = True, None
    while more and len(found) == len(set(found)):
        told = await town.ask(document, {**organisation(number), "after": after}, client=client)
        page_found = told.data["subject"]["page"]
        found += [town.opened(client, edge["node"]["id"]) for edge in page_found["edges"]]
        more, after = page_found["pageInfo"]["hasNextPage"], page_found["pageInfo"]["endCursor"]
    return found


@probe
async def pages_hold_every_row_once(town: Town) -> None:
    """Many rows share a date; whoever turns pages meets each of them."""
    found = await turned(town, PUBLIC, "records(first: 3, after: $after)", city.MAIN)
    assert sorted(found) == sorted(NUMBER[name] for name in city.names("P", city.STATES))


@probe
async def rows_without_a_date_are_in_their_place(town: Town) -> None:
    """At the end of time: first where the latest come first, and on one page only."""
    page = "measures(first: 4, after: $after, orderBy: [{by: ENDS_ON}])"
    found = await turned(town, SUPERVISED, page, city.MEASURED, "SUPERVISOR")
    assert sorted(found) == sorted(city.MEASURE[name] for name in city.names("S", city.MEASURES))
    assert found[-1] == city.MEASURE["ends today"]


@probe
async def mixed_orders_hold_every_row_once(town: Town) -> None:
    """Where one date falls and the other rises, the cursor's position is compared date by date."""
    orders = "[{by: DECIDED_ON, direction: DESC}, {by: PUBLICATION_UNTIL, direction: ASC}]"
    found = await turned(town, PUBLIC, f"records(first: 5, after: $after, orderBy: {orders})", city.MAIN)
    assert sorted(found) == sorted(NUMBER[name] for name in city.names("P", city.STATES))


@probe
async def cursors_are_good_for_nothing_else(town: Town) -> None:
    """Bound to path, filter, arguments and order; and to the caller, purpose and matter."""
    head = PUBLIC.replace(")", ", $after: String)")
    stated = '@purpose(code: "PM-401", matter: "CASE-401", role: "supervised")'

    async def page(more: str, after: str | None, *, key: str = "page", **asked: Any) -> Told:
        """``asked``: of whom, by whom, for what."""
        body = f"{{ subject(by: $by) {{ {key}: records(first: 2, after: $after{more}) {{ edges {{ cursor }} }} }} }}"
        of = {**organisation(asked.pop("of", city.MAIN)), "after": after}
        return await town.ask(head + asked.pop("stated", "") + body, of, **asked)

    for more, others in (
        ("", [", filter: {category: [ADMIN]}", ", orderBy: [{by: DECIDED_ON, direction: ASC}]"]),
        (', filter: {decidedFrom: "2024-01-10"}', [', filter: {decidedFrom: "2024-01-09"}', ""]),
        (', filter: {decidedFrom: "2024-01-10"}', [', filter: {decidedTo: "2024-01-10"}']),
        (", orderBy: [{by: DECIDED_ON}]", [", orderBy: [{by: PUBLICATION_UNTIL}]"]),
    ):
        cursor = (await page(more, None)).data["subject"]["page"]["edges"][-1]["cursor"]
        assert (await page(more, cursor)).code is None
        for other in others:
            assert (await page(other, cursor)).code is Code.CURSOR_INVALID, other
        for asked in ({"key": "other"}, {"of": city.SEEN}, {"client": "SUPERVISOR"}):
            assert (await page(more, cursor, **asked)).code is Code.CURSOR_INVALID, asked
        assert (await page(more, cursor, stated=stated, client="SUPERVISOR")).code is Code.CURSOR_INVALID


@probe
async def cursors_are_bound_to_who_asks(town: Town) -> None:
    """Whoever asks as another client, for another purpose, in another matter or under another consent, pages anew."""
    body = "{ subject(by: $by) { records(first: 2, after: $after) { edges { cursor } } } }"
    head = SUPERVISED.replace(")", ", $after: String)", 1)
    one = caller("SUPERVISOR")
    first = await town.ask(head + body, organisation(city.MAIN), client=one)
    cursor = first.data["subject"]["records"]["edges"][-1]["cursor"]
    two = replace(one.principal, client="SUPERVISOR-2")
    more = replace(one.principal, purposes=one.principal.purposes | {"PM-402"})
    same = {**organisation(city.MAIN), "after": cursor}
    assert (await town.ask(head + body, same, client=one)).code is None
    for document, client in (
        (head.replace("CASE-401", "CASE-401-2") + body, replace(one, principal=two)),
        (head.replace("PM-401", "PM-402").replace("CASE-401", "CASE-402") + body, replace(one, principal=more)),
        (head.replace("CASE-401", "CASE-401-B") + body, one),
    ):
        assert (await town.ask(document, same, client=client)).code is Code.CURSOR_INVALID, document


@probe
async def totals_are_of_what_is_visible(town: Town) -> None:
    document = PUBLIC + "{ subject(by: $by) { records(first: 1) { totalCount edges { cursor } } } }"
    told = await town.ask(document, organisation(city.MAIN))
    assert told.data["subject"]["records"]["totalCount"] == len(city.names("P", city.STATES))
    assert len(told.data["subject"]["records"]["edges"]) == 1


@probe
async def small_groups_are_not_counted(town: Town) -> None:
    """Fewer than five natural persons among the rows: the public is told no total."""
    told = await town.ask('{ records(filter: {item: ["HONOUR"]}) { totalCount edges { cursor } } }')
    assert told.data["records"]["totalCount"] is None
    assert len(told.data["records"]["edges"]) == 1
    other = await town.ask('{ records(filter: {item: ["ABNORMAL_OPERATION"]}) { totalCount } }')
    assert other.data["records"]["totalCount"] == 1
    agency = await town.ask(
        CANDIDATE + "{ subject(by: $by) { records { totalCount } } }", natural(city.PARTY), client="RECRUITER"
    )
    assert agency.data["subject"]["records"]["totalCount"] == 1


@probe
async def counting_ends(town: Town) -> None:
    """At ten thousand and one: beyond that a total would cost more than it tells."""
    await town.ask("{ records(first: 1) { totalCount edges { cursor } } }")
    assert "LIMIT 10001" in town.read
    reading = Reading(
        sealer=town.city.installation.sealer,
        viewer="public",
        asking="",
        scope=Scope.SHARING,
        variables={},
        today=TODAY,
        years=3,
        now=datetime(2026, 5, 20, tzinfo=UTC),
    )
    assert total((10_000, 0), reading) == 10_000
    assert total((10_001, 0), reading) is None
