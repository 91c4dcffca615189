"""``client add|list``: the register of clients, and the key of one made here."""

import argparse
from pathlib import Path

import asyncpg

from gateway import clients, webhooks
from gateway.commands import options as read
from gateway.commands.failures import Failure
from gateway.commands.options import Commands, command, tell
from gateway.database.scopes import DatabaseRole
from gateway.identity import jose
from gateway.identity.clients import ClientRole
from gateway.installation import opened
from gateway.settings import Settings

_OF_ADDING = (
    "id", "agency", "role", "purpose", "keys", "dpop_key", "webhook", "webhook_secret_file", "replace",
)  # fmt: skip


def add(commands: Commands) -> None:
    parser = command(commands, "client", run, "register a client, or list them")
    parser.add_argument("action", choices=["add", "list"])
    parser.add_argument("--id", type=read.name, help="client id")
    parser.add_argument("--agency", type=read.text, help="unified social credit code of its agency; none for auditors")
    parser.add_argument("--role", choices=[role.value for role in ClientRole], help="AGENCY by default")
    parser.add_argument("--purpose", action="append", default=[], help="a purpose on the agency's own list")
    parser.add_argument(
        "--keys", type=read.file, help="JWK set of its public keys; one is made here unless it is given"
    )
    parser.add_argument("--dpop-key", type=read.file, help="public key that its tokens are bound to: PEM, or a JWK")
    parser.add_argument("--webhook", type=read.text, help="https address at which it is told how its consents stand")
    parser.add_argument(
        "--webhook-secret-file", type=read.file, help="with the secret that signs it: whsec_ and base64"
    )
    parser.add_argument(
        "--replace", action="store_true", help="in place of what is registered of it; says what changes"
    )


async def run(settings: Settings, options: argparse.Namespace) -> int:
    _check(options)
    async with (
        opened(settings) as installation,
        installation.databases.connection(DatabaseRole.REGISTRY) as connection,
    ):
        if options.action == "add":
            if not set(options.purpose) <= installation.policy.regulation.purposes.keys():
                raise Failure("a --purpose is a code of the matters list", 2)
            await _register(connection, settings, options)
            if options.webhook is not None:
                secret = options.webhook_secret_file.read_text("ascii").strip()
                await webhooks.register(connection, options.id, options.webhook, secret, installation.sealer.seal_value)
        else:
            rows = await clients.listed(connection)
            tell(options, rows, *(f"{row['id']} {row['role']} {' '.join(row['purposes'])}" for row in rows))
    return 0


def _check(options: argparse.Namespace) -> None:
    """Refuse what cannot be meant."""
    if options.action == "list":
        if any(value for name, value in vars(options).items() if name in _OF_ADDING):
            raise Failure("clients are all listed; every other option goes with add", 2)
        return
    options.role = options.role or ClientRole.AGENCY
    if not options.id:
        raise Failure("a client needs --id", 2)
    if (options.agency is None) != (options.role == ClientRole.AUDIT):
        raise Failure("a client needs the --agency that it speaks for, and auditors have none", 2)
    _check_webhook(options.webhook, options.webhook_secret_file)


def _check_webhook(address: str | None, secret: Path | None) -> None:
    """Before anything is registered."""
    if (address is None) != (secret is None):
        raise Failure("--webhook and --webhook-secret-file go together", 2)
    if address is None or secret is None:
        return
    try:
        webhooks.check_address(address)
        webhooks.secret_of(secret.read_text("ascii").strip())
    except (webhooks.NotAWebhookError, UnicodeDecodeError) as refused:
        raise Failure(
            str(refused) if isinstance(refused, webhooks.NotAWebhookError) else "the secret is no text", 2
        ) from None


def _keys(settings: Settings, options: argparse.Namespace) -> str:
    """The public keys that were handed in, or one of a pair made here."""
    if options.keys is None:
        return clients.make_key(settings.home, options.id)
    found: str = options.keys.read_text("utf-8")
    try:
        jose.read_key_set(found)
    except jose.JoseError:
        raise Failure("--keys is no JWK set of public keys of Ed25519 or P-256, each with a kid") from None
    return found


async def _register(connection: asyncpg.Connection, settings: Settings, options: argparse.Namespace) -> None:
    before = await clients.registered(connection, options.id)
    if before is not None and not options.replace:
        raise Failure("a client of that id is registered already; --replace registers it anew, and says what changes")
    new = clients.NewClient(
        id=options.id,
        agency=options.agency,
        role=options.role,
        jwks=_keys(settings, options),
        purposes=tuple(options.purpose),
        dpop_thumbprint=_thumbprint(settings, options, before),
    )
    await clients.add(connection, new)
    key = options.keys or clients.key_path(settings.home, options.id)
    if before is None:
        tell(options, {"id": options.id}, f"{options.id} is registered; its key is {key}")
    else:
        changed = clients.differences(before, new)
        said = [f"  {what}: {old or 'none'} becomes {now or 'none'}" for what, (old, now) in changed.items()]
        head = f"{options.id} is registered anew; its key is {key}" if said else f"nothing changes of {options.id}"
        tell(options, {"id": options.id, "changed": changed}, head, *said)


def _thumbprint(settings: Settings, options: argparse.Namespace, before: clients.NewClient | None) -> str | None:
    """Of the key that was handed in; else the one that is registered, or one made here for whoever needs it."""
    if options.dpop_key is not None:
        try:
            return jose.read_key(options.dpop_key.read_text("ascii")).kid
        except jose.PrivateKeySent:
            raise Failure("--dpop-key takes the public half of a key; the private one stays with the client") from None
        except ValueError:
            raise Failure("--dpop-key is no public key of Ed25519 or P-256, as PEM or as a JWK") from None
    kept = before.dpop_thumbprint if before is not None else None
    return kept or clients.dpop_key_of(settings.home, options.id, options.role)
