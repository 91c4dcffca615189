"""Each change of a request or a consent -> what the log says of it: the state it led to, and why.

The subject stands in the sealed side row alone, so that it finds the entry in its own trail; what was granted, and the
text that was shown, stand as commitments: nobody can later say that it was something else.
"""

from collections.abc import Mapping
from uuid import UUID

from gateway.consents.records import By, Decision, NewRequest, Reason, Request, RequestState, State
from gateway.exchange import CLIENT_KEY
from gateway.ledger.entry import Decision as Outcome
from gateway.ledger.entry import Entry, Hidden, Kind, Operator, Released, Shown, Variable

_OF_CONSENT = ("PIPL-14", "PIPL-23")
_OF_ENDING = ("PIPL-15",)
_OF_THE_TERM = ("WH-二(六)2",)
_BASIS: Mapping[RequestState | State, tuple[str, ...]] = {
    RequestState.REQUESTED: _OF_CONSENT,
    RequestState.SHOWN: ("PIPL-17",),
    RequestState.GRANTED: _OF_CONSENT,
    RequestState.DENIED: _OF_CONSENT,
    RequestState.LAPSED: _OF_THE_TERM,
    State.ACTIVE: _OF_CONSENT,
    State.SUSPENDED: _OF_ENDING,
    State.REVOKED: _OF_ENDING,
    State.EXHAUSTED: _OF_THE_TERM,
    State.EXPIRED: _OF_THE_TERM,
}


def asked(id: UUID, new: NewRequest) -> Entry:
    """``id``: of the request to be."""
    terms = new.terms
    said = (
        Shown(name="uses", type="Int", value=terms.uses),
        Shown(name="days", type="Int", value=terms.days),
        Hidden(name="rights", type="String", value=terms.rights.digest),
    )
    operator = Operator(number=new.operator, role=None, method=CLIENT_KEY)
    return _stepped(id, new, RequestState.REQUESTED, By.CLIENT, said=said, operator=operator)


def decided(request: Request, decision: Decision) -> Entry:
    said: tuple[Variable, ...] = (
        Shown(name="uses", type="Int", value=decision.uses),
        Shown(name="days", type="Int", value=decision.days),
        Hidden(name="rights", type="String", value=decision.rights.digest),
        Hidden(name="notice", type="String", value=decision.notice_digest.hex()),
        Hidden(name="assurance", type="String", value=decision.assurance),
    )
    if decision.relation is not None:  # whose own entry names whoever acts, so that both are in the log
        said += (Hidden(name="relation", type="ID", value=str(decision.relation)),)
    return _stepped(request.id, request, RequestState.GRANTED, decision.by, said=said)


def changed(request: Request, state: RequestState | State, by: By, reason: Reason | None = None) -> Entry:
    """Of any other change."""
    return _stepped(request.id, request, state, by, reason)


def _stepped(
    id: UUID,
    about: NewRequest | Request,
    state: RequestState | State,
    by: By,
    reason: Reason | None = None,
    *,
    said: tuple[Variable, ...] = (),
    operator: Operator | None = None,
) -> Entry:
    basis = _BASIS[state]
    subject = about.subject
    told = Released(subject=subject.id.to_bytes(8), natural=subject.natural, rows=(), levels={}, clear=(), basis=basis)
    return Entry(
        kind=Kind.CONSENT,
        principal=about.client,
        decision=Outcome.ALLOW,
        action=f"consent-{state.lower()}",
        operator=operator,
        purpose=about.terms.purpose,
        basis=basis,
        matter=about.terms.matter,
        consent=id,
        variables=(Shown(name="by", type="By", value=by.value), *said),
        reasons=(state.value, *([] if reason is None else [reason.value])),
        released=(told,),
    )
