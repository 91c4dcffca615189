"""/log/*: what everybody, the principal of an entry and an auditor are given of the log, and what nobody is."""

import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from starlette.datastructures import Headers

from gateway.app import application, authority
from gateway.clients import read_key
from gateway.http.token import TOKEN_PATH
from gateway.identity import assertions
from gateway.identity.authority import ASSERTION_TYPE, GRANT_TYPE
from gateway.identity.oauth import Presented
from gateway.ledger.proof import inclusion_file
from gateway.ledger.proof.checkpoint import opened
from gateway.ledger.proof.note import read_vkey
from gateway.ledger.proof.tiles import unbundle
from gateway.ledger.proof.tree import leaf_hash, root
from gateway.ledger.sequence import growing
from gateway.ledger.sequence.shards import origin
from tests.city import City
from tests.fresh_database import FreshDatabase
from tests.ledger.ledgers import members
from tests.ledger.logs import Log
from tests.unit.gateway.offices import offices

pytestmark = pytest.mark.anyio

NAME = "credit.420100/audit"
YEAR = "2026"
ORIGIN = origin(NAME, YEAR)


@dataclass(slots=True, kw_only=True)
class Site:
    """A server over an empty city, whose log is sequenced when the test says so."""

    town: City
    log: Log
    http: httpx.AsyncClient

    async def asked(self, client: str) -> str:
        """The entry of a question that a client asked."""
        entry = (await self.town.ask("{ viewer { kind } }", client=client)).entry
        assert entry is not None
        return entry

    async def get(self, path: str, client: str | None = None) -> httpx.Response:
        headers = {} if client is None else {"Authorization": f"Bearer {await self.token(client)}"}
        return await self.http.get(path, headers=headers)

    async def token(self, client: str) -> str:
        key = read_key(self.town.database.home, client)
        assert key.private is not None
        assertion = assertions.sign(
            key.private,
            kid=key.kid,
            client_id=client,
            audience=self.town.installation.settings.public_url,
            now=time.time(),
            identifier=secrets.token_hex(16),
        )
        stated = {"grant_type": GRANT_TYPE, "client_assertion_type": ASSERTION_TYPE, "operator": "1001"}
        issuing, _ = authority(self.town.installation)
        form = {**stated, "client_assertion": assertion}
        return (await issuing.grant(form, Presented(method="POST", path=TOKEN_PATH, headers=Headers()))).token


@pytest.fixture
async def site(database: FreshDatabase, tmp_path: Path) -> AsyncIterator[Site]:
    async with offices(database) as town, served(town) as http:
        log = Log(database=database, folder=tmp_path, name=NAME, now=1_795_000_000_000)
        yield Site(town=town, log=log, http=http)


@asynccontextmanager
async def served(town: City) -> AsyncIterator[httpx.AsyncClient]:
    app = application(town.installation.settings)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="https://credit.test") as http,
    ):
        yield http


async def test_everybody_can_see_that_the_log_only_grows(site: Site) -> None:
    assert (await site.get("/log/checkpoint")).status_code == 404
    entries = [await site.asked("A1") for _ in range(300)]
    await site.log.caught_up()

    checkpoint = await site.get("/log/checkpoint")
    keys = [read_vkey(line) for line in (await site.get("/log/vkeys")).text.splitlines()]
    head = opened(checkpoint.content, ORIGIN, keys)
    full = await site.get("/log/tile/0/000")
    partial = await site.get(f"/log/tile/0/001.p/{head.size - 256}")
    above = await site.get(f"/log/{YEAR}/tile/1/000.p/1")
    hashes = full.content + partial.content

    assert checkpoint.headers["content-type"] == "text/plain; charset=utf-8"
    assert checkpoint.headers["cache-control"] == "no-cache"
    assert full.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert partial.headers["cache-control"] == "public, max-age=3600"
    assert full.headers["content-type"] == "application/octet-stream"
    assert head.size > len(entries)
    assert root([hashes[at : at + 32] for at in range(0, len(hashes), 32)]) == head.root
    assert above.content == root([full.content[at : at + 32] for at in range(0, 8192, 32)])
    assert (await site.get(f"/log/{YEAR}/checkpoint")).content == checkpoint.content
    assert (await site.get("/log/tile/0/001.p/3")).content == partial.content[:96]


NOWHERE = (
    "/log/2025/checkpoint",
    "/log/tile/0/001",
    "/log/tile/0/000.p/256",
    "/log/tile/0/000.p/0",
    "/log/tile/0/000.p/01",
    "/log/tile/00/000.p/1",
    "/log/tile/0/x000/000.p/1",
    "/log/tile/0/000.p/255",
    "/log/tile/0/0.p/1",
    "/log/tile/9/000.p/1",
    "/log/tile/-1/000.p/1",
    "/log/tile/entries/000.p/1",
    "/log/tile/0/\u0661.p/1",
    "/log/2026/vkeys",
    "/log/2026",
    "/log/proof/1",
)


async def test_there_is_nothing_else(site: Site) -> None:
    await site.log.caught_up()

    assert {path: (await site.get(path)).status_code for path in NOWHERE} == dict.fromkeys(NOWHERE, 404)


async def test_what_is_not_signed_is_not_given_out(site: Site) -> None:
    await site.log.caught_up()
    size = (await site.log.heads())[0].noted
    sequencer = site.log.sequencer()
    await site.asked("A1")
    async with site.log.connected() as connection:
        keys = [key.public for key in await sequencer.keys(connection)]
        await growing.grow(connection, NAME, keys, sequencer.moment())

    assert (await site.log.heads())[0].size > size
    assert (await site.get(f"/log/tile/0/000.p/{size}")).status_code == 200
    assert (await site.get(f"/log/tile/0/000.p/{size + 1}")).status_code == 404


async def test_an_auditor_reads_entries_and_is_entered_himself(site: Site) -> None:
    entry = await site.asked("A1")
    await site.log.caught_up()
    size = (await site.log.heads())[0].noted

    bundle = await site.get(f"/log/tile/entries/000.p/{size}", "AUDIT")
    refused = [await site.get(f"/log/tile/entries/000.p/{size}", client) for client in ("A1", "A4")]
    anonymous = await site.get(f"/log/tile/entries/000.p/{size}")
    await site.log.caught_up()
    (leaves,) = (await site.log.verified()).values()

    told = unbundle(bundle.content, size)
    assert told == leaves[:size]
    assert entry in [members(leaf)["id"] for leaf in told]
    assert "immutable" not in bundle.headers["cache-control"]
    assert {each.status_code for each in (*refused, anonymous)} == {404}
    (reading,) = [members(leaf) for leaf in leaves if members(leaf)["kind"] == "read-log"]
    assert (reading["principal"], reading["action"]) == ("AUDIT", "log-entries")
    assert reading["operator"] is not None


async def test_a_proof_is_for_the_principal_of_the_entry_and_for_auditors(site: Site) -> None:
    await site.log.caught_up()
    entry = await site.asked("A1")

    waiting = await site.get(f"/log/proof/{entry}", "A1")
    await site.log.caught_up()
    own, audited = [await site.get(f"/log/proof/{entry}", client) for client in ("A1", "AUDIT")]
    others = [
        await site.get(f"/log/proof/{entry}", "A4"),
        await site.get(f"/log/proof/{entry}"),
        await site.get(f"/log/proof/{uuid4()}", "A1"),
    ]
    forged = await site.http.get(f"/log/proof/{entry}", headers={"Authorization": "Bearer x"})

    assert (waiting.status_code, waiting.content, waiting.headers["retry-after"]) == (202, b"", "1")
    assert (own.status_code, own.content) == (200, audited.content)
    assert own.headers["content-type"] == "text/plain; charset=utf-8"
    assert {(each.status_code, each.content) for each in others} == {(404, others[0].content)}
    assert forged.status_code == 401
    proof = inclusion_file.read(own.content)
    assert proof.extra is not None
    assert members(proof.extra)["id"] == entry
    keys = [read_vkey(line) for line in (await site.get("/log/vkeys")).text.splitlines()]
    inclusion_file.check(proof, leaf_hash(proof.extra), ORIGIN, keys)


async def test_an_entry_of_the_public_is_proven_to_no_one_but_auditors(site: Site) -> None:
    entry = (await site.town.ask("{ viewer { kind } }")).entry
    await site.log.caught_up()

    assert [(await site.get(f"/log/proof/{entry}", client)).status_code for client in (None, "A1")] == [404, 404]
    assert (await site.get(f"/log/proof/{entry}", "AUDIT")).status_code == 200


async def test_pages_count_like_other_public_pages(site: Site) -> None:
    codes = [(await site.get("/log/vkeys")).status_code for _ in range(80)]
    refused = await site.get("/log/checkpoint")

    assert set(codes) == {200, 429}
    assert (refused.status_code, refused.headers["retry-after"].isdecimal()) == (429, True)
