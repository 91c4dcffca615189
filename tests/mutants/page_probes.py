"""Probes of pages: every row once, cursors good for nothing else, totals of what is visible."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from authz.grant import Scope
from resolvers.readings import Reading, total
from schema.errors import Code
from tests.mutants import edge_city as city
from tests.mutants.edge_city import TODAY, caller
from tests.mutants.operations import CANDIDATE, PUBLIC, SUPERVISED, natural, organisation
from tests.mutants.probing import probe
from tests.mutants.town import Told, Town

PAGE = (
    PUBLIC.replace(")", ", $after: String, $first: Int)")
    + "{ subject(by: $by) { records(first: $first, after: $after) "
    + "{ pageInfo { hasNextPage endCursor } edges { node { documentNumber } } } } }"
)


@probe
async def pages_hold_every_row_once(town: Town) -> None:
    """Many rows share a date; whoever turns pages meets each of them."""
    found: list[str] = []
    after = None
    while len(found) == len(set(found)):
        told = await town.ask(PAGE, {**organisation(city.MAIN), "first": 3, "after": after})
        page = told.data["subject"]["records"]
        assert len(page["edges"]) <= 3
        found += [edge["node"]["documentNumber"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert len(found) == len(set(found))
    assert set(found) == city.names("P", city.STATES)


@probe
async def rows_without_a_date_are_in_their_place(town: Town) -> None:
    """At the end of time: first where the latest come first, and on one page only."""
    document = PUBLIC.replace(")", ", $after: String)") + (
        "{ subject(by: $by) { measures(first: 4, after: $after, orderBy: [{by: ENDS_ON}]) "
        "{ pageInfo { hasNextPage endCursor } edges { node { id } } } } }"
    )
    found: list[int] = []
    after = None
    for _ in range(10):
        told = await town.ask(
            document.replace(PUBLIC.replace(")", ""), SUPERVISED.split(")")[0]).replace(
                "$after: String)", '$after: String) @purpose(code: "PM-401", matter: "CASE-401", role: "supervised")'
            ),
            {**organisation(city.MEASURED), "after": after},
            client="SUPERVISOR",
        )
        page = told.data["subject"]["measures"]
        found += [town.opened("SUPERVISOR", edge["node"]["id"]) for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    names = {number: name for name, number in city.MEASURE.items()}
    assert sorted(names[each] for each in found) == sorted(city.names("S", city.MEASURES))
    assert names[found[-1]] == "ends today"


@probe
async def mixed_orders_hold_every_row_once(town: Town) -> None:
    """Where one date falls and the other rises, the cursor's position is compared date by date."""
    document = PUBLIC.replace(")", ", $after: String)") + (
        "{ subject(by: $by) { records(first: 5, after: $after, "
        "orderBy: [{by: DECIDED_ON, direction: DESC}, {by: PUBLICATION_UNTIL, direction: ASC}]) "
        "{ pageInfo { hasNextPage endCursor } edges { node { documentNumber } } } } }"
    )
    found: list[str] = []
    after = None
    for _ in range(20):
        told = await town.ask(document, {**organisation(city.MAIN), "after": after})
        page = told.data["subject"]["records"]
        found += [edge["node"]["documentNumber"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert len(found) == len(set(found))
    assert set(found) == city.names("P", city.STATES)


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
