"""Commands about the keys of banks: what is handed in, what is made for a trial, and the tokens bound to it."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from gateway.identity.dpop import digest_of
from gateway.identity.jose import decode
from tests.consents.bank import encoded, pem_of, public_jwk, thumbprint
from tests.fresh_database import FreshDatabase
from tests.unit.gateway.offices import BANK, registered_home
from tests.unit.gateway.test_commands import TERMS, run, told


@pytest.fixture
def home(database: FreshDatabase, monkeypatch: pytest.MonkeyPatch) -> Path:
    return registered_home(database, monkeypatch)


def hand_in(folder: Path, content: str) -> tuple[str, ...]:
    """The words that register B1 anew with this file as its DPoP key."""
    file = folder / "handed-in"
    file.write_text(content, "ascii")
    bank = ("--id", "B1", "--agency", BANK, "--role", "BANK", "--purpose", "PM-901")
    return ("client", "add", *bank, "--replace", "--dpop-key", str(file))


def test_a_bank_is_registered_with_the_public_half_of_its_key(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
    given = told(home, capsys, *hand_in(tmp_path, pem_of(key).decode()))
    again = told(home, capsys, *hand_in(tmp_path, json.dumps(public_jwk(key))))
    other = told(home, capsys, *hand_in(tmp_path, json.dumps(public_jwk(generate_private_key(SECP256R1())))))

    assert given["changed"]["DPoP key"][1] == thumbprint(key)
    assert again["changed"] == {}
    assert other["changed"]["DPoP key"][0] == thumbprint(key)


def test_a_private_key_is_not_taken_nor_shown(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
    secret = encoded(key.private_bytes_raw())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    for content in (pem, json.dumps({**public_jwk(key), "d": secret}), "", "x", pem.replace("PRIVATE", "PUBLIC")):
        assert run(home, *hand_in(tmp_path, content)) == 1
        written = capsys.readouterr()
        assert written.err.startswith("--dpop-key")
        assert secret not in written.err + written.out


def test_a_trial_bank_gets_a_bound_token_its_key_and_a_proof(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bank = ("--id", "B1", "--agency", BANK, "--role", "BANK", "--purpose", "PM-901", "--replace")
    told(home, capsys, "client", "add", *bank)
    run(home, "operator", "add", "--client", "B1", "--number", "1001", *TERMS)
    capsys.readouterr()

    found = told(home, capsys, "token", "--client", "B1", "--operator", "1001")

    assert found.keys() == {"access_token", "token_type", "expires_in", "dpop_key", "proof"}
    assert found["dpop_key"].keys() == {"kty", "crv", "x", "d"}
    head, claims = (json.loads(decode(part)) for part in found["proof"].split(".")[:2])
    public = {name: value for name, value in found["dpop_key"].items() if name != "d"}
    assert head == {"alg": "Ed25519", "typ": "dpop+jwt", "jwk": public}
    assert claims["ath"] == digest_of(found["access_token"])
    unknown = ("--consent", "8f14e45f-ceea-467f-9a36-dcb2f1b5d3c1")
    assert run(home, "token", "--client", "B1", "--operator", "1001", *unknown) == 1
    assert capsys.readouterr().err == "There is no such consent, or it may not be used.\n"
