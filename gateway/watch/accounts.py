"""Accounts that behave unlike themselves: asleep for long, or used from a network never seen before (A7). Pure."""

from collections.abc import Iterator

from gateway.watch.acts import NO_NETWORK, Fired, Rule, Scene, by_operator, fired, operator_key
from gateway.watch.thresholds import DAY


def dormant(scene: Scene) -> Iterator[Fired]:
    """The first act after the pause is the finding, however harmless: it is what wakes an account."""
    limit = scene.thresholds.dormant.days * DAY
    for operator, acts in by_operator(scene.new()).items():
        who = operator_key(operator)
        before = scene.last_seen.get(who)
        if before is None:
            continue  # a new account has no habits; it is entered in the register of operators by hand
        if acts[0].t - before >= limit:
            days = (acts[0].t - before) // DAY
            yield fired(Rule.DORMANT, acts[:1], quiet=DAY, about=f"{who}:woken", days=days)
        known = scene.networks.get(who, frozenset()) - {NO_NETWORK}
        strange = [act for act in acts if act.network is not None and known and act.network not in known]
        if strange:
            yield fired(Rule.DORMANT, strange, quiet=DAY, about=f"{who}:network", networks=len(strange))
