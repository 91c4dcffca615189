"""Words of list entries: types of lists, and the categories of serious dishonesty that the five cities name."""

from schema.vocabulary.words import Word


class ListTypeCode(Word, zh="名单类型", en="Type of list"):
    RED = "RED", "红名单", "Red list"
    SERIOUS = "SERIOUS", "严重失信主体名单", "Serious dishonesty list"
    JOINT_INCENTIVE = "JOINT_INCENTIVE", "守信联合激励名单", "Joint incentive list"
    JOINT_SANCTION = "JOINT_SANCTION", "失信联合惩戒名单", "Joint sanction list"
    MODEL = "MODEL", "诚信典型", "Models of integrity"
    ABNORMAL = "ABNORMAL", "经营异常名录", "Abnormal operation list"
    ASSOCIATION = "ASSOCIATION", "行业协会名单", "Association list"


class ListCategory(Word, zh="失信类别", en="Category of dishonesty"):
    """HS-5(三), EZ-11, JY-三(一), WC-二(五)1. Not every city names every category; that is jurisdiction data.

    The texts carry hyphens as everywhere in the policies, so GraphQL shows them as strings.
    """

    H = "SD-H", "严重危害人民群众身体健康和生命安全", "Harm to health and life"
    H_FOOD_DRUG = "SD-H-FOOD_DRUG", "食品药品", "Food and drugs"
    H_ECO_ENV = "SD-H-ECO_ENV", "生态环境", "Environment"
    H_AIR = "SD-H-AIR", "大气污染", "Air pollution"
    H_CONSTRUCTION_QUALITY = "SD-H-CONSTRUCTION_QUALITY", "工程质量", "Construction quality"
    H_WORK_SAFETY = "SD-H-WORK_SAFETY", "安全生产", "Work safety"
    H_TRANSPORT = "SD-H-TRANSPORT", "交通运输", "Transport"
    H_FIRE = "SD-H-FIRE", "消防安全", "Fire safety"
    H_CCC = "SD-H-CCC", "强制性产品认证", "Compulsory product certification"
    H_QUARANTINE = "SD-H-QUARANTINE", "进出境检验检疫", "Entry and exit quarantine"
    M = "SD-M", "严重破坏市场公平竞争秩序和社会正常秩序", "Breach of fair competition and public order"
    M_BRIBERY = "SD-M-BRIBERY", "贿赂", "Bribery"
    M_TAX = "SD-M-TAX", "逃税骗税", "Tax evasion and fraud"
    M_DEBT_EVASION = "SD-M-DEBT_EVASION", "恶意逃废债务", "Malicious evasion of debts"
    M_PAYMENT_ARREARS = "SD-M-PAYMENT_ARREARS", "恶意拖欠货款或服务费", "Malicious payment arrears"
    M_WAGE_ARREARS = "SD-M-WAGE_ARREARS", "恶意欠薪", "Malicious wage arrears"
    M_MIGRANT_WAGE = "SD-M-MIGRANT_WAGE", "拖欠农民工工资", "Wage arrears of migrant workers"
    M_SOCIAL_INSURANCE = "SD-M-SOCIAL_INSURANCE", "恶意欠缴社会保险费、拒不依法参保", "Unpaid social insurance"
    M_HOUSING_FUND = "SD-M-HOUSING_FUND", "恶意欠缴职工住房公积金", "Unpaid housing fund"
    M_LAND_FEE = "SD-M-LAND_FEE", "拖欠土地出让金", "Unpaid land transfer fees"
    M_LAND_IDLE = "SD-M-LAND_IDLE", "闲置土地", "Idle land"
    M_LAND_ILLEGAL = "SD-M-LAND_ILLEGAL", "违法用地", "Illegal use of land"
    M_ILLEGAL_FUNDRAISING = "SD-M-ILLEGAL_FUNDRAISING", "非法集资", "Illegal fundraising"
    M_CONTRACT_FRAUD = "SD-M-CONTRACT_FRAUD", "合同欺诈", "Contract fraud"
    M_METROLOGY = "SD-M-METROLOGY", "计量作弊及欺骗", "Metrological fraud"
    M_PYRAMID = "SD-M-PYRAMID", "传销", "Pyramid selling"
    M_UNLICENSED = "SD-M-UNLICENSED", "无证照经营", "Unlicensed business"
    M_COUNTERFEIT = "SD-M-COUNTERFEIT", "制售假冒伪劣产品", "Counterfeit and shoddy goods"
    M_IP = "SD-M-IP", "故意侵犯知识产权", "Wilful infringement of intellectual property"
    M_QUALIFICATION_LENDING = "SD-M-QUALIFICATION_LENDING", "出借和借用资质投标", "Lending of qualifications"
    M_COLLUSIVE_BIDDING = "SD-M-COLLUSIVE_BIDDING", "围标串标", "Collusive bidding"
    M_SUBCONTRACT = "SD-M-SUBCONTRACT", "转包挂靠、违法分包", "Illegal subcontracting"
    M_FALSE_AD = "SD-M-FALSE_AD", "虚假广告", "False advertising"
    M_CONSUMER_INVESTOR = (
        "SD-M-CONSUMER_INVESTOR",
        "侵害消费者或证券期货投资者合法权益",
        "Harm to consumers or investors",
    )
    M_CYBER_ORDER = "SD-M-CYBER_ORDER", "严重破坏网络空间传播秩序", "Breach of order in cyberspace"
    M_PUBLIC_ORDER = "SD-M-PUBLIC_ORDER", "聚众扰乱社会秩序", "Disturbance of public order"
    L = "SD-L", "拒不履行法定义务，严重影响司法机关、行政机关公信力", "Refusal to perform statutory duties"
    D = "SD-D", "拒不履行国防义务、危害国防利益", "Refusal of national defence duties"
    D_CONSCRIPTION = "SD-D-CONSCRIPTION", "拒绝、逃避兵役", "Evasion of military service"
    D_REQUISITION = "SD-D-REQUISITION", "拒绝、拖延民用资源征用或阻碍改造", "Refusal of requisition"
    D_FACILITY = "SD-D-FACILITY", "破坏国防设施", "Damage to defence facilities"
    X = "SD-X", "其他严重失信行为", "Other serious dishonesty"
    X_CAPACITY_CUT = "SD-X-CAPACITY_CUT", "去产能中恶意阻扰、拒不履行义务", "Obstruction of capacity reduction"
    X_FALSE_SUBSIDY_DOC = "SD-X-FALSE_SUBSIDY_DOC", "提供虚假文件骗取政府专项资金", "False documents for public funds"
