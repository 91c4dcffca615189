"""A scene -> everything that the alert rules find in it. Pure."""

from collections.abc import Callable, Iterator

from gateway.watch import accounts, attempts, health, persons, volume
from gateway.watch.acts import Fired, Scene

RULES: tuple[Callable[[Scene], Iterator[Fired]], ...] = (
    volume.bulk,
    volume.matters,
    volume.scraping,
    attempts.enumeration,
    attempts.denials,
    attempts.consents,
    persons.protected,
    persons.purposes,
    persons.auditors,
    accounts.dormant,
    health.log,
)


def judged(scene: Scene) -> tuple[Fired, ...]:
    """In the order of the rules."""
    return tuple(found for rule in RULES for found in rule(scene))
