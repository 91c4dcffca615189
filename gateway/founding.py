"""Settings -> an installation that can be opened: keys, tables, scope roles, the shipped policies in force.

Run again it changes nothing but what a newer version brings. It never loads data.
"""

import secrets
from datetime import date

import policies
from authz.policy import Policy, load_policy
from gateway.activation import activate, set_business_date
from gateway.database.engines import owner_connection
from gateway.database.migrate import migrate
from gateway.installation import database_url
from gateway.keys import folder as key_folder
from gateway.settings import Settings


async def found(settings: Settings, *, at: date | None = None) -> Policy:
    """The policy that is in force afterwards. ``at`` fixes the business date (a trial's; never a real city's)."""
    policy = load_policy(policies.contents())
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    key_folder.create(settings.keys_folder, entropy=secrets.token_bytes)
    async with database_url(settings) as url:
        await migrate(url, settings.home)
        async with owner_connection(url) as owner:
            await activate(owner, policy)
            if at is not None:
                await set_business_date(owner, at)
    return policy
