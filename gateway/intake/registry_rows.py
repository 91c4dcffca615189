"""Checked rows of agencies, operators, matters and their parties -> rows of the register of those who ask.

A party of a matter is kept as a keyed digest: the register never lists people.
"""

from gateway.intake.check import Checked
from gateway.intake.reasons import Reason
from gateway.intake.setting import Questions, Setting, UnfitError, untold
from gateway.intake.stored import Forms, Row, stored_names
from resolvers.tables.registry import agency, matter, matter_party, operator


def agency_row(setting: Setting, row: Checked) -> Row:
    forms = _plain(Forms(agency), row)
    return Row(
        table=agency,
        key={"id": setting.sealer.internal_id("agency", row.text("uscc") or "")},
        columns={**forms.columns, "suspended": row.flag("suspended")},
    )


def operator_row(setting: Setting, row: Checked) -> Row:
    """A member of staff of a registered client."""
    _check_client(setting, row)
    columns = _plain(Forms(operator), row).columns
    key = {"client_id": columns.pop("client_id"), "staff_number": columns.pop("staff_number")}
    columns["active"] = row.values.get("active") is not False
    return Row(table=operator, key=key, columns=columns)


def matter_row(setting: Setting, row: Checked) -> Row:
    """A matter of a registered client, under a purpose of the regulations."""
    questions = Questions()
    questions.ask(lambda: _check_client(setting, row))
    questions.ask(lambda: _check_purpose(setting, row))
    if questions.reasons:
        raise questions.unfit()
    columns = _plain(Forms(matter), row).columns
    key = {"client_id": columns.pop("client_id"), "number": columns.pop("number")}
    return Row(table=matter, key=key, columns=columns)


def party_row(setting: Setting, row: Checked) -> Row:
    """A party of a registered matter; whether the party is known to the database does not matter."""
    number, client = row.text("matter_number"), row.text("client_id")
    clients = [each for each in setting.register.matters.get(number or "", ()) if client in (None, each)]
    if len(clients) != 1:
        raise UnfitError(Reason.MATTER_AMBIGUOUS) if clients else untold(row, Reason.MATTER_UNKNOWN, "matter_number")
    if row.natural and row.text("name") is None:
        raise UnfitError(Reason.MISSING.of("姓名或名称"))
    digest = (
        setting.sealer.person_digest(row.id_type, row.text("id_number") or "", row.text("name") or "")
        if row.natural
        else setting.sealer.organisation_digest(row.text("uscc") or "")
    )
    key = {"client_id": clients[0], "matter_number": number, "party_digest": digest, "role": row.text("role")}
    return Row(table=matter_party, key=key, columns={"natural": row.natural})


def _check_client(setting: Setting, row: Checked) -> None:
    if row.text("client_id") not in setting.register.clients:
        raise untold(row, Reason.CLIENT_UNKNOWN, "client_id")


def _check_purpose(setting: Setting, row: Checked) -> None:
    if row.text("purpose") not in setting.regulation.purposes:
        raise untold(row, Reason.PURPOSE_UNKNOWN, "purpose")


def _plain(forms: Forms, row: Checked) -> Forms:
    for column, value in row.values.items():
        if column in stored_names(forms.table):
            forms.put(column, value)
    return forms
