"""A natural person's published record -> the person as named in it: the ``party_`` columns.

BASIS: WH-二(二)2, FS2017-7-6. Filled only where the record is published on a basis. The name in clear only where the
catalogue item says so; number, sex, age and county of defaulters alone, as the court prints them.
"""

from datetime import date

from authz.masks import MASKS
from gateway.intake.check import Checked
from gateway.intake.register import Found
from gateway.intake.stored import Columns
from gateway.intake.subject_rows import ADULT
from schema.catalogue import CatalogueItem

_NOBODY: Columns = {
    "party_name__name_surname": None,
    "party_id_number__id_court": None,
    "party_sex": None,
    "party_home_address__addr_county": None,
    "party_age": None,
}


def party_columns(
    row: Checked, item: CatalogueItem, subject: Found, columns: Columns
) -> tuple[Columns, dict[str, str | None]]:
    """Columns in clear, and what is to be sealed."""
    name = row.text("subject_name") or ""
    if not columns["natural"] or columns["published_from"] is None:
        return dict(_NOBODY), {"party_name_ct": None}
    shown = dict(_NOBODY) | {"party_name__name_surname": MASKS["MASK_NAME_SURNAME"](name)}
    if item.family == "Defaulter":
        shown |= {
            "party_id_number__id_court": MASKS["MASK_ID_COURT"](row.text("id_number") or ""),
            "party_sex": subject["person_sex"],
            "party_home_address__addr_county": subject["person_home_address__addr_county"],
            "party_age": _age(subject["person_adult_on"], row.day("decided_on")),
        }
    return shown, {"party_name_ct": name if item.person_name_in_clear else None}


def _age(adult_on: date | None, on: date | None) -> int | None:
    """Completed years on the day of the decision."""
    if adult_on is None or on is None:
        return None
    before_birthday = (on.month, on.day) < (adult_on.month, adult_on.day)
    return on.year - adult_on.year + ADULT - before_birthday
