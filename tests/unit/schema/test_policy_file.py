"""Reading a policy file strictly: every refusal says which file and which line."""

from datetime import date
from enum import StrEnum

import pytest

from schema.policy_file import PolicyFileError, csv_rows, digest_of, toml_rows, unique

FILES = {
    "a.toml": (
        b"# a comment\n"
        b"\n"
        b"[[thing]]\n"
        b'id = "one"\n'
        b"names = [\n"
        b'    "x",\n'
        b"]\n"
        b"on = 2026-05-20\n"
        b"\n"
        b"[thing.basis]\n"
        b'WH = "WH-1"\n'
        b"\n"
        b"[[thing]]\n"
        b'id = "two"\n'
        b"count = -1\n"
        b'flag = "yes"\n'
    ),
    "a.csv": "id,zh\none,一\ntwo,\n".encode(),
}


class Size(StrEnum):
    SMALL = "SMALL"


def refused(error: pytest.ExceptionInfo[PolicyFileError]) -> tuple[str, int, str]:
    return error.value.file, error.value.line, error.value.sentence


def test_rows_know_the_lines_of_their_keys() -> None:
    one, two = toml_rows(FILES, "a.toml", ("thing",))["thing"]
    assert (one.line, two.line) == (3, 13)
    assert (one.text("id"), one.texts("names"), one.day("on")) == ("one", ("x",), date(2026, 5, 20))
    assert one.map_of_texts("basis") == {"WH": ("WH-1",)}
    nested = one.table("basis")
    assert nested is not None
    with pytest.raises(PolicyFileError) as error:
        nested.only("EZ")
    assert refused(error) == ("a.toml", 11, "unknown key WH")


def test_an_unknown_table_is_refused_at_its_header() -> None:
    with pytest.raises(PolicyFileError) as error:
        toml_rows(FILES, "a.toml", ("other",))
    assert refused(error) == ("a.toml", 3, "unknown key thing")


def test_values_of_the_wrong_kind_are_refused_where_they_stand() -> None:
    two = toml_rows(FILES, "a.toml", ("thing",))["thing"][1]
    with pytest.raises(PolicyFileError) as error:
        two.number("count")
    assert refused(error) == ("a.toml", 15, "count must be a whole number up to 3660")
    with pytest.raises(PolicyFileError) as error:
        two.flag("flag")
    assert refused(error) == ("a.toml", 16, "flag must be true or false")
    with pytest.raises(PolicyFileError) as error:
        two.word("id", Size)
    assert refused(error) == ("a.toml", 14, "id: two is not a word of Size")
    with pytest.raises(PolicyFileError, match="on is missing"):
        two.day("on")


@pytest.mark.parametrize(
    ("content", "line", "sentence"),
    [
        (b'[[thing]]\nid = "one', 2, "not valid TOML"),
        (b"\n\n\xff", 3, "not UTF-8"),
        (b'thing = [{id = "one"}]', 1, "every thing must stand under a header of its own, [[thing]]"),
        (b'thing = "one"', 1, "thing must be a list of tables"),
    ],
)
def test_files_that_cannot_be_read_are_refused(content: bytes, line: int, sentence: str) -> None:
    with pytest.raises(PolicyFileError) as error:
        toml_rows({"a.toml": content}, "a.toml", ("thing",))
    assert refused(error) == ("a.toml", line, sentence)


def test_a_missing_file_is_refused_by_name() -> None:
    with pytest.raises(PolicyFileError, match=r"b\.toml:1: the file is missing"):
        toml_rows(FILES, "b.toml", ("thing",))


def test_csv_rows_have_exactly_the_columns_asked_for() -> None:
    one, two = csv_rows(FILES, "a.csv", ("id", "zh"))
    assert (one.line, one.text("zh"), two.line, two.optional_text("zh")) == (2, "一", 3, None)
    with pytest.raises(PolicyFileError, match=r"a\.csv:1: the columns must be id,en"):
        csv_rows(FILES, "a.csv", ("id", "en"))


@pytest.mark.parametrize(
    ("content", "line", "sentence"),
    [
        (b"", 1, "the columns must be id,zh"),
        (b"id,zh\none\n", 2, "expected 2 cells, found 1"),
        (b"id,zh\none,x\ntwo,y,z\n", 3, "expected 2 cells, found 3"),
        (b'id,zh\none,"x\n', 2, "not valid CSV"),
    ],
)
def test_crooked_csv_is_refused(content: bytes, line: int, sentence: str) -> None:
    with pytest.raises(PolicyFileError) as error:
        csv_rows({"a.csv": content}, "a.csv", ("id", "zh"))
    assert refused(error) == ("a.csv", line, sentence)


def test_the_second_of_two_equal_ids_is_refused() -> None:
    rows = csv_rows({"a.csv": b"id\none\ntwo\none\n"}, "a.csv", ("id",))
    with pytest.raises(PolicyFileError, match=r"a\.csv:4: one is defined twice"):
        unique((row.text("id"), row) for row in rows)


def test_the_digest_binds_names_and_contents() -> None:
    digest = digest_of(FILES, FILES)
    assert digest == digest_of(dict(reversed(FILES.items())), FILES)
    swapped = {"a.toml": FILES["a.csv"], "a.csv": FILES["a.toml"]}
    assert len({digest, digest_of(swapped, swapped), digest_of(FILES, ["a.csv"])}) == 3


@pytest.mark.parametrize("day", ["9999-12-31", "1900-01-01"])
def test_a_date_that_no_instrument_has_is_refused(day: str) -> None:
    (row,) = toml_rows({"a.toml": f"[[thing]]\non = {day}\n".encode()}, "a.toml", ("thing",))["thing"]
    with pytest.raises(PolicyFileError) as error:
        row.day("on")
    assert refused(error) == (
        "a.toml",
        2,
        "on must be a date from 1949-10-01 to 2200-12-31; without an end it is left out",
    )


@pytest.mark.parametrize("text", ["n = " + "9" * 5000, "n = " + "[" * 5000], ids=["digits", "depth"])
def test_what_python_cannot_read_is_no_toml(text: str) -> None:
    with pytest.raises(PolicyFileError) as error:
        toml_rows({"a.toml": text.encode()}, "a.toml", ())
    assert error.value.sentence == "not valid TOML"


@pytest.mark.parametrize("name", ["A B", "A ", "A\nB", "А1", ""])
def test_a_code_is_written_in_few_characters(name: str) -> None:
    (row,) = csv_rows({"a.csv": f'id\n"{name or "-"}"\n'.encode()}, "a.csv", ("id",))
    with pytest.raises(PolicyFileError) as error:
        row.name("id")
    assert error.value.sentence == "id must be a code of letters, digits, _ . and -"
