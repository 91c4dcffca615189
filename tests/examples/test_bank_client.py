"""The Python client of docs/examples, run against a real server: from the keys to the answer, and what is refused."""

import asyncio
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest

from gateway.consents.records import By
from gateway.home import settings_of
from gateway.installation import opened
from tests.consents.requests import as_asked
from tests.http.running import Home, Server, prepared_home

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "bank_client.py"
BANK = "91420199MA9TERT98X"
LOAN = "LN20260519-88"
N2 = {"idType": "RESIDENT_ID", "idNumber": "420199199207280027", "name": "王测试"}


@pytest.fixture(scope="module")
def example() -> ModuleType:
    spec = spec_from_file_location("bank_client", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    found = module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with prepared_home(REGISTRY_AGE="0.2") as home, home.serving("serve", "--without", "watch") as found:
        yield found


@pytest.fixture(scope="module")
def bank(example: ModuleType, server: Server) -> Any:
    """As its engineer registers it: two keys of its own, of which the gateway sees the public halves."""
    folder = server.home.folder.with_name("keys")
    assert "d" not in json.loads(example.make_keys(folder))["keys"][0]
    server.home.said(
        "client add", "--replace", "--id", "B1", "--agency", BANK, "--role", "BANK", "--purpose", "PM-901",
        "--keys", str(folder / "signing.jwks.json"), "--dpop-key", str(folder / "binding.public.pem"),
    )  # fmt: skip
    return example.Bank(
        gateway=server.home.url,
        client="B1",
        operator="1001",
        signing=example.read_key(folder / example.SIGNING),
        binding=example.read_key(folder / example.BINDING),
    )


def decided(home: Home, consent: str, *, grant: bool) -> None:
    """By the applicant, as the portal has it written down."""

    async def decide() -> None:
        async with opened(settings_of({}, home.folder)) as installation:
            register, id = installation.consents, UUID(consent)
            await register.show(id)
            request = await register.request(id)
            assert request is not None
            if not grant:
                await register.deny(id, By.SUBJECT)
                return
            await register.grant(id, as_asked(request))

    asyncio.run(decide())


def waited(bank: Any, consent: str, decide: Callable[[], None]) -> dict[str, Any]:
    """The bank waits while the applicant decides."""
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(bank.wait, consent, pause=0.2)
        decide()
        found: dict[str, Any] = waiting.result()
    return found


def test_from_the_keys_to_the_answer(example: ModuleType, server: Server, bank: Any) -> None:
    asked = bank.ask_consent(example.loan_check(LOAN, N2))
    assert (asked["status"], asked["consent_uri"].rpartition("/")[2]) == ("pending", asked["id"])
    found = waited(bank, asked["id"], lambda: decided(server.home, asked["id"], grant=True))
    assert (found["status"], found["uses_left"]) == ("active", 2)
    answer = bank.query(asked["id"], example.QUERY, {"who": N2, "matter": LOAN})
    standing = answer["data"]["standing"]
    assert {name: each["answer"] for name, each in standing.items()} == {
        "identityMatch": "YES", "judgmentDefaulter": "NO", "seriousList": "NO",
    }  # fmt: skip
    (licence,) = answer["data"]["subject"]["records"]["edges"]
    assert licence["node"]["__typename"] == "Licence"
    assert bank.consent(asked["id"])["uses_left"] == 1
    bank.give_up(asked["id"])
    assert bank.consent(asked["id"])["status"] == "ended"
    with pytest.raises(example.GatewayError):
        bank.query(asked["id"], example.QUERY, {"who": N2, "matter": LOAN})


def test_a_refusal_of_the_applicant_is_told(example: ModuleType, server: Server, bank: Any) -> None:
    asked = bank.ask_consent(example.loan_check(LOAN, N2))
    found = waited(bank, asked["id"], lambda: decided(server.home, asked["id"], grant=False))
    assert found == {"id": asked["id"], "status": "not_granted"}


def test_refusals_come_with_their_codes(example: ModuleType, bank: Any) -> None:
    for change, code in (({"expires_in": 0}, "BAD_REQUEST"), ({"purpose": "PM-301"}, "PURPOSE_NOT_ALLOWED")):
        with pytest.raises(example.GatewayError) as refused:
            bank.ask_consent({**example.loan_check(LOAN, N2), **change})
        assert refused.value.code == code
