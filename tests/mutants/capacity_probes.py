"""Probes of who may decide about a consent, of what stands of it, and of what is told of it."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from uuid import UUID

from authz.capacity import Ages, Objection, Relation, RelationKind
from authz.principal import Subject
from gateway.consents.contacts import Contact, NotAContact
from gateway.consents.receipts import Profile, receipt
from gateway.consents.records import By, ConsentRecord, Reason, Request
from gateway.consents.relations import Decider, Representation
from gateway.consents.telling import Happening
from gateway.outbox.messages import Channel
from gateway.watch.acts import Rule
from tests.consents import receipt_example as example
from tests.consents import test_capacity as capacity
from tests.consents import test_receipts as receipts
from tests.consents.kept import EVENTS, REQUEST, consent
from tests.mutants.probing import pure
from tests.unit.gateway.watched import act, found


def _failing(tests: Iterable[Callable[..., None]], *given: object) -> list[str]:
    """Which of these do not hold: what is asserted in them stands elsewhere."""
    found = []
    for test in tests:
        try:
            test(*given)
        except AssertionError:
            found.append(test.__name__)
    return found


@pure
def capacity_is_of_age_and_of_court() -> None:
    tests = (
        capacity.test_an_adult_decides_alone,
        capacity.test_below_fourteen_nobody_decides_alone,
        capacity.test_from_fourteen_to_seventeen_only_what_is_open_to_the_young,
        capacity.test_nothing_is_guessed_of_who_states_no_birth_date,
        capacity.test_nobody_decides_for_the_dead,
        capacity.test_whoever_has_a_guardian_by_court_does_not_decide_alone,
        capacity.test_a_firm_decides_by_those_who_sign_for_it_and_a_person_never_does,
    )
    assert _failing(tests) == []


@pure
def relations_are_of_two_for_a_purpose_and_a_time() -> None:
    of_each = (
        capacity.test_a_relation_is_of_these_two_in_its_time_for_its_purposes,
        capacity.test_nothing_goes_beyond_the_end_of_the_deed,
        capacity.test_who_works_for_the_bank_and_who_is_in_dispute_leaves_it_to_an_officer,
    )
    for kind in RelationKind:
        assert _failing(of_each, kind) == []
    tests = (
        capacity.test_a_guardian_decides_below_fourteen_and_only_what_is_open,
        capacity.test_an_agent_gives_away_nothing_of_the_young_either,
        capacity.test_what_a_guardian_granted_ends_on_the_birthday_and_with_the_relation,
        capacity.test_the_guardian_of_somebody_from_fourteen_to_seventeen_is_told,
    )
    assert _failing(tests) == []


@dataclass(slots=True)
class _Register:
    """A source with one relation at most, and what was done to consents."""

    relation: Relation | None = None
    living: bool = True
    done: list[tuple[str, Reason]] = field(default_factory=list)

    async def named(self, relation: UUID) -> Relation | None:
        return self.relation if self.relation is not None and self.relation.id == relation else None

    async def about(self, subject: int) -> tuple[Relation, ...]:
        return () if self.relation is None else (self.relation,)

    of_actor = about

    async def alive(self, subject: int) -> bool:
        return self.living

    async def suspend(self, id: UUID, reason: Reason, by: By) -> bool:
        self.done.append(("suspended", reason))
        return True

    async def revoke(self, id: UUID, reason: Reason, by: By) -> bool:
        self.done.append(("revoked", reason))
        return True


def _representation(source: _Register) -> Representation:
    async def ages() -> Ages:
        return Ages()

    return Representation(source=source, ages=ages, today=lambda: capacity.TODAY)


def _objection(source: _Register, decider: Decider, request: Request = REQUEST) -> Objection | None:
    return asyncio.run(_representation(source).objection(request, decider))


def _enforced(source: _Register, record: ConsentRecord) -> list[tuple[str, Reason]]:
    asyncio.run(_representation(source).enforce(source, record))
    return source.done


def _agent(**changes: object) -> Relation:
    given = capacity.relation(RelationKind.AGENT, subject=REQUEST.subject)
    return replace(given, **changes)  # type: ignore[arg-type]


@pure
def deciders_are_who_they_say_they_are() -> None:
    agent = _agent()
    subject = Decider(person=REQUEST.subject.id, born=capacity.ADULT)
    assert _objection(_Register(), subject) is None
    assert _objection(_Register(), replace(subject, person=99)) is Objection.NO_AUTHORITY
    assert _objection(_Register(living=False), subject) is Objection.DECEASED
    acting = Decider(person=capacity.ACTOR, relation=agent.id)
    assert _objection(_Register(agent), acting) is None
    assert _objection(_Register(agent), replace(acting, relation=UUID(int=77))) is Objection.NO_AUTHORITY


@pure
def consents_stand_while_their_giver_may_give() -> None:
    agent = _agent()
    record = consent(by=By.AGENT, relation=agent.id)
    assert _enforced(_Register(agent), record) == []
    assert _enforced(_Register(), consent()) == []
    over = ("suspended", Reason.RELATION_ENDED)
    assert _enforced(_Register(), record) == [over]
    assert _enforced(_Register(replace(agent, ended=capacity.TODAY)), record) == [over]
    assert _enforced(_Register(replace(agent, subject=Subject(id=5, digest=b"", natural=True))), record) == [over]
    assert _enforced(_Register(agent, living=False), record) == [("revoked", Reason.DEATH)]
    grown = replace(agent, kind=RelationKind.GUARDIAN, born=capacity.TEEN)
    assert _enforced(_Register(grown), record) == [("revoked", Reason.CAPACITY)]


@pure
def receipts_say_what_was_granted_and_no_more() -> None:
    tests = (
        receipts.test_the_minimal_one_tells_little_and_the_full_one_what_was_agreed,
        receipts.test_taken_back_is_not_the_same_as_ended_by_others,
        receipts.test_that_of_the_institution_is_of_the_giving_alone,
    )
    assert _failing(tests) == []
    narrow = consent(rights=replace(consent().rights, items=frozenset({"DEFAULTER"})))
    told = receipt(narrow, EVENTS, example.AROUND, Profile.FULL)["receipt"]["processing"]
    assert [each["pii_attribute_id"] for each in told["pii_information"]] == ["DEFAULTER"]


@pure
def only_repeated_uses_may_be_left_untold() -> None:
    untold = [
        (what, n)
        for what in ("EVENT", "USE", "ENDING")
        for n in (1, 2)
        if Happening(what=what, word="GRANTED", n=n).repeated
    ]
    assert untold == [("USE", 2)]


@pure
def contacts_are_addresses() -> None:
    for channel, address in ((Channel.EMAIL, "a@b.cn\nBcc: c@d.cn"), (Channel.SMS, "a@b.cn")):
        try:
            Contact(channel=channel, address=address)
            taken = True
        except NotAContact:
            taken = False
        assert not taken, channel


@pure
def a_second_key_and_refused_proofs_are_found() -> None:
    refusals = [act(kind="deny", reasons=("PROOF_REFUSED",), times=4, operator=None)]
    assert [each.stop is not None for each in found(Rule.CONSENTS, refusals)] == [True]
    changed = [act(ago=n, kind="consent", reasons=("SUSPENDED", "KEY_CHANGED"), operator=None) for n in range(5)]
    assert [each.stop for each in found(Rule.CONSENTS, changed)] == [None]
    assert len(found(Rule.CONSENTS, [act(kind="deny", reasons=("CONSENT_ENDED",))])) == 1
