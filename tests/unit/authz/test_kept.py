"""What statute makes of fields and items: no catalogue takes it from them (S29, S30), and none needs more."""

import csv
import io

import pytest

import policies
from authz.matrix.check import PolicyRefused, check_policy, refuse_breaches
from authz.matrix.invariants import check_invariants
from authz.matrix.kept import KEPT
from authz.matrix.kept_items import KEPT_ITEMS
from authz.policy import Policy, load_policy
from schema.policy_file import PolicyFileError
from tests.city import TODAY
from tests.unit.authz.edited import SHIPPED, with_item
from tests.unit.authz.edited import wrong_items as beyond

FILES = dict(policies.contents())
FIELDS = "catalogue/fields.csv"
OPEN = ("PUBLIC_META", "PUBLIC_ID")


def with_field(coordinate: str, **columns: str) -> Policy:
    rows = list(csv.DictReader(io.StringIO(FILES[FIELDS].decode())))
    (row,) = (each for each in rows if each["coordinate"] == coordinate)
    row.update(columns)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(row), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return load_policy(FILES | {FIELDS: text.getvalue().encode()})


def broken(policy: Policy) -> set[str]:
    return {breach.invariant for breach in check_invariants(policy)}


def test_every_field_that_is_not_public_is_kept_as_it_stands() -> None:
    shipped = {name: field for name, field in SHIPPED.catalogue.fields.items() if field.field_class not in OPEN}
    assert KEPT.keys() == shipped.keys()
    for name, field in shipped.items():
        assert (KEPT[name].field_class, KEPT[name].level, KEPT[name].sets) == (
            field.field_class,
            field.level,
            field.sets,
        )
    assert not broken(SHIPPED)


@pytest.mark.parametrize(
    "coordinate",
    ["Record.facts", "Record.informant", "NaturalPerson.phone", "NaturalPerson.birthDate", "Record.remark"],
)
def test_a_field_does_not_become_public_by_being_called_so(coordinate: str) -> None:
    policy = with_field(coordinate, **{"class": "PUBLIC_META", "level": "L0"})
    assert "S29" in broken(policy)
    with pytest.raises(PolicyRefused):
        refuse_breaches(policy, TODAY)


@pytest.mark.parametrize("columns", [{"level": "L0"}, {"level": "item"}, {"sets": "extract"}], ids=str)
def test_nor_by_its_level_or_its_set(columns: dict[str, str]) -> None:
    assert "S29" in broken(with_field("NaturalPerson.homeAddress", **columns))


def test_it_may_become_stricter() -> None:
    assert "S29" not in broken(with_field("NaturalPerson.homeAddress", level="L5"))


OPEN_ITEM = ("UNCONDITIONAL", "PUBLIC")
SHARED, PUBLIC = ("NONE", "CONDITIONAL", "UNCONDITIONAL"), ("NONE", "ON_REQUEST_OR_AUTHORISED", "PUBLIC")


def as_shared(attribute: str) -> dict[str, object]:
    return {"share_attribute": attribute, "share_with": ["dept.tax"] if attribute == "CONDITIONAL" else None}


def test_every_item_that_is_not_open_is_kept_as_it_stands() -> None:
    items = SHIPPED.catalogue.items
    closed = {code for code, item in items.items() if (item.share_attribute, item.publish_attribute) != OPEN_ITEM}
    assert KEPT_ITEMS.keys() == closed
    for code, kept in KEPT_ITEMS.items():
        assert (kept.shared, kept.public) == (items[code].share_attribute, items[code].publish_attribute)
        assert kept.article in SHIPPED.regulation.sources


@pytest.mark.parametrize("code", sorted(KEPT_ITEMS))
def test_no_catalogue_shares_or_publishes_an_item_beyond_its_article(code: str) -> None:
    kept = KEPT_ITEMS[code]
    wider = [as_shared(each) for each in SHARED[SHARED.index(kept.shared) + 1 :]]
    wider += [{"publish_attribute": each} for each in PUBLIC[PUBLIC.index(kept.public) + 1 :]]
    assert wider
    for attributes in wider:
        (says,) = beyond(with_item(code, **attributes))
        assert says.startswith(f"{code} is ")
        assert says.endswith(f"({kept.article})")


@pytest.mark.parametrize("code", sorted(KEPT_ITEMS))
def test_it_may_be_kept_closer(code: str) -> None:
    assert (
        beyond(with_item(code, share_attribute="NONE", share_with=None, publish_attribute="NONE", person_basis=None))
        == []
    )


def test_an_item_is_blamed_where_it_stands() -> None:
    (finding,) = check_policy(load_policy(with_item("SELF_PROVIDED", **as_shared("CONDITIONAL"))), TODAY)
    line = FILES["catalogue/self_provided.toml"].decode().splitlines().index("[[item]]") + 1
    assert (finding.file, finding.line, finding.grave) == ("catalogue/self_provided.toml", line, True)


def test_persons_are_published_on_an_article_that_suffices() -> None:
    """BASIS: WH-二(二)2. A city's own document does not (C-02)."""
    on_a_citys = beyond(with_item("PENALTY", person_basis="EZ-4"))
    assert on_a_citys == ["PENALTY publishes natural persons on EZ-4 alone"]
    assert beyond(with_item("PENALTY", person_basis="APL-48")) == []


@pytest.mark.parametrize(
    "name", ["rules/denies.csv", "rules/Self.csv", "more.toml", "catalogue/Admin.toml", "notes.csv"]
)
def test_no_file_is_passed_over(name: str) -> None:
    with pytest.raises(PolicyFileError) as refused:
        load_policy(FILES | {name: b""})
    assert (refused.value.file, refused.value.sentence) == (name, "no file of this name is read")


@pytest.mark.parametrize("name", ["rules/self.csv", "rules/consent.csv", "rules/sharing.csv", "rules/publication.csv"])
def test_no_scope_is_left_out(name: str) -> None:
    with pytest.raises(PolicyFileError) as refused:
        load_policy({each: text for each, text in FILES.items() if each != name})
    assert (refused.value.file, refused.value.sentence) == (name, "the file is missing")
