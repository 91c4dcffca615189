"""Whose decision it is, by whom and when -> whether it counts: capacity, relation, purpose and end.

Pure: who somebody is, how old, and which relations are registered are handed in; the ages and what is open to the
young are the regulations' (``consent_decides_from`` and its neighbours). The age is that of a verified identity, never
of the register. Nobody decides for somebody else without a registered relation, and none of them is without an end.
BASIS: PIPL-14, PIPL-15, PIPL-31, PIPL-49, CIVIL-17, CIVIL-19, CIVIL-24, WH-二(六)2.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from authz.principal import Subject
from schema.regulations.profile import Profile

DECIDES_FROM, ADULT_FROM = 14, 18
"""Where no instrument says another age."""


class RelationKind(StrEnum):
    GUARDIAN = "GUARDIAN"  # 监护人: of a minor
    COURT_GUARDIAN = "COURT_GUARDIAN"  # 法院指定的监护人: of an adult who cannot decide
    AGENT = "AGENT"  # 受托人: by a deed
    REPRESENTATIVE = "REPRESENTATIVE"  # 单位授权代表: signs for an organisation


class Objection(StrEnum):
    """Why a decision does not count. ``SENTENCES`` say it to whoever would decide."""

    DECEASED = "DECEASED"
    AGE_UNKNOWN = "AGE_UNKNOWN"
    CHILD = "CHILD"
    MINOR = "MINOR"
    OWN_DECISION = "OWN_DECISION"
    INCAPABLE = "INCAPABLE"
    NO_AUTHORITY = "NO_AUTHORITY"
    RELATION_ENDED = "RELATION_ENDED"
    OUT_OF_SCOPE = "OUT_OF_SCOPE"
    BEYOND_END = "BEYOND_END"
    INTEREST = "INTEREST"
    PROTECTED = "PROTECTED"

    @property
    def for_an_officer(self) -> bool:
        """Whether the credit office has to see to it."""
        return self in (Objection.INTEREST, Objection.PROTECTED)


class Ended(StrEnum):
    """Why a consent that somebody else gave stands no longer."""

    RELATION = "RELATION"
    CAPACITY = "CAPACITY"  # a birthday: its subject decides for itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Ages:
    """``decides_from``: the age from which a person decides for itself, its guardian being informed until
    ``adult_from``; ``open_to_minors``: the purposes to which anything of somebody younger may be given at all."""

    decides_from: int = DECIDES_FROM
    adult_from: int = ADULT_FROM
    open_to_minors: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A registered relation: ``actor`` (internal id) may decide for ``subject`` about ``purposes``, from ``first`` and
    up to the day before ``ended``. ``born``: the subject's birth date, of a natural person; ``clients`` for which the
    actor works; ``protected``: a dispute about custody or the like stands."""

    id: UUID
    kind: RelationKind
    subject: Subject
    actor: int = field(repr=False)
    purposes: frozenset[str]
    first: date
    ended: date
    born: date | None = field(default=None, repr=False)
    clients: frozenset[str] = frozenset()
    protected: bool = False

    def holds(self, today: date) -> bool:
        return self.first <= today < self.ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be granted: to which client, for which purpose, for how many days from ``today``."""

    client: str
    purpose: str
    days: int
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of a subject: ``born``: of a natural person who has signed in itself; ``alive``: or, of an
    organisation, not struck off; ``relations``: those registered about it."""

    subject: Subject
    alive: bool
    born: date | None = field(default=None, repr=False)
    relations: tuple[Relation, ...] = ()


def ages_of(profile: Profile) -> Ages:
    """What the instruments in force say."""
    return Ages(
        decides_from=profile.consent_decides_from or DECIDES_FROM,
        adult_from=profile.consent_adult_from or ADULT_FROM,
        open_to_minors=frozenset(profile.consent_minor_purposes),
    )


def age(born: date, today: date) -> int:
    """In whole years. Of those born on 29 February the birthday is 1 March in common years."""
    years = today.year - born.year
    return years if today >= birthday(born, years) else years - 1


def birthday(born: date, years: int) -> date:
    """The day from which one is so old."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)


def objection_to_own(standing: Standing, wish: Wish, ages: Ages) -> Objection | None:
    """Why the subject may not decide this itself, None where it may. An organisation decides by those who sign."""
    if not standing.alive:
        return Objection.DECEASED
    if not standing.subject.natural:
        return Objection.NO_AUTHORITY
    if _incapable(standing, wish.today):
        return Objection.INCAPABLE
    if standing.born is None:
        return Objection.AGE_UNKNOWN
    return _too_young(standing.born, wish, ages)


def objection_to_acting(standing: Standing, relation: Relation, actor: int, wish: Wish, ages: Ages) -> Objection | None:
    """Why ``actor`` may not decide this for the subject by this relation, None where it may."""
    if not standing.alive:
        return Objection.DECEASED
    if relation.subject.id != standing.subject.id or relation.actor != actor:
        return Objection.NO_AUTHORITY
    if not relation.holds(wish.today):
        return Objection.RELATION_ENDED
    if wish.purpose not in relation.purposes:
        return Objection.OUT_OF_SCOPE
    if (relation.ended - wish.today).days < wish.days:
        return Objection.BEYOND_END
    if found := _of_kind(standing, relation, wish, ages):
        return found
    if wish.client in relation.clients:
        return Objection.INTEREST
    return Objection.PROTECTED if relation.protected else None


def ended(relation: Relation, today: date, ages: Ages) -> Ended | None:
    """Why what was granted by this relation stands no longer, None where it stands."""
    if relation.kind is RelationKind.GUARDIAN and _decides_itself(relation.born, today, ages):
        return Ended.CAPACITY
    return None if relation.holds(today) else Ended.RELATION


def informed(relations: Iterable[Relation], today: date, ages: Ages) -> tuple[Relation, ...]:
    """The guardians who are told of what somebody from 14 to 17 decides."""
    return tuple(
        each
        for each in relations
        if each.kind is RelationKind.GUARDIAN
        and each.holds(today)
        and not each.protected
        and each.born is not None
        and ages.decides_from <= age(each.born, today) < ages.adult_from
    )


def _of_kind(standing: Standing, relation: Relation, wish: Wish, ages: Ages) -> Objection | None:
    """A representative signs for an organisation, and every other kind acts for a person."""
    if standing.subject.natural is (relation.kind is RelationKind.REPRESENTATIVE):
        return Objection.NO_AUTHORITY
    if relation.kind is RelationKind.REPRESENTATIVE:
        return None
    if relation.born is None:
        return Objection.AGE_UNKNOWN
    if relation.kind is RelationKind.GUARDIAN:
        if _decides_itself(relation.born, wish.today, ages):
            return Objection.OWN_DECISION
        return None if wish.purpose in ages.open_to_minors else Objection.CHILD
    if relation.kind is RelationKind.AGENT and _incapable(standing, wish.today):
        return Objection.INCAPABLE
    return _too_young(relation.born, wish, ages)


def _too_young(born: date, wish: Wish, ages: Ages) -> Objection | None:
    years = age(born, wish.today)
    if years < ages.decides_from:
        return Objection.CHILD
    return Objection.MINOR if years < ages.adult_from and wish.purpose not in ages.open_to_minors else None


def _decides_itself(born: date | None, today: date, ages: Ages) -> bool:
    return born is not None and age(born, today) >= ages.decides_from


def _incapable(standing: Standing, today: date) -> bool:
    """A court has appointed somebody to decide in its place."""
    return any(each.kind is RelationKind.COURT_GUARDIAN and each.holds(today) for each in standing.relations)


SENTENCES: dict[Objection, tuple[str, str]] = {
    Objection.DECEASED: ("该主体已不存在，不能再授权。", "This subject is no more; nothing can be granted."),
    Objection.AGE_UNKNOWN: (
        "登录的身份没有出生日期，不能在线授权，请到信用办办理。",
        "The identity you signed in with states no birth date; please decide at the credit office.",
    ),
    Objection.CHILD: (
        "不满十四周岁的，由监护人决定；银行查询对未成年人不开放。",
        "Below fourteen a guardian decides; enquiries by banks are not open to the young.",
    ),
    Objection.MINOR: (
        "未满十八周岁的，不能为这一事项授权。",
        "Nobody below eighteen can grant this.",
    ),
    Objection.OWN_DECISION: (
        "已满十四周岁的，由本人决定。",
        "From fourteen on everybody decides for themselves.",
    ),
    Objection.INCAPABLE: (
        "法院已指定监护人，由监护人决定。",
        "A court has appointed a guardian, who decides.",
    ),
    Objection.NO_AUTHORITY: (
        "没有登记您为该主体作决定的权限。",
        "No authority of yours to decide for this subject is registered.",
    ),
    Objection.RELATION_ENDED: ("登记的权限已经终止。", "The registered authority has ended."),
    Objection.OUT_OF_SCOPE: ("登记的权限不包括这一事项。", "The registered authority does not cover this purpose."),
    Objection.BEYOND_END: (
        "授权的期限超过了登记的权限的期限，请缩短。",
        "The period goes beyond the end of the registered authority; please make it shorter.",
    ),
    Objection.INTEREST: (
        "您为申请查询的机构工作，不能同意这一请求，请由信用办另行办理。",
        "You work for the institution that asks and cannot agree; the credit office has to see to it.",
    ),
    Objection.PROTECTED: (
        "该监护关系存在争议，您不能同意这一请求，请由信用办另行办理。",
        "This guardianship is disputed, so you cannot agree; the credit office has to see to it.",
    ),
}
"""In Chinese and in English."""
