"""The demo's consent K1, from yesterday for thirty days: the bank asks as any bank does, the applicant grants as asked.

The request goes through the code that one over HTTP goes through; the decision is written into the register, since
nobody signs in while a demo is prepared. One that is in force is found again: there is no second beside it.
"""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from authz.principal import Caller
from gateway import clients
from gateway.app import asking, named_caller
from gateway.commands.failures import Failure
from gateway.consents.asking import offered_to, subject_of
from gateway.consents.records import By, Decision, Request
from gateway.consents.wanted import TYPE, Wanted, read_wanted
from gateway.installation import Installation, today_in_china
from gateway.lending import matter_finder
from gateway.portal.pages.naming import Names
from gateway.portal.pages.notice import Giver, Notice, Recipient, notice_of
from gateway.portal.texts import Language

BANK, OPERATOR = "B1", "1001"
LOAN = "LN20260519-88"
APPLICANT = {"idType": "RESIDENT_ID", "idNumber": "420199199207280027", "name": "王测试"}
ITEMS = ("DEFAULTER", "PRACTICE_LICENCE", "SERIOUS_LIST")
"""JUDICIAL, SERIOUS, and of the licences those to practise."""
DAYS, USES = 30, 2
RECIPIENT = """
    SELECT agency.name, agency.uscc, agency.contact FROM client JOIN agency ON agency.id = client.agency_id
    WHERE client_id = $1
"""


async def demo_consent(installation: Installation) -> UUID:
    """The id of the consent in force, given now where there is none."""
    caller = await _bank(installation)
    bare = _wanted(("Record.status",))
    subject = subject_of(bare, installation.sealer)
    before = await installation.consents.consents_about(subject.id)
    for each in before:
        if each.usable and each.request.terms.matter == LOAN:
            return each.id
    matter = await matter_finder(installation.databases)(BANK, LOAN)
    offered = offered_to(caller, bare, subject, matter, await installation.state.current())
    fields = sorted({field for item in ITEMS for field in offered[item]})
    request = await asking(installation).ask(caller, f"demo-{len(before)}-{today_in_china()}", _wanted(fields))
    await installation.consents.show(request.id)
    await installation.consents.grant(request.id, await _decision(installation, request))
    return request.id


async def _bank(installation: Installation) -> Caller:
    """As it would be known by its token."""
    caller = await named_caller(installation, BANK, OPERATOR)
    return replace(caller, thumbprint=clients.read_key(installation.settings.home, BANK, clients.DPOP).kid)


def _wanted(fields: Iterable[str]) -> Wanted:
    day = today_in_china()
    body = {
        "type": TYPE,
        "purpose": "PM-901",
        "manner": "check",
        "matter": LOAN,
        "subject": {"person": APPLICANT},
        "items": ITEMS,
        "fields": list(fields),
        "period": {"from": date(2016, 1, 1).isoformat(), "until": (day + timedelta(days=DAYS - 1)).isoformat()},
        "uses": USES,
        "expires_in": DAYS,
        "retention_days": 365,
        "necessity": "审核贷款申请，须核实司法、严重失信和执业许可信息",
        "service_depends": True,
    }
    return read_wanted(json.dumps(body).encode())


async def _decision(installation: Installation, request: Request) -> Decision:
    notice = await _notice(installation, request)
    terms = request.terms
    return Decision(
        by=By.SUBJECT,
        rights=terms.rights,
        period=terms.period,
        uses=terms.uses,
        days=terms.days,
        notice=notice.text,
        notice_version=notice.version,
        language=notice.language,
        assurance="demo",
        first=datetime.now(UTC) - timedelta(days=1),
    )


async def _notice(installation: Installation, request: Request) -> Notice:
    """The text that the portal would have shown."""
    row = await installation.registry.fetchrow(RECIPIENT, request.client)
    if row is None:
        raise Failure(f"the demonstration has no client {request.client}")
    recipient = Recipient(name=row["name"], code=row["uscc"], contact=row["contact"])
    policy = (await installation.state.current()).policy
    names = Names(catalogue=policy.catalogue, regulation=policy.regulation, language=Language.CHINESE)
    settings = installation.settings
    return notice_of(request, recipient, Giver(city=settings.jurisdiction, office=settings.office_contact), names)
