"""Reference data in the asked selection: fields under their keys, labels, lists, nulls, and nothing else."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest

from authz.grant import Scope
from resolvers.labels import Labels
from resolvers.mappings import mapping_shaper
from resolvers.readings import Reading
from schema.demands.demand import Branch, Leaf, Page, Selection, Slot, TypeName, Typename
from tests.unit.resolvers.planning import asked_of
from tests.unit.resolvers.sealers import keys_of, sealer_of


def reading(**variables: object) -> Reading:
    return Reading(
        sealer=sealer_of(keys_of(1)),
        viewer="public",
        asking="",
        scope=Scope.PUBLICATION,
        variables=variables,
        today=date(2026, 5, 20),
        years=3,
        now=datetime(2026, 5, 20, tzinfo=UTC),
    )


def shaped(text: str, value: Any, variables: Mapping[str, object] | None = None) -> Any:
    """The value in the selection of the one root of the document."""
    asked = asked_of(text, variables)
    [root] = asked.demand.roots
    assert isinstance(root.ask, Branch)
    return mapping_shaper(root.ask.selection, Labels())(value, reading(**asked.variables))


PURPOSE = {"code": "PM-301", "name": "招标", "duty": "MUST", "roles": ["bidder"], "legalBasis": [{"citation": "x"}]}


def test_what_was_asked_under_its_keys_in_order() -> None:
    found = shaped("{ purposes { n: name code __typename t: __typename again: code } }", [PURPOSE])
    assert found == [
        {"n": "招标", "code": "PM-301", "__typename": "PurposeDefinition", "t": "PurposeDefinition", "again": "PM-301"}
    ]
    assert list(found[0]) == ["n", "code", "__typename", "t", "again"]


def test_labels_in_the_language_asked() -> None:
    text = "query ($l: Language!) { purposes { dutyLabel a: dutyLabel(lang: EN) b: dutyLabel(lang: $l) rolesLabel } }"
    assert shaped(text, [PURPOSE], {"l": "EN"}) == [
        {"dutyLabel": "应查必查", "a": "Must", "b": "Must", "rolesLabel": ["投标人"]}
    ]


def test_nested_objects_and_lists() -> None:
    text = "{ purposes { legalBasis { citation title } jurisdiction { code parent { code } } } }"
    value = {**PURPOSE, "jurisdiction": {"code": "420111", "parent": {"code": "420100"}}}
    assert shaped(text, [value]) == [
        {
            "legalBasis": [{"citation": "x", "title": None}],
            "jurisdiction": {"code": "420111", "parent": {"code": "420100"}},
        }
    ]


@pytest.mark.parametrize("value", [None, []])
def test_nothing_stays_nothing(value: Any) -> None:
    assert shaped("{ purposes { code } }", value) == value


def test_what_is_missing_is_null() -> None:
    assert shaped("{ purposes { name dutyLabel legalBasis { citation } } }", [{}]) == [
        {"name": None, "dutyLabel": None, "legalBasis": None}
    ]


def test_one_of_several_types_is_told_by_its_name() -> None:
    selection = Selection(
        types={
            TypeName("Organisation"): (Typename(key="t"), Leaf(key="o", field="name", coordinate=None)),
            TypeName("NaturalPerson"): (Typename(key="t"), Leaf(key="p", field="name", coordinate=None)),
        }
    )
    shape = mapping_shaper(selection, Labels())
    assert shape({"__typename": "NaturalPerson", "name": "x"}, reading()) == {"t": "NaturalPerson", "p": "x"}
    assert shape({"name": "x"}, reading()) == {"t": "Organisation", "o": "x"}


def test_reference_data_has_no_connections() -> None:
    page = Page(
        key="p",
        field="records",
        coordinate=None,
        type="Record",
        conditions=(),
        sorts=(),
        first=Slot(literal=1),
        after=None,
        counted=False,
        selection=Selection(types={}),
    )
    with pytest.raises(TypeError):
        mapping_shaper(Selection(types={TypeName("Viewer"): (page,)}), Labels())
