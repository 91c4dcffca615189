"""``policy`` on the command line: what it tells of the shipped files, of a folder of them, and of two of them."""

import asyncio
import csv
import io
import json
from pathlib import Path

import pytest

from authz.matrix.check import PolicyRefused
from authz.matrix.diff import COLUMNS as DIFF
from authz.matrix.listing import COLUMNS as MATRIX
from gateway.activation import activate
from gateway.commands import cli
from gateway.in_force import STATE
from tests.fresh_database import FreshDatabase
from tests.unit.authz.shipped import Files, added, appended, loaded, reworded, shipped

ROOT = Path(__file__).parents[3]


def run(*arguments: str) -> int:
    try:
        return cli.run(("policy", *arguments))
    except SystemExit as end:  # argparse's
        return int(str(end.code))


def written(folder: Path, files: Files) -> str:
    """The folder with these files in it."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return str(folder)


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_nothing_speaks_against_the_shipped_policies(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check") == 0
    assert capsys.readouterr().out == "nothing speaks against this policy\n"


def test_a_folder_of_the_same_files_is_the_same_policy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = written(tmp_path, shipped())
    assert (run("check", "--policies", folder), run("diff", "shipped", folder)) == (0, 0)
    told = capsys.readouterr()
    assert table(told.out.partition("\n")[2]) == []
    assert told.err == "widened 0 cells, narrowed 0\n"


def test_a_finding_has_file_and_line_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = written(tmp_path, added(shipped(), "X", sub="data_subject"))
    assert run("check", "--policies", folder) == 1
    assert capsys.readouterr().out.startswith("rules/sharing.csv:")
    assert run("check", "--json", "--policies", folder) == 1
    (found,) = json.loads(capsys.readouterr().out)
    assert (found["file"], found["grave"]) == ("rules/sharing.csv", True)


def test_a_policy_that_cannot_be_read_is_told_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = written(tmp_path, reworded(shipped(), "SH-301-PENALTY-FINE", sub="nobody"))
    assert run("check", "--policies", folder) == 1
    assert "nobody is not in the tree" in capsys.readouterr().err


def test_a_row_of_the_table_may_have_ended_by_then(tmp_path: Path) -> None:
    opened = {"purpose": "PM-701", "item": "REGISTRATION_ORG", "field": "Organisation.name", "row": "registered"}
    row = "SHARING,PM-701,organisation,REGISTRATION_ORG,any,set:core,CLEAR,2026-01-01,2026-07-01,WC-二(三)7\n"
    folder = written(tmp_path, appended(added(shipped(), "X", **opened), "ceilings_fields.csv", row))
    assert run("check", "--policies", folder, "--at", "2026-06-30") == 0
    assert run("check", "--policies", folder, "--at", "2026-07-01") == 1


def test_the_matrix_answers_who_sees_a_field(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("matrix", "--field", "NaturalPerson.idNumber", "--channel", "PUBLICATION") == 0
    (line,) = table(capsys.readouterr().out)
    assert tuple(line) == MATRIX
    assert (line["who"], line["items"], line["mask"]) == ("public", "DEFAULTER", "MASK_ID_COURT")


def test_the_matrix_is_asked_by_nodes_of_the_trees(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("--who", "dept.housing", "--purpose", "group:PM-301", "--item", "category:ADMIN", "--json")
    assert run("matrix", *arguments) == 0
    lines = json.loads(capsys.readouterr().out)
    assert {line["items"] for line in lines} == {"LICENCE", "PENALTY"}
    assert {line["who"] for line in lines} == {"dept.housing"}


@pytest.mark.parametrize(
    "arguments",
    [
        ("matrix", "--item", "NOTHING"),
        ("matrix", "--channel", "FOO"),
        ("matrix", "--page", "--channel", "publication"),
        ("matrix", "--who", ""),
        ("matrix", "--page", "--who", "agency"),
        ("matrix", "--page", "--json"),
        ("matrix", "--field", "Organisation"),
        ("matrix", "--purpose", "PM-999"),
        ("check", "--policies", "nowhere"),
        ("check", "--policies", ""),
        ("check", "--policies", __file__),
        ("check", "--at", "2026-02-30"),
        ("check", "--at", "0001-01-01"),
        ("check", "--at", "2026-W01-1"),
        ("test", "--mutants", "-3"),
        ("test", "--mutants", "many"),
        ("test", "nowhere.csv"),
        ("test", "."),
        ("diff", "shipped"),
        ("diff", "shipped", ""),
        ("diff", "shipped", __file__),
        ("activate", "shipped", "--basis", ""),
        ("activate", "shipped", "--approver", " "),
        ("rollback", "--approver", "A10/2001", "--reason", " "),
        ("rollback", "--approver", "A10/2001", "--reason", "why", "--to", ""),
        ("rollback", "--approver", "A10/2001", "--reason", "why", "--to", "abc"),
        ("propose", ""),
        (),
    ],
)
def test_misuse_is_2(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]) -> None:
    assert run(*arguments) == 2
    assert capsys.readouterr().out == ""


def test_a_diff_says_what_is_wider(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rule = "SH-SUPERVISION-PENALTY-TEXT-OWN-FIELD"
    folder = written(tmp_path, reworded(shipped(), rule, level="CLEAR", mask=""))
    assert run("diff", "shipped", folder) == 0
    told = capsys.readouterr()
    (line,) = table(told.out)
    assert tuple(line) == DIFF
    assert (line["direction"], line["from"], line["to"]) == (
        "widened",
        "MASKED (MASK_REDACT_TEXT) of shared",
        "CLEAR of shared",
    )
    assert f"differs: rule {rule}" in told.err


def test_a_machine_is_told_all_of_a_comparison_in_one_value(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rule, name = "SH-SUPERVISION-PENALTY-TEXT-OWN-FIELD", "calendar/2026.toml"
    files = reworded(shipped(), rule, level="CLEAR", mask="")
    shorter = files[name].replace(b"2026-01-01, 2026-01-02,", b"2026-01-01,")
    folder = written(tmp_path, files | {name: shorter})

    assert run("diff", "shipped", folder, "--json") == 0
    wider = capsys.readouterr()
    assert run("diff", folder, folder, "--json") == 0
    same = capsys.readouterr()

    assert (wider.err, same.err) == ("", "")
    told = json.loads(wider.out)
    assert told["differs"] == [f"rule {rule}", "calendar"]
    assert (told["needsApproval"], told["narrowedCells"]) == (True, 0)
    assert told["widenedCells"] == sum(int(cell["cells"]) for cell in told["cells"]) > 0
    assert {cell["direction"] for cell in told["cells"]} == {"widened"}
    nothing = json.loads(same.out)
    assert (nothing["cells"], nothing["differs"], nothing["needsApproval"]) == ([], [], False)
    assert nothing["old"] == nothing["new"] == told["new"]


def test_expectations_and_widened_rules_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("test", "--mutants", "20", "--json") == 0
    said = capsys.readouterr()
    told = json.loads(said.out)
    assert said.err == ""
    assert told["expectations"] == told["as expected"] > 500
    ends = [told[end] for end in told if end.startswith(("refused", "absorbed", "wider"))]
    assert sum(ends) == told["widened rules tried"] >= 20


def test_an_expectation_that_fails_is_told_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = shipped()["expectations.csv"].decode().splitlines()
    wrong = tmp_path / "expected.csv"
    wrong.write_text("\n".join((lines[0], lines[1].replace("CLEAR", "VERDICT"))) + "\n", "utf-8")
    assert run("test", "--mutants", "0", str(wrong)) == 1
    assert "expected.csv:2: Organisation.name of REGISTRATION_ORG should be VERDICT" in capsys.readouterr().out


def test_the_page_of_articles_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("coverage") == 0
    assert capsys.readouterr().out == (ROOT / "docs" / "coverage.md").read_text("utf-8")


def test_a_policy_with_a_breach_is_not_put_in_force(database: FreshDatabase) -> None:
    good, bad = loaded(shipped()), loaded(added(shipped(), "X", sub="data_subject"))

    async def tried() -> object:
        async with database.owner() as owner:
            await activate(owner, good)
            with pytest.raises(PolicyRefused, match="S25"):
                await activate(owner, bad)
            return await owner.fetchval(STATE)

    assert asyncio.run(tried()) == good.version


def test_the_matrix_is_also_a_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("matrix", "--page", "--channel", "PUBLICATION") == 0
    page = capsys.readouterr().out
    assert page.startswith("<!doctype html>")
    assert "<td>PUBLICATION</td>" in page
    assert "<td>SHARING</td>" not in page


def test_a_comparison_names_all_that_has_to_be_approved(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name, files = "calendar/2026.toml", shipped()
    shorter = files[name].replace(b"2026-01-01, 2026-01-02,", b"2026-01-01,")
    assert shorter != files[name]

    assert run("diff", "shipped", written(tmp_path, files | {name: shorter})) == 0

    told = capsys.readouterr().err
    assert "differs: calendar\n" in told
    assert "two approvers" in told
    assert run("diff", "shipped", "shipped") == 0
    assert "two approvers" not in capsys.readouterr().err
