"""What the profiles of one day say about rows, from made-up profiles and from the shipped ones."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

import policies
from authz.regime import Regime, regime_of
from schema.catalogue import Catalogue, load_catalogue
from schema.regulations.profile import DuringVerification
from schema.regulations.regulation import load_regulation
from schema.vocabulary.administration import Recipient
from schema.vocabulary.records import RepairEffect
from tests.unit.authz.small import TODAY, jurisdiction, regulation, version

ORDER_36 = date(2026, 4, 1)
NO_ITEMS = Catalogue(items={}, fields={}, digest="empty")
STOPS = (RepairEffect.STOP_PUBLICATION, RepairEffect.STOP_SHARING_AND_USE)


def test_repair_is_final_from_the_day_the_nation_says_so() -> None:
    said = regulation(
        jurisdiction(
            "000000",
            version("000000", date(2023, 5, 1), repair_effects=(RepairEffect.STOP_PUBLICATION,)),
            version("000000", ORDER_36, repair_effects=STOPS, old_repairs_stop_sharing=True),
        )
    )
    assert regime_of(said, NO_ITEMS, ORDER_36).repair_is_final
    assert regime_of(said, NO_ITEMS, ORDER_36).keeping_old_repairs == frozenset()
    assert not regime_of(said, NO_ITEMS, date(2026, 3, 31)).repair_is_final


def test_where_nobody_says_so_repair_is_never_final() -> None:
    regime = regime_of(regulation(), NO_ITEMS, TODAY)
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
    regime = regime_of(said, NO_ITEMS, TODAY)
    assert regime.suspending == {"420700", "420800"}
    assert regime.suspending_lists == {"420700"}
    assert regime.suspending_persons == {"420800"}


def shipped(day: date) -> Regime:
    files = policies.contents()
    return regime_of(load_regulation(files), load_catalogue(files), day)


@pytest.mark.parametrize(("day", "final"), [(date(2026, 3, 31), False), (ORDER_36, True), (TODAY, True)])
def test_the_shipped_regulation_makes_repair_final_in_april_2026(day: date, final: bool) -> None:
    regime = shipped(day)
    assert regime.repair_is_final is final
    assert regime.repair_stops_sharing_from == ORDER_36


def test_the_shipped_regulation_suspends_in_ezhou_alone_and_market_subjects_alone() -> None:
    regime = shipped(TODAY)
    assert "420700" in regime.suspending_lists <= regime.suspending
    assert not {"370115", "420100", "420106", "420111"} & regime.suspending
    assert regime.suspending_persons == frozenset()
    assert regime.keeping_old_repairs == frozenset()


OFFICE, INITIATOR = Recipient.CREDIT_OFFICE, Recipient.INITIATING_DEPT


def test_feedback_goes_to_the_office_whose_instrument_says_so_from_below_it_too() -> None:
    """Unless an instrument in between, or of another day, says otherwise."""
    said = regulation(
        jurisdiction("000000"),
        jurisdiction("420000", version("420000", date(2017, 8, 3), feedback_to=(INITIATOR, OFFICE))),
        replace(jurisdiction("420700"), parent="420000"),
        replace(jurisdiction("420799"), parent="420700"),
        replace(jurisdiction("420100", version("420100", date(2017, 8, 3), feedback_to=(INITIATOR,))), parent="420000"),
        replace(jurisdiction("420106", version("420106", TODAY, feedback_to=(OFFICE,))), parent="420100"),
    )
    assert regime_of(said, NO_ITEMS, TODAY).reporting == {
        "420000": {"420000", "420700", "420799"},
        "420106": {"420106"},
    }
    assert regime_of(said, NO_ITEMS, TODAY - timedelta(days=1)).reporting == {"420000": {"420000", "420700", "420799"}}
    assert regime_of(said, NO_ITEMS, date(2017, 8, 2)).reporting == {}


def test_in_the_shipped_regulation_ezhou_and_wuchang_tell_their_offices() -> None:
    """EZ-16 and WC-三(三); in Jiyang the initiator and the joint system are told (JY-四(二)), elsewhere nobody."""
    reporting = shipped(TODAY).reporting
    assert {"420700", "420106"} == set(reporting)
    assert "420700" in reporting["420700"]
    assert not {"420100", "420111", "370115"} & set().union(*reporting.values())


def test_what_may_be_public_is_what_the_catalogue_says() -> None:
    published = shipped(TODAY).published_items
    assert "PENALTY" in published
    assert not {"PUBLIC_SECURITY_PENALTY", "PAYMENT", "REGISTRATION_PERSON"} & published
