"""What a document asks that wants to show a row whole."""

from schema.documents.leaves import leaves


def test_values_are_asked_by_their_labels_and_ids_are_not() -> None:
    found = leaves("Penalty")
    assert {"documentNumber", "facts", "remark", "severityLabel", "penaltyKindsLabel", "fineAmount"} <= set(found)
    assert {"id", "severity", "penaltyKinds", "subject", "measures", "authority", "publication"}.isdisjoint(found)
    assert len(found) == len(set(found))


def test_what_is_no_object_has_none() -> None:
    assert (leaves("Record"), leaves("Severity")) == ((), ())
