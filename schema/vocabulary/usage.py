"""Words of the quarterly report of use: acts that have a time to be published in, and what goes beyond the lists."""

from schema.vocabulary.words import Word


class PublicityDuty(Word, zh="公示义务", en="Duty to publish in time"):
    DUAL_PUBLICITY = "DUAL_PUBLICITY", "行政许可和行政处罚公开", "Licences and penalties"
    SERIOUS_LIST = "SERIOUS_LIST", "严重失信主体公开", "Entries of the serious list"


class BeyondWhat(Word, zh="超出的范围", en="What was gone beyond"):
    CATALOGUE = "CATALOGUE", "公共信用信息目录", "The catalogue"
    PURPOSES = "PURPOSES", "查询事项清单", "The list of matters"
    MEASURES = "MEASURES", "失信惩戒措施清单", "The measures list"
    LISTING = "LISTING", "名单认定标准和程序", "Standards and procedure of listing"
