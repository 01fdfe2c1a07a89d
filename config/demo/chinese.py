"""中文茶座：老茶客们说了些什么。What was said at the Chinese table."""

from config.demo.plan import Ballots, Reply, Talk

TALKS = (
    Talk(
        "zhongwen",
        "wen",
        15,
        "第一泡要不要倒掉？",
        "老一辈都说洗茶，可是好茶的第一泡其实最香。我现在只洗熟普，其他都直接喝。你们呢？",
        (
            Reply("jun", 2, "绿茶、白茶从来不洗。岩茶我会很快地冲一下，算是醒茶。", ("wen", "lin")),
            Reply("lin", 6, "我妈妈说倒掉的是第一份心意，所以我们家都喝。", ("wen", "jun", "hana")),
        ),
        ("lin", "jun"),
        tags=(
            "pu-erh",
            "brewing-time",
        ),
        key="first-infusion",
    ),
    Talk(
        "zhongwen",
        "mei",
        300,
        "茉莉花茶用什么杯子最好？",
        "以前在北京都用盖碗，现在一个人住，想找个小一点的。大家有推荐吗？",
        (
            Reply("wen", 8, "一百毫升的薄胎盖碗，一个人正好，两个人也够。", ("mei",), accepted=True),
            Reply("lin", 24 * 296, "梅姐，我最近也买了小盖碗，真的好用。你还在喝茉莉吗？", ("wen",)),
        ),
        question=True,
        tags=(
            "jasmine",
            "teaware",
        ),
    ),
    Talk(
        "zhongwen",
        "xiaoyu",
        3,
        "下雨天，你们泡什么茶？",
        "杭州连着下了一个星期的雨，窗外都是绿的。平时只喝龙井，可是雨天总觉得它太单薄，想换一泡厚一点的。你们雨天喝什么？",
        (
            Reply("laochen", 2, "熟普，煮的。屋子里有了水汽和茶香，雨声就不吵了。", ("xiaoyu", "wen")),
            Reply(
                "wen",
                5,
                "老白茶，小火慢慢煮，放两片陈皮。不用着急喝，先闻。",
                reacts=(("like", "lin laochen"), ("wow", "xiaoyu")),
            ),
            Reply(
                "xiaoyu",
                9,
                "照做了！满屋子都是枣香，连猫都过来趴着。谢谢文清姐。",
                reacts=(("party", "lin"), ("hug", "wen")),
                quote=(1, "不用着急喝，先闻。"),
            ),
            Reply("lin", 26, "我这边也下雨。给自己煮了一壶，想起外婆家的屋檐。", ("xiaoyu", "laochen", "wen")),
            Reply("laochen", 70, "@wen 上次说的那罐陈皮，是新会的吗？给我留一点。", ("wen",), to=1),
        ),
        ("lin", "wen", "laochen"),
        key="rain",
        tags=("茶生活", "white-tea"),
        poll=Ballots(
            "雨天最想喝哪一种？",
            ("熟普", "老白茶", "岩茶", "红茶", "还是龙井"),
            (("laochen", (0,)), ("wen", (1,)), ("lin", (1,)), ("jun", (2,)), ("oleg", (3,)), ("mei", (4,))),
        ),
    ),
    Talk(
        "zhongwen",
        "nora",
        12,
        "初学者提问：普洱先买生的还是熟的？",
        "我的中文还在学，请大家多多包涵。想买第一饼普洱，店里的人说生的会变好，熟的现在就好。我应该先买哪一种？",
        (
            Reply("laochen", 3, "中文写得很好！第一饼买熟的：便宜，好泡，泡坏了也不心疼。", ("nora", "lin")),
            Reply(
                "wen",
                6,
                "先别买整饼。生的、熟的各要二十克，同一个星期里轮着喝。喝到第七天，手自己会伸向其中一罐，就买那一种。",
                ("nora", "jun", "xiaoyu"),
                accepted=True,
                reacts=(("clap", "lin laochen"),),
            ),
            Reply(
                "nora",
                24 * 8,
                "喝了七天，手伸向了熟的。||其实第三天就知道了。|| 谢谢大家！",
                reacts=(("laugh", "wen lin"), ("party", "laochen")),
            ),
        ),
        ("wen", "lin"),
        question=True,
        key="first-cake",
        tags=("普洱", "新手"),
    ),
    Talk(
        "zhongwen",
        "laochen",
        45,
        "茶馆里的座位",
        "年轻时我常去的那家茶馆，靠窗的位子永远空着。后来才知道，那是老板给一位老先生留的，他去世以后，老板还留了十年。"
        "我到这里来，看见大家也给彼此留着位子，所以就坐下了。",
        (
            Reply("wen", 4, "这样的故事，要慢慢喝。", reacts=(("hug", "laochen lin"), ("like", "jun mei"))),
            Reply("lin", 10, "陈伯，这里靠窗的位子，以后就是您的。", ("laochen", "wen", "xiaoyu")),
            Reply(
                "xiaoyu", 24 * 30, "过了一个月又回来读。今天路过一家老茶馆，靠窗真的空着。", ("laochen", "lin"), to=1
            ),
        ),
        ("wen", "lin", "jun", "mei"),
        key="seat",
        tags=("茶生活", "故事"),
    ),
    Talk(
        "zhongwen",
        "mei",
        260,
        "想念北京的秋天",
        "一到秋天就想起胡同口的茶摊，大碗茶，两分钱一碗。你们小时候喝的是什么茶？",
        (
            Reply("laochen", 12, "茉莉高末，一毛钱一包。香是真香，碎也是真碎。", ("mei", "wen")),
            Reply("jun", 20, "外公的搪瓷缸，里面永远是浓得发黑的红茶。", ("mei",)),
        ),
        ("wen",),
        tags=("茉莉", "茶生活"),
    ),
    Talk(
        "wishes",
        "xiaoyu",
        16,
        "包装上加一行中文的冲泡说明",
        "我妈妈也喝你们的茶，可是看不懂英文，每次都要打电话问我水温。能不能在标签上加一行中文？",
        (
            Reply("wen", 6, "我可以帮忙翻译，写得像人说的话。", ("xiaoyu", "hana")),
            Reply("hana", 30, "That would help many of us. @marek, there is room below the English line.", ("xiaoyu",)),
        ),
        kind="idea",
        key="label",
        tags=("新手", "brewing-time"),
        votes="xiaoyu wen lin laochen mei jun nora hana",
    ),
)
