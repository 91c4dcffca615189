"""The page of the matrix shows the lines of the listing, item by item and class by class, and nothing else."""

from html.parser import HTMLParser

import pytest

from authz.matrix.listing import COLUMNS, everything, listing
from authz.matrix.page import page
from authz.matrix.world import World, world_of
from authz.policy import load_policy
from tests.unit.authz.shipped import FILES_AS_SHIPPED

POLICY = load_policy(FILES_AS_SHIPPED)


class Tables(HTMLParser):
    """Every table of a page, by the heading above it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self.heading, self.at, self.fetched = "", "", [tag for tag in ("<script", "src=", "@import") if tag in text]
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.at = tag
        if tag == "h3":
            self.heading = ""
        elif tag == "tr":
            self.tables.setdefault(self.heading, []).append([])
        elif tag in ("td", "th"):
            self.tables[self.heading][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self.at = ""

    def handle_data(self, data: str) -> None:
        if self.at == "h3":
            self.heading += data
        elif self.at in ("td", "th"):
            self.tables[self.heading][-1][-1] += data


@pytest.fixture(scope="module")
def world() -> World:
    return world_of(POLICY)


def test_the_part_of_an_item_has_the_lines_of_the_listing(world: World) -> None:
    found = Tables(page(world))
    assert not found.fetched
    items = sorted(POLICY.space.facts)
    columns = [name for name in COLUMNS if name not in ("items", "cells")]
    for number, item in enumerate(items):
        lines = listing(world, everything(world)._replace(items=1 << number))
        rows = [dict(zip(COLUMNS, line.row(), strict=True)) for line in lines]
        expected = [["" if row[name] == "any" else row[name] for name in columns] for row in rows]
        shown = [rows[1:] for heading, rows in found.tables.items() if heading.split(" ")[0] == item]
        assert shown == ([expected] if expected else [])


def test_every_item_and_class_has_its_part(world: World) -> None:
    text = page(world)
    for item in POLICY.space.facts:
        assert f">{item}" in text
    for child, _ in POLICY.space.fields.links:
        assert not child.startswith("class:") or f">{child}</h3>" in text


def test_the_public_part_holds_nothing_else(world: World) -> None:
    found = Tables(page(world, "PUBLICATION"))
    scopes = {row[0] for rows in found.tables.values() for row in rows[1:]}
    assert scopes == {"PUBLICATION"}
