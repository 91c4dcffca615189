"""Whose decision counts: age, relation, purpose, end, interest. T24, and consent.md's rules for agents and firms."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

import policies
from authz.capacity import (
    SENTENCES,
    Ages,
    Ended,
    Objection,
    Relation,
    RelationKind,
    Standing,
    Wish,
    age,
    ages_of,
    ended,
    informed,
    objection_to_acting,
    objection_to_own,
)
from authz.policy import load_policy
from authz.principal import Subject

TODAY = date(2026, 5, 20)
ADULT, TEEN, CHILD = date(1992, 7, 20), date(2010, 5, 20), date(2014, 9, 16)
PERSON, FIRM = Subject(id=1, digest=b"p", natural=True), Subject(id=2, digest=b"f", natural=False)
ACTOR, STRANGER = 7, 8
WISH = Wish(client="B1", purpose="PM-901", days=30, today=TODAY)
BY_LAW = Ages()
OPEN = Ages(open_to_minors=frozenset({"PM-901"}))


def relation(kind: RelationKind, **changes: Any) -> Relation:
    firm = kind is RelationKind.REPRESENTATIVE
    given: dict[str, Any] = {
        "id": UUID(int=1),
        "kind": kind,
        "subject": FIRM if firm else PERSON,
        "actor": ACTOR,
        "purposes": frozenset({"PM-901"}),
        "first": date(2026, 1, 1),
        "ended": date(2027, 1, 1),
        "born": {RelationKind.GUARDIAN: CHILD, RelationKind.REPRESENTATIVE: None}.get(kind, ADULT),
    }
    return Relation(**(given | changes))


def own(born: date | None, ages: Ages = BY_LAW, **changes: Any) -> Objection | None:
    given: dict[str, Any] = {"subject": PERSON, "alive": True, "born": born}
    return objection_to_own(Standing(**(given | changes)), WISH, ages)


def acting(by: Relation, ages: Ages = BY_LAW, *, actor: int = ACTOR, wish: Wish = WISH, **changes: Any) -> Any:
    given: dict[str, Any] = {"subject": by.subject, "alive": True, "relations": (by,)}
    return objection_to_acting(Standing(**(given | changes)), by, actor, wish, ages)


@pytest.mark.parametrize(
    ("born", "today", "years"),
    [
        (date(2014, 9, 16), date(2028, 9, 15), 13),
        (date(2014, 9, 16), date(2028, 9, 16), 14),
        (date(2012, 2, 29), date(2026, 2, 28), 13),
        (date(2012, 2, 29), date(2026, 3, 1), 14),
        (date(2012, 2, 29), date(2028, 2, 29), 16),
    ],
)
def test_an_age_changes_on_the_birthday(born: date, today: date, years: int) -> None:
    assert age(born, today) == years


def test_an_adult_decides_alone() -> None:
    assert own(ADULT) is None


def test_below_fourteen_nobody_decides_alone() -> None:
    """T24. BASIS: PIPL-31."""
    assert own(CHILD) is Objection.CHILD
    assert own(CHILD, OPEN) is Objection.CHILD
    assert own(TODAY.replace(year=TODAY.year - 14) + timedelta(days=1), OPEN) is Objection.CHILD
    assert own(TODAY.replace(year=TODAY.year - 14), OPEN) is None


def test_from_fourteen_to_seventeen_only_what_is_open_to_the_young() -> None:
    assert own(TEEN) is Objection.MINOR
    assert own(TEEN, OPEN) is None
    assert own(TODAY.replace(year=TODAY.year - 18)) is None
    assert own(TODAY.replace(year=TODAY.year - 18) + timedelta(days=1)) is Objection.MINOR


def test_nothing_is_guessed_of_who_states_no_birth_date() -> None:
    assert own(None) is Objection.AGE_UNKNOWN


def test_nobody_decides_for_the_dead() -> None:
    assert own(ADULT, alive=False) is Objection.DECEASED
    for kind in RelationKind:
        assert acting(relation(kind), OPEN, alive=False) is Objection.DECEASED, kind


def test_whoever_has_a_guardian_by_court_does_not_decide_alone() -> None:
    guardian = relation(RelationKind.COURT_GUARDIAN)
    assert own(ADULT, relations=(guardian,)) is Objection.INCAPABLE
    assert own(ADULT, relations=(replace(guardian, ended=TODAY),)) is None
    assert acting(guardian) is None
    agent = relation(RelationKind.AGENT)
    assert acting(agent) is None
    assert acting(agent, relations=(agent, guardian)) is Objection.INCAPABLE


def test_a_guardian_decides_below_fourteen_and_only_what_is_open() -> None:
    guardian = relation(RelationKind.GUARDIAN)
    assert acting(guardian) is Objection.CHILD
    assert acting(guardian, OPEN) is None
    assert acting(replace(guardian, born=TEEN), OPEN) is Objection.OWN_DECISION


@pytest.mark.parametrize("kind", list(RelationKind))
def test_a_relation_is_of_these_two_in_its_time_for_its_purposes(kind: RelationKind) -> None:
    found = relation(kind)
    assert acting(found, OPEN) is None
    assert acting(found, OPEN, actor=STRANGER) is Objection.NO_AUTHORITY
    assert acting(found, OPEN, subject=replace(found.subject, id=99)) is Objection.NO_AUTHORITY
    assert acting(replace(found, ended=TODAY), OPEN) is Objection.RELATION_ENDED
    assert acting(replace(found, first=TODAY + timedelta(days=1)), OPEN) is Objection.RELATION_ENDED
    assert acting(replace(found, purposes=frozenset({"PM-906"})), OPEN) is Objection.OUT_OF_SCOPE


@pytest.mark.parametrize("kind", list(RelationKind))
def test_nothing_goes_beyond_the_end_of_the_deed(kind: RelationKind) -> None:
    short = relation(kind, ended=TODAY + timedelta(days=30))
    assert acting(short, OPEN) is None
    assert acting(short, OPEN, wish=replace(WISH, days=31)) is Objection.BEYOND_END


@pytest.mark.parametrize("kind", list(RelationKind))
def test_who_works_for_the_bank_and_who_is_in_dispute_leaves_it_to_an_officer(kind: RelationKind) -> None:
    """T24."""
    staff = acting(relation(kind, clients=frozenset({"B1"})), OPEN)
    assert staff is Objection.INTEREST
    assert acting(relation(kind, clients=frozenset({"B2"})), OPEN) is None
    disputed = acting(relation(kind, protected=True), OPEN)
    assert disputed is Objection.PROTECTED
    assert {each for each in Objection if each.for_an_officer} == {staff, disputed}


def test_a_firm_decides_by_those_who_sign_for_it_and_a_person_never_does() -> None:
    assert own(None, subject=FIRM) is Objection.NO_AUTHORITY
    assert acting(relation(RelationKind.REPRESENTATIVE)) is None
    assert acting(relation(RelationKind.REPRESENTATIVE, subject=PERSON)) is Objection.NO_AUTHORITY
    assert acting(relation(RelationKind.AGENT, subject=FIRM)) is Objection.NO_AUTHORITY


def test_an_agent_gives_away_nothing_of_the_young_either() -> None:
    assert acting(relation(RelationKind.AGENT, born=TEEN)) is Objection.MINOR
    assert acting(relation(RelationKind.AGENT, born=None)) is Objection.AGE_UNKNOWN


def test_what_a_guardian_granted_ends_on_the_birthday_and_with_the_relation() -> None:
    """T24."""
    fourteen = CHILD.replace(year=CHILD.year + 14)
    guardian = relation(RelationKind.GUARDIAN, ended=date(2032, 9, 17))
    assert ended(guardian, fourteen - timedelta(days=1), BY_LAW) is None
    assert ended(guardian, fourteen, BY_LAW) is Ended.CAPACITY
    assert ended(replace(guardian, ended=TODAY), TODAY, BY_LAW) is Ended.RELATION
    assert ended(relation(RelationKind.COURT_GUARDIAN, ended=TODAY), TODAY, BY_LAW) is Ended.RELATION
    assert ended(relation(RelationKind.COURT_GUARDIAN), TODAY, BY_LAW) is None


def test_the_guardian_of_somebody_from_fourteen_to_seventeen_is_told() -> None:
    guardian = relation(RelationKind.GUARDIAN, born=TEEN)
    others = (
        replace(guardian, born=CHILD),
        replace(guardian, born=ADULT),
        replace(guardian, ended=TODAY),
        replace(guardian, protected=True),
        relation(RelationKind.AGENT, born=TEEN),
    )
    assert informed((guardian, *others), TODAY, BY_LAW) == (guardian,)


def test_by_default_nothing_of_the_young_is_open() -> None:
    policy = load_policy(policies.contents())
    for jurisdiction in policy.regulation.jurisdictions:
        assert ages_of(policy.regulation.profile(jurisdiction, TODAY)) == BY_LAW


def test_every_objection_has_a_sentence_in_both_languages() -> None:
    assert set(SENTENCES) == set(Objection)
    assert all(zh and en.isascii() for zh, en in SENTENCES.values())
