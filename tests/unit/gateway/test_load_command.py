"""``load`` as it is typed: what it says while it goes, what it tells machines, and how it ends."""

import asyncio
import io
import json
import secrets
from pathlib import Path
from typing import Any

import pytest

from gateway.commands import cli
from gateway.commands.progress import Progress
from gateway.founding import establish
from gateway.intake.fixture import fixture_files
from gateway.intake.layouts.administration import AGENCIES
from gateway.intake.load import Step
from gateway.keys import folder as key_folder
from gateway.settings import PREFIX, read_settings
from tests.fresh_database import FreshDatabase
from tests.intake_loading import TODAY, rows

FILES = dict(fixture_files())
SUBJECTS = ("agencies.csv", "organisations.csv", "persons.csv", "links.csv")


@pytest.fixture
def home(database: FreshDatabase, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of an installation without data."""
    settings = read_settings({f"{PREFIX}DATABASE_URL": database.url}, home=database.home)
    key_folder.create(settings.keys_folder, entropy=secrets.token_bytes)
    asyncio.run(establish(settings, database.url, at=TODAY))
    monkeypatch.setenv(f"{PREFIX}DATABASE_URL", database.url)
    return database.home


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The fixture's files."""
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def run(home: Path, *arguments: object) -> int:
    try:
        return cli.run(("load", "--home", str(home), *map(str, arguments)))
    except SystemExit as end:  # argparse's
        return int(str(end.code))


def counted(database: FreshDatabase, table: str) -> int:
    (row,) = asyncio.run(rows(database, f"SELECT count(*) FROM {table}"))  # noqa: S608
    return int(row["count"])


def test_it_says_nothing_but_what_became_of_the_files(
    home: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(home, *(folder / name for name in SUBJECTS)) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert [line.partition(":")[0] for line in said.out.splitlines()] == list(SUBJECTS)


def test_it_says_how_far_it_is_where_that_is_wanted(
    home: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(home, "--progress", "--json", *(folder / name for name in SUBJECTS)) == 0
    said = capsys.readouterr()
    assert [line.partition(" rows")[0] for line in said.err.splitlines()] == [
        *("agencies.csv: 15", "organisations.csv: 8", "persons.csv: 7", "links.csv: 6"),
    ]
    told = json.loads(said.out)
    assert (told["loaded"], told["quarantined"]) == (36, 0)
    assert told["seconds"] > 0


def test_processes_may_be_asked_for(home: Path, folder: Path, database: FreshDatabase) -> None:
    assert run(home, "--processes", 1, *(folder / name for name in SUBJECTS)) == 0
    assert counted(database, "subject") == 15


@pytest.mark.parametrize(
    "misused",
    [("--processes", "-1"), ("--processes", "two"), ("--rows", "few"), ("--preview", "--purpose", "PM-999")],
)
def test_misuse_is_2(home: Path, folder: Path, capsys: pytest.CaptureFixture[str], misused: tuple[str, ...]) -> None:
    assert run(home, *misused, folder / "agencies.csv") == 2
    assert capsys.readouterr().err != ""


def test_a_file_that_is_not_there(home: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(home, folder / "nothing.csv") == 2
    assert "nothing.csv" in capsys.readouterr().err


def test_what_stops_it_is_told_with_what_is_stored(
    home: Path, folder: Path, database: FreshDatabase, capsys: pytest.CaptureFixture[str]
) -> None:
    async def forbid() -> None:
        async with database.owner() as owner:
            await owner.execute("ALTER TABLE subject ADD CONSTRAINT no_hospital CHECK (name <> '武汉测试医院')")

    asyncio.run(forbid())
    assert run(home, "--json", *(folder / name for name in SUBJECTS)) == 1
    said = capsys.readouterr()
    told = json.loads(said.out)
    assert (told["stopped"], [file["name"] for file in told["files"]]) == ("organisations.csv", ["agencies.csv"])
    assert said.err == "organisations.csv: nothing of it is stored: CheckViolationError (no_hospital)\n"
    assert (counted(database, "agency"), counted(database, "subject")) == (15, 0)


def test_a_preview_is_shown_to_people_and_told_to_machines(
    home: Path, folder: Path, database: FreshDatabase, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(home, *(folder / name for name in SUBJECTS)) == 0
    capsys.readouterr()
    assert run(home, "--preview", folder / "penalties.csv") == 0
    shown = capsys.readouterr().out
    assert all(word in shown for word in ("公众", "机关（PM-301 招标投标）", "主体本人", "以上为预览，尚未入库。"))
    assert "不向以上任何一方提供：" in shown
    assert run(home, "--preview", "--json", "--rows", 1, folder / "penalties.csv") == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    (line,) = told["preview"]["penalties.csv"]
    assert [each["viewer"] for each in line["views"]] == ["public", "agency", "subject"]
    assert line["views"][0]["fields"]["remark"] == {"value": None, "level": "WITHHELD"}
    assert counted(database, "record") == 0


def test_a_preview_of_rows_that_cannot_be_taken(home: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(home, "--preview", folder / "penalties.csv") == 1
    assert "第 2 行：不予入库：主体未登记" in capsys.readouterr().out


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_one_line_for_each_file() -> None:
    seconds = iter((0.0, 2.0, 4.0, 10.0, 10.5))
    out = Terminal()
    progress = Progress(out, terminal=True, clock=lambda: next(seconds))
    for name, lines in (("a.csv", 0), ("a.csv", 10_000), ("a.csv", 20_000), ("b.csv", 0), ("b.csv", 5)):
        progress(Step(name=name, layout=AGENCIES, lines=lines))
    progress.end()
    assert out.getvalue() == (
        "a.csv: 10,000 rows, 5,000 rows/s\ra.csv: 20,000 rows, 5,000 rows/s\r\nb.csv: 5 rows, 10 rows/s\r\n"
    )
