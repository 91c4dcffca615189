"""Row scopes in words."""

from datetime import date

import pytest

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
from authz.sentences import sentence
from schema.vocabulary.words import Language

DAY = date(2026, 5, 20)


@pytest.mark.parametrize(
    ("scope", "english", "chinese"),
    [
        (EVERY, "every row", "全部记录"),
        (NOTHING, "no row", "无记录"),
        (Is("sealed", False), "sealed is False", "sealed 为 False"),
        (
            In("state", ("ACTIVE", "CORRECTED")),
            "state is one of ACTIVE, CORRECTED",
            "state 为下列之一：ACTIVE, CORRECTED",
        ),
        (By("decided_on", DAY), "decided_on is on or before 2026-05-20", "decided_on 不晚于 2026-05-20"),
        (MyAgency("authority_id"), "authority_id is the caller's agency", "authority_id 为查询单位"),
        (
            All((MySubject("subject_id"), MyPeriod("decided_on"))),
            "subject_id is the subject who consented, or who asks"
            " and decided_on is within the period of data of the consent",
            "subject_id 为授权人或查询人本人，且 decided_on 在授权的信息期间内",
        ),
        (
            All((Any((Empty("a"), After("a", DAY))), Not(Party()))),
            "(a is empty or a is after 2026-05-20) and not (the person is a party of the matter in the stated role)",
            "(a 为空 或 a 晚于 2026-05-20)，且 并非（该自然人是本办件中以所述角色列明的当事人）",
        ),
        (
            Trigger(MyTarget(DAY)),
            "of the record that triggered it, the subject is the target of a measure that the caller's agency executes",
            "其触发记录满足：该主体是查询单位所执行措施的对象",
        ),
    ],
)
def test_a_scope_is_one_sentence(scope: RowScope, english: str, chinese: str) -> None:
    assert sentence(scope) == english
    assert sentence(scope, Language.ZH) == chinese
