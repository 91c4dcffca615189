"""A seed and an index -> an invented organisation or person, with the places and offices of the invented city.

Nobody bears these identifiers: their county suffix is 99. A subject depends on its own index alone, so a larger city
begins with the smaller one.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from schema.identifiers import organisation_check, resident_check, uscc_check


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """``county``: the unassigned code of identifiers; ``jurisdiction``: the real one whose rules the offices follow."""

    city: str
    county: str
    jurisdiction: str
    level: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """``department``: leaf of the tree of roles; ``field``: supervision field; ``sign``: stands in document numbers."""

    name: str
    kind: str
    department: str
    field: str
    sign: str


PLACES = (
    Place(city="武汉", county="420199", jurisdiction="420100", level="CITY", address="湖北省武汉市洪山区"),
    Place(city="鄂州", county="420799", jurisdiction="420700", level="CITY", address="湖北省鄂州市鄂城区"),
    Place(city="济阳", county="370199", jurisdiction="370115", level="DISTRICT", address="山东省济南市济阳区"),
)

MARKET = Office(
    name="市场监督管理局", kind="GOV_DEPT", department="dept.market_supervision", field="FOOD_DRUG_SAFETY", sign="市监"
)
HOUSING = Office(name="城乡建设局", kind="GOV_DEPT", department="dept.housing", field="CONSTRUCTION", sign="建")
LABOUR = Office(name="人力资源局", kind="GOV_DEPT", department="dept.human_resources", field="LABOUR", sign="人社")
POLICE = Office(name="公安局", kind="GOV_DEPT", department="dept.public_security", field="PUBLIC_SECURITY", sign="公")
COURT = Office(name="法院", kind="COURT", department="dept.court", field="OTHER", sign="法")
OFFICES = (MARKET, HOUSING, LABOUR, POLICE, COURT)

FAMILY_NAMES = tuple("赵钱孙李周吴郑王冯陈蒋沈韩杨朱秦许何吕张孔曹严金魏陶姜")
GIVEN_NAMES = (
    "建国",
    "秀英",
    "志强",
    "丽华",
    "伟民",
    "桂兰",
    "晓东",
    "雪梅",
    "海涛",
    "玉珍",
    "文博",
    "思源",
    "明远",
    "小燕",
)
_SYLLABLES = tuple("鑫盛恒泰瑞丰宏远昌隆嘉禾启明腾达锦绣")
TRADES = ("建设", "食品", "商贸", "机械", "物流", "科技", "餐饮", "纺织", "医药", "环保")
_SHOPS = ("早餐店", "便利店", "五金店", "面馆", "理发店", "水果店")
_KINDS = ("LEGAL_PERSON", "SOLE_PROPRIETOR", "FARMER_COOP", "SOCIAL_ORG", "PUBLIC_INSTITUTION")
_WEIGHTS = (60, 30, 4, 3, 3)
_PREFIXES = {
    "LEGAL_PERSON": "91",
    "SOLE_PROPRIETOR": "92",
    "FARMER_COOP": "93",
    "SOCIAL_ORG": "52",
    "PUBLIC_INSTITUTION": "12",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """``number``: credit code of an organisation, resident identity number of a person; ``chance``: its own dice."""

    index: int
    name: str
    number: str
    kind: str
    place: Place
    phone: str
    address: str
    chance: Random

    @property
    def natural(self) -> bool:
        return self.kind == "NATURAL_PERSON"

    def happens(self, share: float) -> bool:
        """One throw: true for this share of the subjects."""
        return self.chance.random() < share

    def named(self) -> dict[str, object]:
        """The columns by which a record names its subject."""
        if self.natural:
            identity = {"subject_kind": "NATURAL_PERSON", "id_type": "RESIDENT_ID", "id_number": self.number}
            return {"subject_name": self.name, **identity}
        side = "SOLE_PROPRIETOR" if self.kind == "SOLE_PROPRIETOR" else "ORGANISATION"
        return {"subject_name": self.name, "subject_kind": side, "uscc": self.number}


def person(seed: int, index: int) -> Subject:
    chance = _dice(seed, index)
    place = chance.choice(PLACES)
    born = date(1950, 1, 1) + timedelta(days=index * 7919 % 18250)
    sequence = 100 + 2 * (index // 18250) + chance.randrange(2)  # persons of the fixture stand below 100
    body = f"{place.county}{born:%Y%m%d}{sequence:03d}"
    return Subject(
        index=index,
        name=person_name(chance),
        number=body + resident_check(body),
        kind="NATURAL_PERSON",
        place=place,
        phone=f"199{index:08d}",
        address=f"{place.address}测试路{index}号",
        chance=chance,
    )


def organisation(seed: int, index: int) -> Subject:
    chance = _dice(seed, index)
    place = chance.choice(PLACES)
    kind = chance.choices(_KINDS, weights=_WEIGHTS)[0]
    return Subject(
        index=index,
        name=_organisation_name(place, kind, chance),
        number=_uscc(_PREFIXES[kind], place, f"MC{index:06d}"),
        kind=kind,
        place=place,
        phone=f"027-86{index % 1_000_000:06d}",
        address=f"{place.address}测试大道{index}号",
        chance=chance,
    )


def person_name(chance: Random) -> str:
    return chance.choice(FAMILY_NAMES) + chance.choice(GIVEN_NAMES)


def office_name(place: Place, office: Office) -> str:
    return f"{place.city}虚构{office.name}"


def office_number(place: Place, office: Office) -> str:
    """The credit code of the place's office."""
    return _uscc("11", place, f"00TERT{PLACES.index(place) + 2}{OFFICES.index(office)}")


def _organisation_name(place: Place, kind: str, chance: Random) -> str:
    short = place.city + "".join(chance.sample(_SYLLABLES, 2))
    endings = {
        "LEGAL_PERSON": f"{chance.choice(TRADES)}有限公司",
        "SOLE_PROPRIETOR": chance.choice(_SHOPS),
        "FARMER_COOP": "专业合作社",
        "SOCIAL_ORG": "服务中心",
        "PUBLIC_INSTITUTION": "研究所",
    }
    return short + endings[kind]


def _uscc(prefix: str, place: Place, body: str) -> str:
    code = prefix + place.county + body + organisation_check(body)
    return code + uscc_check(code)


def _dice(seed: int, index: int) -> Random:
    return Random(f"{seed} {index}")  # invented data
