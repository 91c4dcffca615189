"""What the pages promise is what the program does: settings, options, codes, documents and the answers shown."""

import argparse
import json
import re
import shlex
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from authz.casbin_model import check_provider, providers
from authz.principal import Caller, ConsentId
from gateway import clients
from gateway.commands.check import environment
from gateway.commands.cli import COMMANDS
from gateway.commands.demo_consent import BANK, demo_consent
from gateway.consents.records import Reason
from gateway.identity.sender import Why
from gateway.settings import PREFIX, read_settings
from schema.build import sdl
from schema.errors import Code
from tests.architecture.tracked import ROOT, tracked
from tests.city import City, city
from tests.fresh_database import FreshDatabase

PAGES = sorted(path for path in tracked() if path.suffix == ".md")
README = ROOT / "README.md"


def text_of(page: Path) -> str:
    return page.read_text("utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_pages_name_only_settings_that_exist(page: Path) -> None:
    known = {each.variable for each in read_settings({}).listing}

    assert set(re.findall(rf"{PREFIX}[A-Z_]+[A-Z]", text_of(page))) <= known


def options_of(name: str) -> set[str]:
    """The options that a command takes, as ``--help`` of it and of the commands below it lists them."""
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers()
    (command,) = (each for each in COMMANDS if each.__name__.rpartition(".")[2] == name)
    command.add(commands)
    return set(_options(commands.choices[name]))


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    yield from re.findall(r"--[a-z][a-z-]*", parser.format_help())
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for each in action.choices.values():
                yield from _options(each)


NAMES = tuple(each.__name__.rpartition(".")[2] for each in COMMANDS)
USE = re.compile(rf"(?:credit-gateway |\.ci/|`)({'|'.join(NAMES)})\b([^`#|\n]*)")


def used_options(text: str) -> Iterator[tuple[str, str]]:
    """Commands with each option that a page gives them, in code spans and blocks."""
    for name, rest in USE.findall(text):
        for option in re.findall(r"--[a-z][a-z-]*", rest):
            yield name, option


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_pages_give_commands_only_options_that_they_take(page: Path) -> None:
    wrong = [(name, option) for name, option in used_options(text_of(page)) if option not in options_of(name)]

    assert wrong == []


def test_the_readme_shows_options_at_all() -> None:
    assert {("token", "--client"), ("explain", "--operator")} <= set(used_options(text_of(README)))


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_pages_name_only_codes_that_exist(page: Path) -> None:
    words = {str(each) for each in (*Code, *Why, *Reason)}
    known = words | set(re.findall(r"\b[A-Z]+(?:_[A-Z0-9]+)+\b", sdl()))

    named = set(re.findall(r"`([A-Z]+(?:_[A-Z]+)+)`", text_of(page)))

    assert {each for each in named if not each.startswith(PREFIX)} <= known


def test_this_environment_is_one_to_run_in() -> None:
    assert list(environment()) == []
    check_provider(providers())
    assert len(providers()) == 1


# The answers that the README shows ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Example:
    """A command of the README and the answer below it."""

    client: str | None
    operator: str
    by_consent: bool
    query: str
    shown: dict[str, Any]

    async def caller(self, town: City) -> Caller:
        found = await town.caller(self.client, self.operator)
        if not self.by_consent:
            return found
        consent = await demo_consent(town.installation)
        key = clients.read_key(town.installation.settings.home, BANK, clients.DPOP).kid
        return replace(found, consent=ConsentId(str(consent)), thumbprint=key)


def examples() -> list[Example]:
    blocks = re.findall(r"```sh\n((?:(?!```).)*)```\n```json\n(.*?)```", text_of(README), re.DOTALL)
    return [_example(command, answer) for command, answer in blocks]


def _example(command: str, answer: str) -> Example:
    client, operator = re.search(r"--client (\w+)", command), re.search(r"--operator (\w+)", command)
    words = shlex.split(command)
    query = json.loads(words[words.index("-d") + 1])["query"]
    return Example(
        client=client[1] if client else None,
        operator=operator[1] if operator else "",
        by_consent="--consent" in command,
        query=query,
        shown=json.loads(answer),
    )


@pytest.fixture(scope="module")
async def town(module_database: FreshDatabase) -> AsyncIterator[City]:
    async with city(module_database) as found:
        yield found


def test_the_readme_has_an_example_for_each_kind_of_user() -> None:
    assert [example.client for example in examples()] == [None, "A1", "A2", "B1", "AUDIT"]


@pytest.mark.anyio
async def test_the_answers_in_the_readme_are_the_real_ones(town: City) -> None:
    """In their order: the officer finds what was asked before."""
    for example in examples():
        answer = await town.ask(example.query, caller=await example.caller(town))

        assert answer.data == example.shown["data"]
        shown = example.shown.get("extensions", {"disclosure": {"fields": []}})["disclosure"]
        told = {each["path"]: each for each in answer.body["extensions"]["disclosure"]["fields"]}
        for each in shown["fields"]:
            each.pop("...", None)
            assert each.items() <= told[each["path"]].items()
