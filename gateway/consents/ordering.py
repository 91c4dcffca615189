"""What an officer orders of a consent: entered in the log with its reason, then done; and what officers are shown.

The entry of the order names the officer; the change itself has its own entry, as every change has. An officer never
grants anything: what was suspended may go on, what has ended has ended.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from gateway.approvals.officers import Officer
from gateway.consents.records import By, ConsentRecord, Reason
from gateway.consents.register import ConsentRegister
from gateway.exchange import COMMAND_LINE
from gateway.ledger.entry import Decision, Entry, Hidden, Kind, Operator
from gateway.ledger.receipt import Receipt

LISTED, NOTICE_READ = "consents-listed", "consent-notice-read"


class Order(StrEnum):
    """The ``action`` of the entry is its value."""

    REVOKE = "consent-revocation-ordered"
    SUSPEND = "consent-suspension-ordered"
    RESUME = "consent-resumption-ordered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """``append``: of the ledger, for the orders themselves."""

    register: ConsentRegister
    append: Callable[[Entry], Awaitable[Receipt]]

    async def carry_out(self, order: Order, consent: UUID, reason: str, by: Officer) -> bool:
        """Whether it changed anything. Errors: ``NotWritten``."""
        await self.append(ordered(order, by, reason, consent))
        # COMMIT POINT: the order is durable in the log.
        match order:
            case Order.REVOKE:
                return await self.register.revoke(consent, Reason.OFFICER, By.OFFICER)
            case Order.SUSPEND:
                return await self.register.suspend(consent, Reason.OFFICER, By.OFFICER)
            case Order.RESUME:
                return await self.register.resume(consent, By.OFFICER)

    async def listed(self, reason: str, by: Officer, client: str | None) -> tuple[ConsentRecord, ...]:
        """Consents that have not ended, newest first; of one client, where it is named. Errors: ``NotWritten``."""
        await self.append(ordered(LISTED, by, reason, None))
        return await self.register.open_consents(client)

    async def notice(self, consent: UUID, reason: str, by: Officer) -> str | None:
        """The exact text that was shown before this consent was granted; None where there is none. Errors:
        ``NotWritten``."""
        await self.append(ordered(NOTICE_READ, by, reason, consent))
        record = await self.register.consent(consent)
        return None if record is None else await self.register.notice(record)


def ordered(action: str, by: Officer, reason: str, consent: UUID | None) -> Entry:
    return Entry(
        kind=Kind.ADMIN,
        principal=by.client,
        decision=Decision.ALLOW,
        action=action,
        operator=Operator(number=by.number, role=None, method=COMMAND_LINE),
        consent=consent,
        variables=(Hidden(name="reason", type="String", value=reason),),
    )


def told(record: ConsentRecord) -> Mapping[str, Any]:
    """What an officer is shown: nothing of whom it is about."""
    terms = record.request.terms
    return {
        "id": str(record.id),
        "client": record.request.client,
        "purpose": terms.purpose,
        "matter": terms.matter,
        "state": record.state.value,
        "reason": None if record.reason is None else record.reason.value,
        "used": record.used,
        "uses": record.uses,
        "expires": record.expires_at.isoformat(timespec="seconds"),
        "usable": record.usable,
    }
