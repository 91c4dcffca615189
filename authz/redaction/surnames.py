"""The family names, and the characters of given ones, by which a written name is recognised and cut. Data only.

Taken from the Hundred Family Names with the commoner and the rarer later ones. Whoever bears another name is recognised
only where a text announces a person or writes the name as foreign names are written (``authz.redaction.persons``).
"""

SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭肖田董袁潘蔡蒋余杜叶程苏魏吕丁沈姚卢姜崔钟谭陆汪范"
    "金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔汤温康施牛樊葛邢齐乔伍庞颜倪聂鲁岳"
    "翟殷詹欧耿焦俞柳祝阮柯梅凌裴霍蓝靳鲍喻祁蒲滕屈饶牟穆缪褚娄窦戚岑宗瞿佟臧闵苟邬卞姬栾隋刁寇甄虞敖巩佘迟邝萧傅闻阎"
    "廉郗郦鄢隗骆淦晁谌卓於闾仝蔺逯亓冼揭涂邸甯漆帅蔚張陳劉黃吳趙楊許鄭謝馬羅葉蘇蔣盧錢"
    "仉缑佴郄笪爨妫虢亢昝匙芮荀郇粟綦佀苌麴撖揣禚郏栗侴蹇茆恽琚郅睢忻仵隽蒉谯锺鞏郐庹雒茌沐杞璩郯啜逮蒯亶翁丘宓郈"
)
"""Single characters that are family names more often than words, or words that can be listed (``ordinary_words``)."""

WORDLIKE_SURNAMES = (
    frozenset(
        "曾任文安易庄章申关兰左甘包宁尚符舒纪童毕单成苗谷曲盛冉路游辛管柴蒙华房解艾尤阳时农司古吉简车项连芦麦景党宫费卜冷"
        "晏席卫米柏桂全应边师仇商沙荣巫桑郎丛仲明池查麻苑水云奚昌凤花酆常乐于皮元和平湛禹狄贝计伏谈茅杭洪诸钮嵇滑裘干经宣"
        "贲郁羿储汲邴糜井富乌弓牧山班仰秋伊暴钭厉戎束幸韶郜蓟薄印宿怀邰从鄂索咸籍赖屠胥能双莘贡劳逄扶堵宰雍舄濮寿通扈燕"
        "冀浦别充茹习宦鱼容向慎戈庾终暨居衡步都满弘匡国广禄阙东殴殳沃利越夔隆厍勾融訾阚那空毋乜养鞠须丰相后荆红竺权盖益"
        "桓公强巴海铁拜哈者信锁敬战奉练来占才化银力律南北晋楚勇达羽弋普户种闭税院栋晓圣由睦宪母宛侍藤梁笃旗鹿墨鳌嘉智厚"
        "朴昂岐惠哲玄矫旷展辜员妥赫撒承昆泰占巨敏昭续尧邦麻随庆季沿位植畅木宇稽封原官衣台僧扬保危支家松蓬祖阴苍慕巢督况有琴伯赏年爱言福"
    )
    - SURNAMES
)
"""Family names that are ordinary words far more often."""

FUNCTION_SURNAMES = frozenset(
    "于和从来由应能都随经时后向相全化信强有年位家沿保原台支公但才者把户员展税种院续因步水边连通应满益信国党税项律段须融督充敏银承权"
)
"""Of these the commonest words: a given name of one character is not enough to tell them from a word."""

_COMPOUND_SURNAMES = """
司马 上官 欧阳 夏侯 诸葛 赫连 皇甫 尉迟 公羊 澹台 公冶 宗政 濮阳 淳于 申屠 公孙 仲孙 轩辕 令狐 钟离 宇文 慕容 鲜于
闾丘 司徒 亓官 司寇 颛孙 端木 巫马 漆雕 壤驷 拓跋 夹谷 宰父 谷梁 段干 东郭 呼延 羊舌 梁丘 独孤 万俟 欧陽 司馬 諸葛
獨孤 叶赫 那拉 完颜 纳兰 耶律 富察
"""
COMPOUND_SURNAMES = frozenset(_COMPOUND_SURNAMES.split())

_WORDLIKE_COMPOUND_SURNAMES = """
东方 司空 百里 南门 东门 西门 左丘 公西 公良 乐正 闻人 单于 太叔 长孙 微生 子车 南宫 長孫 東方
"""
WORDLIKE_COMPOUND_SURNAMES = frozenset(_WORDLIKE_COMPOUND_SURNAMES.split())

_MINORITY_BEGINNINGS = """
阿不 阿布 阿卜 阿依 阿迪 阿力 阿木 阿合 阿吉 艾合 艾力 艾山 艾买 艾尼 买买 麦麦 买合 玉素 玉山 吐尔 吐逊 托合 努尔
古丽 古再 迪丽 迪力 迪娜 热依 热孜 热合 帕提 帕尔 帕丽 木合 木拉 木塔 库尔 库完 肉孜 赛买 赛力 萨迪 沙吾 乌斯 依布
依明 伊力 伊敏 哈力 哈斯 再努 再娜 祖丽 祖农 凯丽 米尔 米日 姑丽 巴哈 叶尔 加尔 玛依 巴特 巴音 娜仁 萨仁 乌兰 乌日
其其 斯琴 斯日 宝音 那顺 那仁 朝鲁 苏和 布和 布仁 额尔 敖登 图雅 萨如 扎西 次仁 次旺 次旦 卓玛 多吉 旦增 丹增 格桑
洛桑 罗桑 平措 德吉 尼玛 边巴 达娃 巴桑 拉姆 央金 白玛 仁增 仁青 才让 索南 索朗 晋美 贡布 贡嘎 达瓦 顿珠 桑杰 久美
曲珍 曲扎 旺堆 旺姆 云丹 益西 嘎玛 加措 多杰 更登 吉木 吉克 沙马 马海 曲木 曲比 木呷 尔古 阿牛 阿苏 俄木 且沙 勒格
克迪 吉差 金古 海来
"""
MINORITY_BEGINNINGS = frozenset(_MINORITY_BEGINNINGS.split())
"""How names of peoples begin that are written without a family name."""

GIVEN_CHARACTERS = frozenset(
    "伟强磊军洋勇杰涛明超刚平辉鹏华飞斌宇浩凯健俊帆荣建国志文海波宁贵福生龙元学祥才武新利清彬富顺信子昌成康星光达"
    "安岩茂林坚和彪博诚先敬震振壮思群豪心邦承乐绍功松善厚庆民友裕河哲江亮政谦亨奇固翰朗伯宏言若鸣梁栋维启克伦翔旭"
    "泽晨辰士以家致树炎德时泰盛雄琛钧冠策腾楠榕风航弘义兴良仁忠东春冬根柱立永金锋钢峰岭川山岗炳焕煜炜烨煊煌耀晖昊"
    "昕晟曦昂昆景晓曙晗智睿聪慧颖毅恒坤乾贤礼仪廉孝尧舜禹嘉彦楷桐梓桦榆森材标芳秀敏静丽艳娟霞玲兰燕红雪梅莉萍娜珍"
    "琴云菊香月莺媛瑞凡佳琼勤贞雅芝玉英巧美淑惠珠翠梦岚婕馨瑗琰韵融园艺咏卿澜纯毓悦昭冰爽琬茗羽希欣飘育滢馥筠柔竹"
    "霭凝欢霄枫芸菲寒伊亚宜可姬舒影荔枝丹蓉眉君蕊薇菁怡婵雁蓓纨荷彤瑾露瑶婷倩蕾莹洁璐琪诗涵萱语嫣妍晴彩娥姣姗婉娴"
    "嫦凤仙桂莲芬芹茹莎蔓蓝苹苗雯霏霖雨虹琳琦珊珂瑜璇璟瑛珺玥珏玮珉瑄笑盈颜颐忆念恬愉慈惜喜胜发全"
)
"""Of which most given names are made."""
