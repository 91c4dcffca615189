"""What a request for a consent comes to: items and fields that fit one another, within what the policy can open."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from authz.askable import Askable, askable
from authz.compile import compile_grant
from authz.grant import Kind, Scope
from authz.matrix.gates import LONGEST_CONSENT
from authz.matrix.gates import MOST_USES as MOST_OF_A_POLICY
from authz.principal import Principal, Rights
from authz.purpose import Admission
from gateway.consents.asking import rights_of
from gateway.consents.records import LONGEST_DAYS, MOST_USES
from gateway.consents.wanted import REQUEST, read_wanted
from schema.demands.demand import Coordinate
from schema.errors import Refusal
from tests.consents.requests import GONE, body
from tests.unit.authz.asking import POLICY, TODAY

BANK = Principal(client="B1", organisation="B1", role="bank", jurisdiction="420100", purposes=frozenset({"PM-901"}))
GRANT = compile_grant(POLICY, BANK, Admission(scope=Scope.CONSENT, purpose="PM-901", role="data_subject"), TODAY)
OFFERED: Mapping[Kind, Askable] = {kind: askable(GRANT, kind, POLICY.space) for kind in Kind}


def rights(kind: Kind = Kind.PERSON, **changes: Any) -> Rights:
    wanted = read_wanted(json.dumps(body(**changes)).encode())
    return rights_of(wanted, OFFERED[kind], POLICY.catalogue)


def test_categories_become_the_items_of_which_a_field_is_asked_for() -> None:
    assert rights().items == frozenset({"DEFAULTER", "SERIOUS_LIST", "PRACTICE_LICENCE"})
    assert rights().fields == frozenset(body()["fields"])
    alone = rights(categories=["ADMIN"], items=GONE, fields=["Penalty.fineBand"])
    assert alone.items == frozenset({"PENALTY"})


def test_an_item_whose_rows_say_it_alone_is_asked_for_by_name() -> None:
    found = rights(categories=GONE, items=["PENALTY", "MEASURE"], fields=["Penalty.fineBand"])
    assert found == Rights(items=frozenset({"PENALTY", "MEASURE"}), fields=frozenset({Coordinate("Penalty.fineBand")}))


@pytest.mark.parametrize(
    ("changes", "member"),
    [
        ({"items": ["ALL"]}, "items"),
        ({"items": ["ABNORMAL_OPERATION"]}, "items"),  # of organisations
        ({"categories": ["JUDICIAL", "SERIOUS", "ABNORMAL"]}, "categories"),
        ({"categories": ["JUDICIAL", "SERIOUS", "EVERYTHING"]}, "categories"),
        ({"categories": ["JUDICIAL", "SERIOUS", "PENALTY"]}, "categories"),  # none of its fields
        ({"categories": ["JUDICIAL", "SERIOUS", "MEASURE"]}, "categories"),  # by name alone
        ({"fields": ["Penalty.fineBand"]}, "fields"),  # of no item that is asked for
        ({"fields": ["NaturalPerson.phone"]}, "fields"),  # that no rule opens
        ({"fields": ["NaturalPerson.name", "Record.status"]}, "fields"),  # that no row goes without
        ({"fields": ["Standing.judgmentDefaulter", "Standing.seriousList"]}, "items"),  # nothing of the licence
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_nothing_is_asked_for_that_could_not_be_shown_or_is_not_needed(changes: dict[str, Any], member: str) -> None:
    with pytest.raises(Refusal) as refused:
        rights(**changes)
    assert refused.value.detail.startswith(f"{member}: ")


def test_a_firm_is_asked_for_what_is_of_firms() -> None:
    found = rights(Kind.ORGANISATION, categories=["ABNORMAL"], items=GONE, fields=["Record.status"])
    assert found.items == frozenset({"ABNORMAL_OPERATION"})


def test_manners_keep_the_limits_that_no_policy_may_widen() -> None:
    assert (LONGEST_CONSENT, MOST_OF_A_POLICY) == (LONGEST_DAYS, MOST_USES)
    words = {each for words in POLICY.regulation.manners.values() for each in words}
    assert words == set(REQUEST.required["manner"].schema()["enum"])


def test_checks_are_short_and_monitoring_is_told_each_time() -> None:
    found = POLICY.regulation.manners_of("PM-901")
    limits = {word: (each.days, each.uses, each.notice_each_time) for word, each in found.items()}
    assert limits == {"check": (30, 3, False), "monitoring": (180, 12, True)}
    (other,) = POLICY.regulation.manners_of("PM-906").values()
    assert other.days == 90
