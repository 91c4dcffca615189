"""Column shapes shared by the tables: a clear value, a sealed value, and the masked forms that stand beside it.

Masking is choosing a column: every form of a personal value that some viewer may get is a column of its own, written at
intake. ``sealed`` values are AES-GCM ciphertext; no column here ever holds a direct identifier in clear.
"""

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, LargeBinary, MetaData, Text
from sqlalchemy.dialects.postgresql import ARRAY

METADATA = MetaData()

Columns = tuple[Column[Any], ...]


def text(*names: str) -> Columns:
    return tuple(Column(name, Text) for name in names)


def texts(*names: str) -> Columns:
    return tuple(Column(name, ARRAY(Text)) for name in names)


def dates(*names: str) -> Columns:
    return tuple(Column(name, Date) for name in names)


def flags(*names: str) -> Columns:
    """Booleans that are never unknown; false until set."""
    return tuple(Column(name, Boolean, nullable=False, server_default="false") for name in names)


def numbers(*names: str) -> Columns:
    """Integers of 64 bits: identifiers, counts, and money in fen."""
    return tuple(Column(name, BigInteger) for name in names)


def sealed(name: str, *masks: str) -> Columns:
    """``name_ct`` (ciphertext) and one text column ``name__mask`` for each masked form."""
    return (Column(f"{name}_ct", LargeBinary), *text(*(f"{name}__{mask}" for mask in masks)))
