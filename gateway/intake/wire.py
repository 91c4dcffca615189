"""Values -> the bytes in which they go to a process that prepares rows, and back.

Keys, cells and rows pass through a pipe between two processes of one program and are never written anywhere else.
"""

import copyreg
import pickle
import struct
from collections.abc import Callable, Mapping
from io import BytesIO
from types import MappingProxyType
from typing import Any

import asyncpg
from sqlalchemy import Table

from resolvers.tables.columns import METADATA

LENGTH = struct.Struct("!Q")
"""Before each message: how many bytes it has."""


def packed(value: object) -> bytes:
    """One message, with its length."""
    out = BytesIO(bytes(LENGTH.size))
    out.seek(LENGTH.size)
    _Pickler(out, protocol=pickle.HIGHEST_PROTOCOL).dump(value)
    message = out.getbuffer()
    LENGTH.pack_into(message, 0, len(message) - LENGTH.size)
    return bytes(message)


def unpacked(message: bytes) -> Any:
    """What was packed; only ever the message of a process that this program started, or was started by."""
    return pickle.loads(message)  # noqa: S301


def _view(values: dict[Any, Any]) -> Mapping[Any, Any]:
    return MappingProxyType(values)


def _table(name: str) -> Table:
    return METADATA.tables[name]


class _Pickler(pickle.Pickler):
    """Tables go by name, the database's rows as plain mappings."""

    dispatch_table: Mapping[type, Callable[[Any], Any]] = {
        **copyreg.dispatch_table,
        MappingProxyType: lambda mapping: (_view, (dict(mapping),)),
        asyncpg.Record: lambda row: (dict, (tuple(row.items()),)),
        Table: lambda table: (_table, (table.name,)),
    }
