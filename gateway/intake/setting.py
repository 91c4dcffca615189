"""What the builders of rows are given besides the row: register, keys, catalogue, regulations, the date.

Also the look-ups that kinds of rows share: the subject they are about, the agency and the document they name.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from gateway.intake.check import Checked
from gateway.intake.contradictions import OLD_CODES
from gateway.intake.reasons import Reason
from gateway.intake.register import Found, Register
from gateway.intake.storing_sealer import Digester
from schema.catalogue import Catalogue
from schema.names import fold
from schema.regulations.profile import Profile
from schema.regulations.regulation import Regulation

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    register: Register
    sealer: Digester
    catalogue: Catalogue
    regulation: Regulation
    today: date

    def profile(self, jurisdiction: str, day: date | None = None) -> Profile | None:
        """What the instruments of the jurisdiction say on that day, or today; None where there are none."""
        try:
            return self.regulation.profile(jurisdiction, day or self.today)
        except KeyError:
            return None


class UnfitError(Exception):
    """The row cannot be stored. ``reasons``: Chinese sentences about columns; none where the row's own cells have
    told already why."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("；".join(reasons))
        self.reasons = reasons


class Questions:
    """Asks whatever a row refers to, so that it is told everything that is wrong with it at once."""

    def __init__(self) -> None:
        self.reasons: list[str] = []

    def ask(self, question: Callable[[], Answer]) -> Answer | None:
        """None where the answer is a reason."""
        try:
            return question()
        except UnfitError as error:
            self.reasons += error.reasons
            return None

    def unfit(self) -> UnfitError:
        return UnfitError(*self.reasons)


def untold(row: Checked, reason: str, *columns: str) -> UnfitError:
    """For what these columns name and nobody knows: no news where it is the cells that are wrong, or missing."""
    wrong = not row.faulty.isdisjoint(columns) or (row.reasons and not any(map(row.text, columns)))
    return UnfitError() if wrong else UnfitError(reason)


def person_key(row: Checked) -> str:
    """What makes two rows speak of the same natural person."""
    return f"{row.id_type}:{row.text('id_number')}"


def subject_of(setting: Setting, row: Checked) -> Found:
    """The registered subject that the row names. Errors: ``UnfitError``."""
    found = _person(setting, row) if row.natural else organisation_of(setting, row)
    if found is None:
        raise untold(row, Reason.SUBJECT_UNKNOWN, "uscc", "id_number", *OLD_CODES)
    reasons = tuple(_name_against(setting, row, found))
    if reasons:
        raise UnfitError(*reasons)
    return found


def organisation_of(setting: Setting, row: Checked) -> Found | None:
    """By credit code, or by the codes of earlier times: one subject, whichever is given. Errors: ``UnfitError``."""
    uscc = row.text("uscc")
    coded = {found["id"]: found for code in row.codes for found in setting.register.coded.get(code, ())}
    if uscc is None:
        if len(coded) > 1:
            raise UnfitError(Reason.SUBJECT_AMBIGUOUS)
        return next(iter(coded.values()), None)
    found = setting.register.organisations.get(uscc)
    if coded.keys() - {found["id"] if found is not None else None}:
        raise UnfitError(Reason.CODES_OF_TWO)
    return found


def agency_of(setting: Setting, row: Checked, who: str, label: str) -> Found:
    """The registered agency of the columns ``{who}_uscc`` and ``{who}_name``. Errors: ``UnfitError``."""
    columns = f"{who}_uscc", f"{who}_name"
    found = setting.register.agency(*map(row.text, columns))
    if found is None or columns[0] in row.faulty:
        raise untold(row, Reason.AGENCY_UNKNOWN.of(label), *columns)
    return found


def records_of(setting: Setting, row: Checked) -> tuple[Found, ...]:
    """The records of the document that the row names: of one item, where it names none. Errors: ``UnfitError``."""
    authority = agency_of(setting, row, "authority", "作出机关")
    item = row.text("item")
    found = tuple(
        each
        for each in setting.register.records.get(row.text("document_number") or "", ())
        if each["authority_id"] == authority["id"] and item in (None, each["item"])
    )
    if not found:
        raise untold(row, Reason.RECORD_UNKNOWN, "document_number")
    if len({each["item"] for each in found}) > 1:
        raise UnfitError(Reason.ITEM_AMBIGUOUS)
    return found


def _person(setting: Setting, row: Checked) -> Found | None:
    number = row.text("id_number") or ""
    return setting.register.persons.get(setting.sealer.number_digest(row.id_type, number))


def _name_against(setting: Setting, row: Checked, found: Found) -> Iterator[str]:
    """Whether the row calls its subject by the registered name: two identities are never mixed up."""
    name = row.text("subject_name")
    if name is None:
        return
    if found["natural"]:
        digest = setting.sealer.person_digest(row.id_type, row.text("id_number") or "", name)
        if digest != bytes(found["person_digest"]):
            yield Reason.NAME_AGAINST_NUMBER
    elif fold(name) not in {fold(each) for each in (found["name"] or "", *(found["former_names"] or ()))}:
        yield Reason.NAME_AGAINST_CODE
