"""Every peer has words for every question, and asks about the organisation that it is told."""

import json
from pathlib import Path

import pytest

from benchmarks.serving.peers import PEERS, Peer, environment_of, gateway, handwritten, postgraphile, strawberry
from benchmarks.serving.questions import QUESTIONS
from schema.build import graphql_schema
from schema.documents.document import Documents

ALL = (
    gateway(Path("home"), "http://127.0.0.1:8000"),
    gateway(Path("home"), "http://127.0.0.1:8000", workers=4),
    postgraphile(Path("node"), {"PGHOST": "here"}),
    strawberry(Path("python"), "postgresql://"),
    handwritten(Path("python"), "postgresql://", reset=True),
    handwritten(Path("python"), "postgresql://", reset=False),
)


@pytest.mark.parametrize("peer", ALL, ids=lambda peer: peer.name)
def test_a_peer_has_words_for_every_question(peer: Peer) -> None:
    folder = PEERS / peer.folder
    for question in QUESTIONS:
        assert (folder / f"{question.name}.graphql").exists() or (folder / f"{question.name}.sql").exists()
        sent = json.loads(peer.body(question, "91420199MA9TERT20X"))
        assert ("variables" in sent) is question.by_code
        assert ("query" in sent) is (folder / f"{question.name}.graphql").exists()


def test_names_are_each_peers_own() -> None:
    assert len({peer.name for peer in ALL}) == len(ALL)


def test_one_process_listens_where_tokens_are_for() -> None:
    assert ALL[0].url(QUESTIONS[0]) == "http://127.0.0.1:8000/graphql"
    assert ALL[1].environment["CREDIT_GATEWAY_PUBLIC_URL"] == "http://127.0.0.1:8000"


def test_the_gateways_words_are_those_of_its_schema() -> None:
    documents = Documents(graphql_schema(), 10)
    for question in QUESTIONS:
        assert documents.prepare((PEERS / "gateway" / f"{question.name}.graphql").read_text("utf-8"))


def test_no_secret_and_nothing_of_this_process_goes_to_a_peer_but_what_it_needs() -> None:
    assert set(environment_of(ALL[2])) <= {"PATH", "HOME", "LANG", "TMPDIR", "PGHOST", "PORT", "NODE_ENV"}
