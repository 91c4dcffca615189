"""What is stored, as texts that can be compared: every row of every table that intake writes, sealed values opened."""

from collections.abc import Mapping
from typing import Any

from gateway.intake.storing_sealer import StoringSealer
from resolvers.tables.columns import METADATA
from tests.fresh_database import FreshDatabase
from tests.intake_loading import SEALER, rows

_NOT_LOADED = frozenset({"client", "authz_state", "wall_item"})


async def stored(database: FreshDatabase, sealer: StoringSealer = SEALER) -> dict[str, list[str]]:
    """By table."""
    names = sorted(set(METADATA.tables) - _NOT_LOADED)
    return {
        name: sorted(_text(row, sealer) for row in await rows(database, f'SELECT * FROM "{name}"'))  # noqa: S608
        for name in names
    }


def _text(row: Mapping[str, Any], sealer: StoringSealer) -> str:
    opened = {
        name: sealer.open_value(value) for name, value in row.items() if name.endswith("_ct") and value is not None
    }
    return str({**row, **opened})
