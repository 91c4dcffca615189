"""What a leaf must never hold, and what it may."""

import pytest

from gateway.ledger.errors import LeafRefused
from gateway.ledger.lint import lint_leaf
from gateway.ledger.proof.canonical import canonical

DIGITS_ALONE = "4201991985031200154201991985031200154201991985031200154201991985"


@pytest.mark.parametrize(
    "value",
    [
        "420199198503120015",
        "42019919400101005X",
        "420199850312001",
        "420199 19850312 0015",
        "420199-19850312-0015",
        "13800138000",
        "138-0013-8000",
        "+86 138 0013 8000",
        "027-8765 4321",
        "6222020200112233445",
        "420199199006060079L0",
        "12420199MA 42019919850312",
        "someone@example.org",
        "李测试",
        "武汉市洪山区测试路1号",
        "４２０１９９１９８５０３１２００１５",
        "Ли",
        420199198503120015 // 1000,
        13800138000,
    ],
)
@pytest.mark.parametrize("shape", ["value", "list", "key"])
def test_personal_data_is_refused(value: object, shape: str) -> None:
    if shape == "key" and not (isinstance(value, str) and value.isascii()):
        value = "13800138000"
    leaf = {"value": {"op": value}, "list": {"op": ["x", value]}, "key": {str(value): 1}}[shape]
    with pytest.raises(LeafRefused) as caught:
        lint_leaf(canonical(leaf))
    assert str(value) not in str(caught.value)


@pytest.mark.parametrize(
    "value",
    [
        "WH-二(六)1",
        "JY-三(二)14",
        "EZ-附",
        "PM-301",
        "2026-05-20",
        "2026-05-20T10:00:00",
        "TenderCheck",
        "00000000-0000-7000-8000-123456789012",
        DIGITS_ALONE,
        "b3a1" * 16,
        "2026.5-12345678901ab",
        2_147_483_647,
        None,
        True,
    ],
)
def test_codes_digests_and_numbers_of_ours_pass(value: object) -> None:
    lint_leaf(canonical({"op": value, "t": 1_779_242_400_000, "v": 1}))


def test_only_the_time_may_be_so_long() -> None:
    with pytest.raises(LeafRefused):
        lint_leaf(canonical({"count": 1_779_242_400_000, "v": 1}))


def test_a_digest_is_exempt_only_whole() -> None:
    with pytest.raises(LeafRefused):
        lint_leaf(canonical({"op": "x" + DIGITS_ALONE}))
