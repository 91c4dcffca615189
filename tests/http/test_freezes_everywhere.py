"""Two server processes: what the command has frozen is refused by each of them at its next request, tokens or not."""

from collections.abc import Iterator, Sequence

import pytest

from tests.http.running import Server, prepared_home
from tests.http.test_workers import both_began, only, workers
from tests.http.tokens import token_form

TENDER = """query @purpose(code: "PM-301", matter: "HSZB-2026-0117", role: "bidder") {
    subject(by: {uscc: "91420199MA9TERT20X"}) { name } }"""
ASKED = (TENDER, "{ viewer { kind } }", '{ matter(number: "HSZB-2026-0117") { open } }')
WHY = ("--reason", "a screenshot appeared", "--by", "AUDIT/U1")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with prepared_home(PUBLIC_RATE="1000000") as home, home.serving("serve", "--workers", "2") as found:
        found.wait_until(lambda: both_began(found))
        yield found


def codes(server: Server, headers: dict[str, str], documents: Sequence[str] = ASKED) -> set[str | None]:
    """What each process says to each question."""
    found: set[str | None] = set()
    for pid in workers(server):
        with only(server, pid) as http:
            for document in documents:
                told = http.post("/graphql", json={"query": document}, headers=headers).json()
                found.add(told["errors"][0]["extensions"]["code"] if "errors" in told else None)
    return found


@pytest.mark.parametrize(("target", "name"), [("agency", "A1"), ("operator", "A1/1001")])
def test_every_process_refuses_from_its_next_request_on(server: Server, target: str, name: str) -> None:
    headers, others = server.home.bearer("A1"), server.home.bearer("A8")
    assert codes(server, headers) == {None}

    server.home.said("freeze", target, name, *WHY)
    frozen = codes(server, headers)
    refused = token_of_each(server)
    listed = server.home.said("freeze", "list")
    server.home.said("unfreeze", target, name, *WHY)

    assert frozen == {"FROZEN"}
    assert refused == {("invalid_grant", "FROZEN")}
    assert [each["standing"] for each in listed][-1] is True
    assert codes(server, headers) == {None}
    assert "FROZEN" not in codes(server, others)


def token_of_each(server: Server) -> set[tuple[str, str]]:
    found = set()
    for pid in workers(server):
        with only(server, pid) as http:
            told = http.post("/oauth/token", data=token_form(server, "A1", "1001")).json()
            found.add((told["error"], told["code"]))
    return found


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("agency", "A1"), 2),
        (("list", "A1"), 2),
        (("agency", "NOBODY", *WHY), 1),
        (("agency", "A1", "--reason", "a trial", "--by", "A1/1001"), 1),
        (("scope", "ALL", *WHY), 1),
    ],
    ids=["no reason", "a name to list", "no such agency", "no officer", "no such scope"],
)
def test_what_cannot_be_meant_is_refused(server: Server, arguments: tuple[str, ...], status: int) -> None:
    assert server.home.run("freeze", *arguments).returncode == status
