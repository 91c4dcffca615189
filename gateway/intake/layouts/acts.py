"""The dual-publicity layouts of penalties and licences: the standard of 2018, the older names of 2015, own columns.

BASIS: 发改办财金〔2018〕424号. The older files lack codes of authorities and kinds of counterparties, so these are not
required here: an authority is then found by its name.
"""

from gateway.intake.layouts.column import (
    Column,
    Layout,
    code,
    date,
    flag,
    identifier,
    removed,
    several,
    term,
    text,
    wan,
)
from schema.vocabulary.administration import SupervisionField
from schema.vocabulary.records import DocumentKind, LeniencyFlag, LicenceKind, LicenceState, PenaltyKind, Severity
from schema.vocabulary.subjects import CounterpartyKind, IdType

LICENCE_STATE_CODES = (("1", LicenceState.VALID), ("2", LicenceState.INVALID))
"""Of the present standard; those of the older one contradict them (1 was 撤销), so that a file with an older header
must write its states out."""

OLDER_STATE_CODES = (
    *(("0", LicenceState.VALID), ("正常", LicenceState.VALID)),
    *(("1", LicenceState.REVOKED), ("2", LicenceState.DISPUTED), ("3", LicenceState.OTHER)),
)
"""Of CF_ZT, which the present standard has not."""

_KIND_CODES = (
    *(("没收违法所得", PenaltyKind.CONFISCATION), ("没收非法财物", PenaltyKind.CONFISCATION)),
    *(("暂扣许可证件", PenaltyKind.LICENCE_SUSPENSION), ("吊销许可证件", PenaltyKind.LICENCE_REVOCATION)),
    *(("暂扣许可证", PenaltyKind.LICENCE_SUSPENSION), ("吊销许可证", PenaltyKind.LICENCE_REVOCATION)),
    *(("暂扣执照", PenaltyKind.LICENCE_SUSPENSION), ("吊销执照", PenaltyKind.LICENCE_REVOCATION)),
)
"""Customary writings of the kinds of penalties."""

STATE = (
    text("item", "目录项", "目录项代码"),
    text("jurisdiction", "属地", "属地代码", "DFBM", "地方编码"),
    code("document_kind", DocumentKind, "文书类型"),
    date("document_effective_on", "文书生效日期"),
    code("severity", Severity, "失信程度"),
    code("supervision_field", SupervisionField, "监管领域"),
    date("published_from", "公示日期"),
    text("publication_basis", "公示依据"),
    flag("sealed", "封存"),
    several("leniency", "宽容审慎情形", vocabulary=LeniencyFlag),
    date("corrected_on", "更正日期"),
    date("revoked_on", "撤销日期"),
    text("remark", "备注", "BZ"),
    text("handler", "经办人"),
    removed("informant", "举报来源"),
)
"""Own columns of every record layout: what decides who may see the record."""


OLDER_HEADERS = frozenset(
    f"{prefix}_{name}"
    for prefix in ("CF", "XK")
    for name in ("XMMC", "SPLB", "XDR_ZDM", "XDR_GSDJ", "XDR_SFZ", "FR", "JZQ", "XZJG", "CFLB1", "JG", "CFMC")
)
"""What only files of the older standard have."""


def _counterparty(prefix: str) -> tuple[Column, ...]:
    return (
        text("subject_name", "行政相对人名称", f"{prefix}_XDR_MC", required=True),
        code("subject_kind", CounterpartyKind, "行政相对人类别", f"{prefix}_XDR_LB"),
        identifier(
            "uscc",
            "行政相对人代码_1（统一社会信用代码）",
            "行政相对人代码_1",
            "统一社会信用代码",
            f"{prefix}_XDR_SHXYM",
            required_for="organisation",
        ),
        identifier(
            "biz_reg_no", "行政相对人代码_2（工商注册号）", "工商注册号", f"{prefix}_XDR_GSZC", f"{prefix}_XDR_GSDJ"
        ),
        identifier(
            "org_code", "行政相对人代码_3（组织机构代码）", "组织机构代码", f"{prefix}_XDR_ZZJG", f"{prefix}_XDR_ZDM"
        ),
        identifier("tax_registration_number", "行政相对人代码_4（税务登记号）", "税务登记号", f"{prefix}_XDR_SWDJ"),
        identifier("institution_cert_no", "行政相对人代码_5（事业单位证书号）", "事业单位证书号", f"{prefix}_XDR_SYDW"),
        identifier("social_org_no", "行政相对人代码_6（社会组织登记证号）", "社会组织登记证号", f"{prefix}_XDR_SHZZ"),
        text("legal_representative_name", "法定代表人", "法定代表人姓名", f"{prefix}_FRDB", f"{prefix}_FR"),
        code("legal_representative_id_type", IdType, "法定代表人证件类型", f"{prefix}_FR_ZJLX"),
        identifier("legal_representative_id_number", "法定代表人证件号码", f"{prefix}_FR_ZJHM", f"{prefix}_FR_SFZH"),
        code("id_type", IdType, "证件类型", f"{prefix}_XDR_ZJLX"),
        identifier(
            "id_number",
            "证件号码",
            f"{prefix}_XDR_ZJHM",
            "居民身份证号",
            f"{prefix}_XDR_SFZ",
            f"{prefix}_XDR_SFZH",
            required_for="natural",
        ),
    )


def _source(code: str) -> tuple[Column, ...]:
    return (
        text("source_unit_name", "数据来源单位", "数据来源单位名称", code),
        identifier("source_unit_uscc", "数据来源单位统一社会信用代码", "数据来源单位代码", f"{code}DM"),
    )


PENALTIES = Layout(
    name="penalties",
    zh="行政处罚信息（双公示）",
    older=OLDER_HEADERS,
    item="PENALTY",
    key=("item", "authority_uscc", "document_number"),
    columns=(
        *_counterparty("CF"),
        text("document_number", "行政处罚决定书文号", "CF_WSH", required=True),
        text("document_name", "处罚名称", "CF_CFMC"),
        text("violation_type", "违法行为类型", "CF_WFXW"),
        text("facts", "违法事实", "处罚事由", "CF_SY", required=True),
        text("penalty_basis", "处罚依据", "CF_YJ", required=True),
        several(
            "penalty_kinds",
            *("处罚类别", "CF_CFLB", "处罚类别1", "CF_CFLB1", "处罚类别2", "CF_CFLB2"),
            vocabulary=PenaltyKind,
            codes=_KIND_CODES,
            required=True,
        ),
        text("content", "处罚内容", "处罚结果", "CF_NR", "CF_JG", required=True),
        wan("fine_amount", "罚款金额（万元）", "CF_NR_FK"),
        wan("confiscated_amount", "没收违法所得、没收非法财物的金额（万元）", "CF_NR_WFFF"),
        text("suspended_licence", "暂扣或吊销证照名称及编号", "CF_NR_ZKDX"),
        date("decided_on", "处罚决定日期", "CF_JDRQ", required=True),
        term("valid_until", "处罚有效期", "CF_YXQ"),
        term("publication_until", "公示截止期", "CF_GSJZQ"),
        text("authority_name", "处罚机关", "处罚机关名称", "CF_CFJG", "CF_XZJG", required=True),
        identifier("authority_uscc", "处罚机关统一社会信用代码", "处罚机关代码", "CF_CFJGDM"),
        *_source("CF_SJLY"),
        code("act_state", LicenceState, "处罚当前状态", "CF_ZT", codes=OLDER_STATE_CODES),
        *STATE,
    ),
)

LICENCES = Layout(
    name="licences",
    zh="行政许可信息（双公示）",
    older=OLDER_HEADERS,
    item="LICENCE",
    key=("item", "authority_uscc", "document_number"),
    columns=(
        *_counterparty("XK"),
        text("document_name", "行政许可决定文书名称", "许可决定文书名称", "XK_XKWS", "项目名称", "XK_XMMC"),
        text("document_number", "行政许可决定文书号", "许可决定文书号", "XK_WSH", required=True),
        code("licence_kind", LicenceKind, "许可类别", "XK_XKLB", "审批类别", "XK_SPLB"),
        text("certificate_name", "许可证书名称", "XK_XKZS"),
        text("licence_number", "许可编号", "XK_XKBH"),
        text("content", "许可内容", "XK_NR", required=True),
        date("decided_on", "许可决定日期", "XK_JDRQ", required=True),
        date("valid_from", "有效期自", "XK_YXQZ"),
        term("valid_until", "有效期至", "许可截止期", "XK_YXQZI", "XK_JZQ"),
        term("publication_until", "公示截止期"),
        text("authority_name", "许可机关", "许可机关名称", "XK_XKJG", "XK_XZJG", required=True),
        identifier("authority_uscc", "许可机关统一社会信用代码", "许可机关代码", "XK_XKJGDM"),
        code("licence_state", LicenceState, "当前状态", "XK_ZT", codes=LICENCE_STATE_CODES, present_codes=True),
        *_source("XK_LYDW"),
        *STATE,
    ),
)
