"""Turns the environment (``CREDIT_GATEWAY_*``) and ``--home`` into frozen settings, and lists them for ``config``.

A variable of that prefix that is not a setting is refused, so that a misspelt limit never goes unnoticed. It never
reads the environment by itself: the command line hands it in.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

PREFIX = "CREDIT_GATEWAY_"
DEFAULT_HOME = "~/.credit-gateway"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class SettingsError(Exception):
    """A variable cannot be used. Names the variable, never its value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One line of ``credit-gateway config``. ``value`` of a secret says only whether it is set."""

    variable: str
    value: str
    given: bool
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Times are in seconds, sizes in bytes, rates per minute."""

    home: Path
    host: str
    port: int
    workers: int
    public_url: str  # without a slash at its end: issuer of tokens and receipts
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...]
    jurisdiction: str
    graphiql: bool
    database_url: str | None = field(repr=False)  # null: the embedded database under home
    database_pool: int
    registry_pool: int
    statement_timeout: float
    ledger_pool: int
    ledger_commit_timeout: float
    ledger_seal_limit: float
    ledger_witness_required: bool
    ledger_witness_limit: float
    request_timeout: float
    body_limit: int
    registry_age: float
    caller_rate: int
    public_rate: int
    dpop_nonce: bool
    alert_webhook: str | None
    alert_webhook_secret: str | None = field(repr=False)
    alert_mail: str | None
    mail_server: str | None = field(repr=False)
    mail_sender: str
    message_gateway: str | None
    message_gateway_secret: str | None = field(repr=False)
    production: bool
    oidc_issuer: str | None  # of whoever verifies the identities of persons; null: nobody can sign in to the portal
    oidc_client_id: str
    oidc_client_secret: str | None = field(repr=False)
    oidc_client_key: Path | None
    oidc_levels: tuple[str, ...]
    oidc_origins: tuple[str, ...]
    development_sign_in: bool
    office_contact: str | None
    listing: tuple[Shown, ...] = field(repr=False)

    @property
    def keys_folder(self) -> Path:
        return self.home / "keys"

    @property
    def database_folder(self) -> Path:
        return self.home / "database"

    @property
    def ledger_folder(self) -> Path:
        """Signed notes and tiles outside the database."""
        return self.home / "ledger"

    @property
    def token_audience(self) -> str:
        """What access tokens are for."""
        return f"{self.public_url}/graphql"

    def doubts(self) -> tuple[str, ...]:
        """What ``check`` says about settings that are allowed but unsafe outside a trial."""
        url = urlsplit(self.public_url)
        found = []
        if url.scheme == "http" and url.hostname not in LOOPBACK:
            found.append("The public URL is not https: tokens could be read on the way.")
        if self.graphiql and url.hostname not in LOOPBACK:
            found.append("GraphiQL is served to everyone.")
        if self.development_sign_in and url.hostname not in LOOPBACK:
            found.append("Anybody can sign in to the portal as anybody.")
        return tuple(found)


def read_settings(environment: Mapping[str, str], *, home: Path | None = None) -> Settings:
    """Settings from ``environment``; ``home`` (the option ``--home``) goes before ``CREDIT_GATEWAY_HOME``."""
    reader = _Reader(environment)
    folder = reader.text("HOME", DEFAULT_HOME, "folder of the embedded database, keys and signed notes")
    host = reader.text("HOST", "127.0.0.1", "address that the server listens on")
    port = reader.count("PORT", 8000, "port that the server listens on", low=0, high=65535)
    settings = Settings(
        home=(home or Path(folder)).expanduser().absolute(),
        host=host,
        port=port,
        workers=reader.count("WORKERS", 1, "server processes", low=1, high=64),
        public_url=reader.url("PUBLIC_URL", f"http://{_bracketed(host)}:{port}", "address that callers use"),
        trusted_proxies=reader.networks("TRUSTED_PROXIES", "networks whose X-Forwarded-For is believed, with commas"),
        jurisdiction=reader.region("JURISDICTION", "420100", "region code of the installation (GB/T 2260)"),
        graphiql=reader.flag("GRAPHIQL", True, "serve GraphiQL to browsers"),
        database_url=reader.secret("DATABASE_URL", "PostgreSQL server in place of the embedded one; names the owner"),
        database_pool=reader.count("DATABASE_POOL", 8, "connections for reading, per scope and process", high=200),
        registry_pool=reader.count("REGISTRY_POOL", 2, "connections for clients and operators, per process", high=50),
        statement_timeout=reader.seconds("STATEMENT_TIMEOUT", 5, "longest reading statement", high=60),
        ledger_pool=reader.count("LEDGER_POOL", 2, "log writers, per process", high=16),
        ledger_commit_timeout=reader.seconds("LEDGER_COMMIT_TIMEOUT", 2, "longest wait for the log", high=30),
        ledger_seal_limit=reader.seconds(
            "LEDGER_SEAL_LIMIT", 300, "age of an unsealed entry that stops data", high=3600
        ),
        ledger_witness_required=reader.flag("LEDGER_WITNESS_REQUIRED", False, "no data without a cosigned checkpoint"),
        ledger_witness_limit=reader.seconds(
            "LEDGER_WITNESS_LIMIT", 14400, "age of the cosigned checkpoint that stops data", high=86400
        ),
        request_timeout=reader.seconds("REQUEST_TIMEOUT", 15, "longest time for one request", high=120),
        body_limit=reader.count("BODY_LIMIT", 131072, "largest request body, bytes", low=1024, high=1048576),
        registry_age=reader.seconds("REGISTRY_AGE", 5, "time after which a suspension holds everywhere", high=60),
        caller_rate=reader.count("CALLER_RATE", 6000, "points a minute, per client and process", high=1000000),
        public_rate=reader.count("PUBLIC_RATE", 600, "points a minute, per network prefix and process", high=1000000),
        dpop_nonce=reader.flag("DPOP_NONCE", True, "want a nonce of the server in proofs of possession (RFC 9449)"),
        alert_webhook=reader.optional_url("ALERT_WEBHOOK", "address that findings of the alert rules are posted to"),
        alert_webhook_secret=reader.secret("ALERT_WEBHOOK_SECRET", "signs what is posted there"),
        alert_mail=reader.text("ALERT_MAIL", "", "e-mail address that findings are sent to") or None,
        mail_server=reader.secret("MAIL_SERVER", "smtp:// or smtps:// address of the mail server"),
        mail_sender=reader.text("MAIL_SENDER", "credit-gateway@localhost", "e-mail address of the sender"),
        message_gateway=reader.optional_url("MESSAGE_GATEWAY", "address that text messages to subjects are posted to"),
        message_gateway_secret=reader.secret("MESSAGE_GATEWAY_SECRET", "signs what is posted there"),
        production=reader.flag("PRODUCTION", False, "refuse whatever is for trials only"),
        oidc_issuer=reader.issuer("OIDC_ISSUER", "identity provider of the portal (OpenID Connect)"),
        oidc_client_id=reader.text("OIDC_CLIENT_ID", "credit-gateway", "as whom the portal is known to it"),
        oidc_client_secret=reader.secret("OIDC_CLIENT_SECRET", "with which the portal proves itself to it"),
        oidc_client_key=_path(reader.text("OIDC_CLIENT_KEY", "", "file of a private key instead (Ed25519, PEM)")),
        oidc_levels=tuple(reader.text("OIDC_LEVELS", "real-name", "acr values that stand for real names").split()),
        oidc_origins=reader.origins(
            "OIDC_ORIGINS", "origins of its pages where they are not the issuer's, with spaces"
        ),
        development_sign_in=reader.flag("DEVELOPMENT_SIGN_IN", False, "sign in as any invented person: for trials"),
        office_contact=reader.text("OFFICE_CONTACT", "", "how persons reach the credit office, for their notices")
        or None,
        listing=tuple(reader.shown),
    )
    reader.refuse_unknown()
    _refuse_trial_means(settings)
    return settings


def _refuse_trial_means(settings: Settings) -> None:
    """Errors: ``SettingsError`` where people could sign in as anybody on a server that is meant in earnest."""
    url = urlsplit(settings.public_url)
    earnest = settings.production or (url.scheme == "https" and url.hostname not in LOOPBACK)
    if settings.development_sign_in and earnest:
        raise _unusable("DEVELOPMENT_SIGN_IN", "must be no in production: anybody could sign in as anybody")
    if settings.development_sign_in and settings.oidc_issuer is not None:
        raise _unusable("DEVELOPMENT_SIGN_IN", "must be no where there is an identity provider")


def _path(text: str) -> Path | None:
    return Path(text).expanduser().absolute() if text else None


class _Reader:
    """Reads one variable after another and remembers how each is listed."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._given = {name.removeprefix(PREFIX): text for name, text in environment.items() if name.startswith(PREFIX)}
        self._known: set[str] = set()
        self.shown: list[Shown] = []

    def text(self, name: str, default: str, about: str) -> str:
        return self._take(name, about, default) or default

    def secret(self, name: str, about: str) -> str | None:
        return self._take(name, about, "", secret=True) or None

    def flag(self, name: str, default: bool, about: str) -> bool:
        text = self._take(name, about, "yes" if default else "no").lower()
        if text not in ("yes", "no", "true", "false", "1", "0"):
            raise _unusable(name, "must be yes or no")
        return text in ("yes", "true", "1")

    def count(self, name: str, default: int, about: str, *, low: int = 1, high: int) -> int:
        text = self._take(name, about, str(default))
        if not (text.isascii() and text.isdigit() and len(text) < 10 and low <= int(text) <= high):
            raise _unusable(name, f"must be a whole number from {low} to {high}")
        return int(text)

    def seconds(self, name: str, default: int, about: str, *, high: int) -> float:
        text = self._take(name, f"{about}, seconds", str(default))
        if not (text.replace(".", "", 1).isdigit() and text.isascii() and 0 < float(text) <= high):
            raise _unusable(name, f"must be a number of seconds up to {high}")
        return float(text)

    def url(self, name: str, default: str, about: str) -> str:
        text = self._take(name, about, default).rstrip("/")
        try:
            parts = urlsplit(text)
        except ValueError:
            raise _unusable(name, "must be an address") from None
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise _unusable(name, "must be an http or https address without query")
        return text

    def optional_url(self, name: str, about: str) -> str | None:
        if self._given.get(name, "").strip():
            return self.url(name, "", about)
        self._take(name, about, "")
        return None

    def origins(self, name: str, about: str) -> tuple[str, ...]:
        """They go into a header as they are."""
        found = tuple(self._take(name, about, "").split())
        if not all(re.fullmatch(r"https://[A-Za-z0-9.-]+(:[0-9]{1,5})?", each) for each in found):
            raise _unusable(name, "must be https origins, without a path")
        return found

    def issuer(self, name: str, about: str) -> str | None:
        """An address exactly as it was written: it is compared with what tokens say."""
        found = self.optional_url(name, about)
        if found is not None and urlsplit(found).scheme == "http" and urlsplit(found).hostname not in LOOPBACK:
            raise _unusable(name, "must be an https address")
        return None if found is None else self._given[name].strip()

    def region(self, name: str, default: str, about: str) -> str:
        text = self._take(name, about, default)
        if not (len(text) == 6 and text.isascii() and text.isdigit()):
            raise _unusable(name, "must be a region code of six digits")
        return text

    def networks(self, name: str, about: str) -> tuple[IPv4Network | IPv6Network, ...]:
        parts = [part.strip() for part in self._take(name, about, "").split(",") if part.strip()]
        try:
            return tuple(ip_network(part) for part in parts)
        except ValueError:
            raise _unusable(name, "must be networks in CIDR form") from None

    def refuse_unknown(self) -> None:
        unknown = sorted(PREFIX + name for name in self._given.keys() - self._known)
        if unknown:
            raise SettingsError(f"Not a setting: {', '.join(unknown)}")

    def _take(self, name: str, about: str, default: str, *, secret: bool = False) -> str:
        text = self._given.get(name, "").strip() or default
        self._known.add(name)
        value = ("(set)" if text else "(not set)") if secret else text
        self.shown.append(Shown(variable=PREFIX + name, value=value, given=name in self._given, about=about))
        return text


def _unusable(name: str, reason: str) -> SettingsError:
    return SettingsError(f"{PREFIX}{name} {reason}.")


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
