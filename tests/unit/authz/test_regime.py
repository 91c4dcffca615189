"""What the profiles of one day say about rows, from made-up profiles and from the shipped ones."""

from datetime import date

import pytest

import policies
from authz.regime import regime_of
from schema.regulations.profile import DuringVerification
from schema.regulations.regulation import load_regulation
from schema.vocabulary.records import RepairEffect
from tests.unit.authz.small import TODAY, jurisdiction, regulation, version

ORDER_36 = date(2026, 4, 1)
STOPS = (RepairEffect.STOP_PUBLICATION, RepairEffect.STOP_SHARING_AND_USE)


def test_repair_is_final_from_the_day_the_nation_says_so() -> None:
    said = regulation(
        jurisdiction(
            "000000",
            version("000000", date(2023, 5, 1), repair_effects=(RepairEffect.STOP_PUBLICATION,)),
            version("000000", ORDER_36, repair_effects=STOPS, old_repairs_stop_sharing=True),
        )
    )
    assert regime_of(said, ORDER_36).repair_is_final
    assert regime_of(said, ORDER_36).keeping_old_repairs == frozenset()
    assert not regime_of(said, date(2026, 3, 31)).repair_is_final


def test_where_nobody_says_so_repair_is_never_final() -> None:
    regime = regime_of(regulation(), TODAY)
    assert regime.repair_stops_sharing_from is None
    assert not regime.repair_is_final


def test_a_jurisdiction_suspends_what_its_profile_says() -> None:
    suspend = {"during_verification": DuringVerification.SUSPEND}
    said = regulation(
        jurisdiction("000000"),
        jurisdiction("420700", version("420700", date(2017, 8, 3), **suspend, suspends_list_disclosure=True)),
        jurisdiction("420800", version("420800", date(2017, 8, 3), **suspend, suspends_persons=True)),
        jurisdiction("370115", version("370115", date(2020, 1, 1), suspends_list_disclosure=True)),
    )
    regime = regime_of(said, TODAY)
    assert regime.suspending == {"420700", "420800"}
    assert regime.suspending_lists == {"420700"}
    assert regime.suspending_persons == {"420800"}


@pytest.mark.parametrize(("day", "final"), [(date(2026, 3, 31), False), (ORDER_36, True), (TODAY, True)])
def test_the_shipped_regulation_makes_repair_final_in_april_2026(day: date, final: bool) -> None:
    regime = regime_of(load_regulation(policies.contents()), day)
    assert regime.repair_is_final is final
    assert regime.repair_stops_sharing_from == ORDER_36


def test_the_shipped_regulation_suspends_in_ezhou_alone_and_market_subjects_alone() -> None:
    regime = regime_of(load_regulation(policies.contents()), TODAY)
    assert "420700" in regime.suspending_lists <= regime.suspending
    assert not {"370115", "420100", "420106", "420111"} & regime.suspending
    assert regime.suspending_persons == frozenset()
    assert regime.keeping_old_repairs == frozenset()
