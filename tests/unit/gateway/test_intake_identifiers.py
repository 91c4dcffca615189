"""Identifiers: the vectors of the standards, customary writing, and every kind of wrong number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.intake import identifiers
from gateway.intake.identifiers import NotAnIdentifierError
from schema.identifiers import birth_date, is_male, is_uscc, organisation_check, resident_check, uscc_check
from schema.vocabulary.subjects import IdType

VALID_USCC = (
    "91350100M000100Y43",  # example of the standard
    "91110000101623741K",
    "93420199MA9TERT710",  # remainder 0
    "91420199MA9TERT123",
    "92420199MA9TERT55D",
    "12420199MA9TERT63G",
    "52420199MA9TERT8XY",  # its organisation code ends in X
    "1142019900TERT0292",
)
WRONG_USCC = (
    "91420199MA9TERT120",  # wrong check; …123 is right
    "91420199MA9TEST123",  # holds an S
    "91420199MA9TERT12",
    "91990199MA9TERT123",  # no such province
    "11010519491231002X",  # a person's number
    "",
)
VALID_PERSONS = ("11010519491231002X", "440524188001010014", "420199198503120015", "420199201409160058")
WRONG_PERSONS = (
    "420199198502300014",  # right check, 30 February
    "420199198503120016",  # wrong check
    "990199198503120015",  # no such province
    "42019919850312001",
    "91420199MA9TERT123",
    "",
)


@pytest.mark.parametrize("code", VALID_USCC)
def test_valid_codes(code: str) -> None:
    assert identifiers.uscc(code) == code


@pytest.mark.parametrize("code", WRONG_USCC)
def test_wrong_codes(code: str) -> None:
    with pytest.raises(NotAnIdentifierError, match="校验不通过"):
        identifiers.uscc(code)


@pytest.mark.parametrize("number", VALID_PERSONS)
def test_valid_persons(number: str) -> None:
    assert identifiers.resident_id(number) == number


@pytest.mark.parametrize("number", WRONG_PERSONS)
def test_wrong_persons(number: str) -> None:
    with pytest.raises(NotAnIdentifierError, match="校验不通过"):
        identifiers.resident_id(number)


def test_the_organisation_code_inside_is_checked_as_well() -> None:
    body = "91420199MA9TERT13"  # organisation code MA9TERT13, whose check character is 2
    assert not is_uscc(body + uscc_check(body))


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("11010519491231002x", "11010519491231002X"),
        ("４２０１９９１９８５０３１２００１５", "420199198503120015"),
        (" 420199 19850312 0015 ", "420199198503120015"),
        ("420199-19850312-0015", "420199198503120015"),
        ("420199850312001", "420199198503120015"),
        ("'420199198503120015", "420199198503120015"),
        ("420199198503120015\t", "420199198503120015"),
        ("4201991985\u200b03120015", "420199198503120015"),
        ("\ufeff420199198503120015", "420199198503120015"),
    ],
)
def test_customary_writing(written: str, number: str) -> None:
    assert identifiers.resident_id(written) == number


def test_what_a_number_says() -> None:
    man, woman = identifiers.resident_id("420199198503120015"), identifiers.resident_id("420199199207280027")
    assert (birth_date(man).isoformat(), is_male(man)) == ("1985-03-12", True)
    assert (birth_date(woman).isoformat(), is_male(woman)) == ("1992-07-28", False)


@pytest.mark.parametrize(
    "number",
    [
        *("4201991985****0015", "420199＊＊＊＊＊＊＊＊0015", "4***5", "420199XXXXXXXX0015", "42019919850312XX15"),
        *("420199××××××××0015", "420199●●●●●●●●0015", "王某", "4201991985____0015", "420199xx0312001x"),
    ],
)
def test_a_masked_number_is_recognised_and_refused(number: str) -> None:
    with pytest.raises(NotAnIdentifierError) as refused:
        identifiers.resident_id(number)
    assert refused.value.reason == "身份证号码已脱敏，无法匹配主体"


def test_a_code_that_is_right_is_not_masked_whatever_letters_it_holds() -> None:
    body = "91420199MA9XXXX4" + organisation_check("MA9XXXX4")
    code = body + uscc_check(body)
    assert identifiers.uscc(code) == code


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("9142O199MA9TERT123", "统一社会信用代码含有形近字符，改正后方可核对"),  # the letter O
        ("91420199МА9ТЕRТ123", "统一社会信用代码含有形近字符，改正后方可核对"),  # Cyrillic
        ("914201ΝΝMA9TERT123", "统一社会信用代码校验不通过"),  # Greek, and wrong besides
        ("9.1420199E+17", "统一社会信用代码以科学计数法保存，已经失真"),
        ("91420199*****T123", "统一社会信用代码已脱敏，无法匹配主体"),
    ],
)
def test_what_is_wrong_with_a_code_is_told_and_never_mended(written: str, reason: str) -> None:
    with pytest.raises(NotAnIdentifierError) as refused:
        identifiers.uscc(written)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("11010519491231002Х", "身份证号码含有形近字符，改正后方可核对"),  # a Cyrillic check character
        ("4.20199E+17", "身份证号码以科学计数法保存，已经失真"),
        ("420199198503120000", "身份证号码校验不通过"),  # the last three digits lost
        ("420199200312996", "15位身份证号码的出生世纪不明，请填写18位号码"),
    ],
)
def test_what_is_wrong_with_a_number_is_told_and_never_mended(written: str, reason: str) -> None:
    with pytest.raises(NotAnIdentifierError) as refused:
        identifiers.resident_id(written)
    assert refused.value.reason == reason


def test_a_check_character_x_is_no_mask() -> None:
    assert identifiers.resident_id("11010519491231002X") == "11010519491231002X"


@pytest.mark.parametrize(
    ("id_type", "number", "fits"),
    [
        (IdType.PASSPORT, "e12345678", True),
        (IdType.PASSPORT, "E1", False),
        (IdType.HK_MACAO_PERMIT, "H12345678", True),
        (IdType.HK_MACAO_PERMIT, "A12345678", False),
        (IdType.TAIWAN_PERMIT, "12345678", True),
        (IdType.PASSPORT, "PASSPORT", False),
        (IdType.FOREIGN_RESIDENT_ID, "ABC123456789012", True),
        (IdType.FOREIGN_RESIDENT_ID, "911156198503120013", False),  # the check character is another
        (IdType.RESIDENT_ID, "E12345678", False),
    ],
)
def test_other_documents(id_type: IdType, number: str, fits: bool) -> None:
    if fits:
        assert identifiers.personal_number(id_type, number) == number.upper()
    else:
        with pytest.raises(NotAnIdentifierError):
            identifiers.personal_number(id_type, number)


@pytest.mark.parametrize(
    ("id_type", "written", "number"),
    [
        (IdType.HK_MACAO_PERMIT, "H1234567801", "H12345678"),
        (IdType.HK_MACAO_PERMIT, "m12345678", "M12345678"),
        (IdType.TAIWAN_PERMIT, "1234567801A", "12345678"),
        (IdType.TAIWAN_PERMIT, "12345678", "12345678"),
    ],
)
def test_a_renewed_document_is_the_same_persons(id_type: IdType, written: str, number: str) -> None:
    assert identifiers.personal_number(id_type, written) == number


def test_the_numbers_of_foreign_residents_since_2023() -> None:
    body = "91115619850312001"
    number = body + resident_check(body)
    assert identifiers.personal_number(IdType.FOREIGN_RESIDENT_ID, number) == number
    impossible = "91115619850230001"
    with pytest.raises(NotAnIdentifierError):
        identifiers.personal_number(IdType.FOREIGN_RESIDENT_ID, impossible + resident_check(impossible))


@pytest.mark.parametrize(("code", "known"), [("420111", True), ("370125", True), ("990000", False), ("4201", False)])
def test_regions(code: str, known: bool) -> None:
    if known:
        assert identifiers.region(code) == code
    else:
        with pytest.raises(NotAnIdentifierError):
            identifiers.region(code)


def test_organisation_codes() -> None:
    assert identifiers.organisation_code("MA9TERT1-2") == "MA9TERT12"
    with pytest.raises(NotAnIdentifierError):
        identifiers.organisation_code("MA9TERT13")


@given(digits=st.integers(min_value=0, max_value=10**17 - 1), place=st.integers(0, 16), other=st.integers(0, 9))
def test_one_wrong_digit_is_always_found(digits: int, place: int, other: int) -> None:
    body = f"{digits:017d}"
    changed = body[:place] + str(other) + body[place + 1 :]
    assert (resident_check(body) == resident_check(changed)) is (body == changed)


@given(text=st.text())
def test_a_refusal_never_repeats_what_was_written(text: str) -> None:
    with pytest.raises(NotAnIdentifierError) as refused:
        identifiers.resident_id(f"{text}某")
    assert refused.value.reason == "身份证号码已脱敏，无法匹配主体"
