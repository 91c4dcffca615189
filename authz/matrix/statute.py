"""What the instruments fix and no policy file may loosen: whom each purpose may concern, and in which part.

Kept as code, so that a change of the policy cannot change the measure that it is held against. A policy may be narrower
than this, never wider. BASIS: WC-二(三), EZ-5, EZ-12, EZ-17, HS-8, HS-10, EZ-16, WH-二(六).
"""

from collections.abc import Mapping
from types import MappingProxyType


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


ORGANISATIONS_ONLY = _codes(
    """
    PM-101 PM-102 PM-103 PM-104 PM-202 PM-203 PM-205 PM-301 PM-304 PM-401 PM-402 PM-403 PM-404 PM-405 PM-406 PM-407
    PM-408 PM-409 PM-410 PM-411 PM-412 PM-413 PM-414 PM-415 PM-416 PM-822
    """
)
"""BASIS: WC-二(三)1 to 4 (市场主体), HS-10. A loan to a person is not supervision of loans: it needs a consent."""

PERSONS_ONLY = _codes("PM-204 PM-302 PM-601 PM-602 PM-603 PM-604 PM-605 PM-606 PM-809")
"""BASIS: WC-二(三)2, 3 and 6 (评审专家、公民个人), EZ-5."""

NO_SUBJECT = frozenset({"PM-904", "PM-905"})
"""BASIS: WH-二(六)1, WC-三(三). The log and aggregates, no record."""

OWN_LIST = frozenset({"PM-701", "PM-811"})
"""BASIS: WC-二(二), WC-二(三)7. Valid only with a row of the department's own list."""

_ROLES = {
    "applicant": """PM-101 PM-102 PM-103 PM-104 PM-201 PM-205 PM-604 PM-801 PM-804 PM-808 PM-832 PM-833""",
    "supplier": "PM-202 PM-805",
    "agent": "PM-202 PM-301",
    "contractor": "PM-203",
    "review_expert": "PM-204 PM-302",
    "bidder": "PM-301 PM-806",
    "transferee": "PM-303 PM-807",
    "trading_party": "PM-305",
    "party": "PM-304 PM-802 PM-832 PM-833 PM-835",
    "supervised": """PM-401 PM-402 PM-403 PM-404 PM-405 PM-406 PM-407 PM-408 PM-409 PM-410 PM-411 PM-412 PM-413 PM-414
        PM-415 PM-416 PM-501 PM-502 PM-503 PM-504 PM-505 PM-506 PM-507 PM-508 PM-509 PM-803 PM-822""",
    "candidate": "PM-601 PM-602 PM-605 PM-606 PM-809 PM-810 PM-812",
    "cadre": "PM-603",
    "staff": "PM-809",
    "legal_representative": "PM-812",
    "principal": "PM-812",
    "listed_target": "PM-831",
    "data_subject": "PM-901",
}


def _by_purpose() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for role, purposes in _ROLES.items():
        for purpose in purposes.split():
            found.setdefault(purpose, set()).add(role)
    return MappingProxyType({purpose: frozenset(roles) for purpose, roles in found.items()})


ROLES = _by_purpose()
"""The parts in which a subject may be asked about; a purpose that is not here takes any part, or none."""

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
