"""The version that the database names -> the policy of its signed bundle, for a process that has to follow it.

One look-up by the registry role. The policy is built beside the event loop, so that requests under other versions go on
meanwhile. A bundle that was refused once is not built again: what is stored does not change.
"""

import asyncio
from collections.abc import Sequence

from authz.policy import Policy
from gateway.identity.register import Rows
from gateway.in_force import PolicyNotHereError
from gateway.keys.material import SigningKey
from gateway.versions.signing import BundleRefused, Signed, policy_of, verified

FIND = (
    "SELECT bundle.digest, bundle.content, bundle.signature, bundle.key "
    "FROM authz_state JOIN policy_bundle AS bundle ON bundle.digest = authz_state.bundle "
    "WHERE authz_state.policy_version = $1"
)
MOST_REFUSED = 64


class Bundles:
    """Stored bundles, verified with the policy keys of the installation."""

    def __init__(self, rows: Rows, keys: Sequence[SigningKey]) -> None:
        self._rows = rows
        self._keys = keys
        self._refused: dict[str, str] = {}

    async def policy(self, version: str) -> Policy | None:
        """None where the database names another version by now, or no bundle. Errors: ``PolicyNotHereError`` for a
        bundle that may not be used here; those of the database."""
        row = await self._rows.fetchrow(FIND, version)
        if row is None:
            return None
        if row["digest"] in self._refused:
            raise PolicyNotHereError(self._refused[row["digest"]])
        found = Signed(content=row["content"], signature=row["signature"], key=row["key"])
        try:
            return await asyncio.to_thread(self._built, found, version)
        except BundleRefused as refusal:
            if len(self._refused) >= MOST_REFUSED:
                self._refused.clear()
            self._refused[row["digest"]] = str(refusal)
            raise PolicyNotHereError(str(refusal)) from None

    def _built(self, found: Signed, version: str) -> Policy:
        bundle = verified(found, self._keys)
        if bundle.version != version:
            raise BundleRefused("the policy bundle holds another version than the one in force")
        return policy_of(bundle)
