"""``load --preview``: files -> how their rows would be seen, and until when they are due; nothing is stored."""

import argparse
import sys

from rich.console import Console

from gateway.commands.failures import Failure
from gateway.commands.options import tell
from gateway.database.engines import owner_connection
from gateway.installation import credentials_of, database_url, opened
from gateway.preview.asking import NotAskedError
from gateway.preview.rehearsal import Rehearsed, rehearse
from gateway.preview.telling import machine, show
from gateway.preview.terms import NoCalendarError
from gateway.preview.viewers import NoSuchPurposeError, agency
from gateway.settings import Settings

WIDEST = 160
"""Columns of a table that goes to no terminal."""


async def preview(settings: Settings, options: argparse.Namespace) -> int:
    """Exit code as of a load: 1 where a row would be set aside."""
    rehearsed = await _rehearsed(settings, options)
    if options.json:
        tell(options, machine(rehearsed))
    else:
        show(rehearsed, Console(width=None if sys.stdout.isatty() else WIDEST))
    return 1 if rehearsed.report.quarantined else 0


async def _rehearsed(settings: Settings, options: argparse.Namespace) -> Rehearsed:
    async with opened(settings) as installation, database_url(settings) as url, owner_connection(url) as owner:
        regulation, today = installation.policy.regulation, await installation.state.business_date()
        try:
            asked = agency(regulation, settings.jurisdiction, today, options.purpose)
        except NoSuchPurposeError as error:
            raise Failure(str(error), 2) from error
        try:
            return await rehearse(
                options.files, installation, owner, credentials_of(settings), asked, most=options.rows
            )
        except NoCalendarError as error:
            raise Failure(str(error)) from error
        except NotAskedError as error:
            raise Failure(str(error), 2) from error
