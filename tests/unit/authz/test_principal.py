"""Operators and matters: until when they hold."""

from datetime import date, timedelta

import pytest

from authz.principal import PUBLIC, Operator
from tests.unit.authz.small import TODAY


@pytest.mark.parametrize(
    ("agreement", "training", "may"),
    [
        (TODAY, TODAY, True),
        (TODAY - timedelta(days=1), TODAY, False),
        (TODAY, TODAY - timedelta(days=1), False),
        (None, TODAY, False),
        (TODAY, None, False),
    ],
)
def test_an_operator_may_ask_while_agreement_and_training_hold(
    agreement: date | None, training: date | None, may: bool
) -> None:
    operator = Operator(staff_number="1001", agreement_until=agreement, trained_until=training)
    assert operator.may_ask(TODAY) is may


def test_the_public_has_no_purpose_and_no_agency() -> None:
    assert (PUBLIC.role, PUBLIC.purposes, PUBLIC.agency_id) == ("public", frozenset(), None)
