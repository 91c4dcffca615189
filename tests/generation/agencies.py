"""Agencies, clients, operators and matters of the generated city: who may ask, for what, and about whom.

Clients, their purposes and operator 1001 are those of the demonstration; matters name some of the generated subjects.
"""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from gateway.keys.sealing import KeyedSealer
from tests.generation.identities import person, uscc

Row = dict[str, Any]

UNTIL = date(2027, 12, 31)
_KEY = {"kty": "OKP", "crv": "Ed25519", "kid": "generated", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
"""The public key of RFC 8037, appendix A: nobody signs with it here."""

_AGENCIES = (
    ("A1", "1142019900TERT0292", "洪山区住房和建设局", "dept.housing", "TENDER_PROCUREMENT", "420111"),
    ("A2", "1142019900TERT037W", "武汉市委组织部", "dept.organisation", None, "420100"),
    ("A3", "1142019900TERT0105", "洪山区信用办", "dept.credit_office", None, "420111"),
    ("A4", "1142019900TERT045P", "武汉市市场监督管理局", "dept.market_supervision", "FOOD_DRUG_SAFETY", "420100"),
    ("A5", "1142079900TERT053H", "鄂州市人力资源和社会保障局", "dept.human_resources", "LABOUR", "420700"),
    ("A6", "1137019900TERT061B", "济阳区住建局", "dept.housing", "CONSTRUCTION", "370115"),
    ("A7", "1242079900TERT07X1", "鄂州市公共资源交易中心", "dept.trading_centre", "TENDER_PROCUREMENT", "420700"),
    ("A8", "1142019900TERT0885", "武昌区财政局", "dept.finance", "TENDER_PROCUREMENT", "420106"),
    ("A9", "1142079900TERT096Y", "鄂州市委组织部", "dept.organisation", None, "420700"),
    ("B1", "91420199MA9TERT98X", "武汉测试银行", None, None, "420100"),
)
_PURPOSES = {
    "A1": ["PM-301", "PM-302", "PM-831"],
    "A2": ["PM-601"],
    "A3": ["PM-832", "PM-905"],
    "A4": ["PM-401", "PM-402", "PM-403", "PM-404", "PM-405", "PM-406", "PM-821", "PM-834"],
    "A5": ["PM-813"],
    "A6": ["PM-831"],
    "A7": ["PM-805", "PM-831"],
    "A8": ["PM-202", "PM-204"],
    "A9": ["PM-809", "PM-812"],
    "B1": ["PM-901"],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """``persons`` and ``organisations`` are numbers of ``identities``."""

    number: str
    client: str
    purpose: str
    role: str
    persons: tuple[int, ...] = ()
    organisations: tuple[int, ...] = ()
    closed_on: date | None = None


MATTERS = (
    Matter(number="HSZB-2026-0117", client="A1", purpose="PM-301", role="bidder", organisations=(0, 1, 2, 3)),
    Matter(number="HSZB-2026-0117-P", client="A1", purpose="PM-302", role="review_expert", persons=(0, 1, 2, 3, 22)),
    Matter(
        number="HSZB-2026-0118", client="A1", purpose="PM-831", role="listed_target", persons=(0, 4), organisations=(1,)
    ),
    Matter(number="WHGWY-2026-00321", client="A2", purpose="PM-601", role="candidate", persons=(0, 1, 4, 5, 20)),
    Matter(number="WHSJ-2026-0031", client="A4", purpose="PM-401", role="supervised", organisations=(0, 4, 5, 6)),
    Matter(
        number="WHHJ-2026-0009",
        client="A4",
        purpose="PM-821",
        role="applicant",
        persons=(0, 2, 6),
        organisations=(0, 7, 8),
    ),
    Matter(
        number="EZJY-2026-077",
        client="A7",
        purpose="PM-831",
        role="listed_target",
        persons=(1, 3, 7, 8),
        organisations=(1, 9, 10),
    ),
    Matter(number="LN20260519-88", client="B1", purpose="PM-901", role="data_subject", persons=(1,)),
    Matter(number="LN20260519-89", client="B1", purpose="PM-901", role="data_subject", organisations=(1,)),
    Matter(
        number="HSZB-2025-0990",
        client="A1",
        purpose="PM-301",
        role="bidder",
        organisations=(0,),
        closed_on=date(2025, 12, 31),
    ),
)


def agency_id(sealer: KeyedSealer, client: str) -> int:
    return sealer.internal_id("agency", next(code for key, code, *_ in _AGENCIES if key == client))


def agencies(sealer: KeyedSealer) -> list[Row]:
    return [
        {
            "id": sealer.internal_id("agency", code),
            "uscc": code,
            "name": name,
            "kind": "BANK" if client == "B1" else "GOV_DEPT",
            "department": department,
            "supervision_field": field,
            "level": None if client == "B1" else "CITY",
            "parent_uscc": "1142019900TERT0105" if client == "A1" else None,
            "jurisdiction": jurisdiction,
            "agreement_until": UNTIL,
            "suspended": False,
        }
        for client, code, name, department, field, jurisdiction in _AGENCIES
    ]


def clients(sealer: KeyedSealer) -> list[Row]:
    own = [_client(name, agency_id(sealer, name), "BANK" if name == "B1" else "AGENCY") for name in _PURPOSES]
    return [*own, _client("AUDIT", None, "AUDIT")]


def operators() -> list[Row]:
    found = [_operator(client, "1001", UNTIL) for client in (*_PURPOSES, "AUDIT")]
    return [*found, _operator("A1", "1002", date(2026, 1, 31))]


def matters() -> list[Row]:
    return [
        {
            "number": matter.number,
            "client_id": matter.client,
            "purpose": matter.purpose,
            "opened_on": date(2025, 3, 2),
            "closed_on": matter.closed_on,
            "operators": ["1001"],
        }
        for matter in MATTERS
    ]


def matter_parties(sealer: KeyedSealer) -> list[Row]:
    found: list[Row] = []
    for matter in MATTERS:
        people = (person(index) for index in matter.persons)
        digests = [sealer.person_digest("RESIDENT_ID", who.number, who.name) for who in people]
        found += [_party(matter, digest, natural=True) for digest in digests]
        codes = (uscc(index) for index in matter.organisations)
        found += [_party(matter, sealer.organisation_digest(code), natural=False) for code in codes]
    return found


def _client(name: str, agency: int | None, role: str) -> Row:
    return {
        "client_id": name,
        "agency_id": agency,
        "role": role,
        "jwks": json.dumps({"keys": [_KEY]}),
        "purposes": _PURPOSES.get(name, ["PM-904"]),
        "dpop_thumbprint": None,
        "suspended": False,
    }


def _operator(client: str, number: str, until: date) -> Row:
    return {
        "client_id": client,
        "staff_number": number,
        "agreement_until": until,
        "trained_until": UNTIL,
        "active": True,
    }


def _party(matter: Matter, digest: bytes, *, natural: bool) -> Row:
    return {"matter_number": matter.number, "party_digest": digest, "role": matter.role, "natural": natural}
