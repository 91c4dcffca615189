"""Bodies of ``POST /consents``: one that is good, and changes of it; and the decision that grants what was asked."""

import copy
import secrets
from typing import Any

from gateway.consents.records import By, Decision, Request

LOAN = "LN20260519-88"
N2 = {"idType": "RESIDENT_ID", "idNumber": "420199199207280027", "name": "王测试"}
NOBODY = {**N2, "idNumber": "420199199207280043"}
MINOR = {**N2, "idNumber": "420199201409160058", "name": "孙小小"}
DECEASED = {**N2, "idNumber": "420199194001010053", "name": "钱老先生"}
PROTECTED = {**N2, "idNumber": "420199198503120015", "name": "李测试"}
ANYBODY = {"known": N2, "unknown": NOBODY, "minor": MINOR, "deceased": DECEASED, "protected": PROTECTED}
GONE = object()
"""In place of a value: the member is left out."""


def body(**changes: Any) -> dict[str, Any]:
    """A bank's pre-loan check of N2. ``changes``: members in place of its own; ``subject__person`` for one below."""
    found: dict[str, Any] = {
        "type": "credit-consent/1",
        "purpose": "PM-901",
        "manner": "check",
        "matter": LOAN,
        "subject": {"person": dict(N2)},
        "categories": ["JUDICIAL", "SERIOUS"],
        "items": ["PRACTICE_LICENCE"],
        "fields": ["Standing.judgmentDefaulter", "Standing.seriousList", "Licence.licenceKind", "Record.validUntil"],
        "period": {"from": "2021-01-01", "until": "2026-05-31"},
        "uses": 2,
        "expires_in": 30,
        "retention_days": 365,
        "necessity": "贷款审批需要核实司法和严重失信信息",
        "service_depends": True,
    }
    for path, value in changes.items():
        _set(found, path.split("__"), value)
    return found


def _set(into: dict[str, Any], path: list[str], value: Any) -> None:
    *above, last = path
    for name in above:
        into = into[name]
    if value is GONE:
        into.pop(last)
    else:
        into[last] = copy.deepcopy(value)


def as_asked(request: Request) -> Decision:
    """What a subject decides who grants all of it."""
    terms = request.terms
    return Decision(
        by=By.SUBJECT,
        rights=terms.rights,
        period=terms.period,
        uses=terms.uses,
        days=terms.days,
        notice="notice",
        notice_version="1",
        language="zh",
        assurance="test",
    )


def key() -> dict[str, str]:
    """A fresh Idempotency-Key."""
    return {"Idempotency-Key": secrets.token_hex(16)}


LIFELONG: dict[str, dict[str, Any]] = {
    "no end": {"expires_in": GONE},
    "null end": {"expires_in": None},
    "end at 0": {"expires_in": 0},
    "end before": {"expires_in": -1},
    "far end": {"expires_in": 10**9},
    "beyond the purpose": {"expires_in": 31},
    "end as a date": {"expires_in": "9999-12-31"},
    "no uses": {"uses": GONE},
    "uses 0": {"uses": 0},
    "uses -1": {"uses": -1},
    "uses 1e9": {"uses": 1e9},
    "uses beyond": {"uses": 4},
    "uses true": {"uses": True},
    "uses null": {"uses": None},
    "kept for ever": {"retention_days": 0},
    "kept too long": {"retention_days": 10_000},
    "two purposes": {"purpose": "PM-901 PM-906"},
    "purpose list": {"purpose": ["PM-901"]},
    "purposes": {"purposes": ["PM-901", "PM-906"]},
    "two manners": {"manner": ["check", "monitoring"]},
    "two matters": {"matter": [LOAN, LOAN]},
    "all fields": {"fields": "all"},
    "star": {"fields": ["*"]},
    "no fields": {"fields": []},
    "fields absent": {"fields": GONE},
    "all items": {"items": ["all"], "categories": GONE},
    "every item": {"items": ["ALL"], "categories": GONE},
    "star of categories": {"categories": ["*"]},
    "no records": {"items": GONE, "categories": GONE},
    "open period": {"period": {"from": "2021-01-01"}},
    "endless period": {"period__until": "9999-12-31"},
    "period of 2100": {"period__until": "2100-01-01"},
    "null period": {"period": None},
    "two subjects": {"subject": {"person": dict(N2), "uscc": "91420199MA9TERT20X"}},
    "subject list": {"subject": [{"person": dict(N2)}]},
    "nobody": {"subject": {}},
    "unknown member": {"auto_renew": True},
    "unknown below": {"period__forever": True},
    "type of another": {"type": "credit-consent/2"},
    "no type": {"type": GONE},
    "no necessity": {"necessity": " "},
    "no word of service": {"service_depends": "no"},
}
"""Changes after which no consent may be asked for: without an end, for everything, for several things, or unsaid."""
