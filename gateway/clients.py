"""The register of clients and operators, as those who run an installation write it; and keys made for trial clients.

A real agency keeps its private key and hands in the public one. Keys made here stand in ``<home>/clients``, readable by
their owner alone. Reading the register at request time is ``gateway.identity.register``.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from gateway.database.roles import write_secret
from gateway.http.token import public_jwk
from gateway.identity import jose
from gateway.identity.clients import AUDIT_ORGANISATION, KEY_BOUND, ClientRole, Duty
from gateway.identity.tokens import NAME
from gateway.keys.material import SigningKey, thumbprint

FOLDER = "clients"
SIGNING, DPOP = "", ".dpop"
"""How the files of the two keys of a trial client differ in name: that of its assertions, and that of its tokens."""

ADD = (
    "INSERT INTO client (client_id, agency_id, role, jwks, purposes, dpop_thumbprint) "
    "SELECT $1, agency.id, $3, $4, $5, $6 "
    "FROM (SELECT $2::text AS uscc) AS named LEFT JOIN agency ON agency.uscc = named.uscc "
    "WHERE agency.id IS NOT NULL OR named.uscc IS NULL ON CONFLICT (client_id) DO UPDATE "
    "SET agency_id = excluded.agency_id, role = excluded.role, jwks = excluded.jwks, purposes = excluded.purposes, "
    "dpop_thumbprint = excluded.dpop_thumbprint "
    "RETURNING client_id"
)
OPERATOR = (
    "INSERT INTO operator (client_id, staff_number, agreement_until, trained_until) "
    "SELECT client_id, $2, $3, $4 FROM client WHERE client_id = $1 ON CONFLICT (client_id, staff_number) DO UPDATE "
    "SET agreement_until = excluded.agreement_until, trained_until = excluded.trained_until RETURNING client_id"
)
FIND = (
    "SELECT agency.uscc AS agency, client.role, client.jwks, client.purposes, client.dpop_thumbprint "
    "FROM client LEFT JOIN agency ON agency.id = client.agency_id WHERE client_id = $1"
)
DUTY = """
    INSERT INTO administrator (organisation, staff_number, duty, since)
    SELECT coalesce(agency.uscc, $4), $2, $3, (extract(epoch FROM clock_timestamp()) * 1000)::bigint
    FROM client LEFT JOIN agency ON agency.id = client.agency_id WHERE client_id = $1
    ON CONFLICT (organisation, staff_number) DO NOTHING
"""
HELD = """
    SELECT duty FROM client LEFT JOIN agency ON agency.id = client.agency_id
    JOIN administrator ON organisation = coalesce(agency.uscc, $3) AND staff_number = $2 WHERE client_id = $1
"""
LIST = "SELECT client_id AS id, role, purposes, suspended FROM client ORDER BY client_id"


class NotANameError(ValueError):
    """Not an id of a client, or not a staff number."""

    def __init__(self) -> None:
        super().__init__("an id or staff number has 1 to 64 letters, digits or . _ : -")


class NotAKeyError(ValueError):
    """The file of a client's key holds another thing."""

    def __init__(self) -> None:
        super().__init__("the key of this client in the home folder is not one that was made here")


class UnknownError(LookupError):
    """The agency or client that was named is not in the register."""


class DutyTakenError(Exception):
    """The person administers another thing already."""

    def __init__(self) -> None:
        super().__init__(
            "system, security and audit administrators exclude one another: this person is another one of them"
        )


class Connection(Protocol):
    """What the register needs of a connection (asyncpg's)."""

    async def fetch(self, query: str, /, *args: object) -> Sequence[Mapping[str, Any]]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClient:
    """``agency`` is a unified social credit code, None for auditors; ``jwks`` a JSON Web Key Set of public keys;
    ``dpop_thumbprint`` of the key that its tokens are bound to (RFC 7638)."""

    id: str
    agency: str | None
    role: str
    jwks: str = field(repr=False)
    purposes: tuple[str, ...]
    dpop_thumbprint: str | None = None


async def add(connection: Connection, client: NewClient) -> None:
    """Register a client, or replace what is registered of it. Errors: ``NotANameError``, ``UnknownError``."""
    _check_name(client.id)
    found = await connection.fetch(
        ADD, client.id, client.agency, client.role, client.jwks, list(client.purposes), client.dpop_thumbprint
    )
    if not found:
        raise UnknownError("no agency is registered with that code")


async def registered(connection: Connection, client: str) -> NewClient | None:
    """What is registered of a client; None where there is none of that id."""
    rows = await connection.fetch(FIND, client)
    return None if not rows else NewClient(**{**rows[0], "id": client, "purposes": tuple(rows[0]["purposes"] or ())})


def differences(before: NewClient, after: NewClient) -> dict[str, tuple[str, str]]:
    """What of a client is registered otherwise: agency, role, purposes, and the ids of its keys, of both kinds."""
    found = {
        "agency": (before.agency or "", after.agency or ""),
        "role": (before.role, after.role),
        "purposes": (" ".join(sorted(before.purposes)), " ".join(sorted(after.purposes))),
        "keys": (_key_ids(before.jwks), _key_ids(after.jwks)),
        "DPoP key": (before.dpop_thumbprint or "", after.dpop_thumbprint or ""),
    }
    return {what: (old, new) for what, (old, new) in found.items() if old != new}


def _key_ids(jwks: str) -> str:
    try:
        return " ".join(sorted(jose.read_key_set(jwks)))
    except jose.JoseError:
        return "unreadable"


async def add_operator(
    connection: Connection,
    client: str,
    number: str,
    agreement_until: date,
    trained_until: date,
    duty: Duty | None = None,
) -> None:
    """Register a member of staff; agreement and training hold up to and including their dates. A ``duty`` is for good.

    Errors: ``NotANameError`` for a staff number that no token could name, ``UnknownError``, ``DutyTakenError``.
    """
    _check_name(number)
    if duty is not None and await registered(connection, client) is not None:
        await connection.fetch(DUTY, client, number, duty.value, AUDIT_ORGANISATION)
        (row,) = await connection.fetch(HELD, client, number, AUDIT_ORGANISATION)
        if row["duty"] != duty:
            raise DutyTakenError
    if not await connection.fetch(OPERATOR, client, number, agreement_until, trained_until):
        raise UnknownError("no client is registered with that id")


async def listed(connection: Connection) -> list[dict[str, Any]]:
    return [{**row, "purposes": list(row["purposes"] or ())} for row in await connection.fetch(LIST)]


def make_key(home: Path, client: str) -> str:
    """A key for a trial client, unless it has one; its public key set as JSON. Errors: ``NotANameError``."""
    return json.dumps({"keys": [public_jwk(_made(home, client, SIGNING))]})


def dpop_key_of(home: Path, client: str, role: str) -> str | None:
    """The thumbprint of the key for the tokens of a trial client, made where its role needs one and it has none."""
    needed = ClientRole(role) in KEY_BOUND or key_path(home, client, DPOP).exists()
    return _made(home, client, DPOP).kid if needed else None


def read_key(home: Path, client: str, kind: str = SIGNING) -> SigningKey:
    """A key of a trial client. Errors: ``FileNotFoundError`` where none was made here, ``NotAKeyError``."""
    content = key_path(home, client, kind).read_bytes()
    try:
        private = load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):  # no PEM, one with a password, one of another kind
        raise NotAKeyError from None
    if not isinstance(private, Ed25519PrivateKey):
        raise NotAKeyError
    public = private.public_key()
    return SigningKey(kid=thumbprint(public), number=1, public=public, private=private)


def key_path(home: Path, client: str, kind: str = SIGNING) -> Path:
    """Errors: ``NotANameError``: what is no client id, or ends like the name of another one's key, must not become the
    path of a file."""
    _check_name(client)
    if client.endswith(DPOP):
        raise NotANameError
    return home / FOLDER / f"{client}{kind}.pem"


def _made(home: Path, client: str, kind: str) -> SigningKey:
    path = key_path(home, client, kind)
    if not path.exists():
        private = Ed25519PrivateKey.generate()
        pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_secret(path, pem.decode())
    return read_key(home, client, kind)


def _check_name(text: str) -> None:
    if not NAME.fullmatch(text):
        raise NotANameError
