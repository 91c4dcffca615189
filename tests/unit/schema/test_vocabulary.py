"""Every closed list: complete, labelled in both languages, and stored as it is written."""

import json
import re

import pytest

from schema.vocabulary import access, administration, catalogue, lists, measures, records, subjects, words
from schema.vocabulary.administration import Role, SupervisionField
from schema.vocabulary.catalogue import CatalogueCategory
from schema.vocabulary.lists import ListCategory
from schema.vocabulary.measures import FeedbackAction, MeasureStatus
from schema.vocabulary.records import LicenceState, PenaltyKind
from schema.vocabulary.subjects import IdType, Sex, SubjectKind
from schema.vocabulary.words import Language, Word, label, labels, word_labelled

MODULES = (words, subjects, records, lists, measures, catalogue, administration, access)
VOCABULARIES = sorted(
    {
        found
        for module in MODULES
        for found in vars(module).values()
        if isinstance(found, type) and issubclass(found, Word) and found is not Word
    },
    key=lambda vocabulary: vocabulary.__name__,
)
HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("vocabulary", VOCABULARIES, ids=lambda each: each.__name__)
def test_each_member_and_the_list_itself_have_both_labels(vocabulary: type[Word]) -> None:
    assert HAN.search(label(vocabulary))
    assert label(vocabulary, Language.EN).isascii()
    for word in vocabulary:
        assert HAN.search(label(word)), word
        assert label(word, Language.EN).strip(), word
        assert label(word, Language.EN).isascii(), word


@pytest.mark.parametrize("vocabulary", VOCABULARIES, ids=lambda each: each.__name__)
def test_a_label_leads_back_to_its_only_word(vocabulary: type[Word]) -> None:
    for language in Language:
        assert [word_labelled(vocabulary, text) for text in labels(vocabulary, language).values()] == list(vocabulary)


@pytest.mark.parametrize("vocabulary", VOCABULARIES, ids=lambda each: each.__name__)
def test_members_are_named_as_they_are_stored(vocabulary: type[Word]) -> None:
    for word in vocabulary:
        match vocabulary:
            case administration.Role | access.SubjectSide:
                assert word.value == word.name.lower()
            case lists.ListCategory:
                assert word.value == "SD-" + word.name.replace("_", "-", 1)
            case _:
                assert word.value == word.name


def test_a_word_is_its_stored_text() -> None:
    assert json.dumps({"sex": Sex.FEMALE}) == '{"sex": "FEMALE"}'
    assert f"{Role.REVIEW_EXPERT}" == "review_expert"
    assert ListCategory("SD-M-WAGE_ARREARS") is ListCategory.M_WAGE_ARREARS


def test_labels_are_given_in_the_language_asked() -> None:
    assert label(PenaltyKind.FINE) == "罚款"
    assert label(PenaltyKind.FINE, Language.EN) == "Fine"
    assert label(PenaltyKind) == "处罚类别"
    assert labels(Sex)["MALE"] == "男"
    assert labels(Sex, Language.EN)["MALE"] == "Male"


def test_an_unknown_label_is_no_word() -> None:
    assert word_labelled(PenaltyKind, "训诫") is None


def test_labels_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        labels(Sex)["MALE"] = "女"  # type: ignore[index]


@pytest.mark.parametrize(
    ("vocabulary", "texts"),
    [
        (
            Role,
            "applicant supplier agent contractor bidder transferee trading_party supervised review_expert candidate "
            "cadre staff party listed_target legal_representative principal data_subject",
        ),
        (
            SubjectKind,
            "NATURAL_PERSON LEGAL_PERSON UNINCORPORATED SOLE_PROPRIETOR FARMER_COOP GOV_BODY PUBLIC_INSTITUTION "
            "SOCIAL_ORG",
        ),
        (MeasureStatus, "PROPOSED PUSHED IN_FORCE SUSPENDED LIFTED REJECTED EXPIRED"),
        (FeedbackAction, "APPLIED NOT_APPLICABLE PARTLY LIFTED REFUSED_NO_BASIS"),
    ],
    ids=lambda each: each.__name__ if isinstance(each, type) else "",
)
def test_lists_that_callers_rely_on_are_whole(vocabulary: type[Word], texts: str) -> None:
    assert list(vocabulary) == texts.split()


@pytest.mark.parametrize(
    ("vocabulary", "texts"),
    [
        (
            PenaltyKind,
            "警告 罚款 没收违法所得、没收非法财物 责令停产停业 暂扣许可证（照） 吊销许可证（照） 行政拘留 通报批评 "
            "降低资质等级 限制开展生产经营活动 责令关闭 限制从业 其他",
        ),
        (IdType, "身份证 护照号 港澳居民来往内地通行证 台湾居民来往大陆通行证 外国人永久居留身份证"),
        (LicenceState, "有效 无效 撤销 异议 其他"),
        (Sex, "未知 男 女 未说明"),
    ],
    ids=lambda each: each.__name__ if isinstance(each, type) else "",
)
def test_code_tables_of_dual_publicity_are_whole(vocabulary: type[Word], texts: str) -> None:
    assert list(labels(vocabulary).values()) == texts.split()


def test_all_categories_of_the_national_catalogue_and_their_sub_types_are_there() -> None:
    texts = (
        "REGISTRATION JUDICIAL ADMIN PROFESSION ABNORMAL SERIOUS CONTRACT COMMITMENT EVALUATION LEGAL_COMPLIANCE "
        "HONOUR IP SELF_PROVIDED MARKET_REFERENCE LICENCE PENALTY COERCION CONFIRMATION LEVY PAYMENT ADJUDICATION "
        "COMPENSATION REWARD INSPECTION DEFAULTER JUDGMENT ARBITRATION RED_LIST ASSOCIATION"
    )
    assert set(CatalogueCategory) == set(texts.split())


def test_each_supervision_purpose_has_its_field() -> None:
    assert len(SupervisionField) == 16 + 9 + 4


def test_each_family_of_serious_dishonesty_heads_its_members() -> None:
    families = {word.value for word in ListCategory if word.value.count("-") == 1}
    assert families == {"SD-H", "SD-M", "SD-L", "SD-D", "SD-X"}
    assert all(word.value[:4] in families for word in ListCategory)
    assert len(ListCategory) == 44
