"""Trying: look-ups that find nobody (A2), denials (A9), consents that have ended (A11). Pure."""

from collections.abc import Iterable, Iterator, Sequence

from authz.frozen import Target
from gateway.watch.acts import Act, Fired, Rule, Scene, Stop, agency_key, by_operator, fired, grouped
from gateway.watch.thresholds import DAY, HOUR, MINUTE

REFUSALS = frozenset(
    {
        *("PURPOSE_REQUIRED", "PURPOSE_NOT_ALLOWED", "SUBJECT_NOT_COVERED", "ROLE_REQUIRED", "MATTER_REQUIRED"),
        *("MATTER_NOT_OPEN", "OUT_OF_CONSENT", "CONSENT_ENDED", "FIELD_NOT_FILTERABLE", "CURSOR_INVALID"),
    }
)
"""Denials that tell of an attempt. A freeze refuses as well, and must not feed on itself."""
_BEYOND = frozenset({"CONSENT_ENDED", "OUT_OF_CONSENT"})
_PROOFS = frozenset({"PROOF_REFUSED", "PROOF_REPLAYED", "OTHER_KEY", "KEY_BURNT"})
"""Refused proofs of possession, of a client whose token was good (``gateway.identity.sender``)."""
_KEYS = frozenset({"OTHER_KEY", "KEY_BURNT", "KEY_CHANGED"})
"""A token or a consent was used with another key than it was given to."""


def enumeration(scene: Scene) -> Iterator[Fired]:
    """A2, of each agency: whoever tries identifiers through several accounts is counted once."""
    limit = scene.thresholds.enumeration
    for acts in grouped(scene.acts, lambda act: act.agency).values():
        looking = [act for act in acts if act.operator is not None and _looked_up(act)]
        recent = [act for act in looking if scene.now - act.t < limit.window * MINUTE]
        for window, at_least, quiet in ((recent, limit.looked_up, HOUR), (looking, limit.per_day, DAY)):
            tried, missed = sum(map(_looked_up, window)), sum(map(_missed, window))
            if tried >= at_least and 100 * missed > limit.missed_percent * tried:
                about = f"{agency_key(acts[0].agency)}:{quiet}"
                yield fired(Rule.ENUMERATION, window, quiet=quiet, about=about, tried=tried, missed=missed)
                break


def _looked_up(act: Act) -> int:
    return len(act.persons) if act.reads else _missed(act)


def _missed(act: Act) -> int:
    """Whoever asks about a person who is no party learns nothing, and has tried."""
    if act.reads:
        return act.missed
    return 1 if act.denied and "SUBJECT_NOT_COVERED" in act.reasons else 0


def denials(scene: Scene) -> Iterator[Fired]:
    """A9: of an operator in a short while or in a day; of an agency, over its accounts; or one field by other names."""
    limit = scene.thresholds.denials
    refused = [act for act in scene.acts if act.denied and REFUSALS.intersection(act.reasons)]
    lock = Stop(target=Target.OPERATOR, lasts=limit.stop * MINUTE)
    for acts in by_operator(refused).values():
        burst = _within(acts, scene.now, limit.window)
        filtered = {act.demand for act in burst if "FIELD_NOT_FILTERABLE" in act.reasons}
        if len(burst) > limit.refused or len(filtered) >= limit.aliases:
            yield fired(Rule.DENIALS, burst, quiet=limit.stop * MINUTE, stop=lock, refused=len(burst))
        elif len(acts) > limit.per_day:
            yield fired(Rule.DENIALS, acts, quiet=DAY, refused=len(acts))
    for agency, acts in grouped(refused, lambda act: act.agency).items():
        burst = [act for act in _within(acts, scene.now, limit.window) if act.operator is not None]
        if len(burst) > limit.by_agency and len({act.operator for act in burst}) > 1:
            yield fired(Rule.DENIALS, burst, quiet=HOUR, about=agency_key(agency), refused=len(burst))


def consents(scene: Scene) -> Iterator[Fired]:
    """A11: any use of a consent that has ended, and any token or consent in another's hands; and more refusals than a
    mistake explains, which stop the client."""
    limit = scene.thresholds.consents
    abused = [act for act in scene.acts if (_BEYOND | _PROOFS | _KEYS).intersection(act.reasons)]
    for agency, acts in grouped(abused, lambda act: act.agency).items():
        burst = [act for act in _within(acts, scene.now, limit.window) if act.denied]
        refused = sum(act.times for act in burst)
        ended = [act for act in acts if act.denied and "CONSENT_ENDED" in act.reasons]
        keys = [act for act in acts if _KEYS.intersection(act.reasons)]
        if refused > limit.refused:
            stop = Stop(target=Target.AGENCY, lasts=limit.stop_hours * HOUR)
            about = f"{agency_key(agency)}:stop"
            yield fired(Rule.CONSENTS, burst, quiet=stop.lasts, stop=stop, about=about, refused=refused)
        elif ended or keys:
            found = sorted({*ended, *keys}, key=lambda act: (act.t, act.entry))
            about = agency_key(agency)
            yield fired(Rule.CONSENTS, found, quiet=DAY, about=about, ended=len(ended), keys=len(keys))


def _within(acts: Iterable[Act], now: int, minutes: int) -> Sequence[Act]:
    return [act for act in acts if now - act.t < minutes * MINUTE]
