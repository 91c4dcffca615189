"""A row scope -> one sentence of what it holds of, in Chinese or English. For people; no decision rests on it."""

from authz.scopes import (
    EVERY,
    NOTHING,
    After,
    All,
    Any,
    By,
    Empty,
    In,
    Is,
    MyAgency,
    MyPeriod,
    MySubject,
    MyTarget,
    Not,
    Party,
    RowScope,
    Trigger,
)
from schema.vocabulary.words import Language

_WORDS = {
    Language.EN: {
        "is": "{} is {}",
        "in": "{} is one of {}",
        "empty": "{} is empty",
        "by": "{} is on or before {}",
        "after": "{} is after {}",
        "party": "the person is a party of the matter in the stated role",
        "agency": "{} is the caller's agency",
        "subject": "{} is the subject who consented, or who asks",
        "period": "{} is within the period of data of the consent",
        "target": "the subject is the target of a measure that the caller's agency executes",
        "trigger": "of the record that triggered it, {}",
        "and": " and ",
        "or": " or ",
        "not": "not ({})",
        "every": "every row",
        "nothing": "no row",
    },
    Language.ZH: {
        "is": "{} 为 {}",
        "in": "{} 为下列之一：{}",
        "empty": "{} 为空",
        "by": "{} 不晚于 {}",
        "after": "{} 晚于 {}",
        "party": "该自然人是本办件中以所述角色列明的当事人",
        "agency": "{} 为查询单位",
        "subject": "{} 为授权人或查询人本人",
        "period": "{} 在授权的信息期间内",
        "target": "该主体是查询单位所执行措施的对象",
        "trigger": "其触发记录满足：{}",
        "and": "，且 ",
        "or": " 或 ",
        "not": "并非（{}）",
        "every": "全部记录",
        "nothing": "无记录",
    },
}


def sentence(scope: RowScope, language: Language = Language.EN) -> str:
    """What the scope holds of. Columns are called by their names."""
    words = _WORDS[language]
    if scope == EVERY:
        return words["every"]
    if scope == NOTHING:
        return words["nothing"]
    match scope:
        case Is(fact, value):
            return words["is"].format(fact, value)
        case In(fact, values):
            return words["in"].format(fact, ", ".join(map(str, values)))
        case Empty(fact):
            return words["empty"].format(fact)
        case By(fact, day):
            return words["by"].format(fact, day)
        case After(fact, day):
            return words["after"].format(fact, day)
        case MyAgency(fact):
            return words["agency"].format(fact)
        case MySubject(fact):
            return words["subject"].format(fact)
        case MyPeriod(fact):
            return words["period"].format(fact)
        case Party():
            return words["party"]
        case MyTarget(_):
            return words["target"]
        case Trigger(part):
            return words["trigger"].format(sentence(part, language))
        case Not(part):
            return words["not"].format(sentence(part, language))
        case All(parts):
            return words["and"].join(_bracketed(part, language) for part in parts)
        case Any(parts):
            return words["or"].join(_bracketed(part, language) for part in parts)


def _bracketed(scope: RowScope, language: Language) -> str:
    said = sentence(scope, language)
    several = isinstance(scope, All | Any) and len(scope.parts) > 1
    return f"({said})" if several else said
