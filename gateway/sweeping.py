"""An open installation -> the sweeper of its consents, and the names by which notices call things."""

from uuid import uuid4

from authz.capacity import ages_of
from gateway.consents.notices import Names, Notices
from gateway.consents.sweeping import Sweeper
from gateway.database.scopes import DatabaseRole
from gateway.installation import Installation, today_in_china
from gateway.log.vaults import milliseconds
from schema.regulations.purposes import Purpose

PAGE = "/portal/consents/"
"""Below the public address: where a subject sees one of its consents."""


def sweeper_of(installation: Installation) -> Sweeper:
    """It has done nothing yet."""

    async def names() -> Names:
        in_force = await installation.state.current()
        regulation = in_force.policy.regulation
        return Names(
            purposes={code: named(purpose) for code, purpose in regulation.purposes.items()},
            page=installation.settings.public_url + PAGE,
            each_time=regulation.told_each_time,
            ages=ages_of(regulation.profile(installation.settings.jurisdiction, in_force.today)),
        )

    return Sweeper(
        register=installation.consents,
        representation=installation.representation,
        notices=Notices(names=names, today=today_in_china, clock=milliseconds, new_id=uuid4),
        connection=lambda: installation.databases.connection(DatabaseRole.CONSENT_KEEPER),
    )


def named(purpose: Purpose) -> tuple[str, str]:
    """In Chinese and in English."""
    return purpose.zh, purpose.slug.lower().replace("_", " ")
