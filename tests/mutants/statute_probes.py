"""Probes of what no policy file may loosen: purposes, items and dates, each edited and held against statute."""

from dataclasses import replace
from datetime import date, timedelta

from authz.matrix.ceilings import _rows_that_may_not_stand
from authz.matrix.days import first_day, sample_days
from authz.matrix.gates import consents
from schema.policy_file import FIRST_DAY, LAST_DAY, PolicyFileError
from schema.regulations.profile import Profile
from schema.regulations.regulation import load_regulation
from tests.mutants.probing import pure
from tests.unit.authz import small
from tests.unit.authz.edited import SHIPPED, WORLD, with_item, with_new, with_purpose, wrong_items, wrong_purposes
from tests.unit.authz.shipped import Files, appended, replaced, shipped

DAY = timedelta(days=1)
NATION = "jurisdictions/000000.toml"


def said(files: Files) -> set[str]:
    """The invariants that these purposes break."""
    return {invariant for invariant, _ in wrong_purposes(files)}


@pure
def purposes_concern_whom_they_may() -> None:
    for code, keys, says in (
        ("PM-301", {"scope": "BOTH"}, "covers natural persons"),
        ("PM-601", {"scope": "BOTH"}, "covers organisations"),
        ("PM-301", {"roles": ["bidder", "party"]}, "admits the part party"),
        ("PM-301", {"roles": None, "any_role": True}, "admits the part of anybody"),
        ("PM-301", {"roles": None}, "asks for no part"),
    ):
        assert wrong_purposes(with_purpose(code, **keys)) == [("S14", f"{code} {says}")]


@pure
def purposes_are_what_their_articles_make_them() -> None:
    assert said(shipped()) == set()
    for code, keys in (
        ("PM-601", {"group": "PM-604"}),
        ("PM-901", {"duty": "MUST"}),
        ("PM-813", {"lists": ["EZ-5", "WH-2017"]}),
        ("PM-809", {"lists": None, "everywhere": True}),
        ("PM-821", {"clean_record": None}),
        ("PM-821", {"matter_required": None}),
        ("PM-811", {"own_list": None}),
        ("PM-202", {"years": 10}),
    ):
        assert said(with_purpose(code, **keys)) == {"S31"}, (code, keys)


@pure
def purposes_of_no_article_join_the_acts_of_departments() -> None:
    assert said(with_new()) == set()
    for keys in (
        {"group": "PM-901"},
        {"lists": None, "everywhere": True},
        {"roles": None, "any_role": True},
        {"matter_required": None},
        {"group": "PM-701"},
        {"scope": "BOTH"},
        {"scope": "BOTH", "basis": ["GF2016-33-二(三)"]},
    ):
        assert said(with_new(**keys)) == {"S31"}, keys
    lawful = with_new(scope="BOTH", basis=["CIVIL_SERVANT-26"])
    head, middle, rest = lawful["sources.toml"].decode().partition('id = "CIVIL_SERVANT"')
    repealed = head + middle + rest.replace('status = "IN_FORCE"', 'status = "REPEALED"', 1)
    assert said(lawful) == set()
    assert said(lawful | {"sources.toml": repealed.encode()}) == {"S31"}


@pure
def items_are_no_more_open_than_their_articles() -> None:
    assert wrong_items(shipped()) == []
    for code, keys in (
        ("SELF_PROVIDED", {"share_attribute": "UNCONDITIONAL"}),
        ("PUBLIC_SECURITY_PENALTY", {"share_attribute": "CONDITIONAL", "share_with": ["dept.tax"]}),
        ("EVALUATION", {"publish_attribute": "PUBLIC"}),
        ("PENALTY", {"person_basis": "EZ-4"}),
    ):
        assert len(wrong_items(with_item(code, **keys))) == 1, code


@pure
def policies_are_looked_at_on_every_day() -> None:
    """On which something begins or is over, before it and after it, and before and after everything."""
    first, last = date(2023, 5, 1), date(2026, 3, 31)
    version = replace(small.version("000000", first), effective_to=last)
    regulation = replace(small.regulation(small.jurisdiction("000000", version)), sources={})
    policy = replace(small.policy(small.rule("R")), regulation=regulation)
    before, after = FIRST_DAY - DAY, LAST_DAY + DAY
    assert sample_days(policy) == (before, first - DAY, first, last, last + DAY, after)
    days = {day for _, day in first_day(policy, lambda profile: not profile.versions)}
    assert days == {before}
    instruments = {each.instrument.effective_from for each in SHIPPED.regulation.sources.values()}
    items = {each.effective_from for each in SHIPPED.catalogue.items.values()}
    assert {day for day in instruments | items if day is not None} <= set(sample_days(SHIPPED))


@pure
def consents_end_on_every_day() -> None:
    def unending(old: str, new: str) -> bool:
        files = replaced(shipped(), NATION, old, new)
        policy = replace(SHIPPED, regulation=load_regulation(files))
        return any(consents(replace(WORLD, policy=policy)))

    assert not unending("maximum_days = 180", "maximum_days = 365")
    assert unending("maximum_days = 180", "maximum_days = 366")
    assert unending("maximum_days = 180", "")
    assert unending('undated = "U-10"', "effective_from = 2021-11-01")
    assert unending("perpetual_allowed = false", "perpetual_allowed = true")
    assert unending("forced_allowed = false", "forced_allowed = true")
    assert not endless("days = 180", "days = 365")
    assert endless("days = 180", "days = 366")
    assert not endless("uses = 12", "uses = 100")
    assert endless("uses = 12", "uses = 101")
    assert isinstance(SHIPPED.regulation.profile("420100", FIRST_DAY), Profile)


def endless(old: str, new: str) -> bool:
    """Whether S20 speaks of manners that are edited so."""
    policy = replace(SHIPPED, regulation=load_regulation(replaced(shipped(), "manners.toml", old, new)))
    return any(consents(replace(WORLD, policy=policy)))


@pure
def rows_end_after_they_begin() -> None:
    for name, dated in ((NATION, "effective_from = 2023-05-01"), ("sources.toml", "effective_from = 2017-08-03")):
        files = replaced(shipped(), name, dated, f"{dated}\neffective_to = 2017-08-02")
        files = replaced(files, name, "effective_to = 2026-03-31\n", "") if name == NATION else files
        try:
            load_regulation(files)
        except PolicyFileError as refused:
            assert refused.sentence == "effective_to is before effective_from"  # noqa: PT017  # a probe is no test
        else:
            raise AssertionError(name)


@pure
def ceilings_end_where_they_may() -> None:
    """A row for a matter of a department's own list within a year, and no other row."""

    def wrong(row: str) -> int:
        files = appended(shipped(), "ceilings_fields.csv", row)
        policy = replace(SHIPPED, regulation=load_regulation(files))
        return len(tuple(_rows_that_may_not_stand(replace(WORLD, policy=policy))))

    row = "SHARING,{},organisation,REGISTRATION_ORG,any,set:core,CLEAR,{},{},WC-二(三)7\n"
    assert wrong(row.format("PM-701", "2026-01-01", "2026-12-31")) == 0
    assert wrong(row.format("PM-701", "", "")) == 1
    assert wrong(row.format("PM-701", "2026-01-01", "2027-02-01")) == 1
    assert wrong(row.format("PM-101", "", "")) == 0
    assert wrong(row.format("PM-101", "2026-01-01", "2026-12-31")) == 1
    assert wrong(row.format("PM-999", "", "")) == 1
