"""The jurisdictions' profiles of one day, and the catalogue -> what they say about the visibility of rows.

Reads them once for a day; grants of that day share it. Never looks at a row.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from authz.principal import NATION
from schema.catalogue import Catalogue
from schema.regulations.regulation import Regulation
from schema.vocabulary.administration import Recipient
from schema.vocabulary.catalogue import PublishAttribute
from schema.vocabulary.records import RepairEffect


@dataclass(frozen=True, slots=True, kw_only=True)
class Regime:
    """``repair_stops_sharing_from`` is the day from which every repair ends publication and sharing;
    ``keeping_old_repairs`` where repairs of before that day still go by their own effects (U-01)."""

    today: date
    repair_stops_sharing_from: date | None
    keeping_old_repairs: frozenset[str]
    suspending: frozenset[str]  # measures of market subjects, while a doubted objection is verified
    suspending_lists: frozenset[str]  # of these, their disclosure on lists as well
    suspending_persons: frozenset[str]  # of these, natural persons too
    published_items: frozenset[str]  # of whose records something may be public
    reporting: Mapping[str, frozenset[str]]  # by credit office, where the measures are initiated that it is told of

    @property
    def repair_is_final(self) -> bool:
        return self.repair_stops_sharing_from is not None and self.repair_stops_sharing_from <= self.today


def regime_of(regulation: Regulation, catalogue: Catalogue, today: date) -> Regime:
    """BASIS: NDRC Order 36 of 2025 (repair), EZ-19 (suspension), each as its jurisdiction's profile of the day says."""
    profiles = {code: regulation.profile(code, today) for code in regulation.jurisdictions}
    suspending = regulation.suspending(today)
    return Regime(
        today=today,
        repair_stops_sharing_from=_stop_sharing_from(regulation),
        keeping_old_repairs=frozenset(code for code, each in profiles.items() if not each.old_repairs_stop_sharing),
        suspending=suspending,
        suspending_lists=frozenset(code for code in suspending if profiles[code].suspends_list_disclosure),
        suspending_persons=frozenset(code for code in suspending if profiles[code].suspends_persons),
        published_items=frozenset(
            code for code, item in catalogue.items.items() if item.publish_attribute is PublishAttribute.PUBLIC
        ),
        reporting=_reporting(regulation, today),
    )


def _reporting(regulation: Regulation, today: date) -> Mapping[str, frozenset[str]]:
    """BASIS: EZ-16, EZ-三(三), WC-三(三). Feedback goes to the office of the jurisdiction whose instrument says so, and
    from below it too, where no nearer instrument says otherwise (C-21)."""
    found: dict[str, frozenset[str]] = {}
    for code in regulation.jurisdictions:
        place = _office(regulation, code, today)
        if place is not None:
            found[place] = found.get(place, frozenset()) | {code}
    return MappingProxyType(found)


def _office(regulation: Regulation, code: str, today: date) -> str | None:
    """Whose credit office is told of the measures that are initiated there."""
    for place in reversed(regulation.lineage(code)):
        versions = (each for each in regulation.jurisdictions[place].versions if each.holds(today))
        told = [recipients for each in versions if isinstance(recipients := each.says.get("feedback_to"), tuple)]
        if told:
            return place if Recipient.CREDIT_OFFICE in told[-1] else None
    return None


def _stop_sharing_from(regulation: Regulation) -> date | None:
    """The first day on which the nation says that repair ends sharing and use; None where it never does."""
    starts = [
        version.effective_from
        for version in regulation.jurisdictions[NATION].versions
        if version.effective_from is not None and _stops_sharing(version.says.get("repair_effects"))
    ]
    return min(starts, default=None)


def _stops_sharing(effects: object) -> bool:
    return isinstance(effects, tuple) and RepairEffect.STOP_SHARING_AND_USE in effects
