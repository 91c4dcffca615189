"""A bank's client of the credit gateway, whole: keys, a request for a consent, its decision, a token, an answer.

    python bank_client.py keys KEYS     # once: two keys; the public halves go to whoever runs the gateway
    python bank_client.py check KEYS --gateway https://credit.example --client B1 --operator 1001 \
        --matter LN20260519-88 --id-number 420199199207280027 --name 王测试

Python 3.11 with ``cryptography`` and nothing else. It keeps to RFC 7523 (assertions), RFC 9449 (DPoP) and RFC 9396
(authorization details). Errors: ``GatewayError`` for whatever the gateway refuses, by its permanent code.
"""

import argparse
import base64
import hashlib
import hmac
import json
import secrets
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

SIGNING, BINDING = "signing.pem", "binding.pem"
"""The two keys: one signs assertions, to the other every token is bound."""
FIELDS = ["Standing.judgmentDefaulter", "Standing.seriousList", "Licence.licenceKind", "Record.validUntil"]
QUERY = """
query Loan($who: PersonLookup!, $matter: String!) @purpose(code: "PM-901", matter: $matter, role: "data_subject") {
  standing(by: {person: $who}) {
    identityMatch { answer }
    judgmentDefaulter { answer label(lang: EN) }
    seriousList { answer label(lang: EN) }
  }
  subject(by: {person: $who}) {
    records(first: 20) {
      edges { node { __typename validUntil ... on Licence { licenceKind } } }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""


class GatewayError(Exception):
    """``code`` is permanent; see the table of refusals."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: Any


@dataclass(kw_only=True)
class Bank:
    """``gateway``: its public address, without a slash at the end. ``nonce``: the last one that it gave."""

    gateway: str
    client: str
    operator: str
    signing: Ed25519PrivateKey = field(repr=False)
    binding: Ed25519PrivateKey = field(repr=False)
    nonce: str | None = None

    def ask_consent(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Ask; ``consent_uri`` of what comes back is for the applicant. Sent again after a failure of the network, the
        same key makes it the same request."""
        headers = {"Idempotency-Key": secrets.token_hex(16)}
        return dict(self._bound("POST", "/consents", self.token(), request, headers).body)

    def consent(self, consent: str) -> dict[str, Any]:
        """How it stands: pending, active, not_granted or ended."""
        return dict(self._bound("GET", f"/consents/{consent}", self.token()).body)

    def give_up(self, consent: str) -> None:
        self._bound("DELETE", f"/consents/{consent}", self.token())

    def wait(self, consent: str, *, pause: float = 2.0) -> dict[str, Any]:
        """Until it is decided. A webhook spares the asking."""
        while (found := self.consent(consent))["status"] == "pending":
            time.sleep(pause)
        return found

    def query(self, consent: str, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """``data`` and ``extensions`` of the answer. Each call is a use of the consent, its further pages are not."""
        asked = {"query": document, "variables": dict(variables)}
        headers = {"Accept": "application/graphql-response+json"}
        return dict(self._bound("POST", "/graphql", self.token(consent), asked, headers).body)

    def token(self, consent: str | None = None) -> str:
        """An access token of five minutes, for one consent or, without one, for asking and looking."""
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "operator": self.operator,
        }
        if consent is not None:
            form["authorization_details"] = json.dumps([{"type": "credit-consent/1", "consent_id": consent}])

        def send() -> Answer:
            body = urllib.parse.urlencode({**form, "client_assertion": self._assertion()}).encode()
            kind = {"Content-Type": "application/x-www-form-urlencoded"}
            return self._send("POST", "/oauth/token", body, {**kind, "DPoP": self._proof("POST", "/oauth/token")})

        token: str = self._with_nonce(send).body["access_token"]
        return token

    def _bound(
        self, method: str, path: str, token: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        sent = None if body is None else json.dumps(body).encode()
        kind = {} if body is None else {"Content-Type": "application/json"}

        def send() -> Answer:
            own = {"Authorization": f"DPoP {token}", "DPoP": self._proof(method, path, token)}
            return self._send(method, path, sent, {**kind, **(headers or {}), **own})

        return self._with_nonce(send)

    def _with_nonce(self, send: Any) -> Answer:
        """Once more with the nonce that the gateway wants (RFC 9449 8)."""
        answer: Answer = send()
        if answer.status in (400, 401) and _wants_nonce(answer):
            answer = send()
        if answer.status >= 400:
            raise _error(answer)
        return answer

    def _send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        request = urllib.request.Request(self.gateway + path, body, dict(headers), method=method)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=30) as found:  # noqa: S310  # an address of our own settings
                answer = _answer(found.status, found.headers, found.read())
        except urllib.error.HTTPError as refused:
            with refused:
                answer = _answer(refused.code, refused.headers, refused.read())
        self.nonce = answer.headers.get("dpop-nonce", self.nonce)
        return answer

    def _assertion(self) -> str:
        now = int(time.time())
        header = {"alg": "Ed25519", "typ": "JWT", "kid": thumbprint(self.signing)}
        claims = {
            "iss": self.client,
            "sub": self.client,
            "aud": self.gateway,
            "jti": secrets.token_hex(16),
            "iat": now,
            "exp": now + 60,
        }
        return _signed(header, claims, self.signing)

    def _proof(self, method: str, path: str, token: str | None = None) -> str:
        header = {"alg": "Ed25519", "typ": "dpop+jwt", "jwk": public_jwk(self.binding)}
        claims: dict[str, Any] = {
            "jti": secrets.token_urlsafe(24),
            "htm": method,
            "htu": self.gateway + path,
            "iat": int(time.time()),
        }
        if token is not None:
            claims["ath"] = encoded(hashlib.sha256(token.encode()).digest())
        if self.nonce is not None:
            claims["nonce"] = self.nonce
        return _signed(header, claims, self.binding)


def loan_check(matter: str, person: Mapping[str, str]) -> dict[str, Any]:
    """A pre-loan check: no more than is needed, for thirty days and two uses."""
    return {
        "type": "credit-consent/1",
        "purpose": "PM-901",
        "manner": "check",
        "matter": matter,
        "subject": {"person": dict(person)},
        "items": ["DEFAULTER", "SERIOUS_LIST", "PRACTICE_LICENCE"],
        "fields": FIELDS,
        "period": {"from": "2021-01-01", "until": time.strftime("%Y-%m-%d")},
        "uses": 2,
        "expires_in": 30,
        "retention_days": 365,
        "necessity": "贷款审批需要核实司法、严重失信和执业许可信息",
        "service_depends": True,
    }


def told(headers: Mapping[str, str], body: bytes, secret: str) -> dict[str, str]:
    """What a webhook told: ``consent_id`` and ``status`` (Standard Webhooks). ``headers``: by names in lower case.
    ``ValueError`` for what the gateway did not sign, or not in the last five minutes."""
    moment = headers.get("webhook-timestamp", "")
    if not moment.isdigit() or abs(time.time() - int(moment)) > 300:
        raise ValueError("too old, or without a time")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    text = f"{headers.get('webhook-id', '')}.{moment}.".encode() + body
    wanted = "v1," + base64.b64encode(hmac.digest(key, text, "sha256")).decode()
    if not any(hmac.compare_digest(each, wanted) for each in headers.get("webhook-signature", "").split()):
        raise ValueError("not signed by the gateway")
    found: dict[str, str] = json.loads(body)
    return found


def make_keys(folder: Path) -> str:
    """Two keys, unless they are there; the JWK set of the first. The public half of the second stands beside it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in (SIGNING, BINDING):
        path = folder / name
        if not path.exists():
            private = Ed25519PrivateKey.generate()
            path.touch(mode=0o600)
            path.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    signing, binding = read_key(folder / SIGNING), read_key(folder / BINDING)
    published = {"keys": [{**public_jwk(signing), "kid": thumbprint(signing), "use": "sig", "alg": "Ed25519"}]}
    (folder / "signing.jwks.json").write_text(json.dumps(published), "ascii")
    public = binding.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (folder / "binding.public.pem").write_bytes(public)
    return json.dumps(published)


def read_key(path: Path) -> Ed25519PrivateKey:
    found = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(found, Ed25519PrivateKey):
        raise TypeError("the key is not an Ed25519 key")
    return found


def public_jwk(key: Ed25519PrivateKey) -> dict[str, str]:
    return {"crv": "Ed25519", "kty": "OKP", "x": encoded(key.public_key().public_bytes_raw())}


def thumbprint(key: Ed25519PrivateKey) -> str:
    """RFC 7638: the members in alphabetical order, without blanks."""
    return encoded(hashlib.sha256(json.dumps(public_jwk(key), separators=(",", ":")).encode()).digest())


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _signed(header: Mapping[str, Any], claims: Mapping[str, Any], key: Ed25519PrivateKey) -> str:
    text = ".".join(encoded(json.dumps(part).encode()) for part in (header, claims))
    return f"{text}.{encoded(key.sign(text.encode()))}"


def _answer(status: int, headers: Any, raw: bytes) -> Answer:
    return Answer(status, {name.lower(): value for name, value in headers.items()}, json.loads(raw) if raw else None)


def _wants_nonce(answer: Answer) -> bool:
    said = answer.headers.get("www-authenticate", "") + str((answer.body or {}).get("error", ""))
    return "use_dpop_nonce" in said


def _error(answer: Answer) -> GatewayError:
    """Of ``/oauth/token`` in OAuth's form, of everything else in GraphQL's."""
    body = answer.body or {}
    first = (body.get("errors") or [{}])[0]
    code = first.get("extensions", {}).get("code") or body.get("code") or body.get("error") or "UNKNOWN"
    return GatewayError(answer.status, code, first.get("message") or body.get("error_description") or "")


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(description="A bank's client of the credit gateway.")
    parser.add_argument("act", choices=["keys", "check"])
    parser.add_argument("folder", type=Path)
    for name in ("gateway", "client", "operator", "matter", "id-number", "name"):
        parser.add_argument(f"--{name}")
    given = parser.parse_args(words)
    if given.act == "keys":
        print(make_keys(given.folder))
        return 0
    bank = Bank(
        gateway=given.gateway,
        client=given.client,
        operator=given.operator,
        signing=read_key(given.folder / SIGNING),
        binding=read_key(given.folder / BINDING),
    )
    person = {"idType": "RESIDENT_ID", "idNumber": given.id_number, "name": given.name}
    asked = bank.ask_consent(loan_check(given.matter, person))
    print(f"The applicant decides at {asked['consent_uri']}", file=sys.stderr, flush=True)
    if (found := bank.wait(asked["id"]))["status"] != "active":
        print(f"There is no consent: {found['status']}", file=sys.stderr)
        return 1
    print(json.dumps(bank.query(asked["id"], QUERY, {"who": person, "matter": given.matter}), ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
