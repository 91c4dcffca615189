"""Layouts: every file is recognised by its Chinese headers, its codes, its older names; errors repeat nothing of it."""

import re

import pytest

from gateway.intake.layouts.acts import PENALTIES
from gateway.intake.layouts.column import Kind, Layout
from gateway.intake.layouts.recognition import (
    LAYOUTS,
    RepeatedColumnError,
    UnknownLayoutError,
    columns_of,
    recognise,
    same_column,
)
from policies import contents
from resolvers.tables.records import record
from schema.names import fold
from schema.vocabulary.records import LicenceState, PenaltyKind
from schema.vocabulary.subjects import Sex


def _headers(text: str) -> list[str]:
    return text.split(",")


PENALTIES_2018 = _headers(
    "CF_XDR_MC,CF_XDR_LB,CF_XDR_SHXYM,CF_XDR_GSZC,CF_XDR_ZZJG,CF_XDR_SWDJ,CF_XDR_SYDW,CF_XDR_SHZZ,CF_FRDB,CF_FR_ZJLX,"
    "CF_FR_ZJHM,CF_XDR_ZJLX,CF_XDR_ZJHM,CF_WSH,CF_WFXW,CF_SY,CF_YJ,CF_CFLB,CF_NR,CF_NR_FK,CF_NR_WFFF,CF_NR_ZKDX,CF_JDRQ,"
    "CF_YXQ,CF_GSJZQ,CF_CFJG,CF_CFJGDM,CF_SJLY,CF_SJLYDM,BZ"
)
PENALTIES_2015 = _headers(
    "CF_WSH,CF_CFMC,CF_CFLB1,CF_CFLB2,CF_SY,CF_YJ,CF_XDR_MC,CF_XDR_SHXYM,CF_XDR_ZDM,CF_XDR_GSDJ,CF_XDR_SWDJ,CF_XDR_SFZ,"
    "CF_FR,CF_JG,CF_JDRQ,CF_XZJG,DFBM,BZ"
)
LICENCES_2018 = _headers(
    "XK_XDR_MC,XK_XDR_LB,XK_XDR_SHXYM,XK_XDR_GSZC,XK_XDR_ZZJG,XK_XDR_SWDJ,XK_XDR_SYDW,XK_XDR_SHZZ,XK_FRDB,XK_FR_ZJLX,"
    "XK_FR_ZJHM,XK_XDR_ZJLX,XK_XDR_ZJHM,XK_XKWS,XK_WSH,XK_XKLB,XK_XKZS,XK_XKBH,XK_NR,XK_JDRQ,XK_YXQZ,XK_YXQZI,XK_XKJG,"
    "XK_XKJGDM,XK_ZT,XK_LYDW,XK_LYDWDM,BZ"
)
LICENCES_2015 = _headers(
    "XK_WSH,XK_XMMC,XK_SPLB,XK_NR,XK_XDR_MC,XK_XDR_SHXYM,XK_XDR_ZDM,XK_XDR_GSDJ,XK_XDR_SWDJ,XK_XDR_SFZ,XK_FR,XK_JDRQ,"
    "XK_JZQ,XK_XZJG,DFBM,BZ"
)

each_layout = pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)


def items() -> set[str]:
    found = (
        re.findall(r'^code = "(\w+)"', text.decode(), re.M) for name, text in contents().items() if "catalogue" in name
    )
    return {item for codes in found for item in codes}


@each_layout
def test_layout_is_recognised_by_its_chinese_headers(layout: Layout) -> None:
    assert recognise([column.headers[0] for column in layout.columns]) is layout


@each_layout
def test_layout_is_recognised_by_canonical_names(layout: Layout) -> None:
    assert recognise([column.name for column in layout.columns]) is layout


@each_layout
def test_layout_is_recognised_by_the_last_known_form_of_each_header(layout: Layout) -> None:
    assert recognise([column.headers[-1] for column in layout.columns]) is layout


@each_layout
def test_required_columns_alone_are_enough(layout: Layout) -> None:
    assert recognise([column.headers[0] for column in layout.required]) is layout


@each_layout
def test_no_header_means_two_columns(layout: Layout) -> None:
    headers = [fold(header) for column in layout.columns for header in {column.name, *column.headers}]
    assert len(headers) == len(set(headers))


@each_layout
def test_key_names_columns_and_item_stands_in_the_catalogue(layout: Layout) -> None:
    assert {layout.column(name).name for name in layout.key} == set(layout.key)
    assert layout.item is None or layout.item in items()


@pytest.mark.parametrize("layout", [layout for layout in LAYOUTS if layout.has_records], ids=lambda layout: layout.name)
def test_record_layouts_share_the_key_and_what_decides_visibility(layout: Layout) -> None:
    assert layout.key == ("item", "authority_uscc", "document_number")
    for name in ("publication_until", "published_from", "publication_basis", "sealed", "severity", "subject_name"):
        assert layout.column(name)
    assert layout.column("informant").never_stored
    assert "informant" not in record.c


@pytest.mark.parametrize(
    ("name", "headers"),
    [
        ("penalties", PENALTIES_2018),
        ("penalties", PENALTIES_2015),
        ("licences", LICENCES_2018),
        ("licences", LICENCES_2015),
    ],
)
def test_both_versions_of_the_standard_are_known_in_full(name: str, headers: list[str]) -> None:
    layout = recognise(headers)
    assert layout.name == name
    assert None not in columns_of(layout, headers)


def test_headers_are_compared_folded() -> None:
    headers = [header.lower() for header in PENALTIES_2018]
    headers[19] = " 罚款金额 (万元)"
    found = columns_of(recognise(headers), headers)[19]
    assert found is not None
    assert (found.name, found.kind) == ("fine_amount", Kind.MONEY_WAN)


def test_unknown_headers_mean_no_column() -> None:
    headers = [*PENALTIES_2018, "血型"]
    assert columns_of(recognise(headers), headers)[-1] is None


def test_error_names_the_nearest_layout_and_its_lacking_columns_only() -> None:
    headers = [header for header in PENALTIES_2018 if header not in ("CF_SY", "CF_WSH")]
    with pytest.raises(UnknownLayoutError) as caught:
        recognise([*headers, "李测试的秘密"])
    assert caught.value.nearest.name == "penalties"
    assert set(caught.value.lacking) == {"facts", "document_number"}
    assert "秘密" not in str(caught.value)


@pytest.mark.parametrize("headers", [[], ["x"], ["姓名"]])
def test_too_few_headers_are_no_layout(headers: list[str]) -> None:
    with pytest.raises(UnknownLayoutError):
        recognise(headers)


def test_two_headers_may_mean_one_list_but_no_other_column() -> None:
    headers = [*PENALTIES_2015, "处罚类别"]
    assert (
        sum(column is not None and column.name == "penalty_kinds" for column in columns_of(recognise(headers), headers))
        == 3
    )
    twice = [*PENALTIES_2018, "CF_XZJG"]
    with pytest.raises(RepeatedColumnError) as caught:
        columns_of(recognise(twice), twice)
    assert caught.value.column.name == "authority_name"


@pytest.mark.parametrize(
    ("layout", "column", "text", "word"),
    [
        ("penalties", "penalty_kinds", "罚款", PenaltyKind.FINE),
        ("penalties", "penalty_kinds", "暂扣许可证(照)", PenaltyKind.LICENCE_SUSPENSION),
        ("penalties", "penalty_kinds", "FINE", PenaltyKind.FINE),
        ("licences", "licence_state", "1", LicenceState.VALID),
        ("licences", "licence_state", "撤销", LicenceState.REVOKED),
        ("licences", "licence_state", "0", None),
        ("persons", "sex", "2", Sex.FEMALE),
        ("persons", "sex", "3", None),
    ],
)
def test_words_are_read_as_stored_labelled_or_coded(layout: str, column: str, text: str, word: object) -> None:
    known = {each.name: each for each in LAYOUTS}
    assert known[layout].column(column).word(text) is word


@pytest.mark.parametrize(
    "header",
    [
        "*处罚决定日期",
        "处罚决定日期（必填）",
        "处罚\n决定日期",
        "９．处罚决定日期",
        "★处罚决定日期：",
        "处罚决定日期 (选填)",
    ],
)
def test_marks_of_a_form_are_no_part_of_a_header(header: str) -> None:
    (column,) = columns_of(PENALTIES, [header])
    assert column is PENALTIES.column("decided_on")


def test_an_amount_is_known_under_each_unit() -> None:
    headers = ["没收违法所得、没收非法财物的金额（万元）", "罚款金额（元）"]
    wan, yuan = columns_of(PENALTIES, headers)
    assert wan is not None
    assert yuan is not None
    assert (wan.kind, yuan.kind, yuan.name) == (Kind.MONEY_WAN, Kind.MONEY_YUAN, "fine_amount")
    with pytest.raises(RepeatedColumnError):
        columns_of(PENALTIES, ["罚款金额（元）", "罚款金额（万元）"])


def test_what_two_headers_mean() -> None:
    assert same_column("处罚决定日期", "CF_JDRQ")
    assert not same_column("处罚决定日期", "CF_WSH")
    assert not same_column("血型", "血型")
