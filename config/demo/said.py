"""What is said in the demonstration's chat rooms and conversations, in minutes before now. 茶桌上的闲话。"""

from config.demo.plan import Conversation, Line, RoomPlan

PICTURE = "{picture}"
"""Stands for the one picture of the demonstration in a line."""

_TEA_TABLE = (
    Line("hana", 1620, "House rule, once a year: be kind, wipe the table, and nobody is laughed at for a tea bag.", pinned=True),
    Line("hana", 1500, "Good morning, kettle is on.", reacts=(("like", "jun lin kofi"),)),
    Line("jun", 1497, "Dancong, sixth infusion. Still orchids."),
    Line("tomas", 1494, "I am at the office. Grandpa style in a jam jar."),
    Line("hana", 1493, "There is no shame in a jam jar.", to=3, reacts=(("laugh", "tomas kofi lin aisha"),)),
    Line("lin", 1470, "The cats have found the tasting table. I repeat, the cats have found the tasting table."),
    Line("kofi", 1468, "Which cups survived?", to=5),
    Line("lin", 1467, "Yours. They bounce.", reacts=(("party", "kofi hana"), ("laugh", "jun nora oleg"))),
    Line("kofi", 1466, "I will put that on the label."),
    Line("wen", 320, "早上好。今天喝老白茶，外面下雨。"),
    Line("jun", 316, "下雨天配老白茶，正好。", reacts=(("like", "wen xiaoyu"),)),
    Line(
        "lin", 270, f"Good morning from the two supervisors. {PICTURE}",
        reacts=(("like", "hana kofi nora wen jun"), ("wow", "xiaoyu")),
    ),
    Line("aisha", 266, "The ginger one has clearly been up since four.", to=11),
    Line("hana", 262, "/topic Saturday tasting: who brings what"),
    Line("nora", 190, "Question: can I brew the Saturday oolong in a mug?"),
    Line("jun", 187, "Yes. Fewer leaves, more patience.", thread=14),
    Line("wen", 184, "And drink it before it is finished brewing. A mug does not wait.", thread=14, reacts=(("like", "nora jun"),)),
    Line("pierre", 171, "Half a gram less than you think. Then half a gram less again.", thread=14),
    Line("nora", 166, "First try: soup. Second try: flowers! Thank you all.", thread=14, reacts=(("party", "jun wen hana"),)),
    Line("wen", 150, "茶凉了可以再泡，话别等凉了再说。", reacts=(("hug", "lin laochen"),)),
    Line("lin", 96, "Quick question: which tea survives a thermos for eight hours?"),
    Line(
        "oleg", 93, "Black tea, strong, lemon later. My grandfather crossed Siberia on it.", thread=20,
        reacts=(("wow", "nora tomas"),),
    ),
    Line("jun", 91, "Shou pu-erh. It only gets darker, never bitter.", thread=20),
    Line("kofi", 84, "Whatever it is, warm the flask first. Ten minutes of patience, eight hours of tea.", thread=20),
    Line("tomas", 64, "Who comes on Saturday?", edited="Who comes on Sunday?"),
    Line("aisha", 61, "Me, with mint."),
    Line("kofi", 60, "Me, with cups."),
    Line("nora", 58, "Me, with questions!", reacts=(("laugh", "hana jun kofi"),)),
    Line("xiaoyu", 52, "I would be on a train. Pour one for me."),
    Line("tomas", 47, "@wen @lin you two are still missing on my list."),
    Line("oleg", 41, "/me carries the samovar down four floors"),
    Line("kofi", 38, "@marek can we have the long table by the window?"),
    Line("oleg", 36, "@sofia are the almond biscuits in the budget? @nora has asked twice."),
    Line("nora", 33, "@hana who keeps the time on Saturday?"),
    Line("hana", 22, "That is everything one needs.", to=26),
    Line("jun", 9, "Kettle number two. Anybody near the door, let Oleg in."),
    Line("aisha", 4, "He is in. So is the samovar."),
)  # fmt: skip

_CHINESE_TABLE = (
    Line("laochen", 2900, "各位早，水开了。"),
    Line("xiaoyu", 2895, "陈伯早！我今天泡的是茉莉。", reacts=(("like", "laochen"),)),
    Line("wen", 2880, "早。昨晚的茶还温着，续上了。"),
    Line("lin", 1600, "请教一下，茶席上摆一枝桂花，会不会抢了茶香？"),
    Line("laochen", 1588, "摆远一点，喝完再闻，两样都不亏。", to=3, reacts=(("like", "lin wen xiaoyu"),)),
    Line("xiaoyu", 75, "刚收到快递：今年的白牡丹，毫香好足！", reacts=(("wow", "wen lin"),)),
    Line("wen", 70, "@lin 你上次问的白茶就是这个，存一点，三年后再看。", to=5),
    Line("laochen", 66, "存茶也是存日子。", reacts=(("hug", "wen xiaoyu"),)),
    Line("xiaoyu", 31, "@wen 那用陶罐还是锡罐好？"),
    Line("laochen", 28, "陶罐养茶，锡罐留香。看你想等它变，还是不想它变。", to=8),
)

_BACK_ROOM = (
    Line("hana", 2930, "The samples of the spring committee are in the second drawer. No names on them, on purpose.", pinned=True),
    Line("wen", 2890, "三号有兰花香，可惜尾水淡。", reacts=(("like", "hana"),)),
    Line("wen", 1490, "Number five again this morning. It is better tired than fresh, like some of us."),
    Line("hana", 1484, "May I quote you in the catalogue?", to=2, reacts=(("laugh", "wen"),)),
    Line("hana", 58, "@wen one seat is left for the vertical tasting. I have written your name on it in pencil."),
)  # fmt: skip

_FIRST_TASTE = (
    Line("hana", 1900, "Next season's list opens here a week before the shop. You taste first, you say no first."),
    Line("wen", 1860, "Then I begin with no: not another rose oolong, please.", reacts=(("laugh", "hana"),)),
)

_SHELF = (
    Line("kofi", 4300, "Give: six cups with small faults. They hold tea, not straight lines.", reacts=(("like", "lin nora"),)),
    Line("nora", 4240, "Take: two of them, please! I bring biscuits.", to=0),
    Line("pierre", 2800, "Seek: the lid of a 120 ml shui ping. Mine met the kitchen floor."),
    Line("oleg", 1520, "Give: one samovar handle, left. Do not ask about the right one.", reacts=(("laugh", "aisha tomas"),)),
    Line("lin", 410, "Give: a bag of jasmine that my cats have sat on. It is fine. They are clean."),
    Line("aisha", 360, "Take! Mint in return?", to=4),
)  # fmt: skip

_HOUSE = (
    Line("marek", 5800, "The shop is closed on the first Monday of each month from now on: we count leaves, and sleep."),
    Line(
        "hana", 120, "Parcels ordered until five leave today. The bicycle is repaired.",
        reacts=(("like", "oleg lin"), ("party", "nora")),
    ),
)  # fmt: skip

_NIGHT = (
    Line("kofi", 700, "Kiln at nine hundred degrees. I cannot sleep until it says so."),
    Line("tomas", 694, "No coffee after ten, I promised. So: rooibos, and your kiln."),
    Line("hana", 690, "The street is quiet. One can hear the kettle think.", reacts=(("like", "kofi tomas"),)),
    Line("kofi", 652, "Eleven hundred. Good night, you two."),
)

_ORGANISERS = (
    Line("hana", 1450, "Saturday: nineteen have said yes, the long table seats sixteen."),
    Line("marek", 1440, "Then the window bench too. I bring the cushions down.", to=0, reacts=(("like", "hana"),)),
    Line("hana", 300, "Viktor has written to Aisha. A good letter, she says. Shall we let him come on Saturday?"),
    Line("marek", 240, "If she says yes, yes. Nobody is only their worst day.", to=2, reacts=(("hug", "hana"),)),
    Line("hana", 26, "@marek she says yes. Will you tell him, or shall I?"),
)

ROOMS = (
    RoomPlan("tea-table", "Tea table", "Whoever has a cup in hand. No hurry.", _TEA_TABLE),
    RoomPlan("cha-hua", "茶话", "边喝边聊，不赶时间。", _CHINESE_TABLE, board="zhongwen"),
    RoomPlan(
        "swap-shelf", "The swap shelf", "One line, one thing: what you give, what you seek.", _SHELF,
        topic="Give, take, seek. Money stays outside.", slow_seconds=30, retention_days=90,
    ),
    RoomPlan("from-the-house", "From the house", "Short news of the shop. The team writes.", _HOUSE, read_only=True),
    RoomPlan("back-room", "The back room", "For those who have been with us longest.", _BACK_ROOM, group="tier:old-friend"),
    RoomPlan(
        "first-taste", "First taste", "Next season's teas, before they have a name. For old friends.", _FIRST_TASTE,
        group="tier:old-friend", announced=True,
    ),
    RoomPlan(
        "night-table", "The night table", "After ten. What is said here is gone in the morning.", _NIGHT, group="night-table",
        announced=True, retention_days=1,
    ),
    RoomPlan("", "Saturday, behind the scenes", "Who carries what.", _ORGANISERS, people="hana marek"),
)  # fmt: skip

CONVERSATIONS = (
    Conversation(
        "wen lin",
        (
            Line("wen", 3100, "小满，上次的陈皮还有吗？"),
            Line("lin", 3060, "还有半罐！给您留着呢。", reacts=(("hug", "wen"),)),
            Line("lin", 3055, "You may pay in stories, as always."),
            Line("wen", 140, "今天整理柜子，找到一饼你出生那年的茶。"),
            Line("wen", 138, "Saturday, before the others come? We open it together."),
        ),
    ),
    Conversation(
        "kofi lin wen jun",
        (
            Line("kofi", 620, "Hana's birthday is in nine days. I could throw her a pot. You?"),
            Line("jun", 605, "I know which tea goes into it.", reacts=(("like", "kofi lin"),)),
            Line("lin", 590, "I write the card, the cats sign it."),
            Line("wen", 330, "盖子上刻一个“静”字吧，她喜欢。", reacts=(("like", "kofi lin"),)),
            Line("kofi", 44, "Lid is drawn. @lin can you find out, without asking, how large her hands are?"),
        ),
    ),
    Conversation("nora hana", (Line("nora", 35, "Hana, may I bring my brother on Saturday? He says he only drinks coffee."),)),
    Conversation("oleg marek", (Line("oleg", 77, "Number three has arrived before I ordered it. How do you do this?"),)),
)  # fmt: skip

AWAY = {"lin": 200, "wen": 160, "hana": 55, "marek": 90}
"""Minutes since they looked into the rooms; what was said later is new to them. Others have read everything."""
