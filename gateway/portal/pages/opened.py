"""A request and the policy in force -> the grants that queries under it would be answered by, and what they open.

What the page shows as a sample, and what it takes for a whole choice, are those of the grants themselves.
"""

from authz.askable import askable, opened_by
from authz.grant import Grant, Kind, Scope
from authz.principal import Principal, Rights
from authz.purpose import Admission
from gateway.consents.records import Request
from gateway.in_force import InForce
from gateway.portal.pages.deciding import Particulars
from schema.demands.demand import Coordinate


def grant_under(request: Request, rights: Rights | None, principal: Principal, in_force: InForce) -> Grant:
    """Of a consent to ``rights``; None: to whatever the purpose allows."""
    purpose = request.terms.purpose
    admission = Admission(
        scope=Scope.CONSENT,
        purpose=purpose,
        role=next(iter(in_force.policy.regulation.purposes[purpose].roles), None),
        rights=rights,
    )
    return in_force.grants.grant(principal, admission, in_force.today)


def particulars_of(
    request: Request, sensitive: frozenset[Coordinate], principal: Principal, in_force: InForce
) -> Particulars:
    """``sensitive``: the fields asked that are."""
    kind = Kind.PERSON if request.subject.natural else Kind.ORGANISATION
    space = in_force.policy.space
    offered = askable(grant_under(request, None, principal, in_force), kind, space)
    return Particulars(sensitive=sensitive, under=opened_by(offered, request.terms.rights, space))
