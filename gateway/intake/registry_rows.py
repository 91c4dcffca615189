"""Checked rows of agencies, operators, matters and their parties -> rows of the register of those who ask.

A party of a matter is kept as a keyed digest: the register never lists people.
"""

from gateway.intake.check import Checked
from gateway.intake.setting import Setting, UnfitError
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
    if row.text("client_id") not in setting.register.clients:
        raise UnfitError("接入方未登记")
    columns = _plain(Forms(operator), row).columns
    key = {"client_id": columns.pop("client_id"), "staff_number": columns.pop("staff_number")}
    columns["active"] = row.values.get("active") is not False
    return Row(table=operator, key=key, columns=columns)


def matter_row(setting: Setting, row: Checked) -> Row:
    """A matter of a registered client, under a purpose of the regulations."""
    reasons = []
    if row.text("client_id") not in setting.register.clients:
        reasons.append("接入方未登记")
    if row.text("purpose") not in setting.regulation.purposes:
        reasons.append("事项不在事项清单内")
    if reasons:
        raise UnfitError(*reasons)
    columns = _plain(Forms(matter), row).columns
    key = {"client_id": columns.pop("client_id"), "number": columns.pop("number")}
    return Row(table=matter, key=key, columns=columns)


def party_row(setting: Setting, row: Checked) -> Row:
    """A party of a registered matter; whether the party is known to the database does not matter."""
    number, client = row.text("matter_number"), row.text("client_id")
    clients = [each for each in setting.register.matters.get(number or "", ()) if client in (None, each)]
    if len(clients) != 1:
        raise UnfitError("不止一个接入方有该编号的办件，须注明接入方编号" if clients else "办件未登记")
    if row.natural and row.text("name") is None:
        raise UnfitError("缺少“姓名或名称”")
    digest = (
        setting.sealer.person_digest(row.id_type, row.text("id_number") or "", row.text("name") or "")
        if row.natural
        else setting.sealer.organisation_digest(row.text("uscc") or "")
    )
    key = {"client_id": clients[0], "matter_number": number, "party_digest": digest, "role": row.text("role")}
    return Row(table=matter_party, key=key, columns={"natural": row.natural})


def _plain(forms: Forms, row: Checked) -> Forms:
    for column, value in row.values.items():
        if column in stored_names(forms.table):
            forms.put(column, value)
    return forms
