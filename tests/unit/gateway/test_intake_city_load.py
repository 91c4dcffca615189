"""Every row of the invented city is taken but those that were spoilt on purpose, whatever the mistake."""

from collections.abc import Sequence

import pytest

from gateway.intake.city.files import CityFile, city_files
from gateway.intake.report import LoadReport, SetAside
from tests.fresh_database import FreshDatabase
from tests.intake_loading import load, row

pytestmark = pytest.mark.anyio


async def loaded(database: FreshDatabase, files: Sequence[CityFile]) -> LoadReport:
    return await load(database, *((file.name, file.content) for file in files))


def aside_of(report: LoadReport) -> list[SetAside]:
    return [each for file in report.files for each in file.aside]


async def test_nothing_of_a_sound_city_is_set_aside(database: FreshDatabase) -> None:
    files = list(city_files(300))
    report = await loaded(database, files)
    assert [(each.line, each.reasons) for each in aside_of(report)] == []
    assert all(file.refused is None for file in report.files)
    found = await row(database, "SELECT (SELECT count(*) FROM subject) AS s, (SELECT count(*) FROM measure) AS m")
    assert found["s"] == 300
    assert found["m"] == next(file.rows for file in files if file.layout == "measures")


async def test_what_was_spoilt_is_set_aside_and_nothing_else(database: FreshDatabase) -> None:
    files = list(city_files(300, flaws=0.2))
    report = await loaded(database, files)
    by_name = {file.name: file for file in report.files}
    assert {file.name: file.spoilt for file in files} == {name: len(each.aside) for name, each in by_name.items()}
    reasons = {reason for each in aside_of(report) for reason in each.reasons}
    assert len(reasons) >= 6
    assert not any(each.stored for each in aside_of(report))
