"""The same firm, the same act, the same offices in five jurisdictions: what a conflict of reference 1.15 is decided by.

Everyone is invented. Identifiers follow each city's unassigned county 99; the offices follow the rules of the real one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from gateway.intake.report import LoadReport
from schema.identifiers import organisation_check, resident_check, uscc_check
from tests.city import City
from tests.scenarios.filing import File, admit, filed, load, take

Row = Mapping[str, str]


def credit_code(prefix: str, county: str, body: str) -> str:
    """A credit code that passes its checks; ``body``: eight characters."""
    code = prefix + county + body + organisation_check(body)
    return code + uscc_check(code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One jurisdiction and its offices. ``digit`` sets its identifiers apart from those of the other places."""

    zh: str
    code: str
    county: str
    level: str
    digit: int

    def office(self, department: str) -> str:
        """The credit code of its labour bureau, trading centre, credit office, court or bank."""
        prefix, place = ("91", 7) if department == "bank" else ("11", OFFICES.index(department))
        return credit_code(prefix, self.county, f"00PLA{self.digit}{place}0")

    def firm(self, number: int) -> str:
        return credit_code("91", self.county, f"PLA{self.digit}{number:04d}")


LABOUR, TRADING, CREDIT, COURT, BANK = OFFICES = (
    *("dept.human_resources", "dept.trading_centre", "dept.credit_office", "dept.court", "bank"),
)
_KINDS = {TRADING: "PUBLIC_INSTITUTION", COURT: "COURT", BANK: "BANK"}

HONGSHAN = Place(zh="洪山", code="420111", county="420199", level="DISTRICT", digit=1)
WUCHANG = Place(zh="武昌", code="420106", county="420199", level="DISTRICT", digit=2)
WUHAN = Place(zh="武汉", code="420100", county="420199", level="CITY", digit=3)
EZHOU = Place(zh="鄂州", code="420700", county="420799", level="CITY", digit=4)
JIYANG = Place(zh="济阳", code="370115", county="370199", level="DISTRICT", digit=5)
PLACES = (HONGSHAN, WUCHANG, WUHAN, EZHOU, JIYANG)

SEEN = """
  subject(by: {uscc: $uscc}) {
    measures(first: 50) { edges { node {
      status force mandatory suspendedByObjection liftReason listEntry { code } executedBy { name }
    } } }
    records(first: 50) { edges { node {
      __typename documentNumber status underObjection
      ... on ListEntry { noticeComplete localLabel listCategory removalReason }
    } } }
  }
"""
SUPERVISOR = f'query S($uscc: String!) @purpose(code: "PM-822", matter: "PLA-822", role: "supervised") {{ {SEEN} }}'
SOURCE = f'query O($uscc: String!) @purpose(code: "PM-834") {{ {SEEN} }}'
PUBLIC = f"query P($uscc: String!) {{ {SEEN} }}"


@dataclass(slots=True)
class Cities:
    """The five places in one database, and the numbers that are still free."""

    town: City
    _numbers: Any = field(default_factory=lambda: count(1))

    async def found(self) -> "Cities":
        """Their offices; one supervisor who asks about firms of every place, and each labour bureau about its own."""
        await take(self.town, filed("agencies", *_agencies()))
        await admit(self.town, "SUPERVISOR", WUHAN.office(TRADING), "PM-822", "PM-821")
        for place in PLACES:
            await admit(self.town, f"SOURCE{place.digit}", place.office(LABOUR), "PM-834", "PM-821")
        matter = {"number": "PLA-822", "client_id": "SUPERVISOR", "purpose": "PM-822", "operators": "1001"}
        await take(self.town, filed("matters", matter | {"opened_on": "2020-01-02"}))
        return self

    async def firms(self, places: Iterable[Place], **told: str) -> dict[Place, "Firm"]:
        """A new firm in each of the places, all alike."""
        number = next(self._numbers)
        firms = {place: Firm(place=place, uscc=place.firm(number), number=number) for place in places}
        await take(self.town, filed("organisations", *(firm.registered(**told) for firm in firms.values())))
        return firms

    async def load(self, *files: File) -> LoadReport:
        return await load(self.town, *files)

    async def take(self, *files: File) -> None:
        await take(self.town, *files)

    async def sees(self, document: str, firm: "Firm", client: str | None) -> Mapping[str, Any]:
        answer = await self.town.ask(document, {"uscc": firm.uscc}, client=client)
        subject: Mapping[str, Any] = answer.data["subject"]
        return {
            "records": [edge["node"] for edge in subject["records"]["edges"]],
            "measures": [edge["node"] for edge in subject["measures"]["edges"]],
        }

    async def supervisor(self, firm: "Firm") -> Mapping[str, Any]:
        """What an agency of another city sees of the firm."""
        return await self.sees(SUPERVISOR, firm, "SUPERVISOR")

    async def source(self, firm: "Firm") -> Mapping[str, Any]:
        """What the labour bureau of its place sees of it."""
        return await self.sees(SOURCE, firm, f"SOURCE{firm.place.digit}")

    async def public(self, firm: "Firm") -> Mapping[str, Any]:
        return await self.sees(PUBLIC, firm, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """One of several firms that differ in nothing but the place whose bureau acts on them."""

    place: Place
    uscc: str
    number: int

    @property
    def name(self) -> str:
        return f"{self.place.zh}虚构{self.number}号有限公司"

    def registered(self, **told: str) -> Row:
        return {
            "name": self.name,
            "uscc": self.uscc,
            "kind": "LEGAL_PERSON",
            "jurisdiction": self.place.county,
        } | told

    def _document(self, sign: str) -> Row:
        return {
            "document_number": f"虚{sign}〔2026〕{self.place.digit}-{self.number}号",
            "authority_uscc": self.place.office(LABOUR),
        }

    def listing(self, **told: str) -> Row:
        """On the serious list since 2026-03-02, with everything that the strictest place asks for."""
        return {
            "subject_name": self.name,
            "uscc": self.uscc,
            **self._document("列"),
            "item": "SERIOUS_LIST",
            "list_type": "SERIOUS",
            "list_category": "SD-M-WAGE_ARREARS",
            "department_level": self.place.level,
            "decided_on": "2026-03-02",
            "listed_on": "2026-03-02",
            "published_from": "2026-03-04",
            "publication_until": "2028-03-01",
            "facts": "拖欠工资，经责令支付逾期仍未支付。",
            "decision_basis": "GF2016-33-三(九)",
            "sanction_warning": "限制参与招标投标",
            "removal_conditions": "支付工资",
            "removal_procedure": "书面申请",
            "remedies": "异议、复议、诉讼",
            "notice_document_number": f"虚告〔2026〕{self.number}号",
            "notice_date": "2026-02-02",
        } | told

    def penalty(self, **told: str) -> Row:
        return {
            "subject_name": self.name,
            "uscc": self.uscc,
            **self._document("罚"),
            "item": "PENALTY",
            "decided_on": "2026-03-02",
            "published_from": "2026-03-04",
            "publication_until": "2027-03-01",
            "severity": "GENERAL",
            "facts": "未按规定支付工资。",
            "content": "罚款1万元",
            "penalty_kinds": "FINE",
            "penalty_basis": "《中华人民共和国劳动法》第九十一条",
            "fine_amount": "1",
            "authority_name": f"{self.place.zh}虚构human_resources",
        } | told

    def measure(self, **told: str) -> Row:
        """Triggered by the listing, in force since 2026-03-09."""
        return {
            "measure_number": f"PLA-{self.place.digit}-{self.number}",
            "subject_name": self.name,
            "uscc": self.uscc,
            **self._document("列"),
            "item": "SERIOUS_LIST",
            "list_entry": "ADM-09",
            "legal_basis": "GF2016-33-三(十)",
            "initiated_by_uscc": self.place.office(LABOUR),
            "executed_by_uscc": self.place.office(TRADING),
            "pushed_on": "2026-03-02",
            "in_force_on": "2026-03-09",
            "starts_on": "2026-03-02",
        } | told

    def objection(self, sign: str = "列", **told: str) -> Row:
        """Of 2026-05-06, lodged with the department that decided; it doubts the information at once."""
        return {
            **self._document(sign),
            "kind": "RECOGNITION_SANCTION" if sign == "列" else "INACCURATE",
            "accepted_by_uscc": self.place.office(CREDIT if self.place is HONGSHAN and sign == "列" else LABOUR),
            "objection_from": "2026-05-06",
            "objection_doubtful_from": "2026-05-06",
        } | told

    def repair(self, **told: str) -> Row:
        return {**self._document("列"), "item": "SERIOUS_LIST", "repaired_on": "2026-05-10"} | told


def person_number(place: Place, number: int) -> str:
    """A resident identity number of that place, of a man born on 1980-01-02."""
    body = f"{place.county}19800102{200 + 2 * number + 1:03d}"
    return body + resident_check(body)


def _agencies() -> Iterable[Row]:
    for place in PLACES:
        for department in OFFICES:
            yield {
                "uscc": place.office(department),
                "name": f"{place.zh}虚构{department.removeprefix('dept.')}",
                "kind": _KINDS.get(department, "GOV_DEPT"),
                "department": department,
                "jurisdiction": place.code,
                "level": place.level,
                "agreement_until": "2099-12-31",
            }
