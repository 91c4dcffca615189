"""What officers do about consents: each time an entry with its reason first, then the change; and never a grant."""

from uuid import uuid4

import pytest

from gateway.approvals.officers import Officer
from gateway.consents.ordering import Order, Orders, told
from gateway.consents.records import By, Reason, State
from tests.consents.granted import granted
from tests.consents.registers import WANTED, bank_city
from tests.fresh_database import FreshDatabase

pytestmark = pytest.mark.anyio

OFFICER = Officer(client="A10", number="2001", organisation="office")


async def test_an_officer_suspends_resumes_and_revokes(database: FreshDatabase) -> None:
    async with bank_city(database) as town:
        register = town.installation.consents
        orders = Orders(register=register, append=town.installation.ledger.append)
        record = await granted(register, WANTED)
        listed = await orders.listed("a complaint", OFFICER, "B1")
        assert [each.id for each in listed] == [record.id]
        assert await orders.listed("a complaint", OFFICER, "B2") == ()
        assert told(record)["client"] == "B1"
        assert not {"subject", "name", "contact"} & told(record).keys()
        states = []
        for order in (Order.SUSPEND, Order.RESUME, Order.REVOKE):
            assert await orders.carry_out(order, record.id, "a complaint", OFFICER)
            found = await register.consent(record.id)
            assert found is not None
            states.append(found.state)
        assert states == [State.SUSPENDED, State.ACTIVE, State.REVOKED]
        assert not await orders.carry_out(Order.RESUME, record.id, "a mistake", OFFICER)
        assert not await orders.carry_out(Order.REVOKE, uuid4(), "a mistake", OFFICER)
        assert await orders.listed("a complaint", OFFICER, None) == ()
        last = (await register.events(record.id))[-1]
        assert (last.by, last.reason) == (By.OFFICER, Reason.OFFICER)
        async with town.database.owner() as owner:
            entries = await owner.fetch(
                "SELECT convert_from(leaf, 'UTF8')::jsonb AS leaf FROM audit_pending "
                "WHERE convert_from(leaf, 'UTF8')::jsonb ->> 'principal' = 'A10' ORDER BY id"
            )
        leaves = [row["leaf"] for row in entries]
        assert len(leaves) == 8
        assert all("complaint" not in leaf and "2001" not in leaf for leaf in leaves)
        assert sum(str(record.id) in leaf for leaf in leaves) == 4
