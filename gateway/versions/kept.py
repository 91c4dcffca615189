"""The name of a version -> its files, as they are stored; the version in force -> its policy, if it can be read here.

A proposal was never signed: whoever asks for one by its name gets what was proposed, and nothing that a process would
apply. Never changes anything.
"""

from collections.abc import Mapping, Sequence

import asyncpg

from authz.bundle import Bundle, BundleError, read_bundle
from authz.policy import Policy
from gateway.keys.material import SigningKey
from gateway.versions import store
from gateway.versions.signing import BundleRefused, policy_of, verified

Files = Mapping[str, bytes]

IN_FORCE = "in-force"


class NoSuchVersion(Exception):  # noqa: N818  # an answer, not a fault
    """No version of that name is stored, or several are, or there is none to go back to."""


async def files_named(owner: asyncpg.Connection, keys: Sequence[SigningKey], name: str) -> Files:
    """The files of the version in force, or of a stored one by the beginning of its name. Errors: ``NoSuchVersion``,
    ``BundleRefused``."""
    if name == IN_FORCE:
        standing = await store.standing(owner)
        if standing is None or standing.signed is None:
            raise NoSuchVersion("no policy bundle is in force here")
        return verified(standing.signed, keys).files
    proposed = [_proposal(content) for content in await store.proposals(owner, name)]
    stored = [verified(each, keys) for each in await store.bundles(owner, name)]
    found = {each.version: each for each in (*proposed, *stored)}
    if len(found) != 1:
        raise NoSuchVersion("no policy version, or more than one, is stored under that name")
    return next(iter(found.values())).files


async def present(owner: asyncpg.Connection, keys: Sequence[SigningKey]) -> tuple[str | None, Policy | None]:
    """The version in force, and its policy if this program can read it."""
    standing = await store.standing(owner)
    if standing is None:
        return None, None
    if standing.signed is None:
        return standing.version, None
    try:
        bundle = verified(standing.signed, keys)
        return standing.version, policy_of(bundle) if bundle.version == standing.version else None
    except BundleRefused:
        return standing.version, None


def _proposal(content: bytes) -> Bundle:
    try:
        return read_bundle(content)
    except BundleError as error:
        raise BundleRefused(str(error)) from None
