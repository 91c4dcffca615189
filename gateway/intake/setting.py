"""What the builders of rows are given besides the row: register, keys, catalogue, regulations, the date.

Also the look-ups that kinds of rows share: the subject they are about, the agency and the document they name.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from gateway.intake.check import Checked
from gateway.intake.register import Found, Register
from gateway.intake.storing_sealer import StoringSealer
from schema.catalogue import Catalogue
from schema.names import fold
from schema.regulations.profile import Profile
from schema.regulations.regulation import Regulation


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    register: Register
    sealer: StoringSealer
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
    """The row cannot be stored. ``reasons``: Chinese sentences about columns."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("；".join(reasons))
        self.reasons = reasons


def person_key(row: Checked) -> str:
    """What makes two rows speak of the same natural person."""
    return f"{row.id_type}:{row.text('id_number')}"


def subject_of(setting: Setting, row: Checked) -> Found:
    """The registered subject that the row names. Errors: ``UnfitError``."""
    found = _person(setting, row) if row.natural else setting.register.organisations.get(row.text("uscc") or "")
    if found is None:
        raise UnfitError("主体未登记")
    reasons = tuple(_name_against(setting, row, found))
    if reasons:
        raise UnfitError(*reasons)
    return found


def agency_of(setting: Setting, code: str | None, name: str | None, label: str) -> Found:
    """A registered agency. Errors: ``UnfitError``."""
    found = setting.register.agency(code, name)
    if found is None:
        raise UnfitError(f"{label}未登记")
    return found


def records_of(setting: Setting, row: Checked) -> tuple[Found, ...]:
    """The records of the document that the row names: of one item, where it names none. Errors: ``UnfitError``."""
    authority = agency_of(setting, row.text("authority_uscc"), None, "作出机关")
    item = row.text("item")
    found = tuple(
        each
        for each in setting.register.records.get(row.text("document_number") or "", ())
        if each["authority_id"] == authority["id"] and item in (None, each["item"])
    )
    if not found:
        raise UnfitError("相应记录未登记")
    if len({each["item"] for each in found}) > 1:
        raise UnfitError("同一文书有多个信息项，请注明目录项")
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
            yield "姓名与证件号码的登记不一致"
    elif fold(name) not in {fold(each) for each in (found["name"] or "", *(found["former_names"] or ()))}:
        yield "主体名称与统一社会信用代码的登记不一致"
