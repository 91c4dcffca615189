"""The compiled grant shows of a row exactly what Casbin's ``enforce`` allows, for random policies, callers and rows.

A row is decided by the closest of its relations that the rules of its item tell apart; what is public besides is added
in sharing scope; in consent and self scope there are the rows of one subject alone. The oracle is asked cell by cell
and level by level; the grant is read as a plan reads it: the first part whose rows hold.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

import policies
from authz.casbin_model import Oracle, Request
from authz.compile import compile_grant
from authz.grant import Grant, Kind, Level, Relation, Scope
from authz.principal import BANK_ROLE, CREDIT_OFFICE_ROLE, PUBLIC, SUBJECT_ROLE, Principal, Rights
from authz.purpose import Admission
from authz.rows import RowSource
from authz.scopes import holds
from tests.unit.authz.small import FIELDS, ITEMS, PURPOSES, SPACE, TODAY, Line, agency, deny, policy, rule, rules

MODEL = policies.file("model.conf").read_text("utf-8")
NODES = ("any", "set:core", "set:summary", "set:verdict", "class:META", "class:TEXT", "class:DERIVED", *FIELDS)
MASKED = (
    ("Record.facts", "MASK_REDACT_TEXT"),
    ("Record.subject", "MASK_AS_NAMED"),
    ("NaturalPerson.idNumber", "MASK_ID_BIRTH8"),
)
LEVELS = (Level.CLEAR, Level.MASKED, Level.SUMMARY, Level.VERDICT)
AGENCY = SUBJECT = 7
FEW = settings(max_examples=60)

Levels = Mapping[str, Level]
COVERS = {each.code: each for each in PURPOSES}


# Random policies -----------------------------------------------------------------------------------------------------


def often(*common: str, rarely: tuple[str, ...] = ()) -> st.SearchStrategy[str]:
    """Mostly a name that meets many callers and items: else nearly every grant would be empty."""
    return st.sampled_from((*common * (3 * len(rarely) // len(common) + 1), *rarely))


sharing = {
    "sub": often("any", "agency", rarely=("dept.a", "dept.b", "bank")),
    "dom": often("any", "000000", rarely=("420100", "370100")),
    "purpose": often("any", "group:CHECK", rarely=("PM-1", "PM-3", "PM-831")),
    "role": often("any", rarely=("bidder",)),
    "item": often("any", "category:RECORDS", rarely=tuple(ITEMS)),
    "field": st.sampled_from(NODES),
    "level": often("CLEAR", rarely=("VERDICT", "SUMMARY")),
    "kind": often("any", rarely=("organisation", "person")),
    "rel": often("any", rarely=("SOURCE", "TARGET", "OWN_FIELD", "REPORTED")),
    "cond": often("always", "entitled", rarely=("not_shared", "no_consent", "consent")),
}
published = sharing | {
    "sub": often("any", "public", rarely=("agency",)),
    "purpose": often("any", "PM-903"),
    "dom": often("any", "000000", rarely=("420100",)),
    "rel": st.just("any"),
    "cond": often("always", "public_item", rarely=("not_public_item",)),
}

consented = sharing | {
    "sub": often("any", "bank", rarely=("agency",)),
    "rel": st.just("any"),
    "cond": often("always", "consent", rarely=("no_consent", "not_shared", "entitled")),
    "row": st.just("consented"),
}
own = sharing | {
    "sub": often("any", "data_subject", rarely=("agency",)),
    "rel": often("any", "SELF"),
    "cond": often("always", rarely=("no_consent", "consent")),
    "row": st.just("own"),
}
NARROW = ((Scope.CONSENT, consented), (Scope.SELF, own))

denying = sharing | {"field": st.sampled_from(NODES[1:])}


@st.composite
def allows(draw: st.DrawFn) -> dict[str, str]:
    columns = draw(st.fixed_dictionaries(sharing))
    if draw(st.booleans()):
        field, mask = draw(st.sampled_from(MASKED))
        columns |= {
            "field": field,
            "mask": mask,
            "level": "MASKED",
            "item": draw(st.sampled_from(("PENALTY", "LISTED"))),
        }
        columns |= {"item": "PENALTY"} if field.startswith("NaturalPerson") else {}
    return columns


@st.composite
def policies_of_few_rules(draw: st.DrawFn) -> tuple[Line, ...]:
    """Rules of every channel, with as many denies as may be; all rows of a channel have one scope."""
    lines = [
        rule(f"A{number}", **columns) for number, columns in enumerate(draw(st.lists(allows(), min_size=2, max_size=8)))
    ]
    public = draw(st.lists(st.fixed_dictionaries(published), min_size=1, max_size=4))
    lines += [rule(f"P{number}", Scope.PUBLICATION, **columns) for number, columns in enumerate(public)]
    for scope, columns_of in NARROW:
        found = draw(st.lists(st.fixed_dictionaries(columns_of), max_size=3))
        lines += [rule(f"{scope}{number}", scope, **columns) for number, columns in enumerate(found)]
    for number, columns in enumerate(draw(st.lists(st.fixed_dictionaries(denying), max_size=3))):
        level = draw(st.sampled_from(("CLEAR", "MASKED", "VERDICT")))
        scope = draw(st.sampled_from((Scope.SHARING, Scope.SHARING, Scope.PUBLICATION, Scope.CONSENT, Scope.SELF)))
        lines.append(deny(f"D{number}", scope, **(columns | {"rel": "any", "level": level})))
    return tuple(lines)


agencies = st.tuples(
    st.builds(
        agency,
        st.sampled_from(("dept.a", "dept.a", "dept.b", CREDIT_OFFICE_ROLE, "bank")),
        st.sampled_from(("420100", "370100")),
    ),
    st.builds(
        Admission,
        scope=st.just(Scope.SHARING),
        purpose=st.sampled_from(("PM-1", "PM-1", "PM-2", "PM-3", "PM-831")),
        role=st.sampled_from((None, "bidder")),
    ),
)
narrow = st.tuples(
    st.sampled_from(((Scope.CONSENT, agency(BANK_ROLE)), (Scope.SELF, agency(SUBJECT_ROLE)))),
    st.sampled_from(("PM-1", "PM-1", "PM-2", "PM-3")),
    st.sampled_from((None, "bidder")),
).map(lambda drawn: (drawn[0][1], Admission(scope=drawn[0][0], purpose=drawn[1], role=drawn[2])))
public = st.just((PUBLIC, Admission(scope=Scope.PUBLICATION, purpose="PM-903")))
askers = agencies | agencies | agencies | narrow | narrow | public
subjects = st.tuples(st.sampled_from(sorted(ITEMS)), st.sampled_from(tuple(Kind)))


# Rows ----------------------------------------------------------------------------------------------------------------


@st.composite
def rows(draw: st.DrawFn, relations: st.SearchStrategy[frozenset[Relation]]) -> dict[str, object]:
    """A row that stands, with these relations to the agency, public or not; facts of all tables at once."""
    has = draw(relations)
    start: date | None = date(2026, 1, 1) if draw(st.booleans()) else None
    empty = ("repaired_on", "revoked_on", "subject_died_on", "removed_on", "term_end", "objection_until")
    row: dict[str, object] = dict.fromkeys((*empty, "objection_doubtful_from", "person_death_date", "authority_id"))
    row |= dict.fromkeys(("rejected_on", "lifted_on", "ends_on", "status"))
    row |= {"decided_on": date(2026, 1, 1), "pushed_on": date(2026, 1, 1), "state": "ACTIVE", "severity": "SERIOUS"}
    row |= {"sealed": False, "minor_at_event": False, "market_subject": False}
    row |= {"jurisdiction": draw(st.sampled_from(("420100", "420100", "370100")))}
    row |= {"published_from": start, "publication_until": date(2029, 1, 1), "publication_basis": "CPL-266"}
    row |= {"source_unit_id": AGENCY if Relation.SOURCE in has else 8, "party": draw(st.integers(0, 4)) > 0}
    row |= {"initiated_by_id": row["source_unit_id"]}
    row |= {"executed_by_id": AGENCY if Relation.TARGET in has else 8}
    row |= {"id": SUBJECT if draw(st.integers(0, 4)) else 8, "force": "VOLUNTARY"}
    row |= {"subject_id": row["id"], "record_id": 1, "item": "PENALTY"}
    row |= {"supervision_field": "CONSTRUCTION" if Relation.OWN_FIELD in has else "TRAFFIC"}
    row |= {"trigger": dict(row)}
    return row | {"my_target": (dict(row),) if Relation.TARGET in has else ()}


CLOSER = (Relation.SOURCE, Relation.TARGET, Relation.OWN_FIELD)
any_relations = st.frozensets(st.sampled_from(CLOSER))
one_relation = st.sampled_from((frozenset[Relation](), *(frozenset({each}) for each in CLOSER)))


def possible(source: RowSource, row: Mapping[str, object], who: Principal) -> list[Relation]:
    """The relations that the row really has, closest first. In Wuhan the office is told of the city's measures."""
    found = []
    if source is not RowSource.SUBJECT and row["source_unit_id"] == AGENCY:
        found.append(Relation.SOURCE)
    if row["my_target"]:
        found.append(Relation.TARGET)
    if source is RowSource.RECORD and row["supervision_field"] == "CONSTRUCTION":
        found.append(Relation.OWN_FIELD)
    told = (who.role, who.jurisdiction, row["jurisdiction"]) == (CREDIT_OFFICE_ROLE, "420100", "420100")
    if source is RowSource.MEASURE and told:
        found.append(Relation.REPORTED)
    return [*found, Relation.OTHER]


# What the grant shows, and what the oracle allows --------------------------------------------------------------------


def granted(grant: Grant, item: str, kind: Kind, row: Mapping[str, object]) -> Levels:
    for part in grant.parts:
        if part.item == item and part.kind is kind and holds(part.rows, row, agency=AGENCY, subject=SUBJECT):
            return {name: each.level for name, each in part.fields.items() if each.level is not Level.NONE}
    return {}


def verdict(name: str) -> bool:
    return name.startswith("Standing.")


def shows_rows(levels: Levels) -> bool:
    return any(not verdict(name) and level >= Level.SUMMARY for name, level in levels.items())


def is_public(item: str, kind: Kind, row: Mapping[str, object]) -> bool:
    if ITEMS[item].source is RowSource.SUBJECT:
        return kind is Kind.ORGANISATION
    return row["published_from"] is not None


class Expected:
    """The same, from Casbin alone. A masked form is shown only where some rule names one."""

    def __init__(self, lines: tuple[Line, ...], who: Principal, admission: Admission) -> None:
        found = rules(*lines)
        masking = tuple(each for each in found if not each.allows or each.level is Level.MASKED)
        self.oracle = Oracle(MODEL, found, SPACE)
        self.masks = Oracle(MODEL, masking, SPACE) if masking else None
        self.found, self.who, self.admission = found, who, admission

    def row(self, item: str, kind: Kind, row: Mapping[str, object]) -> Levels:
        purpose = COVERS[self.admission.purpose]
        covered = purpose.persons if kind is Kind.PERSON else purpose.organisations
        if not covered or kind not in ITEMS[item].kinds or not self.reached(kind, row):
            return {}
        if self.admission.scope in (Scope.CONSENT, Scope.SELF):
            relation = Relation.SELF if self.admission.scope is Scope.SELF else Relation.OTHER
            return self.cell(item, kind, relation, self.who, self.admission) if row["subject_id"] == SUBJECT else {}
        if self.admission.scope is Scope.PUBLICATION:
            own = self.cell(item, kind, Relation.OTHER, self.who, self.admission)
            return own if is_public(item, kind, row) else {}
        for relation in possible(ITEMS[item].source, row, self.who):
            if relation is Relation.OTHER or relation in self.told_apart(item):
                own = self.cell(item, kind, relation, self.who, self.admission)
                if own:
                    return self.with_public(own, item, kind, row)
        return {}

    def reached(self, kind: Kind, row: Mapping[str, object]) -> bool:
        if kind is Kind.ORGANISATION or self.admission.scope is not Scope.SHARING:
            return True
        return bool(row["my_target"] if self.admission.purpose == "PM-831" else row["party"])

    def told_apart(self, item: str) -> set[Relation | None]:
        """Relations that a rule for this caller and item names."""
        who, said = self.who, self.admission
        return {
            each.relation
            for each in self.found
            if each.channel is said.scope
            and SPACE.items.within(item, each.item)
            and SPACE.roles.within(who.role, each.sub)
            and SPACE.purposes.within(said.purpose, each.purpose)
            and each.dom in ("any", *SPACE.lineages[who.jurisdiction])
            and each.role in ("any", said.role)
        }

    def with_public(self, own: Levels, item: str, kind: Kind, row: Mapping[str, object]) -> Levels:
        enquiry = Admission(scope=Scope.PUBLICATION, purpose="PM-903")
        public = self.cell(item, kind, Relation.OTHER, PUBLIC, enquiry)
        if not (is_public(item, kind, row) and shows_rows(own) and shows_rows(public)):
            return own
        more = {name: max(own.get(name, Level.NONE), level) for name, level in public.items() if not verdict(name)}
        return dict(own) | more

    def cell(self, item: str, kind: Kind, relation: Relation, who: Principal, admission: Admission) -> Levels:
        decided: dict[str, Level] = {
            name: self.level(item, kind, relation, name, who, admission)
            for name, _ in SPACE.named(ITEMS[item].fields[kind])
        }
        opened = {name: level for name, level in decided.items() if level is not Level.NONE}
        # a row whose fields are open at level VERDICT alone is not shown: it counts for the verdicts
        return opened if shows_rows(opened) else {name: level for name, level in opened.items() if verdict(name)}

    def level(
        self, item: str, kind: Kind, relation: Relation, field: str, who: Principal, admission: Admission
    ) -> Level:
        for level in LEVELS:
            asked = Request(
                sub=who.role,
                dom=who.jurisdiction,
                purpose=admission.purpose,
                role=admission.role or "none",
                item=item,
                field=field,
                level=level,
                channel=admission.scope,
                kind=kind,
                relation=relation,
                consent=admission.scope is Scope.CONSENT,
            )
            oracle = self.masks if level is Level.MASKED else self.oracle
            if oracle is not None and oracle.enforce(asked):
                return level
        return Level.NONE


# Properties ----------------------------------------------------------------------------------------------------------


def seen(lines: tuple[Line, ...], asker: tuple[Principal, Admission], item: str, kind: Kind, row: object) -> Levels:
    assert isinstance(row, dict)
    return granted(compile_grant(policy(*lines), *asker, TODAY), item, kind, row)


@settings(FEW, max_examples=250)
@given(policies_of_few_rules(), askers, subjects, st.data())
def test_every_row_is_shown_as_casbin_allows(
    lines: tuple[Line, ...], asker: tuple[Principal, Admission], subject: tuple[str, Kind], data: st.DataObject
) -> None:
    expected, grant = Expected(lines, *asker), compile_grant(policy(*lines), *asker, TODAY)
    for _ in range(4):
        row = data.draw(rows(any_relations))
        assert granted(grant, *subject, row) == expected.row(*subject, row)


@FEW
@given(policies_of_few_rules(), askers, subjects, rows(one_relation), st.randoms())
def test_removing_an_allow_never_widens(
    lines: tuple[Line, ...],
    asker: tuple[Principal, Admission],
    subject: tuple[str, Kind],
    row: dict[str, object],
    chance: Random,
) -> None:
    allow = chance.choice([line for line in lines if line[1]["effect"] == "allow"] or [rule("A")])
    rest = tuple(line for line in lines if line is not allow) or (deny("D"),)
    narrowed, whole = seen(rest, asker, *subject, row), seen(lines, asker, *subject, row)
    assert all(level <= whole.get(name, Level.NONE) for name, level in narrowed.items())


@FEW
@given(policies_of_few_rules(), askers, subjects, rows(one_relation), st.sampled_from(NODES), st.sampled_from(LEVELS))
def test_a_deny_wins_over_every_allow_of_its_channel(
    lines: tuple[Line, ...],
    asker: tuple[Principal, Admission],
    subject: tuple[str, Kind],
    row: dict[str, object],
    node: str,
    level: Level,
) -> None:
    denies = (deny(f"DENY-{scope}", scope, field=node, level=level.name) for scope in Scope if scope is not Scope.AUDIT)
    denied = seen((*lines, *denies), asker, *subject, row)
    before = seen(lines, asker, *subject, row)
    assert all(shown <= before.get(name, Level.NONE) for name, shown in denied.items())
    assert all(shown < level for name, shown in denied.items() if SPACE.fields.within(name, node))


@FEW
@given(policies_of_few_rules(), askers, st.sampled_from(("agency", "any", "dept.z", "class:META", "")))
def test_an_unknown_name_or_a_group_is_granted_nothing(
    lines: tuple[Line, ...], asker: tuple[Principal, Admission], name: str
) -> None:
    who, admission = asker
    stranger = replace(who, role=name)
    sharing_scope = replace(admission, scope=Scope.SHARING, purpose="PM-1")
    assert compile_grant(policy(*lines), stranger, sharing_scope, TODAY).parts == ()


@FEW
@given(policies_of_few_rules(), st.sampled_from(("agency", "any", "dept.a", "auditor")))
def test_in_publication_scope_everyone_is_the_public(lines: tuple[Line, ...], role: str) -> None:
    enquiry = Admission(scope=Scope.PUBLICATION, purpose="PM-903")
    built = policy(*lines)
    anyone = replace(agency(), role=role)
    assert compile_grant(built, anyone, enquiry, TODAY) == compile_grant(built, PUBLIC, enquiry, TODAY)


rights = st.builds(
    Rights,
    items=st.frozensets(st.sampled_from(sorted(ITEMS))),
    fields=st.frozensets(st.sampled_from(SPACE.coordinates)),
)


@settings(FEW, max_examples=120)
@given(policies_of_few_rules(), st.sampled_from(("PM-1", "PM-3")), rights, subjects, rows(one_relation))
def test_a_consent_only_takes_away_and_gives_nothing_that_was_not_ticked(
    lines: tuple[Line, ...], purpose: str, ticked: Rights, subject: tuple[str, Kind], row: dict[str, object]
) -> None:
    whole = Admission(scope=Scope.CONSENT, purpose=purpose)
    before = seen(lines, (agency(BANK_ROLE), whole), *subject, row)
    after = seen(lines, (agency(BANK_ROLE), replace(whole, rights=ticked)), *subject, row)
    assert all(level == before.get(name, Level.NONE) for name, level in after.items())
    if ITEMS[subject[0]].source is not RowSource.SUBJECT and subject[0] not in ticked.items:
        assert after == {}
    borne = {name for name in SPACE.coordinates if SPACE.fields.within(name, "set:core")} | {"Record.subject"}
    assert after.keys() <= ticked.fields | borne
    assert not after or before.keys() & ticked.fields <= after.keys()
