"""Checked rows of organisations, persons and links -> rows of ``subject`` and ``link``.

A natural person's name and number are stored only sealed, masked and as keyed digests.
"""

from collections.abc import Iterator
from datetime import date

from gateway.intake.check import Checked
from gateway.intake.contradictions import OLD_CODES
from gateway.intake.reasons import Reason
from gateway.intake.register import Found
from gateway.intake.setting import Questions, Setting, UnfitError, organisation_of, person_key, untold
from gateway.intake.stored import Columns, Forms, Row, stored_names
from resolvers.tables.subjects import link, subject
from schema.identifiers import ResidentId, birth_date, is_male
from schema.names import fold, grams
from schema.vocabulary.subjects import IdType, LinkRole, Sex, SubjectKind, SubjectStatus

ADULT = 18

FORGET_GRAMS = "DELETE FROM organisation_name_gram WHERE subject_id = $1"
WRITE_GRAMS = "INSERT INTO organisation_name_gram (gram, subject_id) SELECT unnest($2::text[]), $1"
DIED = (
    "UPDATE record SET subject_died_on = $2::date WHERE subject_id = $1 AND subject_died_on IS DISTINCT FROM $2::date"
)


def organisation_row(setting: Setting, row: Checked) -> Row:
    """An organisation or sole proprietor, known by its credit code."""
    code, name = row.text("uscc") or "", row.text("name") or ""
    there = _there(setting, row, name)
    id_ = setting.sealer.internal_id("organisation", code)
    forms = Forms(subject)
    for column, value in row.values.items():
        if column in stored_names(subject):
            forms.put(column, value)
    forms.columns.update(natural=False, name_folded=fold(name))
    if any(column in row.values for column in OLD_CODES):
        forms.columns["other_codes"] = list(row.codes) or None
    forms.columns.update(_earlier_names(row, name, there))
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
    name = row.text("name") or ""
    questions = Questions()
    organisation = setting.register.organisations.get(row.text("uscc") or "")
    if organisation is None:
        questions.reasons += untold(row, Reason.SUBJECT_UNKNOWN, "uscc").reasons
    person = questions.ask(lambda: _linked_person(setting, row, name))
    if organisation is None or questions.reasons:
        raise questions.unfit()
    code = organisation["uscc"]
    forms = Forms(link)
    for column in ("from_date", "to_date", "source"):
        if column in row.values:
            forms.put(column, row.values[column])
    forms.put("role", row.text("role"))
    # A ward's guardian is nobody's registered officer: the name stays sealed in the person's own row.
    forms.put("name", None if row.text("role") == LinkRole.GUARDIAN else name)
    forms.columns.update({"organisation_id": organisation["id"], "person_id": person})
    natural_key = f"{code}:{row.text('role')}:{name}:{row.day('from_date')}"
    key = {"id": setting.sealer.internal_id("link", natural_key)}
    return Row(table=link, key=key, columns=forms.columns, clear=forms.clear)


def adult_on(born: date) -> date:
    """The eighteenth birthday; of those born on 29 February the day after in common years."""
    try:
        return born.replace(year=born.year + ADULT)
    except ValueError:
        return date(born.year + ADULT, 3, 1)


def _there(setting: Setting, row: Checked, name: str) -> Found | None:
    """The organisation as it is registered, if it is. Errors: ``UnfitError``."""
    questions = Questions()
    if row.text("kind") == SubjectKind.NATURAL_PERSON:
        questions.reasons.append(Reason.NATURAL_HERE)
    there = questions.ask(lambda: organisation_of(setting, row))
    if there is not None and fold(name) in set(map(fold, there["former_names"] or ())):
        questions.reasons.append(Reason.NAME_IS_FORMER)
    if questions.reasons:
        raise questions.unfit()
    return there


def _earlier_names(row: Checked, name: str, there: Found | None) -> Columns:
    """A name that was registered stays among the former ones: documents go on naming the subject by it."""
    known = () if there is None else (*(there["former_names"] or ()), there["name"] or name)
    names = {fold(each): each for each in (*known, *row.texts("former_names"))}
    names.pop(fold(name), None)
    return {"former_names": list(names.values())} if names else {}


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
        raise UnfitError(Reason.LINKED_UNKNOWN)
    if bytes(person["person_digest"]) != setting.sealer.person_digest(row.id_type, number, name):
        raise UnfitError(Reason.NAME_AGAINST_NUMBER)
    return int(person["id"])
