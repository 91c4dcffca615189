"""Words of administration: agencies, fields of supervision, purposes and the roles in them, legal bases."""

from schema.vocabulary.words import Word


class AgencyKind(Word, zh="机构类型", en="Kind of agency"):
    GOV_DEPT = "GOV_DEPT", "行政机关", "Government department"
    COURT = "COURT", "司法机关", "Court"
    PUBLIC_INSTITUTION = "PUBLIC_INSTITUTION", "事业单位", "Public institution"
    UTILITY = "UTILITY", "公用事业单位", "Public utility"
    BANK = "BANK", "金融机构", "Financial institution"
    CREDIT_SERVICE = "CREDIT_SERVICE", "信用服务机构", "Credit service agency"
    ASSOCIATION = "ASSOCIATION", "行业协会商会", "Industry association"


class DepartmentLevel(Word, zh="层级", en="Level of a department"):
    NATIONAL = "NATIONAL", "国家级", "National"
    PROVINCE = "PROVINCE", "省级", "Provincial"
    CITY = "CITY", "市级", "City"
    DISTRICT = "DISTRICT", "县（区）级", "County or district"
    TOWNSHIP = "TOWNSHIP", "乡镇（街道）级", "Township or subdistrict"


class SupervisionField(Word, zh="监管领域", en="Field of supervision"):
    """The fields of PM-401 to 416 and PM-501 to 509 (WC-二(三)4 and 5), and four that records need besides."""

    FOOD_DRUG_SAFETY = "FOOD_DRUG_SAFETY", "食品药品安全", "Food and drug safety"
    ENVIRONMENT = "ENVIRONMENT", "环境保护", "Environment"
    PRODUCT_QUALITY = "PRODUCT_QUALITY", "产品质量", "Product quality"
    HEALTHCARE = "HEALTHCARE", "医疗卫生", "Healthcare"
    WORK_SAFETY = "WORK_SAFETY", "安全生产", "Work safety"
    CONSTRUCTION = "CONSTRUCTION", "工程建设", "Construction"
    E_COMMERCE = "E_COMMERCE", "电子商务", "E-commerce"
    EDUCATION_RESEARCH = "EDUCATION_RESEARCH", "教育科研", "Education and research"
    INTELLECTUAL_PROPERTY = "INTELLECTUAL_PROPERTY", "知识产权", "Intellectual property"
    INTERMEDIARY = "INTERMEDIARY", "中介服务", "Intermediary services"
    PRICE = "PRICE", "价格", "Prices"
    TAX_ADMIN = "TAX_ADMIN", "税收管理", "Tax administration"
    EQUITY_INVESTMENT = "EQUITY_INVESTMENT", "股权投资", "Equity investment"
    MICROLOAN_GUARANTEE = "MICROLOAN_GUARANTEE", "小贷公司及融资担保", "Microloans and guarantees"
    BANK_LOAN_SUPERVISION = "BANK_LOAN_SUPERVISION", "银行贷款", "Bank loans"
    LISTING = "LISTING", "企业上市", "Stock listing"
    STATISTICS = "STATISTICS", "统计", "Statistics"
    EXHIBITION = "EXHIBITION", "会展", "Exhibitions"
    ADVERTISING = "ADVERTISING", "广告", "Advertising"
    SOCIAL_SECURITY = "SOCIAL_SECURITY", "社会保障", "Social security"
    LABOUR = "LABOUR", "劳动用工", "Labour"
    CULTURE = "CULTURE", "文化", "Culture"
    SPORTS = "SPORTS", "体育", "Sports"
    TOURISM = "TOURISM", "旅游", "Tourism"
    SOCIAL_ORGANISATION = "SOCIAL_ORGANISATION", "社会组织", "Social organisations"
    TENDER_PROCUREMENT = "TENDER_PROCUREMENT", "招标投标和政府采购", "Tendering and procurement"
    TRAFFIC = "TRAFFIC", "交通", "Traffic"
    PUBLIC_SECURITY = "PUBLIC_SECURITY", "治安管理", "Public security"
    OTHER = "OTHER", "其他", "Other"


class PurposeScope(Word, zh="适用主体", en="Whom it covers"):
    MARKET_SUBJECTS = "MARKET_SUBJECTS", "市场主体", "Market subjects only"
    NATURAL_PERSONS = "NATURAL_PERSONS", "自然人", "Natural persons only"
    BOTH = "BOTH", "市场主体和自然人", "Both"
    NONE = "NONE", "不涉及信用主体", "No subject: the log or aggregates only"


class QueryDuty(Word, zh="查询义务", en="Duty to query"):
    MUST = "MUST", "应查必查", "Must"
    SHALL_PROMOTE = "SHALL_PROMOTE", "推动查询使用", "Shall be promoted"
    PER_INCENTIVE = "PER_INCENTIVE", "按激励措施", "Where an incentive asks it"
    VOLUNTARY = "VOLUNTARY", "自愿", "Voluntary"
    RIGHT = "RIGHT", "权利", "A right"
    NONE = "NONE", "无", "None"


class Role(Word, zh="办件角色", en="Role in a matter"):
    """What the subject is in the matter. Written in lower case, as in ``@purpose(role:)``."""

    APPLICANT = "applicant", "申请人", "Applicant"
    SUPPLIER = "supplier", "供应商", "Supplier"
    AGENT = "agent", "代理机构", "Agent"
    CONTRACTOR = "contractor", "承接主体", "Contractor"
    BIDDER = "bidder", "投标人", "Bidder"
    TRANSFEREE = "transferee", "受让主体", "Transferee"
    TRADING_PARTY = "trading_party", "交易主体", "Trading party"
    SUPERVISED = "supervised", "监管对象", "Supervised subject"
    REVIEW_EXPERT = "review_expert", "评审专家", "Review expert"
    CANDIDATE = "candidate", "候选人", "Candidate"
    CADRE = "cadre", "干部", "Cadre"
    STAFF = "staff", "工作人员", "Staff"
    PARTY = "party", "当事人", "Party"
    LISTED_TARGET = "listed_target", "名单对象", "Listed target"
    LEGAL_REPRESENTATIVE = "legal_representative", "法定代表人", "Legal representative"
    PRINCIPAL = "principal", "主要负责人", "Principal"
    DATA_SUBJECT = "data_subject", "信息主体", "Data subject"


class BasisRank(Word, zh="依据位阶", en="Rank of a legal basis"):
    LAW = "LAW", "法律", "Law"
    ADMIN_REGULATION = "ADMIN_REGULATION", "行政法规", "Administrative regulation"
    LOCAL_REGULATION = "LOCAL_REGULATION", "地方性法规", "Local regulation"
    CENTRAL_POLICY = "CENTRAL_POLICY", "党中央、国务院政策文件", "Policy of the Central Committee or State Council"
    STATE_COUNCIL_DECISION = "STATE_COUNCIL_DECISION", "国务院决定", "Decision of the State Council"
    DEPT_RULE = "DEPT_RULE", "部门规章", "Departmental rule"
    LOCAL_RULE = "LOCAL_RULE", "地方政府规章", "Local government rule"
    MEMORANDUM = "MEMORANDUM", "合作备忘录", "Memorandum"
    LOCAL_POLICY = "LOCAL_POLICY", "地方政策文件", "Local policy document"


class BasisStatus(Word, zh="依据效力状态", en="Status of a legal basis"):
    IN_FORCE = "IN_FORCE", "现行有效", "In force"
    AMENDED = "AMENDED", "已修改", "Amended"
    REPEALED = "REPEALED", "已废止", "Repealed"


class Recipient(Word, zh="报送对象", en="Who is told"):
    INITIATING_DEPT = "INITIATING_DEPT", "发起部门", "The initiating department"
    CREDIT_OFFICE = "CREDIT_OFFICE", "信用主管部门", "The credit office"
    JOINT_SYSTEM = "JOINT_SYSTEM", "联合奖惩系统", "The joint incentive and sanction system"
    PROVINCE_PLATFORM = "PROVINCE_PLATFORM", "省级信用平台", "The provincial credit platform"
    CITY_PLATFORM = "CITY_PLATFORM", "市级信用平台", "The municipal credit platform"
