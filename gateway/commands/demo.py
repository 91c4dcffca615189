"""``demo``: a whole installation on a fresh machine: database, policies, the fixture city, its clients, the server.

A second start on the same home continues. Everything in it is invented; identifiers use county suffix 99, which no
region has.
"""

import argparse
import csv
import os
import sys
from collections.abc import AsyncIterator
from datetime import date
from importlib import resources
from socket import socket
from uuid import UUID

import uvicorn

from gateway import clients
from gateway.commands import options as read
from gateway.commands.beside import beside
from gateway.commands.demo_consent import demo_consent
from gateway.commands.load import load
from gateway.commands.migrate import said_of
from gateway.commands.options import Commands, command
from gateway.commands.serve import server_config, until_stopped
from gateway.database.scopes import DatabaseRole
from gateway.founding import found
from gateway.home import remember, settings_of
from gateway.installation import Installation, opened
from gateway.intake.city.files import city_files
from gateway.intake.fixture import fixture_files
from gateway.settings import Settings

AUDITORS = ("U1", "U2")
AUDITOR_UNTIL = date(2027, 12, 31)

QUERIES = """
The public (no token), what may be published of a company:
  curl -s {url}/graphql -H 'Content-Type: application/json' -d '{{"query":"{{ subject(by: {{uscc: \\"91420199MA9TERT20X\\"}}) {{ name records {{ totalCount edges {{ node {{ documentNumber decidedOn facts }} }} }} }} }}"}}'

A partner agency (A1, tenders), a bidder in its own registered matter:
  TOKEN=$(credit-gateway token --home {home} --client A1 --operator 1001)
  curl -s {url}/graphql -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{{"query":"query @purpose(code: \\"PM-301\\", matter: \\"HSZB-2026-0117\\", role: \\"bidder\\") {{ subject(by: {{uscc: \\"91420199MA9TERT20X\\"}}) {{ name standing {{ majorPenalty {{ answer label(lang: EN) }} }} records {{ edges {{ node {{ documentNumber status severity publication {{ until expired }} }} }} }} }} }}"}}'

A recruiting agency (A2), a candidate by name and number:
  TOKEN=$(credit-gateway token --home {home} --client A2 --operator 1001)
  curl -s {url}/graphql -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{{"query":"query @purpose(code: \\"PM-601\\", matter: \\"WHGWY-2026-00321\\", role: \\"candidate\\") {{ standing(by: {{person: {{idNumber: \\"420199199207280027\\", name: \\"王测试\\"}}}}) {{ identityMatch {{ answer }} judgmentDefaulter {{ answer }} seriousList {{ answer }} sanctioned {{ answer }} }} }}"}}'

A bank (B1), an applicant who has consented to it (K1), with a token and a proof that are bound to the bank's key:
  eval "$(credit-gateway token --home {home} --client B1 --operator 1001 --consent {consent} --json | python3 -c 'import json, sys; found = json.load(sys.stdin); print("TOKEN=" + found["access_token"], "PROOF=" + found["proof"])')"
  curl -s {url}/graphql -H "Authorization: DPoP $TOKEN" -H "DPoP: $PROOF" -H 'Content-Type: application/json' -d '{{"query":"query @purpose(code: \\"PM-901\\", matter: \\"LN20260519-88\\", role: \\"data_subject\\") {{ standing(by: {{person: {{idNumber: \\"420199199207280027\\", name: \\"王测试\\"}}}}) {{ identityMatch {{ answer }} judgmentDefaulter {{ answer }} seriousList {{ answer }} }} subject(by: {{person: {{idNumber: \\"420199199207280027\\", name: \\"王测试\\"}}}}) {{ name records {{ edges {{ node {{ validUntil ... on Licence {{ licenceKind }} }} }} }} }} }}"}}'

The applicant (王测试): sign in, decide on requests, see every use, take a consent back:
  {url}/portal
"""  # noqa: E501  # commands to copy stand on one line


def add(commands: Commands) -> None:
    parser = command(commands, "demo", run, "run a demonstration on a fresh or existing home folder")
    parser.add_argument("--host", type=read.text, default="127.0.0.1")
    parser.add_argument("--port", type=read.port, default=8000)
    parser.add_argument("--subjects", type=read.number(0, 10_000_000), default=0, help="further invented subjects")
    parser.add_argument("--at", type=read.day, help="business date, YYYY-MM-DD; tokens and log use real time")
    parser.add_argument("--no-serve", action="store_true", help="prepare only")


async def run(settings: Settings, options: argparse.Namespace) -> int:
    remember(
        settings.home,
        HOST=options.host,
        PORT=str(options.port),
        PUBLIC_URL=f"http://{options.host}:{options.port}",
        DEVELOPMENT_SIGN_IN="yes" if settings.oidc_issuer is None else "no",
    )
    settings = settings_of(os.environ, settings.home)
    say(f"preparing {settings.home}")
    for line in said_of(await found(settings, at=options.at)):
        say(line)
    async with opened(settings) as installation:
        for line in await load_city(installation):
            say(line)
        async for line in load_invented(installation, options.subjects):
            say(line)
        consent = await demo_consent(installation)
        if not options.no_serve:
            with beside(settings):
                await _serve(settings, options, consent)
    return 0


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


async def load_city(installation: Installation, *, objections: bool = False) -> list[str]:
    """Load the fixture, and register the clients; what the loader says."""
    agencies, *rest = fixture_files(objections=objections)
    said = await load((agencies,), installation)
    await _register(installation)
    return [*said.lines(), *(await load(rest, installation)).lines()]


async def load_invented(installation: Installation, subjects: int) -> AsyncIterator[str]:
    """Load that many invented subjects, file by file; what the loader says, as it goes."""
    for file in city_files(subjects):
        for line in (await load(((file.name, file.content),), installation)).lines():
            yield line


async def _register(installation: Installation) -> None:
    """The fixture's clients with keys under the home folder; its operators came with its files."""
    text = resources.files("gateway.commands").joinpath("demo_clients.csv").read_text("utf-8")
    async with installation.databases.connection(DatabaseRole.REGISTRY) as connection:
        for row in csv.DictReader(text.splitlines()):
            new = clients.NewClient(
                id=row["client"],
                agency=row["agency"] or None,
                role=row["role"],
                jwks=clients.make_key(installation.settings.home, row["client"]),
                purposes=tuple(row["purposes"].split()),
                dpop_thumbprint=clients.dpop_key_of(installation.settings.home, row["client"], row["role"]),
            )
            await clients.add(connection, new)
        for number in AUDITORS:
            await clients.add_operator(connection, "AUDIT", number, AUDITOR_UNTIL, AUDITOR_UNTIL)


async def _serve(settings: Settings, options: argparse.Namespace, consent: UUID) -> None:
    server = _Announced(server_config(settings, options.host, options.port, 1))
    url = f"http://{options.host}:{options.port}"
    server.words = f"{QUERIES.format(url=url, home=settings.home, consent=consent)}\nREADY {url}"
    await until_stopped(server)


class _Announced(uvicorn.Server):
    """Says its words once it listens."""

    words = ""

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(self.words, flush=True)
