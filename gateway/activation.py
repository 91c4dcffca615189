"""A policy -> the policy in force: one row changes, and every process follows within its next request.

For the owner only, and last of many steps: ``gateway.versions.register`` decides, signs and logs. The wall's list of
publishable items changes in the same transaction, so that the database never knows a newer catalogue than the gateway
applies.
"""

from datetime import date

import asyncpg

from authz.matrix.check import refuse_breaches
from authz.policy import Policy
from schema.vocabulary.catalogue import PublishAttribute

STATE = (
    "INSERT INTO authz_state (singleton, policy_version, catalogue_version, bundle) VALUES (true, $1, $2, $3) "
    "ON CONFLICT (singleton) DO UPDATE SET policy_version = excluded.policy_version, "
    "catalogue_version = excluded.catalogue_version, bundle = excluded.bundle"
)
TODAY = "SELECT wall_today()"
"""The business date: that which was set, or today where the regulations hold."""
ITEMS = "SELECT item FROM wall_item ORDER BY item"
ITEM = "INSERT INTO wall_item (item, published) VALUES ($1, $2)"
DATE = "UPDATE authz_state SET business_date = $1"


async def activate(owner: asyncpg.Connection, policy: Policy, *, bundle: str | None = None) -> None:
    """Put this policy in force; processes read it from the stored bundle of that address. A business date that was set
    stays. Raises PolicyRefused for a policy that breaks a statutory invariant or goes beyond the table of minimum
    necessity; the one in force then stays."""
    refuse_breaches(policy, await owner.fetchval(TODAY))
    items = [
        (item.code, item.publish_attribute is PublishAttribute.PUBLIC)
        for item in policy.catalogue.items.values()
        if not item.pseudo
    ]
    async with owner.transaction():
        await owner.execute("DELETE FROM wall_item")
        await owner.executemany(ITEM, items)
        await owner.execute(STATE, policy.version, policy.catalogue.digest, bundle)


async def set_business_date(owner: asyncpg.Connection, day: date | None) -> None:
    """Fix the business date, or let it be today again. Tokens, consents and the log always use real time."""
    await owner.execute(DATE, day)
