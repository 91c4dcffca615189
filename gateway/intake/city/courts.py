"""An invented subject -> what courts decided about it: judgments, and entries of judgment defaulters."""

from datetime import timedelta

from gateway.intake.city.documents import day_of, document, shown
from gateway.intake.city.mix import Mix
from gateway.intake.city.names import person_name
from gateway.intake.city.places import COURT, TODAY, Row, office_name
from gateway.intake.city.subjects import Subject

_CAUSES = Mix({"买卖合同纠纷": 40, "民间借贷纠纷": 25, "建设工程施工合同纠纷": 15, "劳动争议": 15, "租赁合同纠纷": 5})
_CONDUCT = Mix(
    {
        "有履行能力而拒不履行生效法律文书确定义务": 60,
        "违反财产报告制度": 30,
        "无正当理由拒不履行执行和解协议": 10,
    }
)
_PERFORMANCE = Mix({"NOT_PERFORMED": 70, "PARTLY_PERFORMED": 20, "PERFORMED": 10})
_TWO_YEARS = timedelta(days=730)


def judgment(subject: Subject, order: int) -> Row:
    decided = day_of(subject)
    other = person_name(subject.chance)
    return "judgments", {
        **document(subject, COURT, "判", decided, order),
        "case_number": f"（{decided.year}）虚{subject.place.county}民初{subject.index}-{order}号",
        "court": office_name(subject.place, COURT),
        "cause": _CAUSES.draw(subject.chance),
        "parties": f"{other};{subject.name}",
        "holding": f"{subject.name}于判决生效之日起十日内向{other}支付{subject.chance.randrange(10, 5000) * 100}元。",
        **shown(subject, decided + timedelta(days=15), decided + 5 * timedelta(days=365)),
    }


def defaulter(subject: Subject, order: int) -> Row:
    decided = day_of(subject)
    return "defaulters", {
        **document(subject, COURT, "失", decided, order),
        "item": "DEFAULTER",
        "case_number": f"（{decided.year}）虚{subject.place.county}执{subject.index}-{order}号",
        "court": office_name(subject.place, COURT),
        "filed_on": decided - timedelta(days=subject.chance.randrange(20, 200)),
        "basis_document": f"（{decided.year - 1}）虚{subject.place.county}民初{subject.index}号",
        "obligation": f"支付{person_name(subject.chance)}货款{subject.chance.randrange(10, 9000) * 100}元及利息",
        "performance": _PERFORMANCE.draw(subject.chance) if decided + _TWO_YEARS < TODAY else "NOT_PERFORMED",
        "conduct": _CONDUCT.draw(subject.chance),
        "severity": "SERIOUS",
        **shown(subject, decided + timedelta(days=3), decided + _TWO_YEARS, "CPL-266"),
    }
