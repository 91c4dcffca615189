"""What of a person must not be shown, in every writing that departments use. All invented; county suffix 99."""

import random
from collections.abc import Callable

Written = Callable[[random.Random], str]

_CHINESE = "〇一二三四五六七八九"
_FORMAL = "零壹贰叁肆伍陆柒捌玖"


def resident_id(chance: random.Random) -> str:
    day = f"{chance.randrange(1945, 2006)}{chance.randrange(1, 13):02}{chance.randrange(1, 29):02}"
    place = chance.choice(("420199", "420799", "370199"))
    if chance.random() < 0.15:
        return f"{place}{day[2:]}{chance.randrange(1000):03}"
    return f"{place}{day}{chance.randrange(1000):03}{chance.choice('0123456789X')}"


def phone(chance: random.Random) -> str:
    if chance.random() < 0.25:
        return f"027-{chance.randrange(10**7, 10**8)}"
    return chance.choice(("138", "139", "150", "177", "186", "199")) + f"{chance.randrange(10**8):08}"


def card(chance: random.Random) -> str:
    return chance.choice(("6222", "6217", "6228", "4563")) + "".join(
        chance.choices("0123456789", k=chance.choice((12, 15)))
    )


def plate(chance: random.Random) -> str:
    number = "".join(chance.choices("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", k=4)) + chance.choice("0123456789")
    return chance.choice("鄂鲁皖豫赣湘") + chance.choice("ABCDEFGHK") + number + chance.choice(("", "", "挂"))


def email(chance: random.Random) -> str:
    name = "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=6)) + str(chance.randrange(100))
    return f"{name}@{chance.choice(('qq.com', '163.com', 'sina.cn', 'example.com'))}"


def wechat(chance: random.Random) -> str:
    return "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=5)) + f"_{chance.randrange(1000)}"


def address(chance: random.Random) -> str:
    road = chance.choice(("虎泉街", "卓刀泉北路", "书城路", "东湖东路", "雄楚大道", "民院路", "张家湾路", "和平大道"))
    house = f"{chance.randrange(1, 999)}号"
    rest = chance.choice(
        (
            "",
            f"{chance.randrange(1, 30)}栋{chance.randrange(1, 5)}单元{chance.randrange(101, 2999)}室",
            f"附{chance.randrange(1, 9)}号",
        )
    )
    return chance.choice(("", "洪山区", "武汉市洪山区", "湖北省武汉市洪山区")) + road + house + rest


def village(chance: random.Random) -> str:
    place = chance.choice(("梁子湖区东沟镇余湾村", "黄陂区木兰乡双泉村", "济阳区仁风镇西街村", "蒲团乡横山村"))
    return f"{place}{chance.choice('一二三四五六七八九')}组{chance.randrange(1, 90)}号"


def birth(chance: random.Random) -> str:
    return f"{chance.randrange(1950, 2006)}年{chance.randrange(1, 13)}月{chance.randrange(1, 29)}日"


def written(number: str, chance: random.Random) -> str:
    """A number as somebody may write it."""
    match chance.randrange(9):
        case 0:
            return "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalnum() else c for c in number)
        case 1:
            return " ".join(number[start : start + 4] for start in range(0, len(number), 4))
        case 2:
            return "-".join(number[start : start + 4] for start in range(0, len(number), 4))
        case 3:
            return ".".join(number[start : start + 3] for start in range(0, len(number), 3))
        case 4:
            return "".join(_CHINESE[int(c)] if c.isdigit() else c for c in number)
        case 5 if chance.random() < 0.5:
            return "".join(_FORMAL[int(c)] if c.isdigit() else c for c in number)
        case 6 if chance.random() < 0.5:
            return number[:3] + "\u200b" + number[3:]
    return number.lower() if chance.random() < 0.3 else number
