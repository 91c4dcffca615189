"""The places and offices of the invented city, with the rows that register its offices.

Credit codes carry a county that does not exist (suffix 99); the jurisdiction of an office is the real one whose rules
it follows.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from gateway.intake.city.mix import Mix
from schema.identifiers import organisation_check, uscc_check

Row = tuple[str, Mapping[str, object]]
"""The name of a layout, and values by canonical column; rows of one layout have the same columns."""

TODAY = date(2026, 5, 20)
"""The business date of the fixture: whatever is invented lies around it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """``county``: the code in identifiers; ``jurisdiction``: the real one whose rules its offices follow."""

    city: str
    name: str
    county: str
    jurisdiction: str
    level: str
    address: str
    dialling: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """``department``: leaf of the tree of roles; ``field``: supervision field; ``sign``: stands in document numbers."""

    name: str
    department: str
    field: str
    sign: str
    kind: str = "GOV_DEPT"


def _place(city: str, district: str, county: str, jurisdiction: str, dialling: str, province: str) -> Place:
    return Place(
        city=city,
        name=district or city,
        county=county,
        jurisdiction=jurisdiction,
        level="DISTRICT" if district else "CITY",
        address=f"{province}{city}市{district}{'区' if district else ''}",
        dialling=dialling,
    )


PLACES = (
    _place("武汉", "", "420199", "420100", "027", "湖北省"),
    _place("武汉", "洪山", "420199", "420111", "027", "湖北省"),
    _place("武汉", "武昌", "420199", "420106", "027", "湖北省"),
    _place("鄂州", "", "420799", "420700", "0711", "湖北省"),
    _place("济南", "济阳", "370199", "370115", "0531", "山东省"),
)
WHERE = Mix(dict(zip(PLACES, (40, 16, 16, 16, 12), strict=True)))

MARKET = Office(name="市场监督管理局", department="dept.market_supervision", field="FOOD_DRUG_SAFETY", sign="市监")
APPROVAL = Office(name="行政审批局", department="dept.administrative_approval", field="OTHER", sign="审批")
HOUSING = Office(name="住房和城乡建设局", department="dept.housing", field="CONSTRUCTION", sign="建")
LABOUR = Office(name="人力资源和社会保障局", department="dept.human_resources", field="LABOUR", sign="人社")
POLICE = Office(name="公安局", department="dept.public_security", field="PUBLIC_SECURITY", sign="公")
TAX = Office(name="税务局", department="dept.tax", field="TAX_ADMIN", sign="税")
ENVIRONMENT = Office(name="生态环境局", department="dept.environment", field="ENVIRONMENT", sign="环")
TRANSPORT = Office(name="交通运输局", department="dept.transport", field="TRAFFIC", sign="交")
URBAN = Office(name="城市管理局", department="dept.urban_management", field="OTHER", sign="城管")
HEALTH = Office(name="卫生健康局", department="dept.health", field="HEALTHCARE", sign="卫")
EMERGENCY = Office(name="应急管理局", department="dept.emergency", field="WORK_SAFETY", sign="应急")
FINANCE = Office(name="财政局", department="dept.finance", field="TENDER_PROCUREMENT", sign="财")
COURT = Office(name="人民法院", department="dept.court", field="OTHER", sign="法", kind="COURT")
TRADING = Office(
    name="公共资源交易中心",
    department="dept.trading_centre",
    field="TENDER_PROCUREMENT",
    sign="交易",
    kind="PUBLIC_INSTITUTION",
)
OFFICES = (
    *(MARKET, APPROVAL, HOUSING, LABOUR, POLICE, TAX, ENVIRONMENT, TRANSPORT, URBAN, HEALTH, EMERGENCY, FINANCE),
    *(COURT, TRADING),
)


def office_name(place: Place, office: Office) -> str:
    return f"{place.name}虚构{office.name}"


def office_number(place: Place, office: Office) -> str:
    """The credit code of the place's office."""
    return _NUMBERS[place, office]


def credit_code(prefix: str, county: str, body: str) -> str:
    """``prefix``: two characters of the registering department and class; ``body``: eight of the organisation."""
    code = prefix + county + body + organisation_check(body)
    return code + uscc_check(code)


_NUMBERS = MappingProxyType(
    {
        (place, office): credit_code("11", place.county, f"00CTY{at}{number:02d}")
        for at, place in enumerate(PLACES)
        for number, office in enumerate(OFFICES)
    }
)


def agencies() -> Iterator[Row]:
    for place in PLACES:
        for office in OFFICES:
            yield (
                "agencies",
                {
                    "uscc": office_number(place, office),
                    "name": office_name(place, office),
                    "kind": office.kind,
                    "department": office.department,
                    "supervision_field": office.field,
                    "jurisdiction": place.jurisdiction,
                    "level": place.level,
                    "agreement_until": date(2027, 12, 31),
                },
            )
