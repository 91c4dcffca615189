"""Fixtures of every test that needs a database: one embedded server for each process of the run, many copies in it."""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as drawing

from gateway.database import embedded
from gateway.database.embedded import EmbeddedServer
from gateway.database.migrate import migrate
from gateway.database.roles import Credentials
from tests.fresh_database import FreshDatabase, empty_database, fresh_database

# A busy machine is no fault of what is tested.
drawing.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
drawing.load_profile("patient")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """A test that is skipped has shown nothing: it fails, and with it the run."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if report.skipped and not hasattr(report, "wasxfail"):
        report.outcome, report.longrepr = "failed", f"{item.nodeid} was skipped"


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    """So has a module that skips itself while it is collected."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if report.skipped:
        report.outcome, report.longrepr = "failed", f"{collector.nodeid} was skipped"


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Tests marked ``anyio`` run on asyncio alone."""
    return "asyncio"


@pytest.fixture(scope="session")
def database_home() -> Iterator[Path]:
    """The home folder of the run's server. Not under pytest's own folder: the server's user could not enter that."""
    with tempfile.TemporaryDirectory(prefix="credit-gateway-") as folder:
        yield Path(folder) / "home"


@pytest.fixture(scope="session")
def database_server(database_home: Path) -> Iterator[EmbeddedServer]:
    server = embedded.start(database_home)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def database_credentials(database_server: EmbeddedServer, database_home: Path) -> Credentials:
    """Migrates the template that fresh databases are copied from; nobody may connect to it afterwards."""
    return asyncio.run(migrate(database_server.url, database_home))


@pytest.fixture
def database(
    database_server: EmbeddedServer, database_home: Path, database_credentials: Credentials
) -> Iterator[FreshDatabase]:
    """A migrated database without rows, of this test alone."""
    with fresh_database(database_server, database_home, database_credentials) as fresh:
        yield fresh


@pytest.fixture(scope="module")
def module_database(
    database_server: EmbeddedServer, database_home: Path, database_credentials: Credentials
) -> Iterator[FreshDatabase]:
    """The same for all tests of a module that only read after the module's own fixture has written."""
    with fresh_database(database_server, database_home, database_credentials) as fresh:
        yield fresh


@pytest.fixture
def empty_url(database_server: EmbeddedServer) -> Iterator[str]:
    """The owner's URL of a database without tables."""
    with empty_database(database_server) as url:
        yield url
