"""The edge of the gateway around a pipeline that answers what it was asked: for tests of HTTP, tokens and errors."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import httpx
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Route

from authz.frozen import Frozen
from authz.principal import Caller, Operator
from gateway import strict_json
from gateway.consents.records import By, ConsentRecord, Event, Reason, State
from gateway.exchange import Arrival, GraphQLRequest, Reply
from gateway.http import endpoint
from gateway.http.endpoint import Edge, GraphQLEndpoint, schema_route
from gateway.http.graphiql import graphiql_files, graphiql_page
from gateway.http.health import health_routes
from gateway.http.limits import RateLimiter, address_reader
from gateway.http.middleware import http_problem, middleware
from gateway.http.token import TokenEndpoint, identity_routes
from gateway.identity import assertions, jose
from gateway.identity.authority import ASSERTION_TYPE, GRANT_TYPE, TokenAuthority
from gateway.identity.callers import Callers
from gateway.identity.clients import Agency, Client, ClientRole, Staff
from gateway.identity.consents import NamedConsents
from gateway.identity.nonces import Nonces
from gateway.identity.replay import KeptInMemory
from gateway.identity.sender import DPoPBound, Why
from gateway.identity.tokens import AccessTokens
from gateway.keys.folder import create
from gateway.keys.material import Entropy, Keys, Purpose, Use
from gateway.telemetry import Metrics
from schema.errors import Code
from tests.consents.bank import Bank, thumbprint

ISSUER = "https://credit.test"
AUDIENCE = f"{ISSUER}/graphql"
TODAY = date(2026, 5, 20)
START = 1_779_242_400.0  # 2026-05-20T10:00+08:00
SDL = "type Query { ok: Boolean }\n"
BODY_LIMIT = 65536


def seeded(seed: int) -> Entropy:
    return random.Random(seed).randbytes


@dataclass(slots=True)
class Clock:
    now: float = START

    def __call__(self) -> float:
        return self.now


class Register:
    """Clients and staff in memory; tests change them as an administrator would."""

    def __init__(self) -> None:
        self.clients: dict[str, Client] = {}
        self.staff_of: dict[tuple[str, str], Staff] = {}

    async def client(self, client_id: str) -> Client | None:
        return self.clients.get(client_id)

    async def staff(self, client_id: str, staff_number: str) -> Staff | None:
        return self.staff_of.get((client_id, staff_number))


class Consents:
    """A register of consents in memory, as far as tokens ask it."""

    def __init__(self) -> None:
        self.records: dict[UUID, ConsentRecord] = {}
        self.suspended: list[tuple[UUID, Reason, By]] = []

    async def consent(self, id: UUID) -> ConsentRecord | None:
        return self.records.get(id)

    async def events(self, id: UUID) -> tuple[Event, ...]:
        at = datetime.fromtimestamp(START, UTC)
        return tuple(Event(n=n, what="GRANTED", by=By.SUBJECT, reason=None, at=at, entry=id) for n in (1, 2, 3))

    async def suspend(self, id: UUID, reason: Reason, by: By) -> bool:
        self.suspended.append((id, reason, by))
        self.records[id] = replace(self.records[id], state=State.SUSPENDED, usable=False)
        return True


class Echo:
    """A pipeline that remembers who asked what. ``reply`` and ``failure`` say how it answers."""

    def __init__(self) -> None:
        self.asked: list[tuple[GraphQLRequest, Caller, Arrival]] = []
        self.reply = Reply(body=b'{"data":{"ok":true}}', entry="entry-1", receipt="receipt-1")
        self.failure: Exception | None = None

    async def __call__(self, request: GraphQLRequest, caller: Caller, arrival: Arrival) -> Reply:
        self.asked.append((request, caller, arrival))
        if self.failure is not None:
            raise self.failure
        return self.reply


@dataclass(slots=True, kw_only=True)
class City:
    """One running edge and the keys of everyone in it."""

    keys: Keys
    clock: Clock
    register: Register
    consents: Consents
    echo: Echo
    refused: list[Code]
    proofs: list[tuple[str, Why]]
    bound: DPoPBound
    tokens: AccessTokens
    authority: TokenAuthority
    metrics: Metrics
    app: Starlette
    private: dict[str, Ed25519PrivateKey]
    banks: dict[str, Bank]
    identifiers: Callable[[], str]
    headers: dict[str, str] = field(default_factory=dict)

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app), base_url=ISSUER)

    def assertion(self, client: str = "A1", *, key: str | None = None, **claims: object) -> str:
        """A client assertion; ``claims`` replace or, where None, remove what a good one says."""
        stated = {
            "iss": client,
            "sub": client,
            "aud": ISSUER,
            "jti": self.identifiers(),
            "iat": int(self.clock()),
            "exp": int(self.clock()) + 60,
            **claims,
        }
        kept = {name: value for name, value in stated.items() if value is not None}
        return jose.sign(kept, private=self.private[key or client], kid=f"{key or client}-key", kind=assertions.KIND)

    def form(self, client: str = "A1", operator: str = "1001", **changes: str | None) -> dict[str, str]:
        stated = {
            "grant_type": GRANT_TYPE,
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": changes.pop("client_assertion", None) or self.assertion(client),
            "operator": operator,
            **changes,
        }
        return {name: value for name, value in stated.items() if value is not None}

    async def ask(self, token: str | None = None, **headers: str) -> httpx.Response:
        own = {"Authorization": f"Bearer {token}"} if token else {}
        async with self.client() as http:
            return await http.post(endpoint.PATH, json={"query": "{ ok }"}, headers=own | headers)


def city(
    folder: Path,
    *,
    seed: int = 1,
    caller_rate: int = 6000,
    public_rate: int = 6000,
    most_seen: int = 1000,
    nonces: bool = True,
) -> City:
    """A1 (agency; operators 1001 good, 1002 agreement lapsed, 1003 untrained, 1004 left), B1 and B2 (banks), AUDIT."""
    clock = Clock()
    entropy = seeded(seed)
    keys = create(folder / "keys", entropy=entropy)
    register = Register()
    private = {name: Ed25519PrivateKey.from_private_bytes(entropy(32)) for name in ("A1", "A2", "B1", "AUDIT", "B2")}
    banks = {name: _bank(name, private[name], clock, entropy) for name in ("B1", "B2")}
    for name, key in private.items():
        register.clients[name] = _client(name, key, banks.get(name))
        register.staff_of[name, "1001"] = _staff("1001")
    register.staff_of["A1", "1002"] = _staff("1002", agreement=date(2026, 1, 31))
    register.staff_of["A1", "1003"] = _staff("1003", trained=date(2026, 5, 19))
    register.staff_of["A1", "1004"] = Staff(operator=_staff("1004").operator, active=False)
    tokens = AccessTokens(keys.signing[Use.TOKEN], issuer=ISSUER, audience=AUDIENCE, clock=clock, entropy=entropy)
    proofs, consents = list[tuple[str, Why]](), Consents()
    bound = DPoPBound(
        address=ISSUER,
        seen=KeptInMemory(clock=clock),
        nonces=Nonces(keys.rings[Purpose.PROOF_NONCES].newest_first(), clock=clock) if nonces else None,
        clock=clock,
        refused=lambda client, why: proofs.append((client, why)),
    )
    authority = TokenAuthority(
        tokens=tokens,
        clients=register,
        seen=KeptInMemory(clock=clock, most=most_seen),
        constraint=bound,
        consents=NamedConsents(consents, pairwise=lambda client, subject: f"{client}-knows-{subject}"),
        audiences=frozenset({ISSUER, f"{ISSUER}/oauth/token"}),
        decoy=jose.verifying_key(keys.signer(Use.TOKEN).public, kid="decoy"),
        clock=clock,
        today=_today,
        frozen=_nothing_frozen,
    )
    return _joined(
        keys, clock, register, consents, tokens, authority, bound, proofs, private, banks, entropy,
        RateLimiter(per_minute=caller_rate, clock=clock), RateLimiter(per_minute=public_rate, clock=clock),
    )  # fmt: skip


def _joined(
    keys: Keys,
    clock: Clock,
    register: Register,
    consents: Consents,
    tokens: AccessTokens,
    authority: TokenAuthority,
    bound: DPoPBound,
    proofs: list[tuple[str, Why]],
    private: dict[str, Ed25519PrivateKey],
    banks: dict[str, Bank],
    entropy: Entropy,
    callers: RateLimiter,
    networks: RateLimiter,
) -> City:
    echo, refused, metrics = Echo(), list[Code](), Metrics()
    address = address_reader(())
    who = Callers(tokens=tokens, clients=register, constraint=bound, clock=clock, today=_today)
    edge = Edge(
        authenticate=who.authenticate,
        execute=echo,
        callers=callers,
        networks=networks,
        address=address,
        refused=refused.append,
        new_incident=lambda: "incident-1",
        fresh=bound.fresh,
        page=graphiql_page(),
    )
    token_endpoint = TokenEndpoint(authority, limiter=networks, address=address, refused=refused.append)
    published = (*keys.signing[Use.TOKEN], *keys.signing[Use.RECEIPT])
    app = Starlette(
        routes=[
            Route(endpoint.PATH, GraphQLEndpoint(edge)),
            schema_route(SDL),
            graphiql_files(),
            *identity_routes(token_endpoint, issuer=ISSUER, keys=published),
            *health_routes({"ledger": _ready}, metrics),
        ],
        middleware=middleware(
            metrics=metrics,
            new_incident=lambda: "incident-2",
            clock=clock,
            body_limit=BODY_LIMIT,
            request_timeout=30,
            https=True,
        ),
        exception_handlers={HTTPException: http_problem},
    )
    return City(
        keys=keys,
        clock=clock,
        register=register,
        consents=consents,
        echo=echo,
        refused=refused,
        proofs=proofs,
        bound=bound,
        tokens=tokens,
        authority=authority,
        metrics=metrics,
        app=app,
        private=private,
        banks=banks,
        identifiers=lambda: entropy(12).hex(),
    )


def key_set(key: Ed25519PrivateKey, kid: str) -> str:
    x = jose.encode(key.public_key().public_bytes_raw())
    return strict_json.canonical({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": x, "kid": kid}]}).decode()


def _bank(name: str, signing: Ed25519PrivateKey, clock: Clock, entropy: Entropy) -> Bank:
    """One with an Ed25519 key for its tokens, the other with one of P-256."""
    secret = entropy(32)
    drawn = Ed25519PrivateKey.from_private_bytes(secret)
    holder = drawn if name == "B1" else derive_private_key(int.from_bytes(secret[1:], "big"), SECP256R1())
    return Bank(client=name, issuer=ISSUER, signing=signing, kid=f"{name}-key", holder=holder, clock=clock)


def _client(name: str, key: Ed25519PrivateKey, bank: Bank | None) -> Client:
    roles = {"B1": ClientRole.BANK, "B2": ClientRole.BANK, "AUDIT": ClientRole.AUDIT}
    role = roles.get(name, ClientRole.AGENCY)
    agency = Agency(
        id=len(name) + ord(name[-1]),
        uscc=f"1142019900TERT{name}",
        department="dept.housing" if role is ClientRole.AGENCY else None,
        supervision_field="CONSTRUCTION",
        jurisdiction="420111",
        agreement_until=None,
        suspended=False,
    )
    return Client(
        client_id=name,
        role=role,
        agency=None if role is ClientRole.AUDIT else agency,
        keys=jose.read_key_set(key_set(key, f"{name}-key")),
        purposes=frozenset({"PM-301"}),
        dpop_thumbprint=None if bank is None else thumbprint(bank.holder),
        suspended=False,
    )


def _staff(number: str, *, agreement: date = date(2027, 12, 31), trained: date = date(2027, 12, 31)) -> Staff:
    return Staff(operator=Operator(staff_number=number, agreement_until=agreement, trained_until=trained), active=True)


async def _nothing_frozen() -> Frozen:
    return Frozen()


async def _today() -> date:
    return TODAY


async def _ready() -> bool:
    return True
