"""Forms: read strictly, each field once unless it is a list, and nothing of them repeated."""

import pytest

from gateway.http.form import MEDIA_TYPE, FormError, read_form, read_pairs

FORM = [MEDIA_TYPE]


def test_a_form_is_its_fields() -> None:
    form = read_form([f"{MEDIA_TYPE}; charset=UTF-8"], b"name=%E6%9D%8E+x&box=1&box=2&empty=", most=8)

    assert (form.one("name"), form.all("box"), form.one("empty"), form.one("other")) == ("李 x", ("1", "2"), "", None)
    assert "李" not in repr(form)


def test_a_field_that_is_no_list_is_given_once() -> None:
    form = read_form(FORM, b"a=1&a=2", most=8)

    with pytest.raises(FormError):
        form.one("a")
    with pytest.raises(FormError):
        form.single()
    assert read_form(FORM, b"a=1&b=", most=8).single() == {"a": "1", "b": ""}


@pytest.mark.parametrize("types", [[], [""], ["application/json"], ["multipart/form-data"], [MEDIA_TYPE, MEDIA_TYPE]])
def test_a_body_of_another_kind_is_no_form(types: list[str]) -> None:
    with pytest.raises(FormError):
        read_form(types, b"a=1", most=8)


@pytest.mark.parametrize("body", [b"a=%ff", b"a=%zz", b"a=%", b"a=%0", b"\xff=1", b"a", b"a=1&&b=2", b"a=%00"])
def test_what_two_readers_would_read_differently_is_not_read(body: bytes) -> None:
    with pytest.raises(FormError) as refusal:
        read_pairs(body, most=8)
    assert refusal.value.detail == "The form cannot be read."


def test_there_are_only_so_many_fields() -> None:
    assert len(read_pairs(b"&".join(b"a%d=" % n for n in range(8)), most=8).fields) == 8
    with pytest.raises(FormError):
        read_pairs(b"&".join(b"a%d=" % n for n in range(9)), most=8)


def test_no_pairs_are_no_fields() -> None:
    assert read_pairs(b"", most=8).fields == {}
