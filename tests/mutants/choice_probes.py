"""Probes of what a subject grants on the page: what was asked or less, each part of it ticked by nobody else."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from authz.capacity import Relation, RelationKind
from authz.principal import Subject
from gateway.portal.pages.deciding import BeyondError, Choice, Granting, read_choice, untouched
from gateway.portal.pages.desk import Acting, opens_data
from gateway.portal.pages.notice import one_line
from schema.demands.demand import Coordinate
from tests.mutants.probing import pure
from tests.portal.asked import FIELDS, SENSITIVE, particulars, request, sent

NONE = frozenset[Coordinate]()


def read(
    changes: Mapping[str, str | None], sensitive: frozenset[Coordinate] = NONE
) -> tuple[Choice, Granting | None] | None:
    """What comes of a form; None where it is beyond."""
    try:
        return read_choice(sent(**changes), request(fields=FIELDS | sensitive), particulars(*sensitive))
    except BeyondError:
        return None


def granted(changes: Mapping[str, str | None], sensitive: frozenset[Coordinate] = NONE) -> bool:
    found = read(changes, sensitive)
    return found is not None and found[1] is not None


@pure
def nothing_is_granted_that_was_not_asked() -> None:
    assert granted({})
    for name in ("item.PENALTY", "field.Record.facts", "sensitive", "all"):
        assert read({name: "yes"}) is None


@pure
def a_box_says_yes_or_nothing() -> None:
    for value in ("", "on", "no"):
        assert read({"provide": value}) is None


@pure
def no_more_uses_or_days_than_were_asked() -> None:
    assert granted({"uses": "2", "days": "30"})
    assert read({"uses": "3"}) is None
    assert read({"days": "31"}) is None


@pure
def what_needs_a_consent_of_its_own_has_one() -> None:
    assert not granted({"provide": None})
    marked, sensitive = {f"field.{SENSITIVE}": "yes"}, frozenset({SENSITIVE})
    assert not granted(marked, sensitive)
    assert granted({**marked, "sensitive": "yes"}, sensitive)


@pure
def nobody_agrees_to_nothing() -> None:
    assert not granted({"item.PRACTICE_LICENCE": None})
    assert not granted({"field.Licence.licenceKind": None})


@pure
def nothing_is_ticked_in_vain() -> None:
    assert not granted({"item.SERIOUS_LIST": "yes"})
    assert not granted({"field.Standing.seriousList": "yes"})
    assert granted({"item.SERIOUS_LIST": "yes", "field.Standing.seriousList": "yes"})


@pure
def the_period_is_within_what_was_asked() -> None:
    for changes in ({"from": "2020-12-31"}, {"until": "2026-06-01"}, {"from": "2026-05-31", "until": "2026-05-30"}):
        assert not granted(changes)


@pure
def no_box_is_ticked_beforehand() -> None:
    assert untouched(request()).ticked == frozenset()


@pure
def a_bank_writes_one_line() -> None:
    assert one_line("a\n\nb\u2028c") == "a b c"


@pure
def a_deed_about_banks_opens_no_data() -> None:
    for purposes, opens in (({"PM-901"}, False), ({"PM-901", "PM-902"}, True)):
        relation = Relation(
            id=UUID(int=1),
            kind=RelationKind.AGENT,
            subject=Subject(id=2, digest=b"", natural=True),
            actor=1,
            purposes=frozenset(purposes),
            first=date(2026, 1, 1),
            ended=date(2027, 1, 1),
        )
        assert opens_data(Acting(subject=relation.subject, relation=relation)) is opens
