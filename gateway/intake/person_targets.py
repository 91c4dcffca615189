"""The persons that a list entry reaches -> the links of its organisation at the time of the conduct.

BASIS: HS-14(五), JY-三(二)14. A later legal representative inherits nothing: the link must have held when the decision
was made, and be of a kind that the jurisdiction lets a sanction reach. A name without such a link is refused.
"""

from collections.abc import Callable
from datetime import date

from gateway.intake.check import Checked
from gateway.intake.reasons import Reason
from gateway.intake.register import Found
from gateway.intake.setting import Setting, UnfitError
from schema.names import fold
from schema.regulations.profile import Profile

FORGET = "DELETE FROM record_person_target WHERE record_id = $1 AND link_id <> ALL($2::bigint[])"
WRITE = "INSERT INTO record_person_target (record_id, link_id) SELECT $1, unnest($2::bigint[]) ON CONFLICT DO NOTHING"

Statements = tuple[tuple[str, tuple[object, ...]], ...]


def target_statements(
    setting: Setting, row: Checked, subject: Found, jurisdiction: str, on: date
) -> Callable[[int], Statements]:
    """By the id of the record, what makes these its targets, however often it is run. Errors: ``UnfitError``."""
    if "person_targets" not in row.values:
        return lambda _: ()
    names = row.texts("person_targets")
    links = [link for link in setting.register.links.get(subject["id"], ()) if _held(link, on)]
    found = {fold(name): [link["id"] for link in links if fold(link["name"] or "") == fold(name)] for name in names}
    if not all(found.values()):
        raise UnfitError(Reason.TARGET_UNKNOWN)
    profile = setting.profile(jurisdiction)
    reached = {link["id"] for link in links if profile is None or _reaches(profile, link["role"])}
    if not all(reached.intersection(ids) for ids in found.values()):
        raise UnfitError(Reason.TARGET_OUT_OF_REACH)
    targets = sorted({id_ for ids in found.values() for id_ in ids} & reached)
    return lambda record: ((FORGET, (record, targets)), (WRITE, (record, targets)))


def _reaches(profile: Profile, role: str) -> bool:
    """BASIS: HS-14(五) and (六), JY-三(二)14, WC-二(五)2; EZ-3 and EZ-12 reach fewer (C-20)."""
    return not profile.reach_roles or role in profile.reach_roles


def _held(link: Found, on: date) -> bool:
    start, end = link["from_date"], link["to_date"]
    return (start is None or start <= on) and (end is None or on <= end)
