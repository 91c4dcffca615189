"""Trees of names: what stands under what, and which files are refused."""

import pytest

from authz.trees import DEPTH, read_links, tree_of
from schema.policy_file import PolicyFileError


def file(*links: str) -> dict[str, bytes]:
    return {"trees/t.csv": "\n".join(("child,parent", *links, "")).encode()}


def test_a_leaf_stands_under_itself_its_groups_and_the_root() -> None:
    tree = tree_of((("agency", "any"), ("dept.a", "agency")))
    assert [tree.within("dept.a", name) for name in ("dept.a", "agency", "any", "dept.b")] == [True, True, True, False]


def test_a_group_is_no_leaf_and_stands_under_nothing() -> None:
    tree = tree_of((("agency", "any"), ("dept.a", "agency")))
    assert not tree.within("agency", "any")
    assert tree.leaves == {"dept.a"}


def test_an_empty_group_is_no_leaf_where_the_leaves_are_listed() -> None:
    tree = tree_of((("class:EMPTY", "any"), ("class:FULL", "any"), ("x", "class:FULL")), ("x",))
    assert tree.leaves_of("any") == {"x"}
    assert not tree.within("class:EMPTY", "any")


def test_a_name_may_have_several_parents() -> None:
    tree = tree_of((("x", "class:A"), ("x", "set:b"), ("class:A", "any"), ("set:b", "any")))
    assert tree.leaves_of("class:A") == tree.leaves_of("set:b") == {"x"}


def test_the_root_is_a_name_that_rules_may_use() -> None:
    assert "any" in tree_of((("x", "any"),))
    assert "every" not in tree_of((("x", "any"),))


@pytest.mark.parametrize(
    ("links", "line"),
    [
        (("a,any", "a,any"), 3),
        (("any,a",), 2),
        (("a,any", "b,nowhere"), 3),
        (("a,b", "b,a"), 2),
        (("a,a",), 2),
        (("a,any,x",), 2),
        (("a,",), 2),
    ],
    ids=["twice", "root as a child", "unknown parent", "cycle", "self", "too many cells", "empty parent"],
)
def test_a_tree_that_is_not_sound_is_refused_with_its_line(links: tuple[str, ...], line: int) -> None:
    with pytest.raises(PolicyFileError) as refused:
        read_links(file(*links), "trees/t.csv")
    assert (refused.value.file, refused.value.line) == ("trees/t.csv", line)


def test_a_chain_that_casbin_would_follow_only_in_part_is_refused() -> None:
    chain = [f"n{number},{'any' if number == 0 else f'n{number - 1}'}" for number in range(DEPTH)]
    assert len(read_links(file(*chain[: DEPTH - 1]), "trees/t.csv")) == DEPTH - 1
    with pytest.raises(PolicyFileError):
        read_links(file(*chain), "trees/t.csv")
