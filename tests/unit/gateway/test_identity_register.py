"""The register of clients in the database, read with the registry role, and how long an answer is kept."""

import json
from datetime import date
from typing import Any

import pytest

from gateway.database.scopes import DatabaseRole
from gateway.identity.clients import Client, ClientRole, Staff
from gateway.identity.register import RecentClients, StoredClients
from tests.fresh_database import FreshDatabase
from tests.rows import agency, insert

pytestmark = pytest.mark.anyio

JWKS = json.dumps(
    {"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "k1", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}
)
DAY = date(2027, 12, 31)


def client(client_id: str, **values: Any) -> dict[str, Any]:
    row = {"client_id": client_id, "agency_id": 900, "role": "AGENCY", "jwks": JWKS, "purposes": ["PM-301", "PM-302"]}
    return {**row, "dpop_thumbprint": None, "suspended": False, **values}


async def fill(database: FreshDatabase) -> None:
    async with database.owner() as owner:
        await insert(owner, "agency", agency(department="dept.market", supervision_field="FOOD", agreement_until=DAY))
        await insert(
            owner,
            "client",
            client("A4"),
            client("AUDIT", agency_id=None, role="AUDIT", purposes=None),
            client("BROKEN", jwks='{"keys":[]}'),
            client("B1", role="BANK", dpop_thumbprint="t" * 43, suspended=True),
        )
        await insert(
            owner,
            "operator",
            {"client_id": "A4", "staff_number": "1001", "agreement_until": DAY, "trained_until": DAY},
            {"client_id": "A4", "staff_number": "1002", "agreement_until": DAY, "active": False},
        )


async def test_clients_and_staff_are_read_with_the_rights_of_the_registry(database: FreshDatabase) -> None:
    await fill(database)
    async with database.connect(DatabaseRole.REGISTRY) as registry:
        stored = StoredClients(registry)
        found = [await stored.client(name) for name in ("A4", "AUDIT", "B1", "BROKEN", "nobody", "a4")]
        staff = [await stored.staff("A4", number) for number in ("1001", "1002", "9999")]
        staff.append(await stored.staff("B1", "1001"))

    one, audit, bank, *others = found
    assert one is not None
    assert one.agency is not None
    assert (one.role, set(one.purposes), set(one.keys)) == (ClientRole.AGENCY, {"PM-301", "PM-302"}, {"k1"})
    assert (one.agency.id, one.agency.department, one.agency.supervision_field) == (900, "dept.market", "FOOD")
    assert (one.agency.agreement_until, one.agency.suspended, one.agency.jurisdiction) == (DAY, False, "420100")
    assert audit is not None
    assert (audit.role, audit.agency, audit.purposes) == (ClientRole.AUDIT, None, frozenset())
    assert bank is not None
    assert (bank.suspended, bank.dpop_thumbprint, bank.usable) == (True, "t" * 43, False)
    assert others == [None, None, None]
    assert [row and (row.active, row.operator.trained_until) for row in staff] == [
        (True, DAY),
        (False, None),
        None,
        None,
    ]


class Counted:
    """A register that counts how often it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.staff_row: Staff | None = None

    async def client(self, client_id: str) -> Client | None:
        self.asked.append(client_id)
        return None

    async def staff(self, client_id: str, staff_number: str) -> Staff | None:
        self.asked.append(f"{client_id}/{staff_number}")
        return self.staff_row


async def test_an_answer_is_kept_for_its_seconds_and_no_longer() -> None:
    source, now = Counted(), [100.0]
    recent = RecentClients(source, seconds=5, clock=lambda: now[0])

    for later in (0.0, 4.9, 0.1, 4.9):
        now[0] += later
        await recent.client("A1")

    assert source.asked == ["A1", "A1"]


async def test_answers_of_different_questions_are_kept_apart() -> None:
    source = Counted()
    recent = RecentClients(source, seconds=5, clock=lambda: 0.0)

    for pair in (("A1", "1"), ("A1", "2"), ("A11", ""), ("A1", "1")):
        await recent.staff(*pair)
    await recent.client("A1")

    assert source.asked == ["A1/1", "A1/2", "A11/", "A1"]


async def test_a_bounded_number_of_answers_is_kept() -> None:
    source = Counted()
    recent = RecentClients(source, seconds=5, clock=lambda: 0.0, most=2)

    for name in ("a", "b", "a", "c", "a"):
        await recent.client(name)

    assert source.asked == ["a", "b", "c", "a"]
