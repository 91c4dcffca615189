"""What the subjects of the invented city do wrong, and how their departments tell it.

Texts hold personal data and informants on purpose, as those of real departments do: intake has to take them out.
"""

from dataclasses import dataclass
from datetime import date
from random import Random

from gateway.intake.city.mix import Mix
from gateway.intake.city.names import person_name
from gateway.intake.city.places import (
    EMERGENCY,
    ENVIRONMENT,
    HEALTH,
    HOUSING,
    LABOUR,
    MARKET,
    POLICE,
    TAX,
    TRANSPORT,
    URBAN,
    Office,
)
from gateway.intake.city.subjects import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct:
    """One kind of violation: who pursues it, what it is called, what was done, and the law it breaks."""

    office: Office
    kind: str
    deed: str
    law: str


def _conduct(office: Office, kind: str, deed: str, law: str) -> Conduct:
    return Conduct(office=office, kind=kind, deed=deed, law=f"《中华人民共和国{law}》")


_BUSINESS = Mix(
    {
        _conduct(MARKET, "经营标签不合规食品", "销售的预包装食品标签未标明生产日期", "食品安全法"): 22,
        _conduct(MARKET, "未履行进货查验义务", "未建立并遵守进货查验记录制度", "食品安全法"): 14,
        _conduct(MARKET, "虚假宣传", "在店堂内张贴内容虚假的宣传海报", "反不正当竞争法"): 8,
        _conduct(MARKET, "未按规定公示", "未按规定期限公示年度报告", "市场主体登记管理条例"): 10,
        _conduct(URBAN, "占道经营", "未经批准占用城市道路摆放经营物品", "道路交通安全法"): 14,
        _conduct(TRANSPORT, "超限运输", "使用超过规定载质量的车辆从事货物运输", "公路法"): 8,
        _conduct(ENVIRONMENT, "超标排放", "外排废水化学需氧量超过许可排放浓度", "水污染防治法"): 5,
        _conduct(HOUSING, "施工现场不合规", "施工现场未按规定设置安全防护设施", "建筑法"): 5,
        _conduct(TAX, "未按期申报", "未按照规定的期限办理纳税申报", "税收征收管理法"): 6,
        _conduct(LABOUR, "拖欠工资", "未按月足额支付劳动者工资", "劳动法"): 4,
        _conduct(EMERGENCY, "未开展安全培训", "未对从业人员进行安全生产教育和培训", "安全生产法"): 4,
        _conduct(HEALTH, "公共场所卫生不合规", "未按规定对顾客用品用具进行消毒", "传染病防治法"): 4,
    }
)
_PERSONAL = Mix(
    {
        _conduct(TRANSPORT, "违反交通信号", "驾驶机动车违反道路交通信号灯通行", "道路交通安全法"): 60,
        _conduct(TRANSPORT, "无证营运", "未取得营运证件从事网约车客运", "道路运输条例"): 12,
        _conduct(URBAN, "乱倒垃圾", "随意倾倒建筑垃圾", "固体废物污染环境防治法"): 12,
        _conduct(HEALTH, "非法行医", "未取得医师执业证书开展诊疗活动", "医师法"): 4,
        _conduct(HOUSING, "违规出借证书", "出借注册执业证书供他人使用", "建筑法"): 4,
    }
)
OFFENCE = _conduct(POLICE, "违反治安管理", "在公共场所扰乱秩序", "治安管理处罚法")
"""What is sealed (reference Part 4, R9)."""

_ENDINGS = ("当事人对上述事实无异议。", "以上事实有现场检查笔录、询问笔录和照片为证。", "案发后当事人已主动改正。", "")


def conduct_of(subject: Subject) -> Conduct:
    return (_PERSONAL if subject.natural else _BUSINESS).draw(subject.chance)


def story(subject: Subject, conduct: Conduct, day: date, informant: str) -> str:
    """The facts of one case. ``informant``: empty where nobody reported it."""
    chance, head = subject.chance, subject.head
    when = f"{day.year}年{day.month}月{day.day}日"
    parts = [f"根据{informant}举报，" if informant else "", f"{when}，{conduct.office.name}执法人员"]
    if subject.natural:
        parts.append(f"查获当事人{subject.name}（身份证{subject.number}，电话{subject.phone}）{conduct.deed}。")
    else:
        parts.append(f"对当事人{subject.name}开展检查，发现其{conduct.deed}。")
        if head.number:
            title = "经营者" if subject.kind == "SOLE_PROPRIETOR" else "法定代表人"
            parts.append(
                f"经查，{title}{head.name}（身份证{head.number}，住{head.address}，电话{head.phone}）对此负责。"
            )
        if subject.happens(0.2):
            parts.append(f"员工{person_name(chance)}参与了上述行为，涉及金额{chance.randrange(3, 900) * 100}元。")
    return "".join((*parts, chance.choice(_ENDINGS)))


def somebody(chance: Random, share: float) -> str:
    """The name of an informant in this share of cases, else nothing."""
    return person_name(chance) if chance.random() < share else ""
