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
AUDITOR = "AUDIT"
"""The client of the security officers."""
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
    ("C1", "1142019900TERT109M", "武汉市行政审批局", "dept.administrative_approval", None, "420100"),
    ("C2", "1142019900TERT117G", "武昌区科技和经济信息化局", "dept.science", None, "420106"),
    ("C3", "1142019900TERT125B", "武汉市自然资源和规划局", "dept.natural_resources", None, "420100"),
    ("C4", "1142019900TERT1336", "武汉市人力资源和社会保障局", "dept.human_resources", "LABOUR", "420100"),
    ("C5", "1142019900TERT1411", "武昌区市场监督管理局", "dept.market_supervision", "FOOD_DRUG_SAFETY", "420106"),
    ("C6", "1142079900TERT15XP", "鄂州市社会信用体系建设领导小组办公室", "dept.credit_office", None, "420700"),
    ("S1", "91420199MA9TERT8XX", "武汉测试征信公司", None, None, "420100"),
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
    "C1": ["PM-101", "PM-701"],
    "C2": ["PM-201"],
    "C3": ["PM-303"],
    "C4": ["PM-505", "PM-604", "PM-606"],
    "C5": ["PM-822"],
    "C6": ["PM-831", "PM-905"],
    "S1": ["PM-906"],
}
_KINDS = {"B1": "BANK", "S1": "CREDIT_SERVICE"}
"""Of organisations that are no departments; their clients are registered as banks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """``persons`` and ``organisations`` are numbers of ``identities``; no ``role`` where the purpose knows none. One
    that is not ``registered`` is the business reference of a consent and nothing else."""

    number: str
    client: str
    purpose: str
    role: str
    persons: tuple[int, ...] = ()
    organisations: tuple[int, ...] = ()
    closed_on: date | None = None
    registered: bool = True

    @property
    def stated(self) -> str:
        """How an operation states it."""
        role = f', role: "{self.role}"' if self.role else ""
        return f'@purpose(code: "{self.purpose}", matter: "{self.number}"{role})'


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
    Matter(
        number="LN20260519-89",
        client="B1",
        purpose="PM-901",
        role="data_subject",
        organisations=(1,),
        registered=False,
    ),
    Matter(number="WHDJ-2026-0101", client="C1", purpose="PM-101", role="applicant", organisations=(0, 2, 4, 9)),
    Matter(
        number="WCZJ-2026-0201",
        client="C2",
        purpose="PM-201",
        role="applicant",
        persons=(0, 3, 5),
        organisations=(0, 1, 6),
    ),
    Matter(number="WCCG-2026-0202", client="A8", purpose="PM-202", role="supplier", organisations=(1, 3, 5, 8)),
    Matter(
        number="WHTD-2026-0303",
        client="C3",
        purpose="PM-303",
        role="transferee",
        persons=(1, 2, 7),
        organisations=(0, 3, 9),
    ),
    Matter(
        number="WHLD-2026-0505",
        client="C4",
        purpose="PM-505",
        role="supervised",
        persons=(0, 4, 8),
        organisations=(2, 5, 7),
    ),
    Matter(number="WHZG-2026-0604", client="C4", purpose="PM-604", role="applicant", persons=(0, 2, 3, 6, 20)),
    Matter(number="WHPY-2026-0606", client="C4", purpose="PM-606", role="candidate", persons=(1, 4, 5, 8, 21)),
    Matter(
        number="WHQT-2026-0701",
        client="C1",
        purpose="PM-701",
        role="applicant",
        persons=(0, 1, 5),
        organisations=(0, 4, 8),
    ),
    Matter(
        number="EZCG-2026-0805",
        client="A7",
        purpose="PM-805",
        role="supplier",
        persons=(0, 2, 7),
        organisations=(1, 2, 10),
    ),
    Matter(number="EZGB-2026-0809", client="A9", purpose="PM-809", role="candidate", persons=(2, 3, 7, 8)),
    Matter(
        number="EZPX-2026-0812",
        client="A9",
        purpose="PM-812",
        role="candidate",
        persons=(0, 1, 6),
        organisations=(1, 5, 9),
    ),
    Matter(
        number="EZHC-2026-0813",
        client="A5",
        purpose="PM-813",
        role="applicant",
        persons=(1, 2, 4),
        organisations=(0, 1, 10),
    ),
    Matter(number="WCFJ-2026-0822", client="C5", purpose="PM-822", role="supervised", organisations=(0, 3, 4, 7)),
    Matter(
        number="HSYY-2026-0832",
        client="A3",
        purpose="PM-832",
        role="party",
        persons=(0, 1, 3),
        organisations=(0, 1, 2),
    ),
    Matter(number="EZDB-2026-0831", client="C6", purpose="PM-831", role="listed_target", organisations=(0, 1, 9, 10)),
    Matter(number="ZX20260519-01", client="S1", purpose="PM-906", role="", organisations=(0,), registered=False),
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
            "kind": _KINDS.get(client, "GOV_DEPT"),
            "department": department,
            "supervision_field": field,
            "level": None if client in _KINDS else "CITY",
            "parent_uscc": "1142019900TERT0105" if client == "A1" else None,
            "jurisdiction": jurisdiction,
            "agreement_until": UNTIL,
            "suspended": False,
        }
        for client, code, name, department, field, jurisdiction in _AGENCIES
    ]


def clients(sealer: KeyedSealer) -> list[Row]:
    own = [_client(name, agency_id(sealer, name), "BANK" if name in _KINDS else "AGENCY") for name in _PURPOSES]
    return [*own, _client(AUDITOR, None, "AUDIT")]


def operators() -> list[Row]:
    found = [_operator(client, "1001", UNTIL) for client in (*_PURPOSES, AUDITOR)]
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
        if matter.registered
    ]


def matter_parties(sealer: KeyedSealer) -> list[Row]:
    found: list[Row] = []
    for matter in (each for each in MATTERS if each.registered):
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
    key = {"client_id": matter.client, "matter_number": matter.number}
    return {**key, "party_digest": digest, "role": matter.role, "natural": natural}
