"""What statute makes of fields and items: no catalogue takes it from them (S29, S30), and none needs more."""

import csv
import io

import pytest

import policies
from authz.matrix.check import PolicyRefused, refuse_breaches
from authz.matrix.invariants import check_invariants
from authz.matrix.kept import KEPT, NEVER_PUBLIC, SEALED_ITEMS
from authz.policy import Policy, load_policy
from schema.policy_file import PolicyFileError
from tests.city import TODAY

FILES = policies.contents()
SHIPPED = load_policy(FILES)
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


@pytest.mark.parametrize("code", sorted(NEVER_PUBLIC))
def test_an_item_that_statute_closes_stays_closed(code: str) -> None:
    (name,) = (name for name, text in FILES.items() if f'code = "{code}"'.encode() in text)
    head, middle, rest = FILES[name].decode().partition(f'code = "{code}"')
    for before, after in (("publish_attribute", "PUBLIC"), ("share_attribute", "UNCONDITIONAL")):
        if before == "share_attribute" and code not in SEALED_ITEMS:
            continue
        lines = [
            f'{before} = "{after}"' if line.startswith(before) and not done else line
            for done, line in _first(rest.splitlines(), before)
        ]
        policy = load_policy(FILES | {name: (head + middle + "\n".join(lines)).encode()})
        assert "S30" in broken(policy), before


def _first(lines: list[str], start: str) -> list[tuple[bool, str]]:
    """Each line, and whether one that begins so stood before it."""
    found, done = [], False
    for line in lines:
        found.append((done, line))
        done = done or line.startswith(start)
    return found


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
