"""The space of the shipped policy: which names are leaves, and which fields are decided under which item."""

import pytest

import policies
from authz.grant import Kind
from authz.policy import load_policy
from authz.rows import RowSource
from authz.space import Sharing

SPACE = load_policy(policies.contents()).space


def decided(item: str, kind: Kind) -> set[str]:
    return {str(name) for name, _ in SPACE.named(SPACE.facts[item].fields[kind])}


def test_leaves_are_codes_and_coordinates_never_groups() -> None:
    assert "PENALTY" in SPACE.items.leaves
    assert "Record.facts" in SPACE.fields.leaves
    assert "PM-301" in SPACE.purposes.leaves
    assert "dept.housing" in SPACE.roles.leaves
    groups = {"any", "agency", "category:ADMIN", "subcategory:PENALTY", "class:FREE_TEXT", "set:core", "group:PM-301"}
    assert not groups & (SPACE.items.leaves | SPACE.fields.leaves | SPACE.purposes.leaves | SPACE.roles.leaves)


def test_an_item_stands_under_its_subcategory_and_category() -> None:
    assert SPACE.items.within("PENALTY", "subcategory:PENALTY")
    assert SPACE.items.within("PENALTY", "category:ADMIN")
    assert not SPACE.items.within("PENALTY", "category:JUDICIAL")


def test_a_field_stands_under_its_class_and_all_its_sets() -> None:
    assert SPACE.bits_of("Record.facts") & SPACE.bits_of("class:FREE_TEXT")
    assert SPACE.bits_of("NaturalPerson.name") & SPACE.bits_of("set:identity")
    assert SPACE.bits_of("class:NONE") == 0


@pytest.mark.parametrize(
    ("item", "source"),
    [
        ("REGISTRATION_ORG", RowSource.SUBJECT),
        ("REGISTRATION_PERSON", RowSource.SUBJECT),
        ("LINK", RowSource.SUBJECT),
        ("PENALTY", RowSource.RECORD),
        ("CLEAN_RECORD", RowSource.RECORD),
        ("MEASURE", RowSource.MEASURE),
    ],
)
def test_an_item_speaks_of_one_kind_of_row(item: str, source: RowSource) -> None:
    assert SPACE.facts[item].source is source


def test_records_of_a_family_have_its_fields_those_of_every_record_and_their_verdicts() -> None:
    found = decided("PENALTY", Kind.ORGANISATION)
    assert {"Record.facts", "Penalty.fineAmount", "Standing.majorPenalty"} <= found
    assert not {name for name in found if name.startswith(("Licence.", "NaturalPerson.", "Organisation.", "Link."))}


def test_a_persons_record_decides_the_person_as_named_in_it() -> None:
    assert "NaturalPerson.name" in decided("DEFAULTER", Kind.PERSON)


def test_links_have_an_item_of_their_own_that_their_owners_name() -> None:
    assert decided("LINK", Kind.ORGANISATION) == {f"Link.{name}" for name in ("role", "name", "person", "from", "to")}
    owners = {code for code, facts in SPACE.facts.items() if facts.links == "LINK"}
    assert owners == {"REGISTRATION_ORG", "SERIOUS_LIST", "RED_LIST"}


def test_sharing_and_publication_are_those_of_the_catalogue() -> None:
    assert SPACE.facts["PUBLIC_SECURITY_PENALTY"].sharing is Sharing.NONE
    assert not SPACE.facts["PUBLIC_SECURITY_PENALTY"].public
    assert SPACE.facts["REGISTRATION_PERSON"].recipients
    assert SPACE.facts["PENALTY"].jurisdictions is None


def test_a_jurisdiction_lies_within_its_superiors() -> None:
    assert SPACE.lineages["420111"] == ("000000", "420000", "420100", "420111")
