"""Checked rows of organisations, persons and links -> rows of ``subject`` and ``link``.

A natural person's name and number are stored only sealed, masked and as keyed digests.
"""

from collections.abc import Iterator
from datetime import date

from gateway.intake.check import Checked
from gateway.intake.setting import Setting, UnfitError, person_key
from gateway.intake.stored import Forms, Row, stored_names
from resolvers.tables.subjects import link, subject
from schema.identifiers import ResidentId, birth_date, is_male
from schema.names import fold, grams
from schema.vocabulary.subjects import IdType, LinkRole, OtherCodeKind, Sex, SubjectKind, SubjectStatus

ADULT = 18

FORGET_GRAMS = "DELETE FROM organisation_name_gram WHERE subject_id = $1"
WRITE_GRAMS = "INSERT INTO organisation_name_gram (gram, subject_id) SELECT unnest($2::text[]), $1"
DIED = (
    "UPDATE record SET subject_died_on = $2::date WHERE subject_id = $1 AND subject_died_on IS DISTINCT FROM $2::date"
)

_OTHER_CODES = {
    "biz_reg_no": OtherCodeKind.BIZ_REG_NO,
    "org_code": OtherCodeKind.ORG_CODE,
    "institution_cert_no": OtherCodeKind.INSTITUTION_CERT_NO,
    "social_org_no": OtherCodeKind.SOCIAL_ORG_NO,
}


def organisation_row(setting: Setting, row: Checked) -> Row:
    """An organisation or sole proprietor, known by its credit code."""
    code, name = row.text("uscc") or "", row.text("name") or ""
    if row.text("kind") == SubjectKind.NATURAL_PERSON:
        raise UnfitError("自然人不属于本文件")
    id_ = setting.sealer.internal_id("organisation", code)
    forms = Forms(subject)
    for column, value in row.values.items():
        if column in stored_names(subject):
            forms.put(column, value)
    forms.columns.update(natural=False, name_folded=fold(name))
    if any(column in row.values for column in _OTHER_CODES):
        forms.columns["other_codes"] = list(_codes(row)) or None
    forms.columns.setdefault("status", SubjectStatus.ACTIVE.value)
    return Row(
        table=subject,
        key={"id": id_},
        columns=forms.columns,
        clear=forms.clear,
        follow=((FORGET_GRAMS, (id_,)), (WRITE_GRAMS, (id_, sorted(grams(name))))),
    )


def person_row(setting: Setting, row: Checked) -> Row:
    """A natural person, known by type and number of a document."""
    name, number = row.text("name") or "", row.text("id_number") or ""
    id_ = setting.sealer.internal_id("person", person_key(row))
    forms = Forms(subject)
    for column, value in row.values.items():
        target = column if column in ("status", "jurisdiction") else f"person_{column}"
        if target in stored_names(subject):
            forms.put(target, value)
    forms.put("person_id_type", row.id_type.value)
    for column, found in _of_birth(row):
        forms.put(column, found)
    died = row.day("death_date")
    if forms.columns.get("status") is None:
        forms.columns["status"] = (SubjectStatus.DECEASED if died else SubjectStatus.ACTIVE).value
    forms.columns.update(
        {
            "natural": True,
            "kind": SubjectKind.NATURAL_PERSON.value,
            "person_digest": setting.sealer.person_digest(row.id_type, number, name),
            "person_number_digest": setting.sealer.number_digest(row.id_type, number),
        }
    )
    follow = ((DIED, (id_, died)),) if "death_date" in row.values else ()
    return Row(table=subject, key={"id": id_}, columns=forms.columns, clear=forms.clear, follow=follow)


def link_row(setting: Setting, row: Checked) -> Row:
    """A person or organisation linked to an organisation, under the name as registered."""
    code = row.text("uscc") or ""
    organisation = setting.register.organisations.get(code)
    if organisation is None:
        raise UnfitError("主体未登记")
    name = row.text("name") or ""
    forms = Forms(link)
    for column in ("from_date", "to_date", "source"):
        if column in row.values:
            forms.put(column, row.values[column])
    forms.put("role", row.text("role"))
    # A ward's guardian is nobody's registered officer: the name stays sealed in the person's own row.
    forms.put("name", None if row.text("role") == LinkRole.GUARDIAN else name)
    forms.columns.update({"organisation_id": organisation["id"], "person_id": _linked_person(setting, row, name)})
    natural_key = f"{code}:{row.text('role')}:{name}:{row.day('from_date')}"
    key = {"id": setting.sealer.internal_id("link", natural_key)}
    return Row(table=link, key=key, columns=forms.columns, clear=forms.clear)


def adult_on(born: date) -> date:
    """The eighteenth birthday; of those born on 29 February the day after in common years."""
    try:
        return born.replace(year=born.year + ADULT)
    except ValueError:
        return date(born.year + ADULT, 3, 1)


def _codes(row: Checked) -> Iterator[str]:
    for column, kind in _OTHER_CODES.items():
        value = row.text(column)
        if value is not None:
            yield f"{kind.value} {value}"


def _of_birth(row: Checked) -> Iterator[tuple[str, str | int | date | None]]:
    """What follows from birth date and number; a resident's number states birth date and sex itself."""
    born, sex = row.day("birth_date"), row.text("sex")
    number = row.text("id_number")
    if row.id_type is IdType.RESIDENT_ID and number is not None:
        whole = ResidentId(number)
        born = birth_date(whole)
        sex = sex or (Sex.MALE if is_male(whole) else Sex.FEMALE).value
    yield "person_sex", sex
    if born is not None or "birth_date" in row.values:
        yield "person_birth_date", None if born is None else born.isoformat()
        yield "person_birth_year", None if born is None else born.year
        yield "person_adult_on", None if born is None else adult_on(born)


def _linked_person(setting: Setting, row: Checked, name: str) -> int | None:
    number = row.text("id_number")
    if number is None:
        return None
    person = setting.register.persons.get(setting.sealer.number_digest(row.id_type, number))
    if person is None:
        raise UnfitError("关联自然人未登记")
    if bytes(person["person_digest"]) != setting.sealer.person_digest(row.id_type, number, name):
        raise UnfitError("姓名与证件号码的登记不一致")
    return int(person["id"])
