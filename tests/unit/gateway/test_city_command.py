"""``credit-gateway city``: files in a folder, as many rows as it says, and no folder written over."""

import csv
import json
from pathlib import Path

import pytest

from gateway.commands import cli


def city(*arguments: str) -> int:
    return cli.run(("city", *arguments))


def test_the_files_hold_the_rows_that_it_tells_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "city"
    assert city("--subjects", "40", "--seed", "7", "--out", str(folder), "--flaws", "50", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    files = sorted(folder.iterdir())
    rows = sum(len(list(csv.reader(file.read_text("utf-8").splitlines()))) - 1 for file in files)
    assert (told["files"], told["rows"]) == (len(files), rows)
    assert 0 < told["spoilt"] < rows


def test_a_folder_that_holds_something_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("kept", "utf-8")
    assert city("--subjects", "40", "--out", str(tmp_path)) == 2
    assert [each.name for each in tmp_path.iterdir()] == ["kept"]


@pytest.mark.parametrize("wrong", [("--subjects", "0"), ("--subjects", "1", "--flaws", "101")])
def test_no_city_of_nobody_and_no_more_flaws_than_rows(tmp_path: Path, wrong: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as ended:
        city(*wrong, "--out", str(tmp_path / "city"))
    assert ended.value.code == 2
    assert not (tmp_path / "city").exists()
