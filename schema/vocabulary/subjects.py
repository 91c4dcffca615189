"""Words about subjects and their links; identity documents and sex as in the dual-publicity code tables."""

from schema.vocabulary.words import Word


class SubjectKind(Word, zh="主体类型", en="Kind of subject"):
    NATURAL_PERSON = "NATURAL_PERSON", "自然人", "Natural person"
    LEGAL_PERSON = "LEGAL_PERSON", "企业法人", "Legal person"
    UNINCORPORATED = "UNINCORPORATED", "非法人组织", "Unincorporated organisation"
    SOLE_PROPRIETOR = "SOLE_PROPRIETOR", "个体工商户", "Sole proprietor"
    FARMER_COOP = "FARMER_COOP", "农民专业合作社", "Farmers' cooperative"
    GOV_BODY = "GOV_BODY", "机关法人", "Government body"
    PUBLIC_INSTITUTION = "PUBLIC_INSTITUTION", "事业单位", "Public institution"
    SOCIAL_ORG = "SOCIAL_ORG", "社会组织", "Social organisation"


class SubjectStatus(Word, zh="存续状态", en="Status of the subject"):
    ACTIVE = "ACTIVE", "存续", "Active"
    SUSPENDED = "SUSPENDED", "停业", "Suspended"
    REVOKED = "REVOKED", "吊销", "Licence revoked"
    DEREGISTERED = "DEREGISTERED", "注销", "Deregistered"
    DECEASED = "DECEASED", "死亡", "Deceased"


class IdType(Word, zh="证件类型", en="Type of identity document"):
    RESIDENT_ID = "RESIDENT_ID", "身份证", "Resident identity card"
    PASSPORT = "PASSPORT", "护照号", "Passport"
    HK_MACAO_PERMIT = "HK_MACAO_PERMIT", "港澳居民来往内地通行证", "Mainland travel permit, Hong Kong and Macao"
    TAIWAN_PERMIT = "TAIWAN_PERMIT", "台湾居民来往大陆通行证", "Mainland travel permit, Taiwan"
    FOREIGN_RESIDENT_ID = "FOREIGN_RESIDENT_ID", "外国人永久居留身份证", "Foreign permanent resident card"


class Sex(Word, zh="性别", en="Sex"):
    """GB/T 2261.1, in the order of its codes 0, 1, 2 and 9."""

    UNKNOWN = "UNKNOWN", "未知", "Unknown"
    MALE = "MALE", "男", "Male"
    FEMALE = "FEMALE", "女", "Female"
    UNSTATED = "UNSTATED", "未说明", "Not stated"


class LinkRole(Word, zh="关联关系", en="Role of a link"):
    LEGAL_REP = "LEGAL_REP", "法定代表人", "Legal representative"
    PRINCIPAL = "PRINCIPAL", "主要负责人", "Principal"
    EXECUTIVE = "EXECUTIVE", "高级管理人员", "Executive"
    DIRECTOR = "DIRECTOR", "董事", "Director"
    SHAREHOLDER = "SHAREHOLDER", "股东", "Shareholder"
    DIRECTLY_LIABLE = "DIRECTLY_LIABLE", "直接责任人", "Directly liable person"
    PRACTITIONER = "PRACTITIONER", "注册执业人员", "Registered practitioner"
    OPERATOR = "OPERATOR", "经营者", "Operator of a sole proprietorship"
    EXPERT = "EXPERT", "评审专家", "Review expert"
    GUARDIAN = "GUARDIAN", "监护人", "Guardian"


class OtherCodeKind(Word, zh="登记代码种类", en="Kind of registration code"):
    """Not the tax registration number: it may hold a personal number and is a field of its own."""

    BIZ_REG_NO = "BIZ_REG_NO", "工商注册号", "Business registration number"
    ORG_CODE = "ORG_CODE", "组织机构代码", "Organisation code"
    INSTITUTION_CERT_NO = "INSTITUTION_CERT_NO", "事业单位证书号", "Public institution certificate number"
    SOCIAL_ORG_NO = "SOCIAL_ORG_NO", "社会组织登记证号", "Social organisation registration number"


class CounterpartyKind(Word, zh="行政相对人类别", en="Kind of counterparty"):
    ORGANISATION = "ORGANISATION", "法人及非法人组织", "Legal person or unincorporated organisation"
    NATURAL_PERSON = "NATURAL_PERSON", "自然人", "Natural person"
    SOLE_PROPRIETOR = "SOLE_PROPRIETOR", "个体工商户", "Sole proprietor"
