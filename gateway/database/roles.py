"""The scope roles of one installation: their names, their secrets under the home folder, the statements that make them.

A secret is 256 random bits; the server is given only its SCRAM verifier, so it stands in no statement or server log.
Nothing here decides what a role may see.
"""

import base64
import hashlib
import hmac
import json
import os
import re
import secrets as randomness
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway.database.scopes import READ_ONLY, DatabaseRole

FILE = "database-roles.json"

_SAFE_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")

_SETTINGS: Mapping[str, str] = {
    "search_path": "public",
    "jit": "off",  # statements are short; compiling them would take longer than running them
    "row_security": "on",
    "idle_in_transaction_session_timeout": "'30s'",
    "lock_timeout": "'5s'",
}
_STATEMENT_TIMEOUT: Mapping[DatabaseRole, str] = {DatabaseRole.INTAKE: "'10min'"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Names and secrets of the scope roles; the secrets are kept out of its representation."""

    prefix: str
    secrets: Mapping[DatabaseRole, str] = field(repr=False)

    def name(self, role: DatabaseRole) -> str:
        """The role's name in the cluster, where roles of all databases live side by side."""
        return f"{self.prefix}_{role}"


def prefix_for(database: str) -> str:
    """``credit`` for the database ``credit``, ``credit_x`` for ``x``; never a name that PostgreSQL reserves."""
    prefix = database if database.startswith("credit") else f"credit_{database}"
    if _SAFE_NAME.fullmatch(prefix):
        return prefix
    return "credit_" + hashlib.sha256(database.encode()).hexdigest()[:12]


class OlderHome(ValueError):  # noqa: N818  # it says what to do
    """The file lacks a role that this program has: the home was made by an earlier one."""

    def __init__(self) -> None:
        super().__init__(f"{FILE} does not hold the secrets of every database role; run: credit-gateway migrate")


def load_credentials(home: Path) -> Credentials:
    """Errors: ``FileNotFoundError`` before the first migration, ``OlderHome`` for a file that lacks a role."""
    try:
        stored = json.loads((home / FILE).read_text("utf-8"))
        secrets = {role: str(stored["secrets"][role]) for role in DatabaseRole}
        return Credentials(prefix=str(stored["prefix"]), secrets=secrets)
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise OlderHome from error


def ensure_credentials(home: Path, prefix: str, token: Callable[[], str] = randomness.token_urlsafe) -> Credentials:
    """Those of the file; roles that it lacks are given a secret. An existing prefix stays."""
    path = home / FILE
    stored: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {"prefix": prefix, "secrets": {}}
    missing = [role for role in DatabaseRole if role not in stored["secrets"]]
    if missing:
        stored["secrets"].update({str(role): token() for role in missing})
        write_secret(path, json.dumps(stored, indent=2) + "\n")
    return load_credentials(home)


def write_secret(path: Path, text: str) -> None:
    """Replaces the file whole; it is never readable by anyone else, not even while it is being written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def scram_verifier(secret: str, salt: bytes) -> str:
    """RFC 5803, as PostgreSQL stores it. One round is enough for 256 random bits, and cheap at each connection."""
    rounds = 1
    salted = hashlib.pbkdf2_hmac("sha256", secret.encode(), salt, rounds)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    parts = [base64.b64encode(part).decode() for part in (salt, stored, server)]
    return f"SCRAM-SHA-256${rounds}:{parts[0]}${parts[1]}:{parts[2]}"


def role_statements(credentials: Credentials, existing: frozenset[str], salt: Callable[[], bytes]) -> tuple[str, ...]:
    """What creates or renews every role: no attribute beyond LOGIN, the secret's verifier, and its session settings."""
    statements = []
    for role in DatabaseRole:
        name = credentials.name(role)
        verifier = scram_verifier(credentials.secrets[role], salt())
        if name not in existing:
            statements.append(f"CREATE ROLE {name} LOGIN NOINHERIT")
        statements.append(f"ALTER ROLE {name} PASSWORD '{verifier}'")
        statements += [f"ALTER ROLE {name} SET {key} = {value}" for key, value in settings_of(role).items()]
    return tuple(statements)


def settings_of(role: DatabaseRole) -> Mapping[str, str]:
    """Session settings that hold from the first statement; nothing in the gateway changes them later."""
    settings = dict(_SETTINGS)
    settings["statement_timeout"] = _STATEMENT_TIMEOUT.get(role, "'10s'")
    settings["default_transaction_read_only"] = "on" if role in READ_ONLY else "off"
    return settings
