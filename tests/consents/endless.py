"""A consent that does not run out, for tests of what is shown: it stands in the register, and every use of it is real.

Before its uses are over they are given back, as no road of the gateway could. Uses are taken one by one, in every city
in the same order: they are numbered, and a cursor tells the number.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from uuid import UUID

from authz.principal import Caller, Consent
from gateway.consents.records import MOST_USES
from tests.city import City
from tests.consents.granted import Wanted, granted, signatory
from tests.consents.unguarded import unguarded

_EARLIEST, _LATEST = date(1, 1, 2), date(9999, 12, 30)
"""What the database takes for days: those beyond are infinite to it."""


class EndlessConsent:
    """The consent of this caller, if it has one, in each of these cities: ``async with consent.use()``."""

    def __init__(self, cities: Sequence[City], caller: Caller) -> None:
        self._cities = cities
        self._consent = caller.consented
        self._alone = asyncio.Lock()
        self._left = 0

    @asynccontextmanager
    async def use(self) -> AsyncIterator[None]:
        if self._consent is None:
            yield
            return
        async with self._alone:
            if self._left == 0:
                for city in self._cities:
                    await _renew(city, self._consent)
                self._left = MOST_USES
            self._left -= 1
            yield


async def _renew(city: City, consent: Consent) -> None:
    """It is granted, or its uses are given back."""
    register, id_ = city.installation.consents, UUID(consent.id)
    if await register.consent(id_) is None:
        wanted = _wanted(consent)
        if not consent.subject.natural:
            async with city.database.owner() as owner:
                wanted = replace(wanted, relation=await signatory(owner, consent.subject))
        await granted(replace(register, new_id=lambda: id_), wanted)
        return
    async with city.database.owner() as owner, unguarded(owner):
        await owner.execute("DELETE FROM consent_use WHERE consent = $1", id_)
        await owner.execute("UPDATE consent SET used = 0 WHERE id = $1", id_)


def _wanted(consent: Consent) -> Wanted:
    return Wanted(
        subject=consent.subject,
        rights=consent.rights,
        client=consent.client,
        purpose=consent.purpose,
        matter=consent.matter,
        period=(max(consent.period[0], _EARLIEST), min(consent.period[1], _LATEST)),
        uses=MOST_USES,
    )
