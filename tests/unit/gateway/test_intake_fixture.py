"""The fixture: its files are recognised, its identifiers valid and nobody's, its values those of the specification."""

import csv
import re
from collections.abc import Mapping

import pytest

from gateway.intake.fixture import OBJECTIONS, fixture_files
from gateway.intake.layouts.column import Kind, Layout
from gateway.intake.layouts.recognition import LAYOUTS, columns_of, recognise
from policies import contents
from schema.identifiers import is_resident_id, is_uscc

ORGANISATIONS = {
    "武汉测试建设有限公司": "91420199MA9TERT123",
    "武汉测试食品有限公司": "91420199MA9TERT20X",
    "鄂州测试商贸有限公司": "91420799MA9TERT39R",
    "济阳测试机械有限公司": "91370199MA9TERT47K",
    "赵小麦早餐店": "92420199MA9TERT55D",
    "武汉测试医院": "12420199MA9TERT63G",
    "武汉测试果蔬专业合作社": "93420199MA9TERT710",
    "武汉测试养老服务中心": "52420199MA9TERT8XY",
}
PERSONS = {
    "李测试": "420199198503120015",
    "王测试": "420199199207280027",
    "张测试": "420799197909050035",
    "陈测试": "370199198805200040",
    "孙小小": "420199201409160058",
    "钱老先生": "420199194001010053",
    "赵小麦": "420199199006060079",
}
CLIENTS = ("A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "A9", "A10", "B1")
L2, N2 = ORGANISATIONS["武汉测试食品有限公司"], PERSONS["王测试"]
R2 = "武市监处罚〔2026〕测001号"

Row = Mapping[str, str]


def decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def read(content: bytes) -> tuple[Layout, list[Row]]:
    headers, *rows = csv.reader(decoded(content).splitlines())
    layout = recognise(headers)
    names = [column.name for column in columns_of(layout, headers) if column is not None]
    assert len(names) == len(headers)
    return layout, [dict(zip(names, row, strict=True)) for row in rows]


FILES = {layout.name: (layout, rows) for layout, rows in (read(data) for _, data in fixture_files(objections=True))}


def rows(name: str) -> list[Row]:
    return FILES[name][1]


def one(layout: str, **values: str) -> Row:
    found = [row for row in rows(layout) if values.items() <= row.items()]
    assert len(found) == 1
    return found[0]


def test_files_come_in_the_order_of_the_layouts() -> None:
    order = [layout.name for layout in LAYOUTS]
    names = [read(content)[0].name for _, content in fixture_files()]
    assert names[0] == "agencies"
    assert names[-3:] == ["operators", "matters", "matter_parties"]
    assert order.index("penalties") < order.index("measures") < order.index("feedback")
    assert len(names) == len(set(names)) == 14


def test_objections_come_only_when_asked_for() -> None:
    assert OBJECTIONS not in dict(fixture_files())
    assert fixture_files(objections=True) == (
        *fixture_files(),
        (OBJECTIONS, dict(fixture_files(objections=True))[OBJECTIONS]),
    )


def test_one_file_is_in_another_encoding() -> None:
    with pytest.raises(UnicodeDecodeError):
        dict(fixture_files())["licences.csv"].decode("utf-8")


@pytest.mark.parametrize("name", FILES)
def test_required_values_are_there_and_words_are_known(name: str) -> None:
    layout, found = FILES[name]
    for row in found:
        for column in layout.columns:
            value = row.get(column.name, "")
            assert value or not column.required, column.name
            if value and column.vocabulary:
                parts = value.split(";") if column.kind is Kind.LIST else [value]
                assert all(column.word(part) for part in parts), (column.name, value)


@pytest.mark.parametrize("name", FILES)
def test_rows_have_keys_of_their_own(name: str) -> None:
    layout, found = FILES[name]
    keys = [tuple(row.get(column) or layout.item for column in layout.key) for row in found]
    assert len(keys) == len(set(keys))


def test_identifiers_are_valid_and_nobodys() -> None:
    texts = [decoded(content) for _, content in fixture_files(objections=True)]
    tokens = {token for text in texts for token in re.findall(r"(?<![0-9A-Z])[0-9A-Z]{18}(?![0-9A-Z])", text)}
    assert len(tokens) >= len(ORGANISATIONS) + len(PERSONS) + len(CLIENTS)
    for token in tokens:
        assert is_uscc(token) or is_resident_id(token), token
        assert "99" in (token[4:6], token[6:8]), token


def test_organisations_and_persons() -> None:
    assert {row["name"]: row["uscc"] for row in rows("organisations")} == ORGANISATIONS
    assert {row["name"]: row["id_number"] for row in rows("persons")} == PERSONS
    assert one("organisations", name="赵小麦早餐店")["tax_registration_number"] == "420199199006060079L0"
    assert one("persons", name="李测试")["phone"] == "13800138000"
    assert one("persons", name="李测试")["home_address"] == "湖北省武汉市洪山区测试路1号"
    assert one("persons", name="钱老先生")["death_date"] == "2026-03-01"
    for person in rows("persons"):
        number, birth = person["id_number"], person["birth_date"]
        assert number[6:14] == birth.replace("-", "")
        assert person["sex"] == ("男" if int(number[16]) % 2 else "女")


def test_the_informant_is_in_no_file_but_to_be_removed() -> None:
    holding = [
        name for name, (_, found) in FILES.items() if any("周某" in value for row in found for value in row.values())
    ]
    assert holding == ["penalties"]
    assert one("penalties", document_number=R2)["informant"] == "周某;420199198308080089"


def test_legal_representatives_change_with_the_year() -> None:
    links = [(row["name"], row["from_date"], row["to_date"]) for row in rows("links") if row["uscc"] == L2]
    assert links == [("李测试", "2019-05-08", "2025-12-31"), ("王测试", "2026-01-01", "")]
    assert one("links", role="经营者")["name"] == "赵小麦"


def test_penalties_of_l2() -> None:
    found = {row["decided_on"]: (row["severity"], row["publication_until"]) for row in rows("penalties") if row["uscc"]}
    assert found == {
        "2026-02-10": ("严重", "2029-02-10"),
        "2026-05-06": ("轻微", ""),
        "2025-04-01": ("一般", "2026-04-01"),
        "2024-12-01": ("一般", "2025-12-01"),
        "2025-06-01": ("一般", "2026-06-01"),
    }
    r2 = one("penalties", document_number=R2)
    assert (r2["fine_amount"], r2["penalty_kinds"]) == ("12.500000", "罚款;责令停产停业")
    assert (
        "经查，法定代表人李测试（身份证420199198503120015，住武汉市洪山区测试路1号，电话13800138000）指使员工刘某更换生产日期，"
        "根据周某举报"
    ) in r2["facts"]


def test_records_of_persons_are_published_with_a_basis_only() -> None:
    records = [row for name, (layout, _) in FILES.items() if layout.has_records for row in rows(name)]
    persons = [row for row in records if row.get("id_number")]
    assert {row["id_number"] for row in persons} == {N2}
    published = [row for row in persons if row.get("published_from")]
    assert [(row["title"], row["publication_basis"]) for row in published] == [("市优秀青年志愿者", "GF2016-33-二(三)")]
    assert [row["item"] for row in persons if row.get("sealed") == "是"] == ["PUBLIC_SECURITY_PENALTY"]
    assert one("penalties", id_number=N2, item="PENALTY")["decided_on"] == "2025-11-03"


def test_lists_and_measures() -> None:
    assert [row["list_category"] for row in rows("lists")] == ["SD-M-WAGE_ARREARS", "SD-M-SUBCONTRACT"]
    contents_of_decision = (
        *("facts", "decision_basis", "sanction_warning", "removal_conditions", "removal_procedure", "remedies"),
        *("notice_document_number", "notice_date"),
    )
    for listed, measure in zip(rows("lists"), rows("measures"), strict=True):
        assert listed["listed_on"] == measure["pushed_on"] == "2026-03-02"
        assert all(listed[name] for name in contents_of_decision)
        assert measure["document_number"] == listed["document_number"]
        assert (measure["list_entry"], measure["initiated_by_uscc"]) == ("ADM-09", listed["authority_uscc"])
    assert [row["in_force_on"] for row in rows("measures")] == ["", "2026-03-09"]  # the feedback moves the first
    assert rows("measures")[1]["ends_on"] == "2027-03-01"
    feedback = one("feedback", action="已实施")
    assert (feedback["applied_on"], feedback["matter_number"]) == ("2026-04-12", "EZJY-2026-077")
    assert (feedback["result"], feedback["executed_by_uscc"]) == ("拒绝投标报名", "1242079900TERT07X1")


def test_repairs_and_objections_point_at_records() -> None:
    known = {
        (row["authority_uscc"], row["document_number"])
        for name, (layout, _) in FILES.items()
        if layout.has_records
        for row in rows(name)
    }
    for row in (*rows("repairs"), *rows("objections"), *rows("measures")):
        assert (row["authority_uscc"], row["document_number"]) in known
    assert [row["repaired_on"] for row in rows("repairs")] == ["2025-10-15", "2026-04-20"]
    assert [(row["objection_from"], row["objection_doubtful_from"]) for row in rows("objections")] == [
        ("2026-05-06", "2026-05-06"),
        ("2026-05-06", ""),
    ]


def test_legal_bases_are_in_force_and_of_sufficient_rank() -> None:
    used = {row["legal_basis"] for row in rows("measures")} | {row["decision_basis"] for row in rows("lists")}
    used |= {row["publication_basis"] for row in rows("honours")}
    sources = contents()["sources.toml"].decode()
    for basis in used:
        instrument, _, article = basis.rpartition("-")
        [section] = [part for part in sources.split("[[instrument]]") if f'id = "{instrument}"' in part]
        assert f'"{article}" =' in section
        assert 'rank = "CENTRAL_POLICY"' in section


def test_agencies_have_departments_of_the_tree_and_known_jurisdictions() -> None:
    tree = {line.split(",")[0] for line in contents()["trees/roles.csv"].decode().splitlines()}
    for row in rows("agencies"):
        assert row["department"] in tree
        assert f"jurisdictions/{row['jurisdiction']}.toml" in contents()
    named = {row[column] for name in FILES for row in rows(name) for column in row if column.endswith("authority_uscc")}
    assert named <= {row["uscc"] for row in rows("agencies")}


def test_operators_matters_and_parties() -> None:
    assert {row["client_id"] for row in rows("operators") if row["staff_number"] in ("1001", "2001")} == set(CLIENTS)
    assert one("operators", staff_number="1002")["agreement_until"] == "2026-01-31"
    assert one("operators", staff_number="1003")["trained_until"] < "2026-05-20"
    assert len(rows("matters")) == 9
    assert [row["number"] for row in rows("matters") if row["closed_on"]] == ["HSZB-2025-0990"]
    assert {row["matter_number"] for row in rows("matter_parties")} == {row["number"] for row in rows("matters")}
    bidders = [row["uscc"] for row in rows("matter_parties") if row["matter_number"] == "HSZB-2026-0117"]
    assert bidders == [ORGANISATIONS["武汉测试建设有限公司"], L2]
    for row in rows("matter_parties"):
        assert {**ORGANISATIONS, **PERSONS}[row["name"]] == row["uscc"] + row["id_number"]
