"""An invented subject -> its licences and penalties, in the dual-publicity layouts, and the repairs of penalties."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from gateway.intake.city.conduct import OFFENCE, Conduct, conduct_of, somebody, story
from gateway.intake.city.documents import day_of, document, shown
from gateway.intake.city.mix import Mix
from gateway.intake.city.places import APPROVAL, HEALTH, HOUSING, LABOUR, MARKET, TODAY, TRANSPORT, URBAN, Row
from gateway.intake.city.subjects import Subject

_ISSUERS = Mix({APPROVAL: 40, MARKET: 25, HOUSING: 12, TRANSPORT: 10, HEALTH: 7, URBAN: 6})
_KINDS = Mix({"ORDINARY": 60, "APPROVAL": 18, "REGISTRATION": 14, "RECOGNITION": 6, "FRANCHISE": 1, "OTHER": 1})
_CERTIFICATES = (
    "食品经营许可证",
    "道路运输经营许可证",
    "建筑业企业资质证书",
    "公共场所卫生许可证",
    "户外广告设置许可证",
)
_PRACTICES = ("二级建造师注册证书", "医师执业证书", "教师资格证书", "机动车驾驶证", "会计专业技术资格证书")
_YEARS = Mix({1: 20, 3: 30, 5: 45, 10: 5})

_SEVERITIES = Mix({"MINOR": 35, "GENERAL": 53, "SERIOUS": 12})
_TERMS = {"GENERAL": (92, 365), "SERIOUS": (366, 1095)}
"""Days between which a term of publication lies. BASIS: ORDER36-失信程度. A minor record is not published."""
_SANCTIONS = {
    "MINOR": Mix({"WARNING": 70, "CRITICISM": 10, "FINE": 20}),
    "GENERAL": Mix({"FINE": 75, "FINE;CONFISCATION": 20, "WARNING;FINE": 5}),
    "SERIOUS": Mix({"FINE;BUSINESS_SUSPENSION": 40, "LICENCE_REVOCATION": 25, "FINE;CONFISCATION": 35}),
}
_USUAL_FINE = {"MINOR": 200, "GENERAL": 5_000, "SERIOUS": 80_000}  # yuan
_ORDER36 = date(2026, 4, 1)


def licence(subject: Subject, order: int) -> Row:
    decided, years = day_of(subject), _YEARS.draw(subject.chance)
    practice = subject.natural and subject.happens(0.8)
    office = LABOUR if practice else _ISSUERS.draw(subject.chance)
    until = decided + timedelta(days=365 * years)
    certificate = subject.chance.choice(_PRACTICES if subject.natural else _CERTIFICATES)
    return "licences", {
        **document(subject, office, "许", decided, order),
        "item": "PRACTICE_LICENCE" if practice else "LICENCE",
        "document_name": f"准予{certificate}的决定",
        "licence_kind": "RECOGNITION" if practice else _KINDS.draw(subject.chance),
        "certificate_name": certificate,
        "licence_number": f"X{subject.number[2:6]}{subject.index:08d}{order:03d}",
        "content": f"准予{subject.name}取得{certificate}，有效期{years}年。",
        "valid_from": decided,
        "valid_until": until,
        "licence_state": "VALID" if until >= TODAY else "INVALID",
        **shown(subject, decided + timedelta(days=subject.chance.randrange(1, 10)), until),
    }


def penalty(subject: Subject, order: int) -> Iterator[Row]:
    """The decision, and its repair where there was one."""
    decided = day_of(subject)
    severity, conduct = _SEVERITIES.draw(subject.chance), conduct_of(subject)
    row = _decision(subject, order, decided, conduct, severity)
    yield "penalties", row
    if severity in _TERMS and not subject.natural:
        yield from repair(subject, row, decided + timedelta(days=_TERMS[severity][0]), share=0.3)


def offence(subject: Subject, order: int) -> Row:
    """A penalty for a breach of public order, sealed where it was a first one."""
    decided = day_of(subject)
    row = _decision(subject, order, decided, OFFENCE, "MINOR")
    return "penalties", {**row, "item": "PUBLIC_SECURITY_PENALTY", "sealed": "是" if subject.happens(0.7) else "否"}


def repair(subject: Subject, row: Mapping[str, object], allowed: date, *, share: float) -> Iterator[Row]:
    """The repair of a record, some time after it was first ``allowed``, in this share of cases."""
    repaired = allowed + timedelta(days=subject.chance.randrange(200))
    if subject.happens(share) and repaired <= TODAY:
        yield (
            "repairs",
            {
                "document_number": row["document_number"],
                "authority_uscc": row["authority_uscc"],
                "item": row["item"],
                "repaired_on": repaired,
                "effects": "STOP_PUBLICATION;ANNOTATE"
                if repaired < _ORDER36
                else "STOP_PUBLICATION;STOP_SHARING_AND_USE",
            },
        )


def _decision(subject: Subject, order: int, decided: date, conduct: Conduct, severity: str) -> dict[str, object]:
    chance = subject.chance
    informant = somebody(chance, 0.15)
    kinds = _SANCTIONS[severity].draw(chance)
    fine = round(_USUAL_FINE[severity] * chance.lognormvariate(0, 0.8)) if "FINE" in kinds else 0
    first, last = _TERMS.get(severity, (0, 0))
    public = shown(
        subject, decided + timedelta(days=chance.randrange(1, 8)), decided + timedelta(days=chance.randint(first, last))
    )
    return {
        **document(subject, conduct.office, "罚", decided, order),
        "item": "PENALTY",
        "document_name": f"{conduct.kind}案",
        "violation_type": conduct.kind,
        "facts": story(subject, conduct, decided - timedelta(days=chance.randrange(5, 90)), informant),
        "penalty_basis": conduct.law,
        "penalty_kinds": kinds,
        "content": f"处以罚款{fine}元。" if fine else "给予警告，责令改正。",
        "fine_amount": f"{fine / 10_000:.6f}" if fine else "",
        "severity": severity,
        "supervision_field": conduct.office.field,
        "informant": informant,
        "sealed": "否",
        "valid_until": "2099-12-31",
        **(public if last else dict.fromkeys(public, "")),
    }
