"""Invented persons of every kind of name, from lists of their own: the redactor takes nothing from here.

Seventy-eight of a hundred bear one of the hundred commonest family names, fifteen a less common one, which is mostly a
word as well, two a rare one, two a compound one, and three are named as other peoples are. Fifteen of a hundred given
names have one character.
"""

import random

_COMMON = (
    "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟"
    "汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_LESS_COMMON = (
    "庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳"
    "盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅"
    "宫来苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼"
)
_RARE = (
    "原官衣楚佟栗匡宗应台巫鞠僧桑荆谌银扬明沙薄伏岑习胥保和蔺水云昌凤酆皮亢佘缑郗芮靳"
    "羿储汲邴宓仉笪禚郄逄麴綦粟匙昝郏茆恽"
)
_COMPOUND = (
    "欧阳",
    "上官",
    "司马",
    "诸葛",
    "皇甫",
    "令狐",
    "尉迟",
    "慕容",
    "端木",
    "司徒",
    "夏侯",
    "公孙",
    "东方",
    "南宫",
    "独孤",
    "呼延",
)
_GIVEN = (
    "伟芳秀敏静丽强磊军洋勇艳杰娟涛超霞平刚辉玲兰燕鹏飞斌红梅波桂宇浩凯健俊帆雪荣爱妹香月莺媛瑞凡佳嘉琼勤珍贞莉雅"
    "芝玉萍娥彤瑾颖露瑶怡婵雁蓓纨仪荷丹蓉眉君琴蕊薇菁梦岚苑婕馨瑗琰韵融园艺咏卿聪澜纯毓悦昭冰爽琬茗羽希宁欣飘育滢"
    "馥筠柔竹霭凝晓欢霄枫芸菲寒伊亚宜可姬舒影荔枝思翰朋博诚先敬震振壮会群豪心邦承乐绍功松善厚庆民友裕河哲江亮政谦"
    "亨奇固之轮朗伯宏言若鸣梁栋维启克伦翔旭泽晨辰士以建家致树炎德行时泰盛雄琛钧冠策腾楠榕风航弘义兴良海山仁贵福生"
    "龙元全国胜学祥才发武新利清彬富顺信子昌成康星光天达安岩中茂进林有坚和彪"
)
_OTHER_PEOPLES = (
    *(
        "阿依古丽·买买提",
        "努尔兰·哈力克",
        "迪丽努尔·阿不都热西提",
        "艾尼瓦尔·吐尔逊",
        "古丽娜尔·艾合买提",
        "玉素甫·依明",
    ),
    *(
        "扎西次仁",
        "卓玛央金",
        "旦增平措",
        "洛桑顿珠",
        "才让多杰",
        "其其格",
        "巴特尔",
        "萨仁高娃",
        "乌兰托娅",
        "吉克阿牛",
        "沙马拉体",
    ),
)


def person(chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.03:
        return chance.choice(_OTHER_PEOPLES)
    if kind < 0.05:
        family = chance.choice(_COMPOUND)
    elif kind < 0.07:
        family = chance.choice(_RARE)
    else:
        family = chance.choice(_LESS_COMMON if kind < 0.22 else _COMMON)
    return family + "".join(chance.choice(_GIVEN) for _ in range(1 if chance.random() < 0.15 else 2))


def given(name: str) -> str:
    """What of the name identifies its bearer beyond the family: it must not be read in what is shown."""
    if name in _OTHER_PEOPLES:
        return name[1:]
    return name[2:] if name.startswith(_COMPOUND) else name[1:]
