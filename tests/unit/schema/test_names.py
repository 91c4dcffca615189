"""Folding and grams: what makes two writings of a name one, and what a search for a part of it finds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.names import fold, grams


@pytest.mark.parametrize("written", ["武汉测试AB公司", "武汉测试ａｂ公司", " 武汉 测试\u3000Ab 公司 "])
def test_writings_of_one_name(written: str) -> None:
    assert fold(written) == "武汉测试ab公司"


@given(name=st.text())
def test_folding_twice_changes_nothing(name: str) -> None:
    assert fold(fold(name)) == fold(name)


@pytest.mark.parametrize(
    ("name", "found"), [("武汉测试", {"武汉", "汉测", "测试"}), ("武 汉", {"武汉"}), ("武", {"武"}), (" ", set())]
)
def test_grams(name: str, found: set[str]) -> None:
    assert grams(name) == found


@given(name=st.text(min_size=2), start=st.integers(0, 20), length=st.integers(2, 10))
def test_every_part_of_a_name_is_found_by_its_grams(name: str, start: int, length: int) -> None:
    part = fold(name)[start : start + length]
    assert len(part) < 2 or grams(part) <= grams(fold(name))
