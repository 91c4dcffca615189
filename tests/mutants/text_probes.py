"""Probes of masks and of redaction: examples of what must be gone, one for each way in which it is recognised."""

from authz.masks import MASKS
from authz.redaction.clauses import speaks_of_informants
from authz.redaction.redact import HIDDEN, Known, _clean, redact, without_informants
from tests.mutants.probing import pure

MASKED = {
    # mask: (value, shown)
    "MASK_NAME_SURNAME": ("王测试", "王**"),
    "MASK_NAME_DOC": ("原告：王测试", "原告：王某"),
    "MASK_ID_FULL": ("420199198503120015", "******************"),
    "MASK_ID_1_1": ("420199198503120015", "4****************5"),
    "MASK_ID_BIRTH8": ("420199198503120015", "420199********0015"),
    "MASK_ID_COURT": ("420199198503120015", "4201991985****0015"),
    "MASK_PASSPORT": ("E12345678", "E1*****78"),
    "MASK_PHONE": ("13800138000", "138****8000"),
    "MASK_LANDLINE": ("027-12345678", "027-****5678"),
    "MASK_EMAIL": ("test@example.org", "t***@example.org"),
    "MASK_ADDR_COUNTY": ("湖北省武汉市洪山区测试路1号", "湖北省武汉市洪山区***"),
    "MASK_TAX_NO": ("420199199006060079L0", None),
    "MASK_BANK_6_4": ("6222020000000000000", "622202*********0000"),
    "MASK_BANK_LAST4": ("6222020000000000000", "****0000"),
    "MASK_PLATE": ("鄂A12345", "鄂A***45"),
    "MASK_YEAR": ("1985-03-12", "1985"),
    "MASK_AMOUNT_BAND": ("1.2万元", "1–5万元"),
}


@pure
def masks() -> None:
    for mask, (value, shown) in MASKED.items():
        assert MASKS[mask](value) == shown, mask
    assert set(MASKED) == set(MASKS)


@pure
def masks_of_other_shapes() -> None:
    """A value that has not the shape of its mask is hidden whole, and one of another kind by that kind's mask."""
    hidden = {
        ("MASK_ID_1_1", "12345"): "*" * 18,
        ("MASK_ID_BIRTH8", "12345678"): "*" * 18,
        ("MASK_ID_BIRTH8", "E12345678"): "E1*****78",
        ("MASK_PASSPORT", "E123"): "*********",
        ("MASK_PHONE", "12345"): "****",
        ("MASK_PHONE", "027-12345678"): "027-****5678",
        ("MASK_LANDLINE", "13800138000"): "138****8000",
        ("MASK_EMAIL", "nobody"): "***",
        ("MASK_ADDR_COUNTY", "测试路1号"): "***",
        ("MASK_TAX_NO", "91420199MA9TERT123"): "91420199MA9TERT123",
        ("MASK_TAX_NO", "420199199006060079"): None,
        ("MASK_BANK_6_4", "622202"): "*" * 19,
        ("MASK_BANK_LAST4", "622202"): "*" * 8,
        ("MASK_PLATE", "12345"): "*" * 7,
        ("MASK_YEAR", "12.3.85"): "****",
        ("MASK_AMOUNT_BAND", "六百万元"): "***",
        ("MASK_NAME_SURNAME", "Smith"): "S***",
        ("MASK_NAME_SURNAME", "欧阳"): "欧*",
        ("MASK_NAME_SURNAME", "王"): "*",
        ("MASK_NAME_SURNAME", "王\u200b测"): "王*",
        ("MASK_NAME_DOC", "王测试、王测验"): "王某甲、王某乙",
    }
    for (mask, value), shown in hidden.items():
        assert MASKS[mask](value) == shown, (mask, value)


KNOWN = Known(
    legal_representatives=frozenset({"李测试"}),
    operators=frozenset({"赵小麦"}),
    others=frozenset({"瓦木措"}),
    informants=frozenset({"周某某"}),
    organisations=frozenset({"赵小麦早餐店", "卞罄堂"}),
)


def shown(text: str) -> str | None:
    return redact(text, KNOWN)


@pure
def informants_are_gone() -> None:
    """BASIS: HS-17(一), JY-三(二)17, EZ-15. Whoever reported is in no text, whoever reads it."""
    text = "执法人员现场查获食品。根据周某举报，当事人更换日期。王某到场，提供了线索清单。"
    for found in (shown(text), without_informants(text, KNOWN)):
        assert found is not None
        assert "周某" not in found
        assert not speaks_of_informants(found)
        assert "查获食品" in found


@pure
def informants_known_from_elsewhere_are_gone() -> None:
    found = without_informants("周某某到现场说明情况。执法人员现场查获食品。", KNOWN)
    assert found == "执法人员现场查获食品。"


@pure
def what_leans_on_an_informant_is_gone() -> None:
    """Before and after the clause that speaks of reporting, and what is said of the same person elsewhere."""
    before = without_informants("冯某，女，向我局举报。查获食品。", KNOWN)
    after = without_informants("查获食品。有人举报，称店内更换日期。", KNOWN)
    signed = without_informants("据匿名来信，店内更换日期，联系人留名易测。查获食品。", KNOWN)
    assert signed == "店内更换日期。查获食品。"
    elsewhere = without_informants("根据冯某举报查处。查获食品。冯某住在附近。", KNOWN)
    assert before == "查获食品。"
    assert after == "查获食品。"
    assert elsewhere == "查获食品。"


@pure
def uncertain_texts_are_withheld() -> None:
    assert without_informants("根据（冯某举报。查获食品。", KNOWN) is None
    assert without_informants("根据冯某举报", KNOWN) is None
    assert shown("刘凿柜罄柩桕，陈罄柩桕柜臼，王舀桕臼罄柩，赵缜缃臼罄柩。") is None


@pure
def what_is_not_clean_is_withheld() -> None:
    """A text is shown because it was proved clean: what a rule of redaction left over withholds it."""
    for left in ("查获食品。有人举报。", "查获食品，电话13800138000。"):
        assert not _clean(left)
    assert _clean(f"查获食品，电话{HIDDEN}。")


@pure
def invisible_characters_hide_nothing() -> None:
    found = without_informants("根据冯某举\u200b报。查获食品。", KNOWN)
    assert found == "查获食品。"


@pure
def numbers_are_gone() -> None:
    """However written: full width, in Chinese, with gaps, starred half; dates, amounts and credit codes stay."""
    for number in (
        "420199198503120015",
        "１３８００１３８０００",
        "一三八零零一三八零零零",
        "138 0013 8000",
        "4201**********0015",
        "138OO138OOO",  # letters among the digits
        "〔2026〕13800138000号",
        "\u0661\u0663\u0668\u0660\u0660\u0661\u0663\u0668\u0660\u0660\u0660",  # Arabic digits
        "test@example.org",
        "ｔｅｓｔ＠ｅｘａｍｐｌｅ．ｏｒｇ",
        "鄂A12345",
    ):
        found = shown(f"涉案号码{number}，查获食品。")
        assert found is not None, number
        assert number not in found
        assert HIDDEN in found
    kept = "2026年2月10日，罚款12500000元，代码91420199MA9TERT123，文号〔2026〕4201120036号。"
    assert shown(kept) == kept
    announced = shown("微信号abc_1，查获食品。")
    assert announced is not None
    assert "abc_1" not in announced


@pure
def whereabouts_and_health_are_gone() -> None:
    for text, secret in (
        ("当事人住武汉市洪山区测试路1号，已改正。", "测试路"),
        ("地点在幸福小区3栋201室，已改正。", "201"),
        ("出生日期1985-03-12，已改正。", "1985"),
        ("（35岁，女，土家族）已改正。", "岁"),
        ("（35岁，女，土家族）已改正。", "女"),
        ("（35岁，女，土家族）已改正。", "土家族"),
        ("当事人患有乙肝，已改正。", "乙肝"),
    ):
        found = shown(text)
        assert found is not None, text
        assert secret not in found, text
        assert HIDDEN in found


@pure
def persons_are_named_as_in_documents() -> None:
    for text, expected in (
        ("员工刘测试更换日期。", "员工刘某更换日期。"),
        ("食品由瓦木措保存。", "食品由瓦某保存。"),
        ("食品由冯测驾驶运输。", "食品由冯某驾驶运输。"),
        ("负责人：瓦列木，已改正。", "负责人：瓦某，已改正。"),
        ("顾客John Smith到场。", "顾客J某到场。"),
        ("食品由古丽娜尔·艾合买提用于销售。", "食品由古某用于销售。"),
        ("联系了易发媛女士。", "联系了易某女士。"),
        ("瓦列木（男，汉族）到场。", f"瓦某（{HIDDEN}，{HIDDEN}）到场。"),
        ("员工任测试到场。", "员工任某到场。"),
        ("他看见任志强罄尽库存。", "他看见任某罄尽库存。"),
        ("员工金城到场。", "员工金某到场。"),
        ("员工刘 测 试更换日期。", "员工刘某更换日期。"),
        ("员工刘测试、刘测验更换日期。", "员工刘某甲、刘某乙更换日期。"),
    ):
        assert shown(text) == expected, text


@pure
def what_may_be_a_name_is_hidden() -> None:
    assert shown("食品经张罄柩舀尽运输。") == f"食品经{HIDDEN}尽运输。"


@pure
def redacting_twice_changes_nothing() -> None:
    """Also where the end of a name is seen only when what follows it is hidden."""
    text = "一家对养女万波会照料不周。"
    once = shown(text)
    assert once is not None
    assert shown(once) == once


@pure
def registered_persons_keep_their_name_in_their_role() -> None:
    assert shown("法定代表人李测试到场。") == "法定代表人李测试到场。"
    assert shown("经营者赵小麦到场。") == "经营者赵小麦到场。"
    assert shown("赵小麦早餐店已改正。") == "赵小麦早餐店已改正。"
    assert shown("卞罄堂已改正。") == "卞罄堂已改正。"
    assert shown("李测试到场。") == "李某到场。"
    assert shown("法定代表人赵小麦到场。") == "法定代表人赵某到场。"
