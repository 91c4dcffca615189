"""The catalogue loader: what it gives, and each thing it refuses, with file and line."""

from datetime import date

import pytest

import policies
from schema.catalogue import PolicyFileError, load_catalogue

FILES = policies.contents()
PENALTY = (
    "[[item]]\n"
    'code = "FINE"\n'
    'zh = "罚款"\n'
    'jurisdiction = "000000"\n'
    'category = "ADMIN"\n'
    'subcategory = "PENALTY"\n'
    'family = "Penalty"\n'
    'kinds = ["organisation"]\n'
    'nature = "NEGATIVE"\n'
    'legal_basis = ["APL-9"]\n'
    'collecting_department = "dept.finance"\n'
    'share_attribute = "UNCONDITIONAL"\n'
    'publish_attribute = "PUBLIC"\n'
    'disclosure_term = "SEVERITY"\n'
    'update_cycle = "DAILY"\n'
    'version = "1"\n'
    "effective_from = 2026-01-01\n"
    "effective_to = 2026-12-31\n"
)


def with_item(text: str) -> dict[str, bytes]:
    kept = {name: content for name, content in FILES.items() if not name.startswith("catalogue/")}
    return {**kept, "catalogue/fields.csv": FILES["catalogue/fields.csv"], "catalogue/one.toml": text.encode()}


def changed(old: str, new: str) -> dict[str, bytes]:
    assert old in PENALTY
    return with_item(PENALTY.replace(old, new))


def test_one_file_with_one_item_is_a_catalogue() -> None:
    catalogue = load_catalogue(with_item(PENALTY))
    item = catalogue.items["FINE"]
    assert item.types == ("Record", "Penalty")
    days = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1))
    assert [item.in_force(day) for day in days] == [False, True, True, False]
    assert {field.type for field in catalogue.fields_of("FINE")} == {"Record", "Penalty"}


def test_a_public_item_about_persons_decides_the_person_as_named() -> None:
    catalogue = load_catalogue(changed('kinds = ["organisation"]', 'kinds = ["organisation", "person"]'))
    assert {field.type for field in catalogue.fields_of("FINE")} == {"Record", "Penalty", "NaturalPerson"}


@pytest.mark.parametrize(
    ("old", "new", "line", "sentence"),
    [
        ('zh = "罚款"', 'zh = "罚款"\ncolour = "red"', 4, "unknown key colour"),
        ('zh = "罚款"\n', "", 1, "zh is missing or empty"),
        ('"ADMIN"', '"ADMINISTRATION"', 5, "category: ADMINISTRATION is not a word of CatalogueCategory"),
        ('"ADMIN"', '"PENALTY"', 5, "PENALTY is a sub-type, not a category"),
        ('"ADMIN"', '"MEASURE"', 5, "category: MEASURE is not a word of CatalogueCategory"),
        ('subcategory = "PENALTY"', 'subcategory = "DEFAULTER"', 6, "DEFAULTER is no sub-type of ADMIN"),
        ('family = "Penalty"', 'family = "Pnalty"', 7, "Pnalty has no field in catalogue/fields.csv"),
        ('family = "Penalty"', 'family = "Penalty"\nverdicts = ["guilt"]', 8, "Standing.guilt is not in"),
        ('["organisation"]', '["company"]', 8, "kinds: company is not a word of SubjectSide"),
        ('["organisation"]', "[]", 8, "an item must say which kinds of subject it is about"),
        ('["APL-9"]', '["APL-99"]', 10, "legal_basis: APL-99 is not in sources.toml"),
        ('["APL-9"]', "[]", 10, "legal_basis: no article is cited"),
        ('"dept.finance"', '"dept.nobody"', 11, "dept.nobody is not a leaf of trees/roles.csv"),
        ('"dept.finance"', '"agency"', 11, "agency is not a leaf of trees/roles.csv"),
        ('"UNCONDITIONAL"', '"CONDITIONAL"', 12, "a conditionally shared item must name its recipients"),
        ('"UNCONDITIONAL"', '"UNCONDITIONAL"\nshare_with = ["dept.tax"]', 13, "only a conditionally shared item names"),
        ('"PUBLIC"', '"PUBLIC"\nperson_name_in_clear = true', 14, "a person's name in clear needs a basis"),
        ('"PUBLIC"', '"PUBLIC"\nperson_basis = "APL-0"', 14, "APL-0 is not a known article"),
        ('"PUBLIC"', '"NONE"\nperson_basis = "APL-9"', 14, "an item that is not public needs no basis"),
        ('"000000"', '"429999"', 4, "429999 has no file of its own"),
        ("2026-01-01", '"2026-01-01"', 17, "effective_from must be a date"),
        ("effective_from = 2026-01-01\n", "", 1, "effective_from is missing"),
        ('version = "1"', "version = 1", 16, "version must be text"),
    ],
)
def test_an_item_that_is_wrong_is_refused_where_it_is_wrong(old: str, new: str, line: int, sentence: str) -> None:
    with pytest.raises(PolicyFileError) as error:
        load_catalogue(changed(old, new))
    assert (error.value.file, error.value.line) == ("catalogue/one.toml", line)
    assert error.value.sentence.startswith(sentence)


def test_the_same_item_twice_is_refused_even_in_two_files() -> None:
    files = {**with_item(PENALTY), "catalogue/two.toml": PENALTY.encode()}
    with pytest.raises(PolicyFileError, match=r"catalogue/two\.toml:1: FINE is defined twice"):
        load_catalogue(files)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("Penalty.fineAmount,罚款,PUBLIC_META,amount,,plain,item", "Penalty.fineAmount is defined twice"),
        ("Penalty.x,甲,PUBLIC,,,plain,item", "class: PUBLIC is not a word of FieldClass"),
        ("Penalty.x,甲,PUBLIC_META,core summery,,plain,item", "sets: summery is not a word of FieldSet"),
        ("Penalty.x,甲,PUBLIC_META,,MASK_ALL,plain,item", "masks: MASK_ALL is not a word of Mask"),
        ("Penalty.x,甲,PUBLIC_META,,,clear,item", "store: clear is not a word of Store"),
        ("Penalty.x,甲,PUBLIC_META,,,plain,L6", "level: L6 is not a word of ElementLevel"),
        ("Penalty.x.y,甲,PUBLIC_META,,,plain,item", "coordinate must be Type.field"),
        ("Penalty.x,,PUBLIC_META,,,plain,item", "zh is missing or empty"),
    ],
)
def test_a_field_that_is_wrong_is_refused(row: str, sentence: str) -> None:
    fields = FILES["catalogue/fields.csv"]
    line = fields.count(b"\n") + 1
    with pytest.raises(PolicyFileError) as error:
        load_catalogue({**FILES, "catalogue/fields.csv": fields + row.encode() + b"\n"})
    assert (error.value.file, error.value.line, error.value.sentence) == ("catalogue/fields.csv", line, sentence)


def test_the_version_is_the_content_of_the_catalogue_files_alone() -> None:
    digest = load_catalogue(FILES).digest
    assert digest == load_catalogue({**FILES, "measures.toml": b""}).digest
    assert digest != load_catalogue({**FILES, "catalogue/ip.toml": FILES["catalogue/ip.toml"] + b"\n"}).digest
    assert len(digest) == 64
