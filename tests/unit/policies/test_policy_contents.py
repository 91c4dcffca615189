"""The shipped files are all there, load whole, and cite only what may be cited."""

import csv
import io

import pytest

import policies
from schema.catalogue import load_catalogue
from schema.regulations.regulation import load_regulation
from schema.vocabulary.administration import BasisRank

FILES = policies.contents()
CATALOGUE = load_catalogue(FILES)
REGULATION = load_regulation(FILES)


def test_contents_lists_every_kind_of_file_by_its_name_below_the_folder() -> None:
    expected = {
        "model.conf",
        "ceilings.csv",
        "purposes.toml",
        "catalogue/fields.csv",
        "jurisdictions/420100.toml",
        "trees/roles.csv",
        "rules/publication.csv",
        "rules/sharing.csv",
        "calendar/2026.toml",
    }
    assert expected <= FILES.keys()
    assert list(FILES) == sorted(FILES)
    assert FILES["purposes.toml"] == policies.file("purposes.toml").read_bytes()


def test_every_file_ends_with_a_line_end_and_has_no_carriage_return() -> None:
    assert [name for name, content in FILES.items() if not content.endswith(b"\n") or b"\r" in content] == []


def test_the_casbin_model_is_the_one_the_compiler_is_proved_against() -> None:
    lines = FILES["model.conf"].decode().splitlines()
    assert lines[lines.index("[policy_effect]") + 1] == (
        "e = some(where (p.eft == allow)) && !some(where (p.eft == deny))"
    )
    assert [line for line in lines if line.startswith("g")] == ["g = _, _", "g2 = _, _", "g3 = _, _", "g4 = _, _"]
    matcher = lines[lines.index("[matchers]") + 1]
    assert not set(matcher) & set("|!#*")


OPERATIVE = {
    "HS": [str(number) for number in range(1, 24)],
    "EZ": [*(str(number) for number in range(1, 20)), "三(三)"],
    "JY": ["一(二)", "二(一)", *(f"二(二){number}" for number in range(1, 8)),
           *(f"三(一){number}" for number in range(8, 14)), *(f"三(二){number}" for number in range(14, 19)),
           *(f"四({mark})" for mark in "一二三四"), *(f"五({mark})" for mark in "一二三")],
    "WH": ["二(一)1", "二(一)2", "二(二)1", "二(二)2", "二(二)3", "二(三)1", "二(三)2", "二(三)3", "二(四)1",
           "二(四)2", "二(五)1", "二(五)2", "二(六)1", "二(六)2", "二(七)1", "二(七)2", "二(七)3", "三(二)", "三(四)"],
    "WC": ["二(一)", "二(二)", *(f"二(三){number}" for number in range(1, 8)), "二(四)1", "二(四)2", "二(五)1",
           "二(五)2", "三(一)", "三(二)", "三(三)"],
}  # fmt: skip


@pytest.mark.parametrize("tag", OPERATIVE)
def test_every_operative_article_of_the_five_instruments_may_be_cited(tag: str) -> None:
    articles = {basis.article for basis in REGULATION.sources.values() if basis.instrument.id == tag}
    whole = articles | {article.partition("(")[0] for article in articles}
    assert [article for article in OPERATIVE[tag] if article not in whole] == []


@pytest.mark.parametrize(
    "citation",
    [
        "HS-14(五)",
        "EZ-19",
        "EZ-三(三)",
        "JY-三(二)14",
        "JY-四(三)",
        "WH-二(二)2",
        "WH-二(六)1",
        "WC-二(三)6",
        "PIPL-25",
    ],
)
def test_citations_follow_the_numbering_of_the_instruments(citation: str) -> None:
    basis = REGULATION.sources[citation]
    assert basis.id == f"{basis.instrument.id}-{basis.article}"
    assert basis.gist


def test_sources_that_were_not_supplied_say_so() -> None:
    missing = {basis.instrument.id for basis in REGULATION.sources.values() if basis.source_missing}
    assert missing == {"HUBEI-SCR", "SHANDONG-SCR", "EZF2017-8", "WXYB2018-3", "WXYB2018-13", "WXYW2017-2"}


def test_dates_that_a_seed_does_not_state_are_not_invented() -> None:
    for tag in ("HS-1", "WH-二(一)1"):
        instrument = REGULATION.sources[tag].instrument
        assert (instrument.issued_on, instrument.effective_from) == (None, None)


def test_every_basis_of_a_rule_is_an_article() -> None:
    for name in ("rules/publication.csv", "rules/sharing.csv"):
        for row in csv.DictReader(io.StringIO(FILES[name].decode())):
            assert row["basis"].split(), row["id"]
            assert [each for each in row["basis"].split() if each not in REGULATION.sources] == [], row["id"]


def test_open_points_are_kept_as_data() -> None:
    assert {f"U-{number:02}" for number in range(1, 11)} <= REGULATION.open_points.keys()


def test_publishing_a_persons_name_rests_on_national_law_or_policy() -> None:
    national = {BasisRank.LAW, BasisRank.ADMIN_REGULATION, BasisRank.CENTRAL_POLICY, BasisRank.STATE_COUNCIL_DECISION}
    named = {item.code: item.person_basis for item in CATALOGUE.items.values() if item.person_basis is not None}
    assert named.keys() == {"DEFAULTER", "HONOUR"}
    assert {REGULATION.sources[basis].instrument.rank for basis in named.values()} <= national


def test_file_names_and_texts_name_no_design_note() -> None:
    for name, content in FILES.items():
        assert b"/work" not in content, name
        assert b"design/" not in content, name
