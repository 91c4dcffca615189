"""What tests of the register share: an installation without data but with banks, and what one asks of a person."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from authz.principal import Subject
from gateway.consents.register import ConsentRegister
from tests.city import City, city
from tests.consents.granted import Wanted, rights
from tests.fresh_database import FreshDatabase
from tests.rows import agency, insert

PERSON = Subject(id=420_199, digest=b"d" * 32, natural=True)
OTHER = Subject(id=420_198, digest=b"e" * 32, natural=True)
DEMAND = b"demand"
WANTED = Wanted(subject=PERSON, rights=rights("PENALTY LICENCE", "Penalty.documentNumber Penalty.fineAmount"))


@asynccontextmanager
async def bank_city(database: FreshDatabase) -> AsyncIterator[City]:
    """Two banks, and nobody else."""
    async with city(database, empty=True) as found:
        async with database.owner() as owner:
            await insert(owner, "agency", agency())
            for client in ("B1", "B2"):
                row = {"client_id": client, "agency_id": 900, "role": "BANK", "jwks": "{}", "dpop_thumbprint": "new"}
                await insert(owner, "client", row)
        yield found


async def debited(register: ConsentRegister, consent: object, **changes: object) -> int | None:
    """The number of the use that the bank is given with its own key."""
    given = {"client": "B1", "thumbprint": WANTED.thumbprint, "demand": DEMAND, **changes}
    found = await register.debit(consent, **given)  # type: ignore[arg-type]
    return None if found is None else found.use
