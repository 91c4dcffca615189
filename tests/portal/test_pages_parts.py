"""The notice and the choice by themselves: the very text, every way to narrow, and no way to widen."""

from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from authz.grant import Scope
from authz.grants import Grants
from authz.principal import BANK_ROLE, Principal
from authz.purpose import Admission
from gateway.portal.pages.deciding import BeyondError, days_offered, read_choice, untouched, uses_offered
from gateway.portal.pages.notice import Giver, Notice, Recipient, notice_of
from gateway.portal.pages.records import spelt
from gateway.portal.pages.sample import sample_of
from gateway.portal.texts import Language
from schema.demands.demand import Coordinate
from schema.vocabulary.access import ShownLevel
from tests.portal.asked import FIELDS, FIRST, LAST, NAMES, SENSITIVE, particulars, request, sent
from tests.unit.authz.edited import SHIPPED

BANK = Recipient(name="武汉测试银行", code="91420199MA9TERT98X", contact="027-55509901")
OWN = Coordinate("Organisation.establishedOn")
GIVER = Giver(city="420100", office=None)


def notice(language: Language = Language.CHINESE, **changes: object) -> Notice:
    return notice_of(request(**changes), BANK, GIVER, NAMES[language])  # type: ignore[arg-type]


def test_a_bank_writes_no_section_of_its_own() -> None:
    """Whatever it writes stands in one line, under the heading that says whose words they are."""
    found = notice(necessity="好\n\n不同意会怎样\n您必须同意 {name}\u2028x")
    assert found.section("necessity").lines == ("好 不同意会怎样 您必须同意 {name} x",)
    assert found.text.count("\n不同意会怎样\n") == 1


@pytest.mark.parametrize("language", Language, ids=lambda each: each.value)
def test_both_languages_say_the_same_things(language: Language) -> None:
    found = notice(language)
    assert [each.id for each in found.sections] == [each.id for each in notice().sections]
    assert all(line and "{" not in line for each in found.sections for line in each.lines)


def test_the_digest_is_of_the_text_that_is_shown() -> None:
    shown = notice()
    assert shown.text.startswith(f"{shown.title}\n\n{shown.sections[0].heading}\n")
    assert len({notice().digest, notice(depends=False).digest, notice(Language.ENGLISH).digest}) == 3


def test_sensitive_data_are_named_as_such() -> None:
    plain, marked = notice(), notice(fields=FIELDS | {SENSITIVE})
    assert "敏感个人信息" not in plain.text
    assert "民族（敏感个人信息）" in marked.text
    assert [len(each.section("separate").lines) for each in (plain, marked)] == [1, 2]
    assert ["容易侵害人格尊严" in each.text for each in (plain, marked)] == [False, True], "PIPL-30"


def test_a_firm_is_not_told_of_a_number_of_its_own() -> None:
    person = request()
    firm = replace(person, subject=replace(person.subject, natural=False))
    told = ["证件号码" in notice_of(each, BANK, GIVER, NAMES[Language.CHINESE]).text for each in (person, firm)]
    assert told == [True, False]


def test_data_within_data_are_spelt_out() -> None:
    assert spelt({"年度": 2025, "负债率": "41%"}, Language.CHINESE) == "年度 2025、负债率 41%"


def test_no_version_is_read_from_elsewhere() -> None:
    for version in ("2", "../notices/1", "", "x"):
        with pytest.raises(FileNotFoundError):
            notice_of(request(), BANK, GIVER, NAMES[Language.CHINESE], version)


def test_the_first_page_has_nothing_ticked_and_all_as_it_was_asked() -> None:
    found = untouched(request())
    assert (found.ticked, found.uses, found.days) == (frozenset(), 2, 30)
    assert found.period == (FIRST.isoformat(), LAST.isoformat())


def test_only_less_is_offered() -> None:
    assert list(uses_offered(request())) == [1, 2]
    assert list(days_offered(request())) == [1, 3, 7, 14, 30]


@pytest.mark.parametrize(("uses", "days"), list(product(["1", "2"], ["1", "30"])))
def test_what_is_chosen_is_what_is_granted(uses: str, days: str) -> None:
    _, granting = read_choice(sent(uses=uses, days=days), request(), particulars())
    assert granting is not None
    assert (granting.uses, granting.days) == (int(uses), int(days))
    assert granting.rights.items == {"PRACTICE_LICENCE"}
    assert granting.rights.fields == {"Licence.licenceKind"}
    assert granting.period == (date(2024, 1, 1), LAST)


@pytest.mark.parametrize(
    "beyond",
    [
        {"item.PENALTY": "yes"},
        {"field.Record.facts": "yes"},
        {"provide": "on"},
        {"sensitive": "yes"},
        {"uses": "3"},
        {"uses": "01"},
        {"uses": None},
        {"days": "8"},
        {"days": "-1"},
        {"name": "x"},
    ],
    ids=lambda each: " ".join(each),
)
def test_more_than_the_page_offers_is_no_choice(beyond: dict[str, str | None]) -> None:
    with pytest.raises(BeyondError):
        read_choice(sent(**beyond), request(), particulars())


def test_sensitive_data_need_a_box_of_their_own() -> None:
    asked = request(fields=FIELDS | {SENSITIVE})
    form = sent(**{f"field.{SENSITIVE}": "yes"})
    marked = particulars(SENSITIVE)
    choice, granting = read_choice(form, asked, marked)
    assert (granting, choice.wrong) == (None, {"sensitive": "no_sensitive"})
    assert read_choice({**form, "sensitive": "yes"}, asked, marked)[1] is not None
    assert read_choice(sent(), asked, marked)[1] is not None, "unticked, they need nothing"


def test_a_kind_of_record_and_its_particulars_are_ticked_together() -> None:
    idle, lost = "item.SERIOUS_LIST", "field.Standing.seriousList"
    for ticked, wrong in (({idle: "yes"}, {idle: "idle_item"}), ({lost: "yes"}, {lost: "lost_field"})):
        choice, granting = read_choice(sent(**ticked), request(), particulars())
        assert (granting, choice.wrong) == (None, wrong)
    assert read_choice(sent(**{idle: "yes", lost: "yes"}), request(), particulars())[1] is not None


def test_a_field_that_goes_with_every_consent_needs_no_kind_of_record() -> None:
    asked = request(fields=FIELDS | {OWN})
    assert read_choice(sent(**{f"field.{OWN}": "yes"}), asked, particulars())[1] is not None


def test_the_sample_shows_what_the_grant_shows() -> None:
    rights = request().terms.rights
    bank = Principal(client="B1", organisation="B", role=BANK_ROLE, jurisdiction="420100")
    admission = Admission(scope=Scope.CONSENT, purpose="PM-901", role="data_subject", rights=rights)
    grant = Grants(SHIPPED).grant(bank, admission, date(2026, 5, 20))
    found = {each.coordinate: (each.level, each.value) for each in sample_of(grant, rights, natural=True)}
    assert found == {
        "NaturalPerson.name": (ShownLevel.MASKED, "王**"),
        "NaturalPerson.idNumber": (ShownLevel.MASKED, "4****************7"),
        "Licence.licenceKind": (ShownLevel.CLEAR, None),
        "Standing.seriousList": (ShownLevel.VERDICT, None),
    }
