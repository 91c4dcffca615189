"""The family names by which a written name is recognised and cut. Data only.

Taken from the Hundred Family Names with the commoner later ones. Whoever bears another name is recognised only where a
text announces a person (``authz.redaction.persons``).
"""

import re

SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭肖田董袁潘蔡蒋余杜叶程苏魏吕丁沈姚卢姜崔钟谭陆汪范"
    "金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔汤温康施牛樊葛邢齐乔伍庞颜倪聂鲁岳"
    "翟殷詹欧耿焦俞柳祝阮柯梅凌裴霍蓝靳鲍喻祁蒲滕屈饶牟穆缪褚娄窦戚岑宗瞿佟臧闵苟邬卞姬栾隋刁寇甄虞敖巩佘迟邝萧傅闻阎"
    "廉郗郦鄢隗骆淦晁谌卓於闾仝蔺逯亓冼揭涂邸甯漆帅蔚張陳劉黃吳趙楊許鄭謝馬羅葉蘇蔣盧錢"
)
"""Single characters that are family names more often than words, or words that can be listed (``ordinary_words``)."""

WORDLIKE_SURNAMES = frozenset(
    "曾任文安易庄章申关兰左甘包宁尚符舒纪童毕单成苗谷曲盛冉路游辛管柴蒙华房解艾尤阳时农司古吉简车项连芦麦景党宫费卜冷"
    "晏席卫米柏桂全应边师仇商沙荣巫桑郎丛仲明池查麻苑水云奚昌凤花酆常乐于皮元和平湛禹狄贝计伏谈茅杭洪诸钮嵇滑裘干经宣"
    "贲郁羿储汲邴糜井富乌弓牧山班仰秋伊暴钭厉戎束幸韶郜蓟薄印宿怀邰从鄂索咸籍赖屠胥能双莘贡劳逄扶堵宰雍舄璩濮寿通扈燕"
    "冀浦别充茹习宦鱼容向慎戈庾终暨居衡步都满弘匡国广禄阙东殴殳沃利越夔隆厍勾融訾阚那空毋乜养鞠须丰蒯相后荆红竺权盖益"
    "桓公强"
)
"""Family names that are ordinary words far more often."""

COMPOUND_SURNAMES = frozenset(
    re.findall(
        "..",
        "司马上官欧阳夏侯诸葛赫连皇甫尉迟公羊澹台公冶宗政濮阳淳于申屠公孙仲孙轩辕令狐钟离宇文慕容鲜于闾丘"
        "司徒亓官司寇颛孙端木巫马漆雕壤驷拓跋夹谷宰父谷梁段干东郭呼延羊舌梁丘独孤欧陽司馬諸葛獨孤万俟",
    )
)

WORDLIKE_COMPOUND_SURNAMES = frozenset(
    re.findall("..", "东方司空百里南门东门西门左丘公西公良乐正闻人单于太叔长孙微生子车南宫第五長孫東方")
)
