"""Probes of the policy in force: one version and one day for an answer, and memories that serve many callers."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace

from authz.principal import PUBLIC as PUBLIC_CALLER
from authz.principal import Caller
from gateway.in_force import PolicyNotHereError, State
from schema.errors import Code
from tests.mutants import edge_city as city
from tests.mutants.edge_city import TODAY, TOMORROW, caller
from tests.mutants.operations import NAME, SUPERVISED, by_number, natural, organisation
from tests.mutants.probing import probe
from tests.mutants.town import Line, Town


async def answered(town: Town, line: Line) -> bool:
    """Whether the public is answered at all."""
    told = await line.told('{ subjects(filter: {name: "测试"}) { totalCount } }', None, Caller(principal=PUBLIC_CALLER))
    return told.code is None


@probe
async def statements_hold_under_their_policy(town: Town) -> None:
    """INVARIANT: data and policy version are of one snapshot. What was prepared under another version reads nothing."""
    assert await answered(town, town.line())
    async with changed(town, "UPDATE authz_state SET policy_version = 'another'"):
        assert not await answered(town, town.line())


@probe
async def statements_hold_on_their_day(town: Town) -> None:
    """Nor on another day than the one that the database sets, if it sets one."""
    async with changed(town, "UPDATE authz_state SET business_date = '2026-05-20'"):
        assert await answered(town, town.line(fixed=True))
        assert not await answered(town, town.line(TOMORROW, fixed=True))
        assert not await answered(town, town.line())
    assert not await answered(town, town.line(fixed=True))


@asynccontextmanager
async def changed(town: Town, statement: str) -> AsyncIterator[None]:
    """The database after this statement, until the block ends."""
    change = town.owner.transaction()
    await change.start()
    try:
        await town.owner.execute(statement)
        yield
    finally:
        await change.rollback()


@probe
async def plans_are_kept_apart(town: Town) -> None:
    """One memory serves all callers: another question is another plan, and so is another grant."""
    line, one = town.line(), caller("SUPERVISOR")
    other = replace(one, principal=replace(one.principal, supervision_field="LABOUR"))
    fields = "{ subject(by: $by) { records { edges { node { documentNumber facts } } } } }"
    shown = []
    for who in (one, other):
        told = await line.ask(SUPERVISED + fields, organisation(city.FIELD), who)
        shown.append({name for name, node in by_number(told).items() if node["facts"] is not None})
    assert shown == [set(city.FIELDS) - {"other field"}, set(city.FIELDS) - {"own field"}]
    named = await line.ask(SUPERVISED + "{ subject(by: $by) { name } }", organisation(city.FIELD), one)
    assert named.data["subject"] == {"name": "武汉测试3号有限公司"}


@probe
async def versions_that_are_not_here_are_not_applied(town: Town) -> None:
    policy = town.city.installation.policy

    async def read() -> Mapping[str, object]:
        return {"policy_version": "another", "business_date": None, "freezes": 0}

    state = State(read=read, versions={policy.version: policy}, today=lambda: TODAY)
    try:
        await state.current()
    except PolicyNotHereError:
        return
    raise AssertionError


@probe
async def references_hold_under_their_policy(town: Town) -> None:
    """What reads no credit data is answered under one policy as well: a change while it is answered is noticed."""
    policy = town.city.installation.policy
    versions = iter((policy.version, *("another",) * 9))

    async def read() -> Mapping[str, object]:
        return {"policy_version": next(versions), "business_date": None, "freezes": 0}

    line = town.line()
    state = State(read=read, versions={policy.version: policy}, today=lambda: TODAY)
    changing = replace(line, pipeline=replace(line.pipeline, state=state))
    told = await changing.told("{ viewer { kind } }", None, Caller(principal=PUBLIC_CALLER))
    assert told.code is Code.INTERNAL


@probe
async def days_begin_at_midnight(town: Town) -> None:
    """A process that runs through midnight judges by the new day; one whose day is set keeps to it."""
    policy, days = town.city.installation.policy, iter((TODAY, TOMORROW))

    async def read() -> Mapping[str, object]:
        return {"policy_version": policy.version, "business_date": None, "freezes": 0}

    state = State(read=read, versions={policy.version: policy}, today=lambda: next(days))
    assert [(await state.current()).today for _ in range(2)] == [TODAY, TOMORROW]


@probe
async def explanations_refuse_as_answers_do(town: Town) -> None:
    """What would be refused is explained as refused, and not refused itself."""
    document = "query E($d: String!, $v: JSON) { explain(document: $d, variables: $v) { refusal { code } scope } }"
    told = await town.ask(document, {"d": NAME, "v": natural(city.PARTY)})
    assert told.code is None
    assert told.data["explain"]["refusal"] == {"code": "PURPOSE_REQUIRED"}
