"""Decides whether a member of staff may ask today: known, active, with a confidentiality agreement and training.

WH-二(六)1: those who query sign an agreement and are trained; one that has lapsed counts as none. It never says which
of these is missing, nor whether the number is known at all.
"""

from datetime import date

from authz.principal import Operator
from gateway.identity.clients import Agency, Staff
from gateway.problems import SENTENCES
from schema.errors import CallerError, Code


def admitted(staff: Staff | None, agency: Agency | None, today: date) -> Operator:
    """The operator, or ``CallerError`` OPERATOR_NOT_VALID. ``today`` is the business date."""
    if staff is None or not staff.active or not staff.operator.may_ask(today):
        raise _not_valid()
    if agency is not None and agency.agreement_until is not None and agency.agreement_until < today:
        raise _not_valid()
    return staff.operator


def _not_valid() -> CallerError:
    return CallerError(Code.OPERATOR_NOT_VALID, SENTENCES[Code.OPERATOR_NOT_VALID].english)
