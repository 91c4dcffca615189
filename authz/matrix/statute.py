"""What the instruments fix and no policy file may loosen: whom nobody may compel, and who is named in public.

Kept as code, so that a change of the policy cannot change the measure that it is held against. A policy may be narrower
than this, never wider. BASIS: WH-二(四)1, WH-二(二)2.
"""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

NOT_STATE = frozenset({"MKT-02", "MKT-03", "MKT-04", "INC-09", "INC-11", "INC-15", "INC-16", "INC-18", "INC-19"})
NOT_STATE_PREFIXES = ("IND-", "SOC-")
"""Measures that banks, credit services, associations or media take. BASIS: WH-二(四)1: nobody may compel them."""

NAMED_IN_PUBLIC: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "DEFAULTER": MappingProxyType(
            {
                "CLEAR": ("NaturalPerson.name", "NaturalPerson.sex", "NaturalPerson.age"),
                "MASKED": ("NaturalPerson.idNumber", "NaturalPerson.homeAddress", "class:FREE_TEXT"),
            }
        ),
        "HONOUR": MappingProxyType({"CLEAR": ("NaturalPerson.name",)}),
    }
)
"""What more than a masked name is published of a natural person. BASIS: FS2017-7-6 with CPL-266 (defaulters);
GF2016-33-二(三), EZ-7, WC-二(四)1 (honours: name and deed)."""


def groups(text: str) -> Iterator[tuple[list[str], list[str]]]:
    """A table as statute is written down here: each of its lines says something, and behind the colon of what."""
    for line in re.split(r"\n    (?=\S)", text):
        said, _, of = line.partition(":")
        if of:
            yield said.split(), of.split()
