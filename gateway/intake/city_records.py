"""An invented subject -> the rows of its records: licences, penalties, honours, defaulters, lists and their measures.

A row is a pair of layout and values by canonical column name. Texts hold personal data on purpose: intake has to take
them out. Everything is as of one fixed day.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from gateway.intake.city_subjects import (
    COURT,
    HOUSING,
    LABOUR,
    MARKET,
    POLICE,
    Office,
    Subject,
    office_name,
    office_number,
    person_name,
)

Row = tuple[str, Mapping[str, object]]

TODAY = date(2026, 5, 20)
"""The business date of the fixture: terms lie around it."""

_MINIMUM = {"GENERAL": timedelta(days=90), "SERIOUS": timedelta(days=365)}
_MAXIMUM = {"GENERAL": timedelta(days=365), "SERIOUS": timedelta(days=3 * 365)}
"""BASIS: ORDER36-失信程度. A minor record is not published."""

_ORDER36 = date(2026, 4, 1)
_CATEGORIES = (
    "SD-H-FOOD_DRUG",
    "SD-M-WAGE_ARREARS",
    "SD-M-CONTRACT_FRAUD",
    "SD-M-COUNTERFEIT",
    "SD-M-COLLUSIVE_BIDDING",
)
_FACTS = {
    "MINOR": "未按规定公示经营信息",
    "GENERAL": "未建立并遵守进货查验记录制度",
    "SERIOUS": "生产经营标注虚假生产日期的商品",
}
_KINDS = {"MINOR": "WARNING", "GENERAL": "FINE", "SERIOUS": "FINE;BUSINESS_SUSPENSION"}


def records(subject: Subject, head: Subject | None) -> Iterator[Row]:
    """``head``: the person who represents the organisation, where that person is a subject too."""
    if subject.happens(0.15 if subject.natural else 0.6):
        yield _licence(subject)
    for order in range(subject.chance.choices((0, 1, 2, 3), weights=(65, 22, 9, 4))[0]):
        yield from _penalty(subject, head, order)
    if subject.natural and subject.happens(0.02):
        yield _sealed(subject)
    if subject.happens(0.05):
        yield _honour(subject)
    if subject.happens(0.03):
        yield _defaulter(subject)
    if not subject.natural and subject.happens(0.06):
        yield from _listed(subject)


def _licence(subject: Subject) -> Row:
    decided = _before(subject, 1800)
    until = decided + timedelta(days=subject.chance.choice((365, 1095, 1825)))
    values = {
        "item": "PRACTICE_LICENCE" if subject.natural else "LICENCE",
        "document_name": "许可决定",
        "licence_kind": "RECOGNITION" if subject.natural else "ORDINARY",
        "certificate_name": "二级建造师注册证书" if subject.natural else "经营许可证",
        "licence_number": f"X{subject.number[2:6]}{subject.index:08d}",
        "content": f"准予{subject.name}{'注册' if subject.natural else '从事许可经营项目'}",
        "valid_from": decided,
        "valid_until": until,
        "licence_state": "VALID" if until > TODAY else "INVALID",
    }
    shown = {} if subject.natural else {"published_from": decided + timedelta(days=5), "publication_until": until}
    return "licences", {**_document(subject, HOUSING, "许", decided), **values, **shown}


def _penalty(subject: Subject, head: Subject | None, order: int) -> Iterator[Row]:
    decided = _before(subject, 1500)
    severity = subject.chance.choices(("MINOR", "GENERAL", "SERIOUS"), weights=(30, 50, 20))[0]
    document = _document(subject, POLICE if subject.natural else MARKET, "罚", decided, order)
    informant = person_name(subject.chance)
    fine = 0 if severity == "MINOR" else subject.chance.choice((2_000, 10_000, 125_000))
    values: dict[str, object] = {
        "item": "PENALTY",
        "violation_type": _FACTS[severity],
        "facts": _story(subject, head, severity, informant),
        "penalty_basis": "《中华人民共和国行政处罚法》",
        "penalty_kinds": _KINDS[severity],
        "content": "警告" if severity == "MINOR" else f"罚款{fine}元",
        "fine_amount": f"{fine / 10_000:.6f}" if fine else "",
        "severity": severity,
        "supervision_field": "TRAFFIC" if subject.natural else MARKET.field,
        "informant": informant if severity == "SERIOUS" else "",
    }
    if severity != "MINOR" and not subject.natural:
        shown = decided + timedelta(days=5)
        values |= {"published_from": shown, "publication_until": decided + _MAXIMUM[severity]}
        yield from _repair(subject, document, decided + _MINIMUM[severity])
    yield "penalties", {**document, **values}


def _story(subject: Subject, head: Subject | None, severity: str, informant: str) -> str:
    facts = _FACTS[severity]
    if subject.natural:
        return f"{subject.name}（身份证{subject.number}，电话{subject.phone}）违反道路交通信号灯通行。"
    who = f"当事人{subject.name}{facts}。"
    if head is not None:
        title = "经营者" if subject.kind == "SOLE_PROPRIETOR" else "法定代表人"
        who += f"经查，{title}{head.name}（身份证{head.number}，住{head.address}，电话{head.phone}）对上述行为负责。"
    return f"{who}根据{informant}举报，执法人员现场查获涉案商品。" if severity == "SERIOUS" else who


def _repair(subject: Subject, document: Mapping[str, object], allowed_from: date) -> Iterator[Row]:
    repaired = allowed_from + timedelta(days=subject.chance.randrange(120))
    if subject.happens(0.3) and repaired <= TODAY:
        effects = "STOP_PUBLICATION;ANNOTATE" if repaired < _ORDER36 else "STOP_PUBLICATION;STOP_SHARING_AND_USE"
        target = {name: document[name] for name in ("document_number", "authority_uscc")}
        yield "repairs", {**target, "item": "PENALTY", "repaired_on": repaired, "effects": effects}


def _sealed(subject: Subject) -> Row:
    values = {
        "item": "PUBLIC_SECURITY_PENALTY",
        "facts": f"{subject.name}实施违反治安管理的行为。",
        "penalty_basis": "《中华人民共和国治安管理处罚法》",
        "penalty_kinds": "WARNING",
        "content": "警告",
        "severity": "MINOR",
        "supervision_field": POLICE.field,
        "sealed": "是",
    }
    return "penalties", {**_document(subject, POLICE, "治罚", _before(subject, 900)), **values}


def _honour(subject: Subject) -> Row:
    granted = _before(subject, 1000)
    values: dict[str, object] = {
        "title": "优秀青年志愿者" if subject.natural else "诚信经营示范单位",
        "granted_by": office_name(subject.place, LABOUR),
        "published_from": granted + timedelta(days=5),
        "publication_until": granted + timedelta(days=1095),
    }
    if subject.natural:
        values["publication_basis"] = "GF2016-33-二(三)"
    return "honours", {**_document(subject, LABOUR, "表", granted), **values}


def _defaulter(subject: Subject) -> Row:
    decided = _before(subject, 700)
    values: dict[str, object] = {
        "case_number": f"（{decided.year}）虚{subject.place.county}执{subject.index}号",
        "court": office_name(subject.place, COURT),
        "filed_on": decided - timedelta(days=60),
        "basis_document": f"（{decided.year - 1}）虚{subject.place.county}民初{subject.index}号",
        "obligation": "支付货款及利息",
        "performance": subject.chance.choice(("NOT_PERFORMED", "PARTLY_PERFORMED")),
        "conduct": "有履行能力而拒不履行生效法律文书确定义务",
        "severity": "SERIOUS",
        "published_from": decided + timedelta(days=3),
        "publication_until": decided + timedelta(days=730),
    }
    if subject.natural:
        values["publication_basis"] = "CPL-266"
    return "defaulters", {**_document(subject, COURT, "失", decided), **values}


def _listed(subject: Subject) -> Iterator[Row]:
    listed = _before(subject, 600)
    serious = subject.happens(0.6)
    document = _document(subject, LABOUR, "列" if serious else "红", listed)
    end = listed + timedelta(days=365 if serious else 730)
    values: dict[str, object] = {
        "item": "SERIOUS_LIST" if serious else "RED_LIST",
        "list_type": "SERIOUS" if serious else "RED",
        "department_level": subject.place.level,
        "listed_on": listed,
        "term_end": end,
        "published_from": listed + timedelta(days=2),
        "publication_until": end,
    }
    if not serious:
        yield "lists", {**document, **values}
        return
    yield "lists", {**document, **values, **_decision(subject, listed)}
    yield from _measure(subject, document, listed, end)


def _decision(subject: Subject, listed: date) -> dict[str, object]:
    """The six contents of a listing decision and the notice before it (WH-二(三)3)."""
    return {
        "list_category": subject.chance.choice(_CATEGORIES),
        "severity": "SERIOUS",
        "facts": f"当事人{subject.name}经责令改正逾期仍未履行法定义务。",
        "decision_basis": "GF2016-33-三(九)",
        "sanction_warning": "列入期间依法限制参与招标投标、政府采购",
        "removal_conditions": "纠正失信行为并履行法定义务",
        "removal_procedure": "向认定部门书面申请",
        "remedies": "可以申请行政复议或者提起行政诉讼",
        "notice_document_number": f"{LABOUR.sign}告〔{listed.year}〕{subject.index}号",
        "notice_date": listed - timedelta(days=30),
    }


def _measure(subject: Subject, document: Mapping[str, object], listed: date, end: date) -> Iterator[Row]:
    number = f"{subject.place.county}-{listed.year}-{subject.index}"
    executor = office_number(subject.place, HOUSING)
    applied = listed + timedelta(days=7)
    in_force = applied if subject.happens(0.7) and applied <= TODAY else None
    values = {
        "measure_number": number,
        "document_number": document["document_number"],
        "authority_uscc": document["authority_uscc"],
        "item": "SERIOUS_LIST",
        "list_entry": "ADM-09",
        "legal_basis": "GF2016-33-三(十)",
        "initiated_by_uscc": document["authority_uscc"],
        "executed_by_uscc": executor,
        "force": "COMPULSORY",
        "mandatory": "是",
        "pushed_on": listed,
        "in_force_on": in_force or "",
        "starts_on": listed,
        "ends_on": end,
    }
    yield "measures", {**subject.named(), **values}
    if in_force:
        told = {"action": "APPLIED", "applied_on": in_force, "reported_on": in_force, "result": "不予受理投标报名"}
        yield "feedback", {"measure_number": number, "executed_by_uscc": executor, **told}


def _document(subject: Subject, office: Office, word: str, decided: date, order: int = 0) -> dict[str, object]:
    return {
        **subject.named(),
        "document_number": f"虚{office.sign}{word}〔{decided.year}〕{subject.index}-{order}号",
        "decided_on": decided,
        "authority_name": office_name(subject.place, office),
        "authority_uscc": office_number(subject.place, office),
    }


def _before(subject: Subject, days: int) -> date:
    return TODAY - timedelta(days=subject.chance.randrange(1, days))
