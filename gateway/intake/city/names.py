"""Dice -> names of invented people and organisations, and the streets they live in.

Syllables are common, so that names look real; that somebody bears one by chance tells nothing of that person, because
no identifier here is anybody's.
"""

from random import Random

from gateway.intake.city.mix import Mix
from gateway.intake.city.places import Place

_FAMILIES = Mix(
    dict(
        zip(
            "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕",
            range(80, 40, -1),
            strict=True,
        )
    )
    | dict.fromkeys(("欧阳", "司马", "上官", "诸葛"), 2)
)
_GIVEN = "建国秀英志强丽华伟民桂兰晓东雪梅海涛玉珍文博思源明远小燕俊杰春花立军永红子涵佳怡浩然欣悦"
_ONE_CHARACTER = 0.25

_BRANDS = "鑫盛恒泰瑞丰宏远昌隆嘉禾启明腾达锦绣华兴安康永和广源金茂万通百顺同德中正天成东升"
_TRADES = (
    *("建设工程", "食品", "商贸", "机械制造", "物流", "信息技术", "餐饮管理", "纺织", "医药", "环保科技"),
    *("劳务", "房地产开发", "装饰工程", "农业科技", "电子商务", "汽车服务", "文化传媒", "物业管理", "化工", "教育咨询"),
)
_SHOPS = ("早餐店", "便利店", "五金店", "面馆", "理发店", "水果店", "烟酒店", "药店", "服装店", "汽修店", "烧烤店")
_ROADS = "人民建设解放中山和平友谊文化青年珞瑜汉阳长江湖滨"


def person_name(chance: Random) -> str:
    given = chance.choice(_GIVEN)
    return _FAMILIES.draw(chance) + given + ("" if chance.random() < _ONE_CHARACTER else chance.choice(_GIVEN))


def organisation_name(place: Place, kind: str, chance: Random) -> str:
    brand = place.city + "".join(chance.sample(_BRANDS, 2 + (chance.random() < 0.3)))
    match kind:
        case "SOLE_PROPRIETOR":
            return brand + chance.choice(_SHOPS)
        case "FARMER_COOP":
            return f"{brand}{chance.choice(('果蔬', '水产', '粮食', '畜禽'))}种植专业合作社"
        case "SOCIAL_ORG":
            return f"{brand}{chance.choice(('养老服务', '社会工作服务', '体育促进', '志愿服务'))}中心"
        case "PUBLIC_INSTITUTION":
            return f"{brand}{chance.choice(('研究所', '医院', '幼儿园', '检测中心'))}"
    return f"{brand}{trade(chance)}有限公司"


def trade(chance: Random) -> str:
    """An industry, as it stands in names and registers."""
    return chance.choice(_TRADES)


def address(place: Place, chance: Random) -> str:
    road = "".join(chance.sample(_ROADS, 2))
    return (
        f"{place.address}{road}路{chance.randrange(1, 999)}号{chance.randrange(1, 30)}栋{chance.randrange(101, 2999)}室"
    )
