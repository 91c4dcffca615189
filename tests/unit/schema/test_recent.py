"""What was made last is kept within a number and a room."""

from schema.recent import Recent


def test_what_was_used_longest_ago_is_forgotten_first() -> None:
    recent = Recent[str, str](2, 100)
    recent.keep("a", "A", 1)
    recent.keep("b", "B", 1)
    assert recent.get("a") == "A"
    recent.keep("c", "C", 1)
    assert (recent.get("a"), recent.get("b"), recent.get("c"), len(recent)) == ("A", None, "C", 2)


def test_as_much_is_forgotten_as_the_newest_needs() -> None:
    recent = Recent[int, int](100, 10)
    for number in range(5):
        recent.keep(number, number, 2)
    assert len(recent) == 5
    recent.keep(5, 5, 5)
    assert [recent.get(number) for number in range(6)] == [None, None, None, 3, 4, 5]
    recent.keep(6, 6, 1)
    assert len(recent) == 4


def test_the_newest_stays_however_heavy_it_is() -> None:
    recent = Recent[str, str](10, 10)
    recent.keep("a", "A", 3)
    assert recent.keep("b", "B", 11) == "B"
    assert (recent.get("a"), recent.get("b")) == (None, "B")
    recent.keep("c", "C", 1)
    assert (recent.get("b"), recent.get("c")) == (None, "C")
