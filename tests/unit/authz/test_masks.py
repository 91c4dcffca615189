"""Every mask: the customary examples, total, idempotent, and never more of the value than its format names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authz.masks import MASKS, amount_band, mask_suffix

EXAMPLES = (
    ("MASK_NAME_SURNAME", "张三", "张*"),
    ("MASK_NAME_SURNAME", "王测试", "王**"),
    ("MASK_NAME_SURNAME", "欧阳测试", "欧阳**"),
    ("MASK_NAME_SURNAME", "欧阳", "欧*"),
    ("MASK_NAME_SURNAME", "阿卜杜拉·买买提", "阿***"),
    ("MASK_NAME_SURNAME", "阿·买", "阿***"),
    ("MASK_NAME_SURNAME", "John Smith", "J***"),
    ("MASK_NAME_SURNAME", " 王 测试 ", "王**"),
    ("MASK_NAME_SURNAME", "赵", "*"),
    ("MASK_NAME_DOC", "王测试", "王某"),
    ("MASK_NAME_DOC", "欧阳测试", "欧阳某"),
    (
        "MASK_NAME_DOC",
        "原告：王测试；被告：王小明、李测试、武汉测试建设有限公司",
        "原告：王某甲；被告：王某乙、李某、武汉测试建设有限公司",
    ),
    ("MASK_ID_FULL", "420199198503120015", "******************"),
    ("MASK_ID_1_1", "420199198503120015", "4****************5"),
    ("MASK_ID_1_1", "12345", "******************"),
    ("MASK_ID_BIRTH8", "420199198503120015", "420199********0015"),
    ("MASK_ID_BIRTH8", "４２０１９９ 19850312 0015", "420199********0015"),
    ("MASK_ID_BIRTH8", "11010519491231002x", "110105********002X"),
    ("MASK_ID_BIRTH8", "E12345678", "E1*****78"),
    ("MASK_ID_BIRTH8", "无", "******************"),
    ("MASK_ID_COURT", "420199198503120015", "4201991985****0015"),
    ("MASK_PHONE", "13800138000", "138****8000"),
    ("MASK_PHONE", "+86 138-0013-8000", "138****8000"),
    ("MASK_PHONE", "027-12345678", "027-****5678"),
    ("MASK_PHONE", "微信同号", "****"),
    ("MASK_LANDLINE", "027-12345678", "027-****5678"),
    ("MASK_LANDLINE", "（0718）1234567转801", "0718-****4567"),
    ("MASK_LANDLINE", "12345678", "****5678"),
    ("MASK_LANDLINE", "13800138000", "138****8000"),
    ("MASK_EMAIL", "test@example.org", "t***@example.org"),
    ("MASK_EMAIL", "no address", "***"),
    ("MASK_ADDR_COUNTY", "湖北省武汉市洪山区某路1号", "湖北省武汉市洪山区***"),
    ("MASK_ADDR_COUNTY", "湖北省新乡市鼓楼区测试路1号", "湖北省新乡市鼓楼区***"),
    ("MASK_ADDR_COUNTY", "湖北省恩施土家族苗族自治州利川市测试镇", "湖北省恩施土家族苗族自治州利川市***"),
    ("MASK_ADDR_COUNTY", "武汉市幸福小区3栋", "武汉市***"),
    ("MASK_ADDR_COUNTY", "测试路1号幸福小区", "***"),
    ("MASK_TAX_NO", "91420199MA9TERT123", "91420199MA9TERT123"),
    ("MASK_TAX_NO", "420199760123456", "420199760123456"),
    ("MASK_TAX_NO", "420199199006060079L0", None),
    ("MASK_TAX_NO", "420199199006060079", None),
    ("MASK_BANK_6_4", "6222020000000000000", "622202*********0000"),
    ("MASK_BANK_LAST4", "6222 0200 0000 0000 000", "****0000"),
    ("MASK_PLATE", "鄂A12345", "鄂A***45"),
    ("MASK_PLATE", "鄂AD12345", "鄂A***45"),
    ("MASK_PASSPORT", "E12345678", "E1*****78"),
    ("MASK_YEAR", "1985-03-12", "1985"),
    ("MASK_YEAR", "1985年3月12日", "1985"),
    ("MASK_YEAR", "85-3-12", "****"),
    ("MASK_AMOUNT_BAND", "1.2万元", "1–5万元"),
    ("MASK_AMOUNT_BAND", "12,000元", "1–5万元"),
    ("MASK_AMOUNT_BAND", "9999.99", "1万元以下"),
    ("MASK_AMOUNT_BAND", "六百万元", "***"),
)

PERSONAL = st.one_of(
    st.text(),
    st.text(alphabet="0123456789*Xx- 　０１９"),
    st.text(alphabet="张王欧阳某甲·、；：原告被 *公司厂"),
    st.text(alphabet="湖北省武汉市洪山区鄂州自治县旗路1号*"),
    st.text(alphabet="ab*@.c"),
    st.from_regex(r"[1-9][0-9]{16}[0-9X]", fullmatch=True),
    st.from_regex(r"1[0-9]{10}|0[0-9]{2,3}-?[0-9]{7,8}", fullmatch=True),
)


@pytest.mark.parametrize(("mask", "value", "shown"), EXAMPLES)
def test_customary_examples(mask: str, value: str, shown: str | None) -> None:
    assert MASKS[mask](value) == shown


def test_every_mask_has_an_example() -> None:
    assert {mask for mask, _, _ in EXAMPLES} == set(MASKS)


@pytest.mark.parametrize("mask", sorted(MASKS))
@given(value=PERSONAL)
def test_total_and_idempotent(mask: str, value: str) -> None:
    once = MASKS[mask](value)
    assert once is None or MASKS[mask](once) == once


@pytest.mark.parametrize(("mask", "shown"), [("MASK_ID_BIRTH8", 10), ("MASK_ID_COURT", 14), ("MASK_ID_1_1", 2)])
@given(digits=st.from_regex(r"[1-9][0-9]{16}[0-9X]", fullmatch=True))
def test_a_mask_of_a_number_shows_no_more_than_its_format(mask: str, shown: int, digits: str) -> None:
    masked = MASKS[mask](digits)
    assert masked is not None
    assert len(masked) == 18
    assert sum(character != "*" for character in masked) == shown


@given(family=st.sampled_from("张王李欧赵"), given_name=st.text(alphabet="测试小明大力", min_size=1, max_size=3))
def test_a_masked_name_keeps_nothing_of_the_given_name(family: str, given_name: str) -> None:
    masked = MASKS["MASK_NAME_SURNAME"](family + given_name)
    assert masked == family + "*" * len(given_name)


@pytest.mark.parametrize(
    ("fen", "band"),
    [
        (0, "1万元以下"),
        (99_999_999, "50–100万元"),
        (1_000_000, "1–5万元"),
        (12_500_000, "10–50万元"),
        (500_000_000, "500万元以上"),
    ],
)
def test_the_lower_limit_belongs_to_the_band(fen: int, band: str) -> None:
    assert amount_band(fen) == band


def test_a_column_is_named_after_its_mask() -> None:
    assert mask_suffix("MASK_ID_BIRTH8") == "id_birth8"
