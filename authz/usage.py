"""Who is told of the use that departments make of the gateway (使用情况统计), and of whose.

Counts of use stand in no catalogue, so no rule of a policy opens them. BASIS: WC-三(三), EZ-三(三): every department
reports its use to the credit office of its territory, which supervises it; so a credit office is told of its territory
and of those below it, and a department that has PM-905 on its own list of its own part, and of nobody else's.
WH-二(六)1: a security officer is told of all.
"""

from collections.abc import Mapping

from authz.grant import Scope
from authz.principal import CREDIT_OFFICE_ROLE, Principal
from authz.purpose import Admission
from schema.demands.demand import Demand, value_of
from schema.errors import Code, DocumentError, PolicyError
from schema.regulations.regulation import Regulation

ROOT = "usageReport"
STATISTICS = "PM-905"


def check_usage(
    demand: Demand,
    variables: Mapping[str, object],
    who: Principal,
    admission: Admission,
    regulation: Regulation,
) -> None:
    """Refuse a report to whom it is not open. Errors: PURPOSE_NOT_ALLOWED; DOCUMENT_INVALID for no territory of ours.

    Who may ask is decided first, so that others do not learn which territories there are.
    """
    for root in demand.roots:
        if root.field == ROOT:
            _check_purpose(admission)
            _check_territory(str(value_of(root.arguments["jurisdiction"], variables)), who, admission, regulation)


def own_part(who: Principal, scope: Scope) -> int | None:
    """The agency of whose use alone the caller is told; None where of all in the territory."""
    return None if scope is Scope.AUDIT or who.role == CREDIT_OFFICE_ROLE else who.agency_id


def _check_purpose(admission: Admission) -> None:
    if admission.scope is not Scope.AUDIT and admission.purpose != STATISTICS:
        raise PolicyError(Code.PURPOSE_NOT_ALLOWED, "usage reports are open for PM-905, and to security officers, only")


def _check_territory(asked: str, who: Principal, admission: Admission, regulation: Regulation) -> None:
    if asked not in regulation.jurisdictions:
        raise DocumentError(Code.DOCUMENT_INVALID, "there is no such jurisdiction here")
    if admission.scope is not Scope.AUDIT and who.jurisdiction not in regulation.lineage(asked):
        raise PolicyError(
            Code.PURPOSE_NOT_ALLOWED, "a usage report is of the caller's own territory or one below it only"
        )
