"""What articles make of purposes: no purposes.toml takes it from them (S14, S31), and what it adds is approved."""

import pytest

from authz.matrix.check import check_policy
from authz.matrix.kept_purposes import KEPT_PURPOSES
from authz.matrix.widening import weigh
from schema.regulations.purposes import FILE
from tests.city import TODAY
from tests.unit.authz.edited import SHIPPED, with_new, with_purpose
from tests.unit.authz.edited import wrong_purposes as wrong
from tests.unit.authz.shipped import appended, loaded, shipped


def test_every_purpose_is_kept_as_it_stands() -> None:
    purposes = SHIPPED.regulation.purposes
    assert KEPT_PURPOSES.keys() == purposes.keys()
    for code, kept in KEPT_PURPOSES.items():
        found = purposes[code]
        assert (found.group, found.persons, found.organisations) == (kept.group, kept.persons, kept.organisations), code
        assert (found.duty, found.lists, found.everywhere) == (kept.duty, kept.lists, not kept.lists), code
        assert (found.matter_required, found.own_list) == (kept.matter, kept.own_list), code
        assert frozenset(found.roles) == (kept.parts or frozenset()), code
    assert wrong(shipped()) == []


WITHOUT_MATTER: dict[str, object] = {"matter_required": None}
CHANGES: tuple[tuple[str, dict[str, object], str, str], ...] = (
    ("PM-301", {"scope": "BOTH"}, "S14", "covers natural persons"),
    ("PM-601", {"scope": "BOTH"}, "S14", "covers organisations"),
    ("PM-904", {"scope": "NATURAL_PERSONS"}, "S14", "covers natural persons"),
    ("PM-301", {"roles": ["bidder", "party"]}, "S14", "admits the part party"),
    ("PM-301", {"roles": None, "any_role": True}, "S14", "admits the part of anybody"),
    ("PM-301", {"roles": None}, "S14", "asks for no part"),
    ("PM-601", {"group": "PM-604"}, "S31", "is of group PM-60x, and not PM-604"),
    ("PM-101", {"group": "PM-40x"}, "S31", "is of group PM-10x, and not PM-40x"),
    ("PM-701", {"group": "PM-50x"}, "S31", "is of group PM-701, and not PM-50x"),
    ("PM-901", {"duty": "MUST"}, "S31", "is under the duty VOLUNTARY, and not MUST"),
    ("PM-813", {"lists": ["EZ-5", "WH-2017"]}, "S31", "does not stand on the matters list WH-2017"),
    ("PM-809", {"lists": None, "everywhere": True}, "S31", "stands on named matters lists, and not everywhere"),
    ("PM-821", {"clean_record": None}, "S31", "is offered where no instrument knows clean years"),
    ("PM-202", {"years": 10}, "S31", "looks back more than 3 years"),
    ("PM-811", {"own_list": None}, "S31", "asks for no row of the department's own list"),
    *((code, WITHOUT_MATTER, "S31", "asks for no matter")
      for code in ("PM-101", "PM-302", "PM-701", "PM-811", "PM-813", "PM-821", "PM-831")),
)  # fmt: skip


@pytest.mark.parametrize(
    ("code", "keys", "invariant", "says"), CHANGES, ids=[f"{code} {says}" for code, _, _, says in CHANGES]
)
def test_no_purpose_is_made_wider_than_its_article(
    code: str, keys: dict[str, object], invariant: str, says: str
) -> None:
    assert wrong(with_purpose(code, **keys)) == [(invariant, f"{code} {says}")]


@pytest.mark.parametrize(
    ("code", "keys"),
    [
        ("PM-303", {"scope": "MARKET_SUBJECTS"}),
        ("PM-301", {"roles": ["bidder"]}),
        ("PM-821", {"lists": ["EZ-5"]}),
        ("PM-834", {"matter_required": True}),
        ("PM-202", {"years": 1}),
        ("PM-606", {"own_list": True}),
    ],
)
def test_it_may_be_made_narrower(code: str, keys: dict[str, object]) -> None:
    assert wrong(with_purpose(code, **keys)) == []


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ({"group": "PM-901"}, "is named by no article, and may not be of group PM-901"),
        ({"group": "PM-821"}, "is named by no article, and may not be of group PM-821"),
        ({"group": "PM-83x"}, "is named by no article, and may not be of group PM-83x"),
        ({"lists": None, "everywhere": True}, "is named by no article, and stands on no matters list"),
        ({"roles": None}, "is named by no article, and names no part"),
        ({"roles": None, "any_role": True}, "is named by no article, and names no part"),
        ({"matter_required": None}, "asks for no matter"),
        ({"group": "PM-701"}, "asks for no row of the department's own list"),
        ({"years": 4}, "looks back more than 3 years"),
        ({"scope": "BOTH"}, "is named by no article, and covers natural persons on no law or regulation"),
        ({"scope": "NATURAL_PERSONS", "basis": ["EZ-5", "GF2016-33-二(三)"]},
         "is named by no article, and covers natural persons on no law or regulation"),
        ({"scope": "BOTH", "basis": ["ORDER58-修复"]},
         "is named by no article, and covers natural persons on no law or regulation"),
    ],
)  # fmt: skip
def test_a_purpose_that_no_article_names_joins_the_acts_of_departments(keys: dict[str, object], says: str) -> None:
    assert wrong(with_new(**keys)) == [("S31", f"PM-399 {says}")]


def test_a_law_that_is_repealed_is_none() -> None:
    files = with_new(scope="BOTH", basis=["CIVIL_SERVANT-26"])
    head, middle, rest = files["sources.toml"].decode().partition('id = "CIVIL_SERVANT"')
    repealed = rest.replace('status = "IN_FORCE"', 'status = "REPEALED"', 1)
    assert wrong(files) == []
    assert len(wrong(files | {"sources.toml": (head + middle + repealed).encode()})) == 1


def test_a_group_that_is_made_up_opens_nothing_either() -> None:
    """Its row in the table of minimum necessity would be whatever the policy says."""
    files = with_new(group="PM-9x")
    files = files | {FILE: b'[[group]]\nid = "PM-9x"\nzh = "x"\n\n' + files[FILE]}
    files = appended(files, "trees/purposes.csv", "group:PM-9x,any\n")
    assert wrong(files) == [("S31", "PM-399 is named by no article, and may not be of group PM-9x")]


@pytest.mark.parametrize(
    "keys", [{}, {"group": "PM-701", "own_list": True}, {"scope": "BOTH", "basis": ["CIVIL_SERVANT-26"]}]
)
def test_one_that_does_stands_in_the_diff_and_is_approved(keys: dict[str, object]) -> None:
    files = with_new(**keys)
    found = weigh(SHIPPED, loaded(files))
    assert wrong(files) == []
    assert found.diff is not None
    assert found.diff.beside == found.beside == ("purpose PM-399",)
    assert found.widens


def test_a_purpose_is_blamed_where_it_stands() -> None:
    files = with_purpose("PM-813", matter_required=None)
    (finding,) = check_policy(loaded(files), TODAY)
    line = files[FILE].decode().splitlines().index('code = "PM-813"')
    assert (finding.file, finding.line, finding.grave) == (FILE, line, True)
    assert finding.sentence.endswith("; PM-813 asks for no matter")
    assert "S31" in finding.sentence
