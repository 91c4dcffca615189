"""The composition root of the server: an open installation -> routes, behind the middleware.

``application`` gives the ASGI application; the installation opens when the server starts and closes when it stops.
"""

import asyncio
import gc
import os
import secrets
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import asyncpg
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Route

from authz.principal import Caller
from gateway.consents.asking import Asking
from gateway.database.scopes import DatabaseRole
from gateway.exchange import Arrival, Execute, GraphQLRequest, Reply
from gateway.home import settings_of
from gateway.http.consents import ConsentEdge, consent_routes
from gateway.http.endpoint import PATH, Edge, GraphQLEndpoint, schema_route
from gateway.http.graphiql import graphiql_files, graphiql_page
from gateway.http.health import health_routes
from gateway.http.limits import RateLimiter, address_reader
from gateway.http.log import LogEdge, log_routes
from gateway.http.middleware import http_problem, middleware
from gateway.http.token import TOKEN_PATH, TokenEndpoint, identity_routes
from gateway.identity import jose
from gateway.identity.authority import TokenAuthority
from gateway.identity.callers import Callers
from gateway.identity.clients import principal_of
from gateway.identity.consents import NamedConsents
from gateway.identity.nonces import Nonces
from gateway.identity.operators import admitted
from gateway.identity.register import RecentClients, StoredClients
from gateway.identity.replay import ASSERTIONS, PROOFS, KeptInDatabase
from gateway.identity.sender import DPoPBound, SenderConstraint, Why
from gateway.identity.tokens import AccessTokens
from gateway.installation import Installation, log_of, opened, today_in_china
from gateway.keys.material import Purpose, Use
from gateway.ledger.aggregate import Refusals
from gateway.ledger.errors import NotWritten
from gateway.lending import draw_index, matter_finder
from gateway.log.vaults import milliseconds
from gateway.portal.opening import Edge as PortalEdge
from gateway.portal.opening import forget_ended, portal_of
from gateway.portal.pages.opening import portal_pages
from gateway.receipting import receipt_of
from gateway.settings import Settings
from gateway.sweeping import sweeper_of
from gateway.telemetry import Metrics
from schema.build import sdl
from schema.errors import CallerError, Code, Refusal

MINUTE = 60.0
REQUESTS = "/portal/requests"
"""Below the public address: where a subject decides on a request."""
DRAWING = 5.0
"""Seconds between two looks for entries that the index of the log lacks."""


def from_environment() -> Starlette:
    """For a server that is given a factory."""
    return application(settings_of(os.environ))


def application(settings: Settings) -> Starlette:
    """The server's application."""
    metrics = Metrics()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with opened(settings) as installation:
            refusals = Refusals(lambda: time.time_ns() // 1_000_000)
            app.router.routes.extend(routes(installation, metrics, refusals))
            beside = (
                refusals.run(installation.ledger.append),
                installation.seals.run(),
                _forget_used(installation),
                _draw_index(installation),
                _settle_consents(installation),
                sweeper_of(installation).run(),
            )
            gc.freeze()  # policies, schema and code stay: nothing to look through while somebody waits
            async with _beside(*beside):
                yield
            with suppress(NotWritten):  # a log that is away when the server stops must not keep it from stopping
                await refusals.report(installation.ledger.append, everything=True)

    return Starlette(
        lifespan=lifespan,
        middleware=middleware(
            metrics=metrics,
            new_incident=lambda: secrets.token_hex(8),
            clock=time.monotonic,
            body_limit=settings.body_limit,
            request_timeout=settings.request_timeout,
            https=settings.public_url.startswith("https:"),
        ),
        exception_handlers={HTTPException: http_problem},
    )


@asynccontextmanager
async def _beside(*work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Goes on beside the block and ends with it."""
    tasks = [asyncio.create_task(each) for each in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _settle_consents(installation: Installation) -> None:
    """What a restored register has lost is done again at the start; where it cannot be, before the first use."""
    with suppress(OSError, NotWritten, asyncpg.PostgresError, asyncpg.InterfaceError):
        await installation.consents.settle()


async def _forget_used(installation: Installation) -> None:
    """Every minute, forget the identifiers that have expired by themselves."""
    while True:
        for table in (ASSERTIONS, PROOFS):
            with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await KeptInDatabase(installation.registry, table).purge(time.time())
        with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            await forget_ended(installation)
        await asyncio.sleep(MINUTE)


async def _draw_index(installation: Installation) -> None:
    """Every few seconds, draw into the index of the log what was written, so that whoever reads it waits for little."""
    while True:
        with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            await draw_index(installation.databases)
        await asyncio.sleep(DRAWING)


def possession(installation: Installation, refused: Callable[[str, Why], None] = lambda client, why: None) -> DPoPBound:
    """What binds tokens to keys. ``refused``: as in ``DPoPBound``."""
    settings, secrets_of_nonces = installation.settings, installation.keys.rings[Purpose.PROOF_NONCES].newest_first()
    return DPoPBound(
        address=settings.public_url,
        seen=KeptInDatabase(installation.registry, PROOFS),
        nonces=Nonces(secrets_of_nonces, clock=time.time) if settings.dpop_nonce else None,
        clock=time.time,
        refused=refused,
    )


def authority(installation: Installation, constraint: SenderConstraint | None = None) -> tuple[TokenAuthority, Callers]:
    """Who issues tokens, and who reads them: the same keys, register and clock."""
    settings, keys = installation.settings, installation.keys
    constraint = constraint or possession(installation)
    clients = RecentClients(StoredClients(installation.registry), seconds=settings.registry_age, clock=time.monotonic)
    tokens = AccessTokens(
        keys.signing[Use.TOKEN], issuer=settings.public_url, audience=settings.token_audience, clock=time.time
    )
    issuing = TokenAuthority(
        tokens=tokens,
        clients=clients,
        seen=KeptInDatabase(installation.registry),
        constraint=constraint,
        consents=NamedConsents(
            installation.consents,
            pairwise=lambda client, subject: installation.sealer.seal_id(client, "pairwise", subject),
        ),
        audiences=frozenset({settings.public_url, settings.public_url + TOKEN_PATH}),
        decoy=jose.verifying_key(keys.signer(Use.TOKEN).public, kid="decoy"),
        clock=time.time,
        today=installation.state.business_date,
        frozen=installation.state.frozen,
    )
    reading = Callers(
        tokens=tokens, clients=clients, constraint=constraint, clock=time.time, today=installation.state.business_date
    )
    return issuing, reading


async def named_caller(installation: Installation, client_id: str, staff_number: str) -> Caller:
    """A caller by name, for the command line of those who run the installation. Errors: as for a token of theirs."""
    clients = StoredClients(installation.registry)
    client = await clients.client(client_id)
    if client is None or not client.usable:
        raise CallerError(Code.UNAUTHENTICATED, "there is no such client, or it is suspended")
    staff = await clients.staff(client_id, staff_number)
    operator = admitted(staff, client.agency, await installation.state.business_date())
    return Caller(principal=principal_of(client), operator=operator)


def asking(installation: Installation) -> Asking:
    """By which clients ask for consents."""
    return Asking(
        state=installation.state,
        sealer=installation.sealer,
        find_matter=matter_finder(installation.databases),
        register=installation.consents,
        day=today_in_china,
        clock=milliseconds,
    )


def routes(installation: Installation, metrics: Metrics, refusals: Refusals) -> list[BaseRoute]:
    """Every path of the server."""
    settings = installation.settings
    address = address_reader(settings.trusted_proxies)
    bound = possession(installation, lambda client, why: refusals.add(why.value, client))
    issuing, reading = authority(installation, bound)
    networks = RateLimiter(per_minute=settings.public_rate, clock=time.monotonic)

    def refused(code: Code) -> None:
        refusals.add(code.value)
        metrics.refused(code)

    edge = Edge(
        authenticate=reading.authenticate,
        execute=_counted(installation.pipeline, metrics),
        callers=RateLimiter(per_minute=settings.caller_rate, clock=time.monotonic),
        networks=networks,
        address=address,
        refused=refused,
        new_incident=lambda: secrets.token_hex(8),
        fresh=bound.fresh,
        page=graphiql_page() if settings.graphiql else None,
    )
    endpoint = TokenEndpoint(issuing, limiter=networks, address=address, refused=refused)
    published = (*installation.keys.signing[Use.TOKEN], *installation.keys.signing[Use.RECEIPT])
    portal = portal_of(
        installation,
        PortalEdge(networks=networks, address=address, refused=refused, new_incident=edge.new_incident),
    )
    return [
        Route(PATH, GraphQLEndpoint(edge)),
        schema_route(sdl()),
        *([graphiql_files()] if settings.graphiql else []),
        *identity_routes(endpoint, issuer=settings.public_url, keys=published),
        *log_routes(_log_edge(installation, edge)),
        *consent_routes(_consent_edge(installation, edge)),
        *portal.routes(portal_pages(installation, portal, edge.execute)),
        *health_routes(
            {
                "database": installation.database_ready,
                "policies": installation.policies_ready,
                "ledger": installation.ledger_ready,
            },
            metrics,
        ),
    ]


def _log_edge(installation: Installation, edge: Edge) -> LogEdge:
    return LogEdge(
        log=log_of(installation.settings),
        connection=lambda: installation.databases.connection(DatabaseRole.LEDGER_READER),
        authenticate=edge.authenticate,
        append=installation.ledger.append,
        networks=edge.networks,
        address=edge.address,
        refused=edge.refused,
    )


def _consent_edge(installation: Installation, edge: Edge) -> ConsentEdge:
    return ConsentEdge(
        edge=edge,
        asking=asking(installation),
        register=installation.consents,
        page=lambda consent: f"{installation.settings.public_url}{REQUESTS}/{consent}",
        receipt=lambda record, caller, profile: receipt_of(
            installation, record, viewer=caller.principal.organisation, profile=profile
        ),
        append=installation.ledger.append,
        now=lambda: datetime.now(UTC),
    )


def _counted(pipeline: Execute, metrics: Metrics) -> Execute:
    """The pipeline, its refusals counted by code."""

    async def execute(request: GraphQLRequest, caller: Caller, arrival: Arrival) -> Reply:
        try:
            reply = await pipeline(request, caller, arrival)
        except Refusal as refusal:
            metrics.refused(refusal.code)
            raise
        if reply.code is not None:
            metrics.refused(reply.code)
        return reply

    return execute
