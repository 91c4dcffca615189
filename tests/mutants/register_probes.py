"""Probes of the register in the database: what it says of clients and operators, and what it remembers."""

from gateway.identity.register import StoredClients
from gateway.identity.replay import KeptInDatabase
from tests.mutants.edge_city import REGISTERED
from tests.mutants.probing import probe
from tests.mutants.town import Town


@probe
async def the_register_is_read_in_full(town: Town) -> None:
    """Suspensions, agreements and trainings, and no client whose keys cannot be read."""
    register = StoredClients(town.city.installation.registry)
    found = {name: await register.client(name) for name in (*REGISTERED, "UNKNOWN")}
    known, of_suspended, suspended = found["KNOWN"], found["OF-SUSPENDED"], found["SUSPENDED"]
    assert found["UNREADABLE"] is None
    assert found["UNKNOWN"] is None
    assert known is not None
    assert known.usable
    assert known.purposes == {"PM-301"}
    assert suspended is not None
    assert suspended.suspended
    assert of_suspended is not None
    assert of_suspended.agency is not None
    assert of_suspended.agency.suspended
    assert of_suspended.agency.agreement_until is not None
    staff = [await register.staff("KNOWN", number) for number in ("1001", "1002", "1003")]
    assert [each is not None and each.active for each in staff] == [True, False, True]
    assert [each is not None and str(each.operator.trained_until) for each in staff][2] == "2025-12-31"
    assert await register.staff("SUSPENDED", "1001") is None


@probe
async def identifiers_are_remembered_by_all(town: Town) -> None:
    """In the database, where every process finds them, until they expire."""
    kept, identifier = KeptInDatabase(town.city.installation.registry), next(town.numbers)
    assert await kept.first("A1", identifier, 2_000)
    assert not await kept.first("A1", identifier, 2_000)
    assert await kept.first("A2", identifier, 2_000)
    await kept.purge(1_999)
    assert not await kept.first("A1", identifier, 2_000)
    await kept.purge(2_001)
    assert await kept.first("A1", identifier, 2_000)
