"""A checked row of a serious list -> the reasons why it may not stand, by the instruments of its jurisdiction.

BASIS: WH-二(三). Notice, a decision with six contents, a department of district level or above, a ground of sufficient
rank and a kind of conduct that the jurisdiction names. Cities differ in what they ask (reference 1.15, C-08 to C-10 and
C-13 to C-15); whoever sees the entry is decided by grants, never here.
"""

import re
from collections.abc import Iterator

from gateway.intake.check import Checked
from gateway.intake.layouts.column import LIST_SEPARATORS
from gateway.intake.reasons import Reason
from gateway.intake.register import Found
from gateway.intake.setting import Setting, UnfitError
from schema.regulations.profile import ExitReason, Profile
from schema.vocabulary.administration import BasisRank, DepartmentLevel
from schema.vocabulary.lists import ListTypeCode

_CONTENTS = (
    ("facts", "事实"),
    ("decision_basis", "列入依据"),
    ("sanction_warning", "惩戒提示"),
    ("removal_conditions", "移出条件"),
    ("removal_procedure", "移出程序"),
    ("remedies", "救济措施"),
)
_OWN_GROUND = frozenset(
    {BasisRank.LAW, BasisRank.ADMIN_REGULATION, BasisRank.LOCAL_REGULATION, BasisRank.CENTRAL_POLICY}
)
"""What names the conduct itself, whether or not the local plan names it too."""

_EXITS_BY_LAW = frozenset(
    {ExitReason.LAW_OTHER, ExitReason.DOCUMENT_REVOKED, ExitReason.SUBJECT_DECEASED_OR_DEREGISTERED}
)
"""Reasons that no local plan needs to name."""


def held_back(setting: Setting, row: Checked, authority: Found, jurisdiction: str) -> Iterator[str]:
    """Every reason to keep the entry in quarantine; none where it may stand."""
    profile = setting.profile(jurisdiction)
    if profile is None:
        yield Reason.NO_LISTING_RULES
        return
    yield from _procedure(row, profile)
    yield from _level(setting, row, authority, profile)
    yield from _ground(setting, row, profile)


def check_exit(setting: Setting, jurisdiction: str, reason: str | None, *, incentive: bool) -> None:
    """Refuse a reason for leaving that the jurisdiction does not know. Errors: ``UnfitError``.

    BASIS: HS-20, HS-21, JY-四(四). Only Jiyang lets a subject leave because its term is over (C-12).
    """
    profile = setting.profile(jurisdiction)
    if profile is None or reason not in set(ExitReason) - _EXITS_BY_LAW:
        return
    known = profile.exit_incentive if incentive else profile.exit_sanction
    if known and reason not in known:
        raise UnfitError(Reason.EXIT_NOT_KNOWN)


def _procedure(row: Checked, profile: Profile) -> Iterator[str]:
    """BASIS: WH-二(三)3."""
    if profile.listing_prior_notice and not (row.text("notice_document_number") and row.day("notice_date")):
        yield Reason.NO_NOTICE
    if profile.listing_decision_document:
        yield from (Reason.CONTENT_MISSING.of(label) for name, label in _CONTENTS if row.text(name) is None)


def _level(setting: Setting, row: Checked, authority: Found, profile: Profile) -> Iterator[str]:
    """BASIS: WH-二(三)2. In principle of district level or above, save where a rule of sufficient rank says otherwise.
    What the row says of the level does not lift a department above its registered one."""
    told, registered, least = row.text("department_level"), authority["level"], profile.listing_minimum_level
    if least is None:
        return
    if told is not None and registered is not None and told != registered:
        yield Reason.LEVEL_AGAINST_REGISTER
    excepted = not _ranks(setting, row.text("decision_basis")).isdisjoint(profile.listing_minimum_level_except_with)
    order = list(DepartmentLevel)
    lowest = max((order.index(DepartmentLevel(each)) for each in (told, registered) if each is not None), default=0)
    if lowest > order.index(least) and not excepted:
        yield Reason.LEVEL_TOO_LOW


def _ground(setting: Setting, row: Checked, profile: Profile) -> Iterator[str]:
    """BASIS: WH-二(三)1 and 2. A memorandum or a local standard grounds no list in Wuhan; where it does ground one, it
    must name the conduct."""
    told = row.text("decision_basis")
    ranks = _ranks(setting, told)
    if told is not None and profile.listing_basis and ranks.isdisjoint(profile.listing_basis):
        yield Reason.GROUND_TOO_LOW
    category = row.text("list_category")
    if category is None or not ranks.isdisjoint(_OWN_GROUND):
        return
    serious = setting.regulation.list_types[ListTypeCode.SERIOUS]
    if not serious.knows(category, setting.regulation.instruments(profile.jurisdiction, setting.today)):
        yield Reason.CATEGORY_NOT_NAMED


def _ranks(setting: Setting, told: str | None) -> frozenset[BasisRank]:
    """The ranks of the articles that are cited; of what is not on file, none."""
    cited = (part.strip() for part in re.split(f"[{LIST_SEPARATORS}]", told or ""))
    found = (setting.regulation.sources.get(each) for each in cited)
    return frozenset(each.instrument.rank for each in found if each is not None)
