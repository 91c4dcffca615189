"""What the instruments fix of every purpose they name, whatever purposes.toml says; ``authz.matrix.purposes`` holds a
policy to it.

Ceilings go by the group of a purpose, and the gates before every rule by its scope, parts, matter and lists. BASIS:
WC-二(二), WC-二(三), EZ-5, EZ-12, EZ-16, EZ-17, EZ-19, HS-8, HS-10, HS-18, JY-四(二) to (四), WH-二(二)2, WH-二(三)3,
WH-二(六), PIPL-44.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from authz.matrix.statute import groups
from schema.vocabulary.administration import QueryDuty

LOOKED_BACK = 3
"""Years. BASIS: HS-8, EZ-8, WC-二(四)2 (three clean years), GPL-22."""

_PURPOSES = """
    PM-10x     M SHALL_PROMOTE WC-2-3 WH-2017: PM-101 PM-102 PM-103 PM-104
    PM-20x     B SHALL_PROMOTE WC-2-3 WH-2017: PM-201
    PM-20x     M SHALL_PROMOTE WC-2-3 WH-2017: PM-203 PM-205
    PM-202     M SHALL_PROMOTE WC-2-3 WH-2017: PM-202
    PM-204-302 N SHALL_PROMOTE WC-2-3 WH-2017: PM-204 PM-302
    PM-301     M SHALL_PROMOTE WC-2-3 WH-2017: PM-301
    PM-30x     B SHALL_PROMOTE WC-2-3 WH-2017: PM-303 PM-305
    PM-30x     M SHALL_PROMOTE WC-2-3 WH-2017: PM-304
    PM-40x     M SHALL_PROMOTE WC-2-3 WH-2017: PM-401 PM-402 PM-403 PM-404 PM-405 PM-406 PM-407 PM-408 PM-409 PM-410
        PM-411 PM-412 PM-413 PM-414 PM-415 PM-416
    PM-50x     B SHALL_PROMOTE WC-2-3 WH-2017: PM-501 PM-502 PM-503 PM-504 PM-505 PM-506 PM-507 PM-508 PM-509
    PM-60x     N SHALL_PROMOTE WC-2-3 WH-2017: PM-601 PM-602 PM-603 PM-605
    PM-604     N SHALL_PROMOTE WC-2-3 WH-2017: PM-604
    PM-606-812 N SHALL_PROMOTE WC-2-3 WH-2017: PM-606
    PM-701     B SHALL_PROMOTE WC-2-3 WH-2017: PM-701
    PM-80x     B MUST EZ-5: PM-801 PM-802 PM-803 PM-804 PM-805 PM-806 PM-807 PM-808
    PM-60x     N MUST EZ-5: PM-809
    PM-606-812 B MUST EZ-5: PM-810 PM-812
    PM-701     B MUST EZ-5: PM-811
    PM-813     B MUST EZ-5: PM-813
    PM-821     B PER_INCENTIVE WC-2-3 WH-2017 EZ-5: PM-821
    PM-822     M NONE WC-2-3 WH-2017 EZ-5 JY: PM-822
    PM-831     B MUST WC-2-3 WH-2017 EZ-5 JY: PM-831
    PM-83x     B MUST WC-2-3 WH-2017 EZ-5 JY: PM-832 PM-833 PM-834
    PM-83x     B NONE WC-2-3 WH-2017 EZ-5 JY: PM-835
    PM-901     B VOLUNTARY: PM-901
    PM-902     B RIGHT: PM-902
    PM-903     B NONE: PM-903
    PM-904-905 - NONE: PM-904 PM-905
    PM-906     B VOLUNTARY: PM-906
"""
"""Group, scope (M organisations, N natural persons, B both, - neither), duty and matters lists (without any: it holds
everywhere): and the purposes of which that holds."""

_PARTS = """
    applicant: PM-101 PM-102 PM-103 PM-104 PM-201 PM-205 PM-604 PM-801 PM-804 PM-808 PM-832 PM-833
    supplier: PM-202 PM-805
    agent: PM-202 PM-301
    contractor: PM-203
    review_expert: PM-204 PM-302
    bidder: PM-301 PM-806
    transferee: PM-303 PM-807
    trading_party: PM-305
    party: PM-304 PM-802 PM-832 PM-833 PM-835
    supervised: PM-401 PM-402 PM-403 PM-404 PM-405 PM-406 PM-407 PM-408 PM-409 PM-410 PM-411 PM-412 PM-413 PM-414
        PM-415 PM-416 PM-501 PM-502 PM-503 PM-504 PM-505 PM-506 PM-507 PM-508 PM-509 PM-803 PM-822
    candidate: PM-601 PM-602 PM-605 PM-606 PM-809 PM-810 PM-812
    cadre: PM-603
    staff: PM-809
    legal_representative: PM-812
    principal: PM-812
    listed_target: PM-831
    data_subject: PM-901
"""
"""The parts in which a subject may be asked about; a purpose that is not here takes any part, or none."""

OWN_LISTS = "PM-701"
"""BASIS: WC-二(二), WC-二(三)7. Valid only with a row of the department's own list."""

_WITHOUT_MATTER = frozenset({"PM-834", "PM-901", "PM-902", "PM-903", "PM-904", "PM-905", "PM-906"})
"""A provider's own records, one's own, the public's, those of no subject, and those under a consent; every other query
names the matter for which it is made."""

CLEAN_RECORD = "PM-821"

OF_DEPARTMENTS = frozenset(
    {
        "PM-10x", "PM-20x", "PM-202", "PM-204-302", "PM-301", "PM-30x", "PM-40x", "PM-50x", "PM-604", "PM-60x",
        "PM-606-812", "PM-701", "PM-80x", "PM-822",
    }
)  # fmt: skip
"""Groups of acts that departments perform in matters of their own. Any other is of one article's own procedure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPurpose:
    """What a purpose is at most. ``parts`` None: any part, or none; ``lists`` empty: everywhere."""

    group: str
    persons: bool
    organisations: bool
    duty: QueryDuty
    lists: frozenset[str]
    parts: frozenset[str] | None
    matter: bool
    own_list: bool


def _read() -> Iterator[tuple[str, KeptPurpose]]:
    for (group, scope, duty, *lists), codes in groups(_PURPOSES):
        for code in codes:
            kept = KeptPurpose(
                group=group,
                persons=scope in "NB",
                organisations=scope in "MB",
                duty=QueryDuty(duty),
                lists=frozenset(lists),
                parts=frozenset(part for (part,), of in groups(_PARTS) if code in of) or None,
                matter=code not in _WITHOUT_MATTER,
                own_list=group == OWN_LISTS,
            )
            yield code, kept


KEPT_PURPOSES: Mapping[str, KeptPurpose] = MappingProxyType(dict(_read()))
