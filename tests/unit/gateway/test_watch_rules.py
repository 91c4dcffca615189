"""Each alert rule: what it finds, what it leaves alone, and what does not get past it."""

from dataclasses import replace
from typing import Any

import pytest

from authz.frozen import Target
from gateway.watch.acts import Act, Rule
from gateway.watch.thresholds import DAY, HOUR, MINUTE, read_thresholds, shipped
from tests.unit.gateway.watched import (
    CLERK,
    HOUSING,
    MARKETS,
    NOW,
    OTHER,
    act,
    found,
    look_ups,
    person,
    refused,
    spread,
)

MATTER, SMALL = b"examination", b"small"

# A1 -------------------------------------------------------------------------------------------------------------------


def test_a1_a_curious_clerk_is_found() -> None:
    (fired,) = found(Rule.BULK, look_ups(range(51)))

    assert (fired.figures["persons"], fired.refs["operator"], fired.stop) == (51, CLERK.hex(), None)


def test_a1_an_examination_of_four_hundred_is_no_alarm() -> None:
    acts = look_ups(range(400), matter=MATTER)

    assert found(Rule.BULK, acts, parties={MATTER: 400}) == ()


def test_a1_who_asks_much_every_day_is_no_alarm_and_fifty_is_none() -> None:
    assert found(Rule.BULK, look_ups(range(51)), habits={f"operator:{CLERK.hex()}": 20}) == ()
    assert found(Rule.BULK, look_ups(range(50))) == ()
    assert found(Rule.BULK, look_ups([1] * 400)) == ()


def test_a1_more_than_five_times_the_usual_is() -> None:
    assert found(Rule.BULK, look_ups(range(101)), habits={f"operator:{CLERK.hex()}": 20})


def test_a1_the_allowance_of_an_examination_covers_nobody_else() -> None:
    acts = look_ups(range(400), matter=MATTER) + look_ups(range(1000, 1051), matter=SMALL)

    assert found(Rule.BULK, acts, parties={MATTER: 400, SMALL: 2})


def test_a1_parties_that_the_clerk_has_registered_excuse_nothing() -> None:
    opened = act(ago=HOUR, action="mutation", matter=MATTER, subjects=60)

    assert found(Rule.BULK, [opened, *look_ups(range(60), matter=MATTER)], parties={MATTER: 60})
    by_another = replace(opened, operator=OTHER)
    assert found(Rule.BULK, [by_another, *look_ups(range(60), matter=MATTER)], parties={MATTER: 60}) == ()


@pytest.mark.parametrize("each", [1, 20])
def test_a1_two_accounts_or_batches_do_not_get_past(each: int) -> None:
    assert found(Rule.BULK, spread(look_ups(range(80), each=each)))


def test_a1_a_slow_walk_does_not_get_past() -> None:
    (fired,) = found(Rule.BULK, look_ups(range(210), over=10 * HOUR))

    assert fired.about.endswith(":day")


def test_a1_five_hundred_a_day_are_stopped() -> None:
    (fired,) = found(Rule.BULK, look_ups(range(501), over=20 * HOUR))

    assert fired.stop is not None
    assert (fired.stop.target, fired.stop.lasts) == (Target.OPERATOR, DAY)
    assert all(each.stop is None for each in found(Rule.BULK, look_ups(range(500), over=20 * HOUR)))


# A2 -------------------------------------------------------------------------------------------------------------------


def missing(times: int, of: int, **values: Any) -> list[Act]:
    return [replace(each, missed=int(place < times)) for place, each in enumerate(look_ups(range(of), **values))]


def test_a2_a_third_of_twenty_look_ups_missed_is_found() -> None:
    (fired,) = found(Rule.ENUMERATION, missing(7, 20, over=9 * MINUTE))

    assert fired.figures == {"tried": 20, "missed": 7}


def test_a2_fewer_or_fewer_missed_is_not() -> None:
    assert found(Rule.ENUMERATION, missing(6, 20, over=9 * MINUTE)) == ()
    assert found(Rule.ENUMERATION, missing(19, 19, over=9 * MINUTE)) == ()


def test_a2_persons_who_are_no_parties_count_as_missed() -> None:
    assert found(Rule.ENUMERATION, refused(20, "SUBJECT_NOT_COVERED"))


def test_a2_two_accounts_batches_and_patience_do_not_get_past() -> None:
    assert found(Rule.ENUMERATION, spread(missing(20, 20, over=9 * MINUTE)))
    batch = act(persons=tuple(map(person, range(30))), missed=30)
    assert found(Rule.ENUMERATION, [batch])
    assert found(Rule.ENUMERATION, missing(60, 60, over=20 * HOUR))


# A4 -------------------------------------------------------------------------------------------------------------------


def test_a4_one_matter_for_more_than_its_parties_is_found() -> None:
    (fired,) = found(Rule.MATTERS, look_ups(range(21), matter=SMALL), parties={SMALL: 3})

    assert fired.figures == {"subjects": 21}


def test_a4_twenty_or_as_many_as_registered_are_not() -> None:
    assert found(Rule.MATTERS, look_ups(range(20), matter=SMALL), parties={SMALL: 3}) == ()
    assert found(Rule.MATTERS, look_ups(range(400), matter=MATTER), parties={MATTER: 400}) == ()


def test_a4_adding_them_one_by_one_does_not_get_past() -> None:
    added = [act(ago=HOUR - n, action="mutation", matter=SMALL, subjects=1) for n in range(21)]

    assert found(Rule.MATTERS, [*added, *look_ups(range(21), matter=SMALL)], parties={SMALL: 22})


def test_a4_trying_numbers_is_found_over_all_accounts() -> None:
    tried = [replace(each, matter=bytes([n])) for n, each in enumerate(refused(5, "MATTER_NOT_OPEN"))]

    assert found(Rule.MATTERS, spread(tried))
    assert found(Rule.MATTERS, refused(5, "MATTER_NOT_OPEN", matter=SMALL)) == ()


# A5 -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["release", "read-log"])
def test_a5_any_look_at_a_protected_person_is_found(kind: str) -> None:
    (fired,) = found(Rule.PROTECTED, [act(kind=kind, persons=(person(7),))], protected=frozenset({person(7)}))

    assert fired.refs["person"] == person(7).hex()


def test_a5_others_are_not() -> None:
    assert found(Rule.PROTECTED, [act(persons=(person(8),))], protected=frozenset({person(7)})) == ()


def test_a5_a_batch_hides_nobody_and_another_account_is_another_finding() -> None:
    batch = act(persons=tuple(map(person, range(100))))

    fired = found(
        Rule.PROTECTED, [batch, replace(act(persons=(person(7),)), operator=OTHER)], protected=frozenset({person(7)})
    )
    assert len({each.about for each in fired}) == 2


# A7 -------------------------------------------------------------------------------------------------------------------

WHO = f"operator:{CLERK.hex()}"
HOME, ABROAD = b"home", b"abroad"


def test_a7_an_account_that_slept_for_sixty_days_is_found() -> None:
    (fired,) = found(Rule.DORMANT, [act()], last_seen={WHO: NOW - 60 * DAY})

    assert fired.figures == {"days": 60}


def test_a7_a_new_account_and_a_pause_of_a_month_are_not() -> None:
    assert found(Rule.DORMANT, [act()]) == ()
    assert found(Rule.DORMANT, [act()], last_seen={WHO: NOW - 30 * DAY}) == ()


def test_a7_waking_it_with_something_harmless_does_not_get_past() -> None:
    woken = [act(ago=MINUTE, kind="deny"), *look_ups(range(3), over=1000)]
    (fired,) = found(Rule.DORMANT, woken, last_seen={WHO: NOW - 61 * DAY})

    assert fired.evidence == (woken[0].entry,)


def test_a7_a_network_never_seen_before_is_found_and_a_known_one_is_not() -> None:
    known = {"last_seen": {WHO: NOW - DAY}, "networks": {WHO: frozenset({HOME})}}

    assert found(Rule.DORMANT, [act(network=ABROAD)], **known)
    assert found(Rule.DORMANT, [act(network=HOME), act(network=None)], **known) == ()


# A8 -------------------------------------------------------------------------------------------------------------------


def asked(times: int, **values: Any) -> list[Act]:
    return [act(ago=n * 59 * MINUTE // times, **{"subjects": 1, **values}) for n in range(times)]


def test_a8_more_than_two_hundred_an_hour_are_throttled() -> None:
    (fired,) = found(Rule.SCRAPING, asked(201, demand="same"))

    assert fired.stop is not None
    assert (fired.figures, fired.stop.lasts) == ({"operations": 201}, 10 * MINUTE)


def test_a8_an_examination_is_not_and_neither_are_many_small_matters() -> None:
    assert found(Rule.SCRAPING, asked(600, matter=MATTER), parties={MATTER: 400}) == ()
    many = [replace(each, matter=bytes([n % 10])) for n, each in enumerate(asked(400))]
    assert found(Rule.SCRAPING, many) == ()


def test_a8_what_tells_of_nobody_is_not() -> None:
    assert found(Rule.SCRAPING, asked(600, subjects=0)) == ()


def test_a8_other_words_and_other_accounts_do_not_get_past() -> None:
    renamed = [replace(each, demand=str(n)) for n, each in enumerate(asked(201))]

    assert found(Rule.SCRAPING, spread(renamed))


# A9 -------------------------------------------------------------------------------------------------------------------


def test_a9_eleven_denials_in_five_minutes_are_locked() -> None:
    (fired,) = found(Rule.DENIALS, refused(11, "PURPOSE_NOT_ALLOWED"))

    assert fired.stop is not None
    assert (fired.stop.target, fired.stop.lasts) == (Target.OPERATOR, 15 * MINUTE)


def test_a9_ten_are_not_and_a_freeze_does_not_feed_on_itself() -> None:
    assert found(Rule.DENIALS, refused(10, "PURPOSE_NOT_ALLOWED")) == ()
    assert found(Rule.DENIALS, refused(50, "FROZEN")) == ()
    assert found(Rule.DENIALS, refused(50, "DOCUMENT_INVALID")) == ()


def test_a9_one_denied_field_by_several_names_is_locked() -> None:
    tried = [replace(each, demand=str(n)) for n, each in enumerate(refused(3, "FIELD_NOT_FILTERABLE"))]

    assert found(Rule.DENIALS, tried)
    assert found(Rule.DENIALS, refused(3, "FIELD_NOT_FILTERABLE", demand="same")) == ()


def test_a9_two_accounts_and_patience_do_not_get_past() -> None:
    accounts = spread(refused(21, "MATTER_NOT_OPEN", matter=SMALL))
    assert any(each.about == f"agency:{HOUSING}" for each in found(Rule.DENIALS, accounts))
    assert found(Rule.DENIALS, refused(41, "SUBJECT_NOT_COVERED", over=20 * HOUR))


# A11 ------------------------------------------------------------------------------------------------------------------


def test_a11_use_of_an_ended_consent_is_found_and_four_refusals_stop_the_client() -> None:
    (once,) = found(Rule.CONSENTS, refused(1, "CONSENT_ENDED"))
    (often,) = found(Rule.CONSENTS, refused(4, "OUT_OF_CONSENT"))

    assert once.stop is None
    assert often.stop is not None
    assert (often.stop.target, often.stop.lasts) == (Target.AGENCY, 24 * HOUR)


def test_a11_three_mistakes_are_not() -> None:
    assert found(Rule.CONSENTS, refused(3, "OUT_OF_CONSENT")) == ()


def test_a11_two_accounts_do_not_get_past() -> None:
    assert found(Rule.CONSENTS, spread(refused(4, "OUT_OF_CONSENT")))[0].stop is not None
    assert found(Rule.CONSENTS, refused(4, "CONSENT_ENDED", over=20 * HOUR))


def test_a11_refused_proofs_stop_the_client_however_few_entries_tell_of_them() -> None:
    (counted,) = found(Rule.CONSENTS, [act(kind="deny", reasons=("PROOF_REFUSED",), times=4, operator=None)])
    assert counted.stop is not None
    assert counted.figures == {"refused": 4}
    assert found(Rule.CONSENTS, [act(kind="deny", reasons=("PROOF_REPLAYED",), times=3, operator=None)]) == ()
    spread_out = [act(ago=n * HOUR, kind="deny", reasons=("PROOF_REFUSED",), times=3, operator=None) for n in range(3)]
    assert found(Rule.CONSENTS, spread_out) == ()


@pytest.mark.parametrize(
    ("kind", "reasons"),
    [("deny", ("OTHER_KEY",)), ("deny", ("KEY_BURNT",)), ("consent", ("SUSPENDED", "KEY_CHANGED"))],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else value,
)
def test_a11_a_second_key_is_found_at_once(kind: str, reasons: tuple[str, ...]) -> None:
    (fired,) = found(Rule.CONSENTS, [act(kind=kind, reasons=reasons, operator=None)])
    assert (fired.stop, fired.figures["keys"]) == (None, 1)
    assert found(Rule.CONSENTS, [act(kind="consent", reasons=("REVOKED", "SUBJECT"), operator=None)]) == ()


def test_a11_what_becomes_of_consents_stops_nobody() -> None:
    suspended = [act(ago=n, kind="consent", reasons=("SUSPENDED", "KEY_CHANGED"), operator=None) for n in range(9)]
    assert [each.stop for each in found(Rule.CONSENTS, suspended)] == [None]


# A12 ------------------------------------------------------------------------------------------------------------------


def test_a12_the_log_itself() -> None:
    assert found(Rule.LOG, [], unsealed=5 * MINUTE + 1)
    assert found(Rule.LOG, [act(kind="alert", action="leaves-missing", operator=None)])
    assert found(Rule.LOG, [act(step=5001)])
    assert found(Rule.LOG, [act(step=5000), act(kind="alert", action="finding")], unsealed=5 * MINUTE) == ()


def test_a12_who_watches_one_person_is_watched() -> None:
    looks = [act(ago=n, kind="read-log", persons=(person(7),)) for n in range(6)]

    (fired,) = found(Rule.LOG, looks)
    assert fired.refs["person"] == person(7).hex()
    assert found(Rule.LOG, looks[:5]) == ()
    assert found(Rule.LOG, [act(ago=n, kind="read-log", persons=(person(n),)) for n in range(20)]) == ()


def test_a12_looking_slowly_or_in_batches_does_not_get_past() -> None:
    looks = [act(ago=n * 4 * HOUR, kind="read-log", persons=(person(n), person(99))) for n in range(6)]

    assert found(Rule.LOG, looks)


# A13 ------------------------------------------------------------------------------------------------------------------


def test_a13_one_person_under_two_purposes_of_one_agency_is_found() -> None:
    first, second = act(purpose="PM-301", persons=(person(7),)), act(purpose="PM-401", persons=(person(7),))
    two = {(person(7), HOUSING): {"PM-301": first.entry, "PM-401": second.entry}}

    (fired,) = found(Rule.PURPOSES, [second], purposes=two)
    assert set(fired.evidence) == {first.entry, second.entry}
    assert fired.quiet == 30 * DAY


def test_a13_one_purpose_or_another_agency_is_not() -> None:
    one = act(purpose="PM-301", persons=(person(7),))

    assert found(Rule.PURPOSES, [one], purposes={(person(7), HOUSING): {"PM-301": one.entry}}) == ()
    others = {(person(7), MARKETS): {"PM-301": one.entry, "PM-401": one.entry}}
    assert found(Rule.PURPOSES, [one], purposes=others) == ()


def test_a13_another_account_of_the_agency_or_a_batch_does_not_get_past() -> None:
    first = act(purpose="PM-301", persons=(person(7),))
    batch = act(purpose="PM-401", persons=tuple(map(person, range(50))), operator=OTHER, client="A1-B")
    two = {(person(7), HOUSING): {"PM-301": first.entry, "PM-401": batch.entry}}

    assert found(Rule.PURPOSES, [batch], purposes=two)


# Thresholds -----------------------------------------------------------------------------------------------------------

TEXT = "".join(
    f"[{table}]\n" + "".join(f"{name} = 1\n" for name in type(getattr(shipped(), table)).__dataclass_fields__)
    for table in type(shipped()).__dataclass_fields__
)


def test_thresholds_are_all_there_and_positive() -> None:
    assert read_thresholds(TEXT).bulk.per_hour == 1
    for wrong in ("per_hour = 0", "per_hour = true", 'per_hour = "1"', "", "per_hour = 1\nper_our = 1"):
        with pytest.raises(ValueError, match="threshold"):
            read_thresholds(TEXT.replace("per_hour = 1", wrong, 1))
    with pytest.raises(ValueError, match="threshold"):
        read_thresholds(TEXT + "[more]\nx = 1\n")
