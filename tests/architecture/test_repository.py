"""What must never stand in the repository, and what its pages promise."""

import re
from importlib.metadata import distributions
from pathlib import Path

import pytest

from gateway.commands.cli import COMMANDS
from schema.identifiers import is_resident_id
from tests.architecture.tracked import PACKAGES, ROOT, text_of, tracked

HOSTS = tuple(
    ".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "com"), ("npmjs", "org"))
)
PLACES = tuple("/".join(parts) for parts in (("", "work", ""), ("", "root", ""), ("", "opt", "wheels")))
"""Written in parts, so that this file does not name them either."""

STANDARD_EXAMPLES = {"11010519491231002X", "440524188001010014"}
"""The examples that GB 11643-1999 itself prints."""


def own_texts() -> list[tuple[Path, str]]:
    """Tracked text files that somebody here wrote: without vendored scripts and the lock file."""
    return [
        (path, text)
        for path in tracked()
        if "static" not in path.parts and path.name != "requirements.lock"
        if (text := text_of(path)) is not None
    ]


@pytest.mark.parametrize("word", [*HOSTS, *PLACES])
def test_no_registry_and_no_place_on_a_machine_is_named(word: str) -> None:
    assert [str(path.relative_to(ROOT)) for path, text in own_texts() if word in text] == []


def test_every_number_of_a_person_is_of_a_county_that_does_not_exist() -> None:
    """Suffix 99 of a county: no region has it, so nobody bears the number."""
    found = {
        number
        for _, text in own_texts()
        for number in re.findall(r"(?<![0-9A-Za-z])[1-9]\d{16}[\dXx](?![0-9A-Za-z])", text)
        if is_resident_id(number.upper()) and number[4:6] != "99" and number.upper() not in STANDARD_EXAMPLES
    }
    assert found == set()


@pytest.mark.parametrize("page", sorted(path for path in tracked() if path.suffix == ".md"), ids=lambda path: path.name)
def test_pages_name_only_files_that_are_there(page: Path) -> None:
    linked = re.findall(r"\]\((?!https?:|#)([^)#]+)\)", page.read_text("utf-8"))
    assert [link for link in linked if not (page.parent / link).exists()] == []
    named = re.findall(r"`((?:gateway|resolvers|authz|schema|policies|docs|tests)/[\w./]+)`", page.read_text("utf-8"))
    assert [name for name in named if "*" not in name and not (ROOT / name).exists()] == []


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_the_readme_names_commands_that_exist(page: str) -> None:
    known = {command.__name__.rpartition(".")[2] for command in COMMANDS}
    used = set(re.findall(r"(?:`|^|\$\()credit-gateway ([a-z]+)", (ROOT / page).read_text("utf-8"), re.MULTILINE))
    assert used
    assert used <= known


def test_the_readme_lists_every_command() -> None:
    listed = re.search(r"`credit-gateway ([a-z| ]+)`;", (ROOT / "README.md").read_text("utf-8"))
    assert listed is not None
    assert set(listed[1].split(" | ")) == {command.__name__.rpartition(".")[2] for command in COMMANDS}


def test_no_other_distribution_claims_our_names() -> None:
    claims = {
        (name, distribution.metadata["Name"])
        for distribution in distributions()
        for name in (distribution.read_text("top_level.txt") or "").split()
        if name in PACKAGES
    }
    assert {owner for _, owner in claims} <= {"credit-gateway"}
