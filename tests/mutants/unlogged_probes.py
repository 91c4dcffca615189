"""Probes of what the log cannot write: it does not leave, and nothing is read for it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from authz.principal import PUBLIC as PUBLIC_CALLER
from authz.principal import Caller
from gateway.in_force import State
from gateway.keys.vault import SubjectVault
from gateway.ledger.append import Ledger
from schema.errors import Code, LedgerError
from tests.mutants import edge_city as city
from tests.mutants.amending import fresh
from tests.mutants.edge_city import TODAY, caller
from tests.mutants.matter_probes import opening
from tests.mutants.operations import NAME, organisation
from tests.mutants.probing import probe
from tests.mutants.town import Line, Town


@probe
async def nothing_leaves_unlogged(town: Town) -> None:
    """An entry that may not be written (its version looks like somebody's number) stops the answer, and the change."""
    number = next(town.numbers)
    async with unwritable(town) as line:
        assert await _unavailable(line, NAME, organisation(city.MAIN), Caller(principal=PUBLIC_CALLER))
        assert await _unavailable(line, "{ nothing }", None, Caller(principal=PUBLIC_CALLER)) is False
        assert await _unavailable(line, *opening(number), caller("TENDER"))
    found = await town.owner.fetchval("SELECT count(*) FROM matter WHERE number = $1", number)
    assert found == 0


@asynccontextmanager
async def unwritable(town: Town) -> AsyncIterator[Line]:
    """A line under a policy version that no leaf may show."""
    policy = replace(fresh(town.city.installation.policy), version="420199198503120015")

    async def read() -> Mapping[str, object]:
        return {"policy_version": policy.version, "business_date": None, "freezes": 0}

    change = town.owner.transaction()
    await change.start()
    try:
        await town.owner.execute("UPDATE authz_state SET policy_version = $1", policy.version)
        line = town.line()
        state = State(read=read, versions={policy.version: policy}, today=lambda: TODAY)
        yield replace(line, pipeline=replace(line.pipeline, state=state))
    finally:
        await change.rollback()


async def _unavailable(line: Line, document: str, variables: Mapping[str, object] | None, who: Caller) -> bool:
    try:
        await line.told(document, variables, who)
    except LedgerError as error:
        return error.code is Code.LEDGER_UNAVAILABLE
    return False


@probe
async def nothing_is_read_where_the_log_is_closed(town: Town) -> None:
    """Before anything is asked of the database."""
    installation = town.city.installation

    async def never() -> Any:
        raise OSError

    closed = Ledger(
        connect=never,
        vault=installation.pipeline.ledger._vault,
        process="probe",
        clock=lambda: 0,
        random=bytes,
    )
    assert isinstance(closed._vault, SubjectVault)
    line, before = town.line(), await town.ask(NAME, organisation(city.MAIN))
    town.rows.clear()
    assert before.code is None
    shut = replace(line, pipeline=replace(line.pipeline, ledger=closed))
    assert await _unavailable(shut, NAME, organisation(city.MAIN), Caller(principal=PUBLIC_CALLER))
    assert town.rows == []
