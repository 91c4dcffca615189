"""Probes of freezes and of what watches: whoever is frozen gets nothing, alarms are raised, nobody approves alone."""

from collections.abc import Mapping
from dataclasses import replace

from authz.frozen import EVERY_ITEM, Freeze, Frozen, Target
from authz.grant import Scope
from authz.principal import Caller
from gateway.approvals.officers import Officer
from gateway.approvals.queue import Lack, _lack_of_approval, _lack_of_use
from gateway.approvals.store import Request
from gateway.in_force import State
from gateway.watch.acts import Rule
from gateway.watch.thresholds import HOUR, MINUTE
from schema.errors import Code, PolicyError
from tests.mutants import edge_city as city
from tests.mutants.edge_city import TODAY, caller
from tests.mutants.operations import NAME, organisation
from tests.mutants.probing import probe, pure
from tests.mutants.town import Line, Town
from tests.unit.gateway.watched import act, found, look_ups, refused, spread

NOW = 1_000


def stops(freeze: Freeze, who: Caller, items: frozenset[str] = frozenset(), now: int = NOW) -> bool:
    frozen = Frozen(freezes=(freeze,))
    try:
        frozen.refuse_caller(who, now)
        frozen.refuse_reach(Scope.SHARING, items, now)
    except PolicyError:
        return True
    return False


@pure
def a_freeze_stops_what_it_names() -> None:
    who = caller("TENDER")
    assert who.operator is not None
    organisation, number = who.principal.organisation, who.operator.staff_number
    assert stops(Freeze(target=Target.AGENCY, name=organisation), who)
    assert stops(Freeze(target=Target.OPERATOR, name=f"{organisation}/{number}"), who)
    assert not stops(Freeze(target=Target.OPERATOR, name=f"another/{number}"), who)
    assert stops(Freeze(target=Target.SCOPE, name="SHARING"), who)
    assert not stops(Freeze(target=Target.SCOPE, name="CONSENT"), who)
    assert stops(Freeze(target=Target.ITEM, name="PENALTY"), who, frozenset({"PENALTY"}))
    assert stops(Freeze(target=Target.ITEM, name="PENALTY"), who, frozenset({EVERY_ITEM}))
    assert not stops(Freeze(target=Target.AGENCY, name="PENALTY"), who, frozenset({"PENALTY"}))
    assert not stops(Freeze(target=Target.AGENCY, name=organisation, ends=NOW), who)
    assert stops(Freeze(target=Target.AGENCY, name=organisation, ends=NOW + 1), who)


@probe
async def whoever_is_frozen_gets_nothing(town: Town) -> None:
    """The statement holds at the database's revision, 0; what is frozen then is as this line is told."""
    who = caller("TENDER")
    frozen = Frozen(freezes=(Freeze(target=Target.AGENCY, name=who.principal.organisation),))
    scope = Frozen(freezes=(Freeze(target=Target.SCOPE, name="PUBLICATION"),))
    for each in (frozen, scope):
        told = await town_line(town, each).told(NAME, organisation(city.MAIN), who)
        assert told.code is Code.FROZEN
    assert (await town_line(town, Frozen()).told(NAME, organisation(city.MAIN), who)).code is None


def town_line(town: Town, frozen: Frozen) -> Line:
    line, policy = town.line(), town.city.installation.policy

    async def read() -> Mapping[str, object]:
        return {"policy_version": policy.version, "business_date": None, "freezes": 1}

    async def find() -> Frozen:
        return frozen

    state = State(read=read, versions={policy.version: policy}, today=lambda: TODAY, find_frozen=find)
    return replace(line, pipeline=replace(line.pipeline, state=state))


@pure
def alarms_are_raised() -> None:
    matter = b"matter"
    assert found(Rule.BULK, look_ups(range(51)))
    assert found(Rule.BULK, spread(look_ups(range(80))))
    assert not found(Rule.BULK, look_ups(range(400), matter=matter), parties={matter: 400})
    opened = act(ago=HOUR, action="mutation", matter=matter, subjects=60)
    assert found(Rule.BULK, [opened, *look_ups(range(60), matter=matter)], parties={matter: 60})
    assert found(Rule.DENIALS, refused(11, "PURPOSE_NOT_ALLOWED"))
    assert not found(Rule.DENIALS, refused(50, "FROZEN"))
    assert found(Rule.ENUMERATION, refused(20, "SUBJECT_NOT_COVERED"))
    assert found(Rule.LOG, [], unsealed=6 * MINUTE)
    two = act(purpose="PM-301", persons=(b"p",))
    assert found(Rule.PURPOSES, [two], purposes={(b"p", two.agency): {"PM-301": two.entry, "PM-401": two.entry}})
    assert not found(Rule.PURPOSES, [two], purposes={(b"p", two.agency): {"PM-301": two.entry}})


@pure
def nobody_approves_alone() -> None:
    first, second = (Officer(client="AUDIT", number=number, organisation="audit") for number in ("1", "2"))
    asked = Request(
        id=act().entry,
        act="unseal",
        about="it",
        asked_by="AUDIT/1",
        asker="audit/1",
        reason="x",
        asked_at=0,
        ends_at=10,
        needed=2,
    )
    given = replace(asked, approvers=frozenset({"audit/2", "audit/3"}))
    assert _lack_of_approval(asked, first, 1) is Lack.OWN_REQUEST
    assert _lack_of_approval(given, second, 1) is Lack.APPROVED_ALREADY
    assert _lack_of_approval(asked, second, 10) is Lack.REQUEST_ENDED
    assert _lack_of_approval(replace(asked, used_at=1), second, 1) is Lack.REQUEST_USED
    assert _lack_of_use(given, second, 1) is Lack.NOT_THE_ASKER
    assert _lack_of_use(replace(asked, approvers=frozenset({"audit/2"})), first, 1) is Lack.APPROVALS_MISSING
    assert _lack_of_use(given, first, 1) is None
