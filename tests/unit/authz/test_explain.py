"""Why a field is shown as it is: the rules for and against it, and the articles that hold it there."""

from authz.explain import Explained, Ground, explain, held_by
from authz.grant import Kind, Level
from authz.principal import PUBLIC, Principal
from authz.purpose import Admission
from tests.unit.authz.asking import ENQUIRY, HOUSING, POLICY, RECRUITERS, RECRUITING, TENDER, demand, grant

BY_CODE = "query($u: String!) { subject(by: {uscc: $u}) { %s } }"
RULES = {rule.id: rule for rule in POLICY.rules}


def explained(fields: str, who: Principal = PUBLIC, admission: Admission = ENQUIRY) -> dict[str, Explained]:
    asked = demand(BY_CODE % fields, u="91420199MA9TERT20X")
    return {each.path: each for each in explain(asked, grant(who, admission), POLICY)}


def test_every_asked_field_is_explained_once() -> None:
    found = explained("name kind ... on Organisation { officePhone } records { edges { node { facts } } }")
    assert list(found) == [
        "subject.name",
        "subject.kind",
        "subject.officePhone",
        "subject.records",
        "subject.records.edges.node.facts",
    ]


def test_a_shown_field_names_the_rules_that_open_it_and_the_rows() -> None:
    (decided,) = explained("name")["subject.name"].decided
    assert (decided.item, decided.level) == ("REGISTRATION_ORG", Level.CLEAR)
    assert decided.reasons
    assert all(ground.allows and ground.basis == RULES[ground.rule].basis for ground in decided.reasons)


def test_a_denied_field_names_the_deny() -> None:
    (decided,) = explained("... on Organisation { financials }")["subject.financials"].decided
    assert decided.level is Level.NONE
    assert [ground.allows for ground in decided.reasons] == [False]


def test_what_no_row_can_stand_for_is_not_decided() -> None:
    asked = demand(
        "query($n: String!) { subject(by: {person: {idNumber: $n, name: $n}}) "
        "{ records { edges { node { ... on Licence { licenceKind } } } } } }",
        n="420199199207280027",
    )
    explanation = explain(asked, grant(RECRUITERS, RECRUITING), POLICY)
    (found,) = (each for each in explanation if each.coordinate == "Licence.licenceKind")
    assert found.decided == ()


def test_the_articles_are_of_the_denies_then_of_the_ceiling_then_of_what_is_necessary() -> None:
    tender, public = grant(HOUSING, TENDER), grant()
    cut = Ground(rule=next(iter(RULES)), allows=False, level=Level.CLEAR, basis=("PIPL-28", "PIPL-6"))
    opened = Ground(rule=next(iter(RULES)), allows=True, level=Level.CLEAR, basis=("GPL-22",))

    def held(items: set[str], *grounds: Ground, kind: Kind | None = Kind.ORGANISATION) -> str:
        return held_by(tender, POLICY, kind, items, grounds)

    assert held({"PENALTY"}, opened, cut, cut) == "PIPL-28 PIPL-6"
    assert held({"PENALTY"}, opened) == "WC-二(三)3"
    assert held(set(), kind=None) == "WC-二(三)3"
    assert held({"PAYMENT"}) == held({"PENALTY"}, kind=Kind.PERSON) == "PIPL-6 WH-二(六)2"
    assert held_by(public, POLICY, Kind.PERSON, {"PENALTY"}, ()) == "WH-二(二)2"
