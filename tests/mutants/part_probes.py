"""Probes of grants of small policies: which part of a grant decides which rows, and what it shows of them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from authz.cells import Cells
from authz.compile import compile_grant
from authz.grant import Grant, Kind, Level, Part, Scope
from authz.policy import Policy
from authz.principal import Principal
from authz.purpose import Admission
from authz.scopes import holds
from gateway.database.scopes import DatabaseRole, role_of
from schema.demands.demand import Coordinate
from tests.mutants.amending import fresh
from tests.mutants.edge_city import TODAY, YESTERDAY
from tests.mutants.probing import pure
from tests.mutants.scope_probes import ORGANISATION, PERSON, POLICY, row
from tests.unit.authz import small
from tests.unit.authz.small import ITEMS, SPACE, Line, deny, rule


def granted(*lines: Line, policy: Policy | None = None, purpose: str = "PM-1", role: str | None = None) -> Grant:
    admission = Admission(scope=Scope.SHARING, purpose=purpose, role=role)
    return compile_grant(policy or small.policy(*lines), small.agency(), admission, TODAY)


def part_of(parts: tuple[Part, ...], facts: Mapping[str, object]) -> Part | None:
    """The part of a row, as a plan finds it: the first whose rows hold."""
    return next((part for part in parts if holds(part.rows, facts, agency=7)), None)


def penalties(grant: Grant, kind: Kind = ORGANISATION) -> tuple[Part, ...]:
    return tuple(part for part in grant.parts if part.item == "PENALTY" and part.kind is kind)


CORE = rule("CORE", field="set:core")
SHARED = row(source_unit_id=8, authority_id=8)
PUBLISHED = {**SHARED, "published_from": date(2024, 1, 15), "publication_until": date(2034, 1, 10)}


@pure
def closer_relations_come_first() -> None:
    grant = granted(CORE, rule("SOURCE", field="Record.facts", rel="SOURCE"))
    own, other = (part_of(penalties(grant), {**SHARED, "source_unit_id": agency}) for agency in (7, 8))
    assert own is not None
    assert other is not None
    assert own.of(Coordinate("Record.facts")).level is Level.CLEAR
    assert other.of(Coordinate("Record.facts")).level is Level.NONE


@pure
def archives_are_opened_to_their_source_alone() -> None:
    """And read as their source, where a rule opens records as such; else as any agency reads."""
    lines = {
        True: (rule("KEPT", row="source"), rule("OWN", rel="SOURCE", row="source")),
        False: (
            rule("RELATED", rel="SOURCE"),
            rule("MEASURES", rel="SOURCE", row="source", item="MEASURE", field="Measure.id"),
        ),
    }
    for archive, each in lines.items():
        for line in each:
            assert granted(CORE, line).archive is archive, line
            assert (role_of(granted(CORE, line)) is DatabaseRole.ARCHIVE) is archive, line
    assert not granted(CORE, deny("DENIED", rel="any")).archive


@pure
def public_fields_are_added_to_public_rows() -> None:
    """And to no other: what is public of a published penalty stays hidden of one that is not."""
    grant = granted(CORE, rule("PUBLIC", Scope.PUBLICATION, field="Record.facts"))
    for facts, level in ((PUBLISHED, Level.CLEAR), (SHARED, Level.NONE)):
        found = part_of(penalties(grant), facts)
        assert found is not None
        assert found.of(Coordinate("Record.facts")).level is level
        assert found.published == (level is Level.CLEAR)


@pure
def verdicts_show_no_rows() -> None:
    """Rows that only count for a verdict are in no part that shows fields, and show none of the public's."""
    verdict = rule("V", field="Standing.major")
    for others in (
        (rule("PUBLIC", Scope.PUBLICATION, field="set:core"),),
        (rule("FACTS", field="Record.facts", row="source"), deny("D", field="Record.facts")),
    ):
        parts = penalties(granted(verdict, *others))
        assert parts
        assert {name for part in parts for name in part.fields} == {"Standing.major"}


@pure
def public_fields_need_an_own_rule() -> None:
    """What is public of an item is added for those to whom a rule of their own shows something of it."""
    facts, public = {"field": "Record.facts"}, rule("PUBLIC", Scope.PUBLICATION, field="set:core")
    assert not penalties(granted(rule("A", **facts), deny("D", **facts), public))
    assert penalties(granted(rule("A", **facts), public))


@pure
def verdicts_count_their_own_rows() -> None:
    """Where a verdict looks at other rows than are shown, neither shows nor counts the other's."""
    grant = granted(
        rule("FACTS", field="Record.facts", row="source"),
        rule("V", field="Standing.major", level="VERDICT", row="shared_3y"),
    )
    old, archived = {**SHARED, "decided_on": date(2020, 1, 1)}, {**SHARED, "state": "REVOKED", "source_unit_id": 7}
    counted, shown = part_of(penalties(grant), SHARED), part_of(penalties(grant), archived)
    assert counted is not None
    assert shown is not None
    assert set(counted.fields) == {"Standing.major"}
    assert set(shown.fields) == {"Record.facts"}
    assert part_of(penalties(grant), old) is None


@pure
def persons_are_reached_by_party_or_target() -> None:
    """BASIS: WC-二(三). A person's rows are those of a party of the matter, or of a target of one's own measure."""
    line = rule("CORE", field="set:core", purpose="any")
    live = {**SHARED, "pushed_on": YESTERDAY, "rejected_on": None, "lifted_on": None, "ends_on": None}
    party, target = {**SHARED, "party": True}, {**SHARED, "my_target": (live,)}
    by_matter = penalties(granted(line), PERSON)
    by_measure = penalties(granted(line, purpose="PM-831", role="listed_target"), PERSON)
    assert part_of(by_matter, party)
    assert not part_of(by_matter, target)
    assert part_of(by_measure, target)
    assert not part_of(by_measure, party)
    assert part_of(penalties(granted(line)), SHARED)


@pure
def purposes_cover_their_kind() -> None:
    line = rule("CORE", field="set:core", purpose="any")
    assert not penalties(granted(line, purpose="PM-2"), PERSON)  # for market subjects
    assert not penalties(granted(line, purpose="PM-3"))  # for natural persons
    assert granted(line, purpose="PM-3").persons
    assert not granted(line, purpose="PM-2").persons
    assert not granted(line, purpose="PM-3").organisations


@pure
def items_of_other_places_and_days() -> None:
    """An item of one territory is found in its records only, and an item that ended in none."""
    facts = replace(ITEMS["PENALTY"], jurisdictions=frozenset({"420100"}))
    ended = replace(facts, effective_to=YESTERDAY)
    for each, there in ((facts, True), (ended, False)):
        space = replace(SPACE, facts={**ITEMS, "PENALTY": each})
        changed = replace(small.policy(CORE), space=space, cells=Cells(small.rules(CORE), space))
        parts = penalties(granted(policy=changed))
        assert (part_of(parts, SHARED) is not None) == there
        assert part_of(parts, {**SHARED, "jurisdiction": "370100"}) is None


@pure
def the_public_is_the_public() -> None:
    """INVARIANT of ``compile_grant``: an agency in publication scope is granted what anybody is."""
    who = Principal(client="x", organisation="x", role="dept.finance", jurisdiction="420100")
    admission = Admission(scope=Scope.PUBLICATION, purpose="PM-903")
    policy = fresh(POLICY)
    nobody = Principal(client="public", organisation="public", role="public", jurisdiction="000000")
    grants = [compile_grant(policy, each, admission, TODAY) for each in (who, nobody)]
    assert grants[0] == grants[1]
    assert grants[0].parts
    assert not grants[0].persons


@pure
def links_are_decided_by_rules_on_links() -> None:
    """The edge to a person behind a link is opened by a rule on links, for its purpose alone (EZ-5)."""
    who = Principal(client="x", organisation="x", role="dept.organisation", jurisdiction="420700")
    for purpose, role, level in (("PM-812", "candidate", Level.CLEAR), ("PM-810", "candidate", Level.NONE)):
        admission = Admission(scope=Scope.SHARING, purpose=purpose, role=role)
        grant = compile_grant(fresh(POLICY), who, admission, TODAY)
        for item in ("LINK", "REGISTRATION_ORG"):
            parts = [part for part in grant.parts if part.item == item]
            assert {part.of(Coordinate("Link.person")).level for part in parts} == {level}
