"""What storing keeps to, however a load is cut into chunks, files and processes: nothing twice, nothing lost, nothing
undone, and what a row said before."""

import asyncio
import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import asyncpg
import psutil  # type: ignore[import-untyped]
import pytest

from gateway.database.embedded import EmbeddedServer
from gateway.database.roles import Credentials
from gateway.intake.city.files import city_files
from gateway.intake.fixture import fixture_files
from gateway.intake.insertion import FEW
from gateway.intake.load import LoadStoppedError, Step
from resolvers.tables.columns import METADATA
from tests.fresh_database import FreshDatabase, fresh_database
from tests.intake_loading import SEALER, csv_file, load, load_city, row, rows
from tests.stored_city import stored

pytestmark = pytest.mark.anyio

FILES = dict(fixture_files(objections=True))
CITY = tuple((file.name, file.content) for file in city_files(2 * FEW))
RECORD = "SELECT * FROM record WHERE document_number = $1"
R2 = "武市监处罚〔2026〕测001号"
L3 = "鄂人社列字〔2026〕测002号"


@pytest.fixture
def other_database(
    database_server: EmbeddedServer, database_home: Path, database_credentials: Credentials
) -> Iterator[FreshDatabase]:
    with fresh_database(database_server, database_home, database_credentials) as fresh:
        yield fresh


def table(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(FILES[name].decode("utf-8-sig"))))


def written(name: str, lines: list[dict[str, str]]) -> tuple[str, bytes]:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(lines[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return name, out.getvalue().encode()


def changed(name: str, old: str, new: str) -> tuple[str, bytes]:
    text = FILES[name].decode()
    assert old in text
    return name, text.replace(old, new).encode()


async def history(database: FreshDatabase, relation: str, row_id: int) -> list[dict[str, Any]]:
    """What the row said before each change."""
    query = "SELECT earlier FROM row_history WHERE relation = $1 AND row_id = $2 ORDER BY sequence"
    return [json.loads(each["earlier"]) for each in await rows(database, query, relation, row_id)]


async def test_processes_and_chunks_change_nothing(database: FreshDatabase, other_database: FreshDatabase) -> None:
    """One database gets each file whole, by processes and by COPY; the other row by row, by this process alone."""
    first = await load(database, *CITY, processes=2)
    second = await load(other_database, *CITY, chunk=FEW // 2)
    assert first == second
    assert first.quarantined == 0
    assert first.loaded > 5 * FEW
    assert await stored(database) == await stored(other_database)


async def test_the_same_files_in_another_order_and_other_chunks_change_nothing(database: FreshDatabase) -> None:
    first = await load(database, *CITY, chunk=FEW // 3)
    before = await everything(database)
    again = await load(database, *reversed(CITY), chunk=FEW * 3)
    assert (again.loaded, again.corrected, again.unchanged) == (0, 0, first.loaded)
    assert await everything(database) == before


async def everything(database: FreshDatabase) -> list[Any]:
    """Ciphertexts and history included."""
    return [await rows(database, f'SELECT * FROM "{name}" ORDER BY 1, 2') for name in (*METADATA.tables, "row_history")]  # noqa: S608


@pytest.mark.parametrize("chunk", [1, 2, 1000])
async def test_a_row_twice_in_one_file(database: FreshDatabase, chunk: int) -> None:
    """New and stored rows alike, in one chunk or in several."""
    await load_city(database)
    one, *_ = table("penalties.csv")
    new = {**one, "CF_WSH": "武市监处罚〔2026〕测099号"}
    file = written("penalties.csv", [one, new, one, new, {**one, "BZ": "又"}, {**new, "BZ": "又"}])
    for loaded, unchanged in ((1, 3), (0, 4)):
        report = await load(database, file, chunk=chunk)
        assert (report.loaded, report.unchanged, report.corrected) == (loaded, unchanged, 0)
        assert [(each.line, each.reasons) for each in report.files[0].aside] == [
            (6, ("同一文件内重复且内容不同",)),
            (7, ("同一文件内重复且内容不同",)),
        ]


@pytest.mark.parametrize("facts", ["另有事实", None])
async def test_a_row_that_is_set_aside_brings_nothing_with_it(database: FreshDatabase, facts: str | None) -> None:
    await load_city(database)
    named = {**table("lists.csv")[0], "责任人员": "张测试"}
    other = {**named, "责任人员": "", "事实": facts or named["事实"]}
    report = await load(database, written("lists.csv", [named, other]))
    assert [each.line for each in report.files[0].aside] == [3]
    assert len(await rows(database, "SELECT FROM record_person_target")) == 1


async def test_what_a_row_said_before_is_kept(database: FreshDatabase) -> None:
    await load_city(database)
    before = await row(database, RECORD, R2)
    await load(database, changed("penalties.csv", "12.500000", "10.500000"), today=date(2026, 5, 25))
    (earlier,) = await history(database, "record", before["id"])
    assert earlier == {"fine_amount": 12_500_000, "state": "ACTIVE", "corrected_on": None}
    await load(database, changed("penalties.csv", "指使员工刘某更换生产日期", "指使员工更换生产日期"))
    _, earlier = await history(database, "record", before["id"])
    assert earlier["fine_amount"] == 10_500_000
    assert SEALER.open_value(bytes.fromhex(earlier["facts_ct"].removeprefix("\\x"))) == SEALER.open_value(
        before["facts_ct"]
    )
    assert "刘某" in earlier["facts__redact_text"]


async def test_no_number_of_a_person_lies_in_clear_in_what_is_kept(database: FreshDatabase) -> None:
    await load_city(database)
    await load(database, changed("persons.csv", "13800138000", "13900139000"))
    (person,) = await rows(database, "SELECT id FROM subject WHERE person_phone__phone = '139****9000'")
    (earlier,) = await history(database, "subject", person["id"])
    assert earlier["person_phone__phone"] == "138****8000"
    assert "13800138000" not in json.dumps(earlier)


async def test_targets_that_are_forgotten_are_kept(database: FreshDatabase) -> None:
    await load_city(database)
    lines = table("lists.csv")
    await load(database, written("lists.csv", [{**lines[0], "责任人员": "张测试"}]))
    (target,) = await rows(database, "SELECT record_id, link_id FROM record_person_target")
    await load(database, written("lists.csv", [{**lines[0], "责任人员": ""}]))
    assert await history(database, "record_person_target", target["record_id"]) == [dict(target)]


async def test_a_masked_form_alone_corrects_nothing(database: FreshDatabase) -> None:
    """Who is known of a company by now is shown otherwise in a text that says what it said."""
    without_links = {name: content for name, content in FILES.items() if name not in ("links.csv", "agencies.csv")}
    await load(database, ("agencies.csv", FILES["agencies.csv"]))
    await load(database, *((name, without_links[name]) for name in ("organisations.csv", "persons.csv")))
    await load(database, ("penalties.csv", FILES["penalties.csv"]))
    before = await row(database, RECORD, R2)
    await load(database, ("links.csv", FILES["links.csv"]))
    await load(database, ("penalties.csv", FILES["penalties.csv"]))
    after = await row(database, RECORD, R2)
    assert after["facts__redact_text"] != before["facts__redact_text"]
    assert (after["state"], after["corrected_on"]) == ("ACTIVE", None)


async def test_a_silent_row_undoes_no_removal(database: FreshDatabase) -> None:
    await load_city(database)
    lists = written("lists.csv", [{**each, "移出日期": "", "移出原因": ""} for each in table("lists.csv")])
    await load(database, lists)
    names = ("修复文书号", "修复作出机关统一社会信用代码", "修复目录项", "修复日期", "修复效果")
    removal = (L3, "1142079900TERT053H", "SERIOUS_LIST", "2027-03-05", "移出名单")
    report = await load(database, csv_file("repairs.csv", names, removal), today=date(2027, 4, 1))
    assert (report.loaded, report.quarantined) == (1, 0)
    assert (await row(database, RECORD, L3))["removed_on"] == date(2027, 3, 5)
    assert (await load(database, lists)).unchanged == 2
    assert (await row(database, RECORD, L3))["removed_on"] == date(2027, 3, 5)
    told = written("lists.csv", [{**table("lists.csv")[0], "移出日期": "2026-05-12"}])
    await load(database, told)
    assert (await row(database, RECORD, L3))["removed_on"] == date(2026, 5, 12)


async def test_two_loads_at_once_store_what_one_does(database: FreshDatabase, other_database: FreshDatabase) -> None:
    """Each takes what the other has, in another order of files and rows; neither waits for ever, neither doubles."""
    penalties = written("penalties.csv", table("penalties.csv")[::-1])
    turned = {**FILES, "penalties.csv": penalties[1]}
    for each in (database, other_database):
        await load_city(each)
    both = await asyncio.gather(
        load(database, *CITY, ("penalties.csv", FILES["penalties.csv"]), chunk=7),
        load(database, *reversed(CITY), ("penalties.csv", turned["penalties.csv"]), chunk=11),
    )
    alone = await load(other_database, *CITY, penalties)
    assert sum(report.loaded for report in both) == alone.loaded
    assert [report.corrected + report.quarantined for report in both] == [0, 0]
    assert await stored(database) == await stored(other_database)


async def test_a_database_that_goes_away_takes_no_half_file_with_it(
    database: FreshDatabase, database_server: EmbeddedServer
) -> None:
    """The session is ended in the middle of the third file that has several chunks."""
    ended: list[asyncio.Task[None]] = []

    async def end() -> None:
        superuser = await asyncpg.connect(database_server.superuser_url())
        await superuser.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", database.name
        )
        await superuser.close()

    def hear(step: Step) -> None:
        if step.lines == 40 and "penalties" in step.name and not ended:
            ended.append(asyncio.ensure_future(end()))

    with pytest.raises(LoadStoppedError, match="nothing of it is stored") as stopped:
        await load(database, *CITY, chunk=4, progress=hear)
    await ended[0]
    assert "penalties" in stopped.value.name
    assert {file.layout for file in stopped.value.stored.files} >= {"organisations", "persons", "licences"}
    (left,) = await rows(database, "SELECT count(*) FROM record WHERE family = 'Penalty'")
    assert left["count"] == 0
    again = await load(database, *CITY)
    assert (again.corrected, again.quarantined) == (0, 0)
    assert again.unchanged == stopped.value.stored.loaded


async def test_a_process_that_dies_takes_no_half_file_with_it(database: FreshDatabase) -> None:
    before = set(psutil.Process().children())

    def hear(step: Step) -> None:
        if step.lines and "licences" in step.name:
            for child in set(psutil.Process().children()) - before:
                child.kill()

    with pytest.raises(LoadStoppedError, match="PreparerLostError") as stopped:
        await load(database, *CITY, chunk=20, processes=1, progress=hear)
    assert "licences" in stopped.value.name
    (left,) = await rows(database, "SELECT count(*) FROM record")
    assert left["count"] == 0
