"""The regulation loader: profiles by jurisdiction and day, and each thing it refuses, with file and line."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest

import policies
from schema.catalogue import load_catalogue
from schema.regulations.profile import DuringVerification, Intake, Profile
from schema.regulations.regulation import PolicyFileError, Regulation, load_regulation
from schema.vocabulary.measures import MeasureCategory
from schema.vocabulary.records import RepairEffect, Severity

FILES = policies.contents()
REGULATION = load_regulation(FILES)
TODAY = date(2026, 5, 20)


def profile(code: str, day: date = TODAY) -> Profile:
    return REGULATION.profile(code, day)


# Profiles


def test_a_district_inherits_from_its_city_and_the_nation() -> None:
    hongshan = profile("420111")
    assert hongshan.lineage == ("000000", "420000", "420100", "420111")
    assert hongshan.versions == ("NAT-FLOOR", "NAT-BASE", "NAT-2026", "WH", "HS")
    assert hongshan.list_label == "严重失信主体名单"
    assert hongshan.matters_list == "WH-2017"
    assert (hongshan.measure_list_entry_required, hongshan.compel_non_state) == (True, False)


def test_a_key_of_its_own_stands_before_the_superiors() -> None:
    assert profile("420106").matters_list == "WC-2-3"
    assert profile("420111").objection_intake is Intake.CREDIT_OFFICE
    assert profile("420100").objection_intake is Intake.RECOGNISING_DEPT


def test_the_proportionality_of_the_city_narrows_a_districts_measures() -> None:
    """C-06: Hongshan does not ask for ability and refusal; Wuhan's rule on proportion does."""
    assert profile("420111").requires_ability_and_refusal
    assert profile("370115").requires_ability_and_refusal
    assert not profile("420700").requires_ability_and_refusal


def test_objection_differs_by_city() -> None:
    effects = {code: profile(code).during_verification for code in ("420111", "420106", "420700", "370115")}
    assert effects == {
        "420111": DuringVerification.UNSPECIFIED,
        "420106": DuringVerification.UNSPECIFIED,
        "420700": DuringVerification.SUSPEND,
        "370115": DuringVerification.CONTINUE,
    }
    assert REGULATION.suspending(TODAY) == {"420700", "420799"}
    ezhou = profile("420700")
    assert (ezhou.suspends_persons, ezhou.suspends_list_disclosure) == (False, True)
    hongshan = profile("420111")
    assert (hongshan.forward_working_days, hongshan.verify_working_days, hongshan.notify_working_days) == (3, 20, 3)


def test_high_consumption_is_classed_by_city() -> None:
    classes = {code: profile(code).high_consumption_class for code in ("420111", "420700", "370115")}
    assert classes == {
        "420111": MeasureCategory.ADM, "420700": MeasureCategory.MKT, "370115": MeasureCategory.MKT,
    }  # fmt: skip


def test_a_natural_person_is_hidden_by_default_everywhere() -> None:
    """C-02: in Ezhou too, though its plan declares persons' licences and penalties public."""
    assert all(profile(code).natural_person_hidden for code in REGULATION.jurisdictions)
    assert profile("420700").natural_person_declared_by_instrument
    assert set(profile("420100").natural_person_requires) == {"LEGAL_BASIS_OR_CONSENT", "DEIDENTIFIED"}


@pytest.mark.parametrize(
    ("day", "versions", "stops_sharing"),
    [
        (date(2023, 4, 30), ("NAT-FLOOR", "NAT-BASE", "EZ"), False),
        (date(2023, 5, 1), ("NAT-FLOOR", "NAT-BASE", "NAT-2023", "EZ"), False),
        (date(2026, 3, 31), ("NAT-FLOOR", "NAT-BASE", "NAT-2023", "EZ"), False),
        (date(2026, 4, 1), ("NAT-FLOOR", "NAT-BASE", "NAT-2026", "EZ"), True),
        (date(2017, 8, 2), ("NAT-FLOOR",), False),
    ],
)
def test_what_repair_does_depends_on_the_day(day: date, versions: tuple[str, ...], stops_sharing: bool) -> None:
    found = profile("420700", day)
    assert found.versions == versions
    assert (RepairEffect.STOP_SHARING_AND_USE in found.repair_effects) is stops_sharing
    assert found.old_repairs_stop_sharing is stops_sharing


def test_publication_terms_follow_severity() -> None:
    terms = profile("420100").severity_terms
    found = {each: (terms[each].published, terms[each].minimum_months, terms[each].maximum_months) for each in Severity}
    assert found == {
        Severity.MINOR: (False, None, 3), Severity.GENERAL: (True, 3, 12), Severity.SERIOUS: (True, 12, 36),
    }  # fmt: skip


def test_instruments_without_a_date_are_named_and_governing_texts_that_are_missing_too() -> None:
    assert profile("420111").undated == ("NAT-FLOOR", "WH", "HS")
    assert profile("420700").undated == ("NAT-FLOOR",)
    assert profile("370115").source_missing == ("370000", "370100")


def test_clean_years_are_known_where_an_instrument_knows_them() -> None:
    years = {code: profile(code).clean_record_years for code in ("420111", "420106", "420100", "420700", "370115")}
    assert years == {"420111": 3, "420106": 3, "420100": 3, "420700": 3, "370115": None}


def test_consents_are_never_for_life() -> None:
    """BASIS: WH-二(六)2."""
    for code in REGULATION.jurisdictions:
        found = profile(code)
        assert (found.consent_perpetual_allowed, found.consent_forced_allowed) == (False, False)
        assert found.consent_maximum_days == 180


def test_an_unknown_jurisdiction_has_no_profile() -> None:
    with pytest.raises(KeyError):
        profile("110000")
    with pytest.raises(KeyError):
        REGULATION.lineage("110000")


@pytest.mark.parametrize("code", ["420199", "420799", "370199"])
def test_the_unassigned_counties_of_the_demonstration_follow_their_superiors(code: str) -> None:
    found = profile(code)
    above = profile(found.lineage[-2])
    assert (found.versions, found.matters_list) == (above.versions, above.matters_list)


# The narrower of two values


def narrowed(superior: str, inferior: str) -> Regulation:
    """Wuhan and Hongshan with one more line each, below the given section header."""
    files = dict(FILES)
    for code, line in (("420100", superior), ("420111", inferior)):
        section, statement = line.split(": ")
        name = f"jurisdictions/{code}.toml"
        text = files[name].decode()
        header = f"[version.{section}]\n"
        assert header in text
        kept = [each for each in text.splitlines() if not each.startswith(statement.split(" =")[0] + " =")]
        files[name] = "\n".join(kept).replace(header, f"{header}{statement}\n", 1).encode() + b"\n"
    return load_regulation(files)


@pytest.mark.parametrize(
    ("superior", "inferior", "field", "value"),
    [
        ("measures: proportionality = true", "measures: proportionality = false", "proportionality", True),
        ("measures: compel_non_state = false", "measures: compel_non_state = true", "compel_non_state", False),
        (
            'measures: legal_basis_ranks = ["LAW", "CENTRAL_POLICY"]',
            'measures: legal_basis_ranks = ["LAW", "MEMORANDUM"]',
            "measure_basis_ranks",
            ("LAW",),
        ),
    ],
)
def test_an_inferior_cannot_widen_what_a_superior_narrowed(
    superior: str, inferior: str, field: str, value: object
) -> None:
    assert getattr(narrowed(superior, inferior).profile("420111", TODAY), field) == value


# Refusals


def refusal(name: str, old: str, new: str) -> PolicyFileError:
    text = FILES[name].decode()
    assert old in text
    with pytest.raises(PolicyFileError) as error:
        load_regulation({**FILES, name: text.replace(old, new, 1).encode()})
    return error.value


@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"),
    [
        ("purposes.toml", 'slug = "TENDER"', 'slag = "TENDER"', "unknown key slag"),
        ("purposes.toml", 'code = "PM-102"', 'code = "PM-101"', "PM-101 is defined twice"),
        ("purposes.toml", 'roles = ["bidder", "agent"]', 'roles = ["bider"]', "roles: bider is not a word of Role"),
        ("purposes.toml", 'group = "PM-301"', 'group = "PM-3x"', "group PM-3x is not defined"),
        ("purposes.toml", 'id = "PM-813"', 'id = "PM-8xx"', "group:PM-8xx is not in trees/purposes.csv"),
        ("purposes.toml", 'basis = ["WC-二(三)1"]', 'basis = ["WC-二(三)9"]', "basis: WC-二(三)9 is not in"),
        ("purposes.toml", 'basis = ["WC-二(三)1"]', "basis = []", "basis: no article is cited"),
        ("purposes.toml", 'everywhere = true\nbasis', "basis", "a purpose stands on named matters lists"),
        ("purposes.toml", "any_role = true", 'any_role = true\nroles = ["party"]', "any_role leaves nothing for roles"),
        ("purposes.toml", 'duty = "MUST"', 'duty = "OUGHT"', "duty: OUGHT is not a word of QueryDuty"),
        ("purposes.toml", 'scope = "BOTH"', 'scope = "B"', "scope: B is not a word of PurposeScope"),
        ("measures.toml", 'group = "G2"', 'group = "G4"', "group: G4 is not a word of MeasureGroup"),
        ("measures.toml", '"G3"\nforce = "VOLUNTARY"', '"G3"\nforce = "COMPULSORY"', "a measure of group G3"),
        ("measures.toml", 'JY = "MKT"', 'WH = "MKT"', "WH does not provide this measure"),
        ("measures.toml", 'ability_and_refusal = ["JY", "WC"]', 'ability_and_refusal = ["WH"]', "WH does not provide"),
        ("measures.toml", 'reach_roles = ["LEGAL_REP"', 'reach_roles = ["COUSIN"', "reach_roles: COUSIN is not a word"),
        ("measures.toml", 'target_types = ["NATURAL_PERSON"]', "target_types = []", "a measure says on whom"),
        ("measures.toml", '\nbasis = ["EZ-9"]', "", "basis: no article is cited"),
        ("list_types.toml", 'id = "SD-H-AIR"', 'id = "SD-H-WATER"', "id: SD-H-WATER is not a word of ListCategory"),
        ("list_types.toml", 'id = "SD-H-AIR"', 'id = "SD-H-FIRE"', "SD-H-FIRE is defined twice"),
        ("list_types.toml", 'polarity = "POSITIVE"', 'polarity = "GOOD"', "polarity: GOOD is not a word of Polarity"),
        ("ceilings.csv", "PM-10x,organisation,registration,F", "PM-10x,organisation,registration,G", "cell: G is not"),
        ("ceilings.csv", "PM-10x,organisation", "PM-1xx,organisation", "group PM-1xx is not defined"),
        ("ceilings.csv", ",S,3y,", ",S,4y,", "note: 4y is not a word of CeilingNote"),
        ("ceilings.csv", "PM-10x,organisation,registration", "PM-10x,organisation,defaulter", "PM-10x organisation"),
        ("sources.toml", 'id = "EZ"', 'id = "HS"', "HS is defined twice"),
        ("sources.toml", 'rank = "LOCAL_POLICY"', 'rank = "LOCAL_WISH"', "rank: LOCAL_WISH is not a word of BasisRank"),
        ("sources.toml", '"22" = "', '"2 2" = "', "an article's name may not"),
        ("sources.toml", 'jurisdiction = "420111"', 'jurisdiction = "420112"', "the jurisdiction of HS has no file"),
        ("open_points.toml", 'id = "U-02"', 'id = "U-01"', "U-01 is defined twice"),
        ("open_points.toml", 'id = "U-06"', 'id = "U-66"', "undated: U-06 is not in open_points.toml"),
        ("calendar/2026.toml", "2026-01-04", "2026-01-05", "a weekday is worked anyway"),
        ("calendar/2026.toml", "2026-01-01, ", "2026-01-03, ", "a weekend day needs no holiday"),
        ("calendar/2026.toml", "2026-01-01, ", "2025-01-01, ", "a day of another year"),
        ("calendar/2026.toml", "year = 2026", "year = 2025", "2025 is defined twice"),
        ("jurisdictions/000000.toml", "minimum_months = 3\n", "minimum_months = 13\n", "minimum_months is more than"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused(name: str, old: str, new: str, sentence: str) -> None:
    assert refusal(name, old, new).sentence.startswith(sentence)


@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"),
    [
        ("420100", 'parent = "420000"', 'parent = "429999"', "the superiors of 420100 do not lead to 000000"),
        ("420000", 'parent = "000000"', 'parent = "420100"', "the superiors of 420000 do not lead to 000000"),
        ("420106", 'code = "420106"', 'code = "420107"', "the file must be named after the code"),
        ("420106", "[[version]]", "[[jurisdiction]]\n\n[[version]]", "one file holds one jurisdiction"),
        ("420106", "[version.reporting]", "[version.gossip]", "unknown key gossip"),
        ("420106", 'usage = "QUARTERLY"', 'usages = "QUARTERLY"', "unknown key usages"),
        ("420106", 'usage = "QUARTERLY"', 'usage = "WEEKLY"', "usage: WEEKLY is not a word of Report"),
        ("420106", 'matters_list = "WC-2-3"', 'matters_list = "WC-9"', "matters_list: no purpose stands on WC-9"),
        ("420106", "effective_from = 2018-09-20\n", "", "a version has either effective_from or the open point"),
        ("420111", 'undated = "U-06"', 'undated = "U-06"\neffective_from = 2018-01-01', "a version has either"),
        ("420111", 'id = "HS"', 'id = "WH"', "WH is defined twice"),
        ("420700", '"EZ-19", ', '"EZ-99", ', "basis: EZ-99 is not in sources.toml"),
        ("000000", "[version.repair.severity_terms.MINOR]", "[version.repair.severity_terms.TINY]", "unknown key TINY"),
    ],
)  # fmt: skip
def test_a_jurisdiction_that_is_wrong_is_refused(name: str, old: str, new: str, sentence: str) -> None:
    found = refusal(f"jurisdictions/{name}.toml", old, new)
    assert found.sentence.startswith(sentence)


def test_a_refusal_says_where() -> None:
    name = "jurisdictions/420106.toml"
    line = FILES[name].decode().splitlines().index('usage = "QUARTERLY"') + 1
    found = refusal(name, 'usage = "QUARTERLY"', 'usage = "WEEKLY"')
    assert (found.file, found.line) == (name, line)
    assert str(found) == f"{name}:{line}: {found.sentence}"


DATED = [
    (name, number)
    for name, content in sorted(FILES.items())
    for number, line in enumerate(content.decode().splitlines(), start=1)
    if line.startswith("effective_from = ")
]


def ending(name: str, number: int, days: int) -> dict[str, bytes]:
    """The files with a row that ends so many days after it begins, said in the line below."""
    lines = FILES[name].decode().splitlines()
    first = date.fromisoformat(lines[number - 1].removeprefix("effective_from = "))
    below = [line for place, line in enumerate(lines[number:]) if place > 0 or not line.startswith("effective_to")]
    last = f"effective_to = {first + timedelta(days=days)}"
    return {**FILES, name: "\n".join((*lines[:number], last, *below)).encode()}


def load(files: Mapping[str, bytes]) -> None:
    load_regulation(files)
    load_catalogue(files)


def test_there_are_dated_rows_in_every_file_that_has_dates() -> None:
    assert {name.partition("/")[0] for name, _ in DATED} == {"jurisdictions", "catalogue", "sources.toml"}


@pytest.mark.parametrize(("name", "number"), DATED)
def test_a_row_that_ends_before_it_begins_is_refused_with_its_line(name: str, number: int) -> None:
    load(ending(name, number, 0))
    with pytest.raises(PolicyFileError) as error:
        load(ending(name, number, -1))
    found = error.value
    assert (found.file, found.line, found.sentence) == (name, number + 1, "effective_to is before effective_from")


def test_the_digest_covers_all_files_outside_the_catalogue() -> None:
    digest = REGULATION.digest
    assert digest != load_regulation({**FILES, "rules/sharing.csv": b""}).digest
    assert digest == load_regulation({**FILES, "catalogue/ip.toml": b""}).digest
