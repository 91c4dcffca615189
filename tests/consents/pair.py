"""Two real server processes on one fresh database with the invented city, and two banks that ask them.

    @pytest.fixture(scope="module")
    def pair() -> Iterator[Pair]:
        with two_servers() as found:
            yield found

    token = pair.token("B1", "1001")                                   # key-bound; consent=ID for one of a consent
    answer = pair.graphql(pair.other, token, document, variables)      # with a fresh proof, at the process named
    async with pair.opened() as installation: ...                      # the same database in the test's own process

``pair.one`` and ``pair.other`` are both reached under the address of ``pair.one``, which is the public one: proofs name
it whichever process they are sent to. ``B1`` is the city's bank (agency 武汉测试银行, operator 1001, matter
LN20260519-88); ``B2`` is another one with a key of its own (operator 1001). Alert rules do not run beside these
servers: what tests refuse on purpose would stop the banks.
"""

import asyncio
import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import httpx
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from gateway.clients import DPOP, read_key
from gateway.consents.records import ConsentRecord
from gateway.database.engines import owner_connection
from gateway.home import settings_of
from gateway.installation import Installation, opened
from tests.consents.bank import Bank, PrivateKey, pem_of
from tests.consents.requests import as_asked
from tests.http.running import Home, Server, free_port, prepared_home
from tests.rows import agency, insert

SECOND_BANK = "91420199MA9TERTB2D"
TOKEN, GRAPHQL = "/oauth/token", "/graphql"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    home: Home
    one: Server
    other: Server
    banks: Mapping[str, Bank]

    @property
    def servers(self) -> tuple[Server, Server]:
        return self.one, self.other

    def another(self) -> AbstractContextManager[Server]:
        """A further process on the same database, begun now."""
        return _beside_the_first(self.home)

    def opened(self) -> AbstractAsyncContextManager[Installation]:
        """The installation that both serve, open in this process as well."""
        return opened(settings_of(os.environ, self.home.folder))

    def owner(self, statement: str, *arguments: object) -> list[asyncpg.Record]:
        """What a statement of the database's owner finds."""

        async def run() -> list[asyncpg.Record]:
            with self.home.database() as url:
                async with owner_connection(url) as owner:
                    found: list[asyncpg.Record] = await owner.fetch(statement, *arguments)
            return found

        return asyncio.run(run())

    def token(
        self, client: str = "B1", operator: str = "1001", consent: str | None = None, *, at: Server | None = None
    ) -> str:
        """A token bound to the client's key; of the consent, where one is named."""
        answer = self.token_answer(client, operator, consent, at=at)
        assert answer.status_code == 200, answer.text
        token: str = answer.json()["access_token"]
        return token

    def token_answer(
        self, client: str = "B1", operator: str = "1001", consent: str | None = None, *, at: Server | None = None
    ) -> httpx.Response:
        """What the token endpoint says, once it has the nonce that it wants."""
        bank = self.banks[client]

        def ask() -> httpx.Response:
            headers = {"DPoP": bank.proof("POST", TOKEN)}
            return (at or self.one).http.post(TOKEN, data=bank.form(operator, consent), headers=headers)

        return _with_nonce(bank, ask)

    def granted(self, consent: str) -> ConsentRecord:
        """As its subject decides in the portal who grants all of it."""

        async def decide() -> ConsentRecord:
            async with self.opened() as installation:
                register = installation.consents
                await register.show(UUID(consent))
                request = await register.request(UUID(consent))
                assert request is not None
                return await register.grant(request.id, as_asked(request))

        return asyncio.run(decide())

    def graphql(
        self,
        at: Server,
        token: str,
        document: str,
        variables: Mapping[str, Any] | None = None,
        *,
        client: str = "B1",
    ) -> httpx.Response:
        """The answer to one operation under a bound token, each time with a fresh proof of the client's key."""
        bank = self.banks[client]

        def ask() -> httpx.Response:
            return at.ask(document, variables, bound(token, bank.proof("POST", GRAPHQL, token)))

        return _with_nonce(bank, ask)

    def call(
        self, at: Server, method: str, path: str, token: str, *, client: str = "B1", **request: Any
    ) -> httpx.Response:
        """Any other request under a bound token; ``request``: as httpx takes it, but for these two headers."""
        bank, headers = self.banks[client], request.pop("headers", {})

        def ask() -> httpx.Response:
            own = bound(token, bank.proof(method, path, token))
            return at.http.request(method, path, headers={**headers, **own}, **request)

        return _with_nonce(bank, ask)


def bound(token: str, proof: str) -> dict[str, str]:
    return {"Authorization": f"DPoP {token}", "DPoP": proof}


@contextmanager
def two_servers(**environment: str) -> Iterator[Pair]:
    """``environment``: further settings of both, by name without the prefix."""
    rates = {"PUBLIC_RATE": "1000000", "CALLER_RATE": "1000000", "REGISTRY_AGE": "0.2"}
    with prepared_home(**{**rates, **environment}) as home:
        banks = {"B1": _bank(home, "B1"), "B2": _second_bank(home)}
        with home.serving("serve", "--without", "watch") as one, _beside_the_first(home) as other:
            yield Pair(home=home, one=one, other=other, banks=banks)


def _beside_the_first(home: Home) -> AbstractContextManager[Server]:
    """A process without sequencer or watch, at an address of its own."""
    found = Home(home.folder, free_port(), home.environment)
    return found.serving("serve", "--without", "watch", "--without", "sequencer", "--port", str(found.port))


def _second_bank(home: Home) -> Bank:
    """With a key of its own (ES256), of which the home is given the public half alone."""

    async def register() -> None:
        with home.database() as url:
            async with owner_connection(url) as owner:
                await insert(owner, "agency", agency(9002, uscc=SECOND_BANK, name="武汉第二测试银行", kind="BANK"))

    asyncio.run(register())
    holder = generate_private_key(SECP256R1())
    file = home.folder.with_name("B2.pub.pem")
    file.write_bytes(pem_of(holder))
    purpose = ("--role", "BANK", "--purpose", "PM-901", "--dpop-key", str(file))
    home.said("client add", "--id", "B2", "--agency", SECOND_BANK, *purpose)
    until = ("--agreement-until", "2027-12-31", "--trained-until", "2027-12-31")
    home.said("operator add", "--client", "B2", "--number", "1001", *until)
    return _bank(home, "B2", holder)


def _bank(home: Home, client: str, holder: PrivateKey | None = None) -> Bank:
    """A bank with the keys that were made in the home, or with a key of its own that its tokens are bound to."""
    signing, made = read_key(home.folder, client), None if holder else read_key(home.folder, client, DPOP).private
    key = holder or made
    assert signing.private is not None
    assert key is not None
    return Bank(client=client, issuer=home.url, signing=signing.private, kid=signing.kid, holder=key)


def _with_nonce(bank: Bank, ask: Any) -> httpx.Response:
    """The first answer that does not only ask for another nonce (RFC 9449 8)."""
    answer: httpx.Response = ask()
    if _wants_nonce(answer):
        bank.nonce = answer.headers["dpop-nonce"]
        answer = ask()
    bank.nonce = answer.headers.get("dpop-nonce", bank.nonce)
    return answer


def _wants_nonce(answer: httpx.Response) -> bool:
    told = answer.headers.get("www-authenticate", "") if answer.status_code == 401 else answer.text
    return answer.status_code in (400, 401) and "use_dpop_nonce" in told
