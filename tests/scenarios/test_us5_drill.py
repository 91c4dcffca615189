"""US-5, the emergency drill (docs/runbooks/leak.md): a screenshot appears; freeze, trace, who was affected, report."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest

from authz.frozen import Freeze, Target
from gateway.administration import Administration, administered_at
from gateway.approvals.queue import Act, NotGranted
from gateway.clients import add_operator
from gateway.database.scopes import DatabaseRole
from gateway.freezes.naming import name_of
from gateway.ledger.proof.tree import leaf_hash
from gateway.log.unsealing import concerned, unsealed
from schema.errors import Code
from tests.city import City
from tests.unit.gateway.offices import UNTIL

pytestmark = pytest.mark.anyio

L2 = "91420199MA9TERT20X"
N2 = {"idNumber": "420199199207280027", "name": "王测试"}
NUMBER = "武市监处罚〔2026〕测001号"
TENDER = """query($uscc: String!) @purpose(code: "PM-301", matter: "HSZB-2026-0117", role: "bidder") {
    subject(by: {uscc: $uscc}) { name records { edges { node { documentNumber facts } } } } }"""
EXPERT = """query($who: PersonLookup!) @purpose(code: "PM-302", matter: "HSZB-2026-0117-P", role: "review_expert") {
    standing(by: {person: $who}) { judgmentDefaulter { answer } seriousList { answer } } }"""
PUBLIC = "query($uscc: String!) { subject(by: {uscc: $uscc}) { name } }"
LOG = """query($f: AccessFilter) { accessLog(filter: $f, first: 100) { edges { node {
    id at system operator matterNumber purpose decision leafHash agency { name }
    released { recordReferences clearCoordinates } } } } }"""
HOUR = 3_600_000


@asynccontextmanager
async def office(town: City) -> AsyncIterator[Administration]:
    async with administered_at(town.installation.settings, town.database.url) as found:
        yield found


async def search(town: City, given: Mapping[str, Any]) -> list[dict[str, Any]]:
    answer = await town.ask(LOG, {"f": given}, client="AUDIT", operator="U1")
    assert answer.code is None
    return [edge["node"] for edge in answer.data["accessLog"]["edges"]]


async def test_the_drill(town: City) -> None:
    async with town.database.connect(DatabaseRole.REGISTRY) as registry:
        await add_operator(registry, "AUDIT", "U3", UNTIL, UNTIL)
    leaked = await town.ask(TENDER, {"uscc": L2}, client="A1")
    about_a_person = await town.ask(EXPERT, {"who": N2}, client="A1")
    assert NUMBER in leaked.raw.decode()

    async with office(town) as administration:
        officers = await administration.officers()
        first, second, third = [await officers.named(f"AUDIT/{number}") for number in ("U1", "U2", "U3")]

        # 1. Freeze: nothing more leaves by that agency, by whatever token; the public goes on.
        agency = await name_of(Target.AGENCY, "A1", administration.clients, ())
        await administration.freezes.impose(Freeze(target=Target.AGENCY, name=agency), "a screenshot appeared", first)
        assert (await town.ask(TENDER, {"uscc": L2}, client="A1")).code is Code.FROZEN
        assert (await town.ask(PUBLIC, {"uscc": L2})).code is None

        # 2. Trace: who was given this field of this very record in clear, when, in which matter.
        (known,) = [node for node in await search(town, {"agency": "A1"}) if node["id"] == leaked.entry]
        (record, *_) = [each for row in known["released"] for each in row["recordReferences"]]
        traced = await search(town, {"record": record, "coordinate": "Record.documentNumber"})
        (culprit,) = [node for node in traced if node["system"] == "A1"]
        assert (culprit["operator"], culprit["matterNumber"]) == ("1001", "HSZB-2026-0117")

        # 3. Who was affected: two other officers approve, then the entry is unsealed; alone it is not.
        sealer, entry = town.installation.sealer, UUID(culprit["id"])
        request = (await administration.queue.ask(Act.UNSEAL, str(entry), first, "PIPL 57", lasts=HOUR)).id
        with pytest.raises(NotGranted):
            await unsealed(administration, sealer, entry, request, first)
        for officer in (second, third):
            await administration.queue.approve(request, officer)
        told = await unsealed(administration, sealer, entry, request, first)
        assert {subject["name"] for row in told["concerned"] for subject in row["subjects"]} == {"武汉测试食品有限公司"}

        # A suspect identifier is tested by its digest, the same way.
        internal = sealer.internal_id("person", f"RESIDENT_ID:{N2['idNumber']}")
        ref = administration.vault.digest("subject", internal.to_bytes(8))
        test = (await administration.queue.ask(Act.TEST, ref.hex(), first, "PIPL 57", lasts=HOUR)).id
        for officer in (second, third):
            await administration.queue.approve(test, officer)
        assert UUID(about_a_person.entry) in await concerned(administration, ref, test, first)

        # 4. Report: every line of it can be held against the log, and every step of the drill is in it.
        leaf = await administration.owner.fetchval("SELECT leaf FROM audit_pending WHERE id = $1", entry)
        assert leaf_hash(leaf).hex() == culprit["leafHash"]
        actions = await administration.owner.fetch(
            "SELECT convert_from(leaf, 'UTF8')::jsonb ->> 'action' AS action FROM audit_pending ORDER BY id"
        )
        steps = [row["action"] for row in actions if row["action"].startswith(("freeze", "approval"))]
        approved = ["approval-asked", "approval-given", "approval-given", "approval-used"]
        refused = ["approval-asked", "approval-used", "approval-given", "approval-given", "approval-used"]
        assert steps == ["freeze-imposed", *refused, *approved]

        # Afterwards the agency goes on.
        await administration.freezes.lift(Target.AGENCY, agency, "the clerk was stopped instead", second)
    assert (await town.ask(TENDER, {"uscc": L2}, client="A1")).code is None
