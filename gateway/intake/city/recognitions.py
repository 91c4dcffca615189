"""An invented subject -> where it was listed, honoured, evaluated or pledged itself."""

from collections.abc import Iterator
from datetime import date, timedelta

from gateway.intake.city.acts import repair
from gateway.intake.city.documents import day_of, document, shown
from gateway.intake.city.mix import Mix
from gateway.intake.city.places import (
    APPROVAL,
    FINANCE,
    HOUSING,
    LABOUR,
    MARKET,
    TAX,
    TODAY,
    TRADING,
    Office,
    Row,
    office_name,
)
from gateway.intake.city.subjects import Subject

_YEAR = timedelta(days=365)
_CATEGORIES = Mix(
    {
        ("SD-M-WAGE_ARREARS", LABOUR): 30,
        ("SD-H-FOOD_DRUG", MARKET): 25,
        ("SD-M-TAX", TAX): 20,
        ("SD-M-COUNTERFEIT", MARKET): 8,
        ("SD-M-COLLUSIVE_BIDDING", TRADING): 6,
        ("SD-H-CONSTRUCTION_QUALITY", HOUSING): 6,
        ("SD-M-CONTRACT_FRAUD", MARKET): 5,
    }
)
"""Kinds of conduct that the instruments of every jurisdiction here name."""

_REASONS = Mix({"未按规定期限公示年度报告": 55, "通过登记的住所无法联系": 40, "公示信息隐瞒真实情况": 5})
_PLEDGES = Mix({"审批替代型": 40, "主动公示型": 30, "容缺受理": 20, "信用修复": 10})
_GRADES = Mix({"A": 25, "B": 45, "C": 20, "D": 10})
_SCORES = {"A": (90, 100), "B": (75, 89), "C": (60, 74), "D": (20, 59)}


def serious(subject: Subject, order: int) -> Iterator[Row]:
    """An entry of the serious list with the six contents of a decision and the notice before it (WH-二(三)3)."""
    listed = day_of(subject)
    category, office = _CATEGORIES.draw(subject.chance)
    end = listed + subject.chance.choice((1, 3, 3)) * _YEAR
    row = {
        **_entry(subject, office, "列", listed, end, order),
        "item": "SERIOUS_LIST",
        "list_type": "SERIOUS",
        "list_category": category,
        "severity": "SERIOUS",
        "facts": f"当事人{subject.name}经责令改正逾期仍未履行法定义务。",
        "decision_basis": "GF2016-33-三(九)",
        "sanction_warning": "列入期间依法限制参与招标投标、政府采购",
        "removal_conditions": "纠正失信行为并履行法定义务",
        "removal_procedure": "向认定部门书面申请",
        "remedies": "可以申请行政复议或者提起行政诉讼",
        "notice_document_number": f"{office.sign}告〔{listed.year}〕{subject.index}-{order}号",
        "notice_date": listed - timedelta(days=subject.chance.randrange(10, 60)),
    }
    yield "lists", row
    yield from repair(subject, row, listed + _YEAR + timedelta(days=1), share=0.2)


def red(subject: Subject, order: int) -> Row:
    """Mostly taxpayers of grade A."""
    listed = day_of(subject)
    entry = _entry(subject, TAX if subject.happens(0.8) else MARKET, "红", listed, listed + 2 * _YEAR, order)
    return "lists", {**entry, **dict.fromkeys(_DECISION, ""), "item": "RED_LIST", "list_type": "RED"}


def abnormal(subject: Subject, order: int) -> Row:
    listed = day_of(subject)
    removed = listed + timedelta(days=subject.chance.randrange(20, 900))
    gone = subject.happens(0.7) and removed <= TODAY
    return "abnormal", {
        **document(subject, MARKET, "异", listed, order),
        "reason": _REASONS.draw(subject.chance),
        "listed_on": listed,
        "removed_on": removed if gone else "",
        "removal_reason": "已履行公示义务" if gone else "",
        **shown(subject, listed, removed if gone else "2099-12-31"),
    }


def honour(subject: Subject, order: int) -> Row:
    granted = day_of(subject)
    return "honours", {
        **document(subject, LABOUR, "表", granted, order),
        "title": "优秀青年志愿者" if subject.natural else "诚信经营示范单位",
        "granted_by": office_name(subject.place, LABOUR),
        **shown(subject, granted + timedelta(days=5), granted + 5 * _YEAR, "GF2016-33-二(三)"),
    }


def evaluation(subject: Subject, order: int) -> Row:
    decided = day_of(subject)
    grade = _GRADES.draw(subject.chance)
    return "evaluations", {
        **document(subject, TAX if subject.happens(0.5) else HOUSING, "评", decided, order),
        "model": "纳税信用评价" if subject.happens(0.5) else "行业信用分级分类评价",
        "grade": grade,
        "score": subject.chance.randint(*_SCORES[grade]),
        "period_from": date(decided.year - 1, 1, 1),
        "period_to": date(decided.year - 1, 12, 31),
    }


def commitment(subject: Subject, order: int) -> Row:
    decided = day_of(subject)
    kind = _PLEDGES.draw(subject.chance)
    kept = subject.happens(0.93)
    return "commitments", {
        **document(subject, APPROVAL, "诺", decided, order),
        "commitment_kind": kind,
        "text": f"{subject.name}承诺所提交材料真实、合法、有效，严格依法经营，自愿接受监督（{kind}）。",
        "fulfilment": ("FULFILLED" if decided < TODAY - _YEAR else "IN_PROGRESS") if kept else "NOT_FULFILLED",
        **shown(subject, decided, decided + 3 * _YEAR),
    }


def contract(subject: Subject, order: int) -> Row:
    decided = day_of(subject)
    return "contracts", {
        **document(subject, FINANCE, "合", decided, order),
        "contract_number": f"HT{decided.year}{subject.index:07d}{order:03d}",
        "counterparty": office_name(subject.place, FINANCE),
        "amount": f"{subject.chance.lognormvariate(4, 1.2):.2f}",
        "performance": subject.chance.choice(("PERFORMED", "PERFORMED", "IN_PROGRESS", "BREACHED")),
        **shown(subject, decided, decided + 3 * _YEAR),
    }


_DECISION = (
    *("list_category", "severity", "facts", "decision_basis", "sanction_warning", "removal_conditions"),
    *("removal_procedure", "remedies", "notice_document_number", "notice_date"),
)


def _entry(subject: Subject, office: Office, word: str, listed: date, end: date, order: int) -> dict[str, object]:
    return {
        **document(subject, office, word, listed, order),
        "department_level": subject.place.level,
        "listed_on": listed,
        "term_end": end,
        **shown(subject, listed + timedelta(days=2), end),
    }
