"""Who sits at the demonstration's table and what was said there. Invented people; their purchases are real ones.

`customer` is the number of a customer in cdnow_sample.csv, whose purchases become this person's.
"""

from dataclasses import dataclass, field

from django.utils.translation import gettext_noop


@dataclass(frozen=True)
class Person:
    """One of the cast. `role` is "", "moderator" or "manager"; `marketing` whether they agreed to offers by mail."""

    username: str
    name: str
    customer: str = ""
    bio: str = ""
    language: str = ""
    role: str = ""
    marketing: bool = True
    joined_days_ago: int = 400


@dataclass(frozen=True)
class Reply:
    """One answer in a topic, `hours` after its start."""

    author: str
    hours: float
    text: str
    likes: tuple[str, ...] = ()
    accepted: bool = False


@dataclass(frozen=True)
class Talk:
    """One topic with its replies."""

    board: str
    author: str
    days_ago: float
    title: str
    text: str
    replies: tuple[Reply, ...] = ()
    likes: tuple[str, ...] = ()
    question: bool = False
    pinned: bool = False
    closed: bool = False


@dataclass(frozen=True)
class Line:
    """One line in a chat room, `minutes` before now."""

    author: str
    minutes: int
    text: str


@dataclass(frozen=True)
class BoardPlan:
    """A board; `groups` limits who sees it (empty: everybody)."""

    slug: str
    name: str
    description: str
    kinds: tuple[str, ...] = ("discussion",)
    groups: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Offer:
    """A reward on the shelf; `tier` is the code of the tier it is kept for."""

    name: str
    description: str
    kind: str
    cost: int
    stock: int | None = None
    per_member: int | None = None
    tier: str = ""
    position: int = 0


@dataclass(frozen=True)
class Complaint:
    """A word that something is wrong, and what was said about it, hours later. The last speaker decides who waits."""

    member: str
    days_ago: float
    subject: str
    text: str
    answers: tuple[tuple[str, float, str], ...] = ()
    closed: bool = False


BOARDS = (
    BoardPlan("tea-house", "The tea house", "Come in, sit down, tell us how you are."),
    BoardPlan("brewing", "Brewing questions", "Water, leaves, time. Ask anything.", ("question", "discussion")),
    BoardPlan("gatherings", "Gatherings", "Tastings, walks and evenings, here and in your town."),
    BoardPlan("zhongwen", "中文茶座", "用中文聊茶、聊生活。", ("discussion", "question")),
    BoardPlan("old-friends", "The back room", "For those who have been with us longest.", groups=("tier:old-friend",)),
)

CAST = (
    Person("wen", "文清 Wen Qing", "1981", "Thirty years of tea, still surprised by it. 喝茶三十年。", "zh-hans"),
    Person("lin", "Lin Xiaoman", "0813", "Small pots, big windows, two cats."),
    Person("hana", "Hana Sato", "1203", "Keeps the kettle on and the peace.", role="moderator"),
    Person("marek", "Marek Dvořák", "", "I look after our guests. Write to me.", role="manager", marketing=False),
    Person("tomas", "Tomás Rey", "1290", "Coffee drinker in recovery."),
    Person("jun", "Jun", "1242", "Gongfu at dawn, grandpa style at work."),
    Person("kofi", "Kofi Mensah", "1502", "Potter. If your cup leaks, it may be one of mine."),
    Person("nora", "Nora Lindqvist", "1328", "New to oolong.", joined_days_ago=60),
    Person("pierre", "Pierre Aubert", "0164", "Je préfère le blanc."),
    Person("oleg", "Oleg", "0325", "Samovar owner."),
    Person("aisha", "Aisha Rahman", "2221", "Mint, always."),
    Person("georg", "Georg Baum", "1901", "Travelled for pu-erh once."),
    Person("mei", "陈梅", "0558", "爱喝茉莉花茶。", "zh-hans"),
    Person("bea", "Beatriz Campos", "", "Lin brought me. I brought a kettle.", joined_days_ago=40),
    Person("ada", "Ada", "", "Just looking around.", marketing=False, joined_days_ago=6),
)

TALKS = (
    Talk(
        "tea-house",
        "hana",
        395,
        "Welcome: how this house works",
        "We keep three promises here.\n\n1. **You are a person, not an order number.** Say what you like and what you do not.\n"
        "2. **Points have reasons.** Every one of them tells you where it came from and how long it stays.\n"
        "3. **Your data is yours.** See it, change it, take it with you, erase it.\n\nPull up a chair and introduce yourself below.",
        (
            Reply(
                "wen",
                3,
                "Thirty years of tea and this is the first shop that asked how I am. Fine, thank you.",
                ("lin", "jun", "kofi", "tomas"),
            ),
            Reply(
                "tomas",
                20,
                "I came for the coffee alternative and stayed for the people. Hello from Valencia.",
                ("hana", "wen"),
            ),
            Reply(
                "nora",
                24 * 340,
                "Hello, I am new. I know nothing about oolong except that I like it.",
                ("hana", "wen", "lin"),
            ),
        ),
        ("wen", "lin", "jun", "tomas", "kofi"),
        pinned=True,
    ),
    Talk(
        "brewing",
        "nora",
        9,
        "My oolong turns bitter in the second infusion. What am I doing wrong?",
        "First cup: peaches. Second cup: regret. I use about 5 g in a 120 ml pot, water straight from the kettle, and I wait a minute "
        "each time. Is it the water, the time, or me?",
        (
            Reply(
                "jun",
                1.5,
                "Not you. A minute is long for 5 g in 120 ml. Try **20 seconds** for the first, 15 for the second, then add 5 each time.",
                ("nora", "lin", "wen", "kofi"),
                accepted=True,
            ),
            Reply(
                "wen",
                4,
                "And let the kettle stand for a breath after it boils: 95 °C is kinder to rolled leaves than 100 °C.",
                ("nora", "jun"),
            ),
            Reply(
                "nora",
                26,
                "Twenty seconds! The second cup was the *better* one. Thank you both.",
                ("jun", "wen", "hana"),
            ),
        ),
        ("lin",),
        question=True,
    ),
    Talk(
        "brewing",
        "kofi",
        3,
        "Does the clay of the cup really change the taste?",
        "I make cups, so I would like to say yes. But I want to hear it from people who have nothing to sell.",
        (
            Reply(
                "lin",
                2,
                "I tried the same tea in a glass, in porcelain and in your unglazed one, blind. I could tell the unglazed one apart, softer, but I could not rank them.",
                ("kofi", "jun"),
                accepted=True,
            ),
            Reply(
                "jun",
                5,
                "Unglazed clay keeps a memory. After a year of the same tea it brews a little by itself.",
                ("kofi", "wen"),
            ),
            Reply("pierre", 9, "For white tea: glass, because I want to look at it."),
        ),
        ("jun", "wen"),
        question=True,
    ),
    Talk(
        "brewing",
        "ada",
        0.7,
        "Which tea for somebody who only knows bags?",
        "A friend drinks supermarket bags, three minutes, milk. I would like to bring one tea that opens a door without being a lecture. What would you bring?",
        (
            Reply("tomas", 3, "A Yunnan red. It forgives everything, milk included.", ("ada", "lin"), accepted=True),
            Reply(
                "hana", 5, "Hojicha. No bitterness, smells like a bakery, and there is nothing to do wrong.", ("ada",)
            ),
        ),
        question=True,
    ),
    Talk(
        "gatherings",
        "hana",
        12,
        "Saturday tasting: five teas from one mountain",
        "Five leaves, one slope, five heights. We brew together at 16:00 in the room *Tea table*; whoever has the sampler brews along, "
        "whoever has not listens and asks.\n\n| time | tea |\n|---|---|\n| 16:00 | foot of the hill, spring |\n| 16:30 | half way, spring |\n| 17:00 | old garden, autumn |",
        (
            Reply(
                "wen", 6, "I will bring the stories, somebody else must bring the biscuits.", ("lin", "tomas", "hana")
            ),
            Reply("lin", 8, "Biscuits are on me, almond and sesame.", ("wen", "hana")),
            Reply("kofi", 30, "Can I show three new cups at the end? Two minutes.", ("hana", "jun")),
        ),
        ("wen", "lin", "jun"),
    ),
    Talk(
        "gatherings",
        "lin",
        40,
        "A walk along the river, with flasks",
        "Eleven of us came, two dogs, one grandmother. It rained and nobody left. Next one in spring?",
        (
            Reply("tomas", 4, "The grandmother walked faster than I did.", ("lin", "hana", "wen")),
            Reply("aisha", 12, "I am sorry I missed it. Next time I bring the mint.", ("lin",)),
        ),
        ("hana", "wen", "tomas"),
    ),
    Talk(
        "tea-house",
        "lin",
        5,
        "What did you drink on your worst day?",
        "Mine was a cold Tuesday; I made jasmine far too strong, and it was exactly right. What was yours?",
        (
            Reply("kofi", 1, "The day the kiln cracked: smoked black, from the bag, standing.", ("lin", "jun", "wen")),
            Reply(
                "jun",
                7,
                "Hot water. There was nothing else in the house. I remember it as tea.",
                ("lin", "kofi", "hana", "tomas"),
            ),
            Reply(
                "wen",
                20,
                "At my father's funeral we drank his pu-erh, 1988. He had been saving it for a good day.",
                ("lin", "jun", "hana", "kofi", "tomas", "nora"),
            ),
            Reply(
                "nora",
                24 * 5 - 6,
                "After reading this I rang my father. He drinks instant coffee. We talked for an hour; it was the best cup of my week.",
                ("wen", "hana"),
            ),
        ),
        ("wen", "hana", "jun", "kofi"),
    ),
    Talk(
        "tea-house",
        "tomas",
        22,
        "Six months without coffee: a report",
        "Month one: headaches. Month two: opinions about water. Month six: I own a scale that weighs tenths of a gram and my mother worries.",
        (
            Reply("nora", 3, "I bought the scale yesterday. There is no way back, is there?", ("tomas", "lin")),
            Reply("hana", 5, "There is. Nobody has taken it.", ("tomas", "nora", "wen", "jun")),
        ),
        ("lin", "hana", "jun"),
    ),
    Talk(
        "tea-house",
        "georg",
        330,
        "From Yiwu with a heavy suitcase",
        "Three weeks, four villages, eleven cakes. I will open one for everybody who comes to the autumn evening.",
        (
            Reply("wen", 5, "Which village had the old trees by the temple?", ("georg",)),
            Reply("georg", 9, "The last one. I will bring photographs.", ("wen", "mei")),
        ),
        ("wen", "mei", "lin"),
    ),
    Talk(
        "tea-house",
        "georg",
        250,
        "Where do you keep your cakes in a dry flat?",
        "Central heating, 28 % humidity. My pu-erh is falling asleep. Clay jar, cabinet with a bowl of water, something else?",
        (
            Reply("jun", 10, "A jar, with a piece of damp unglazed clay that never touches the cake.", ("georg",)),
            Reply(
                "kofi",
                24 * 246,
                "I know this is old, but I have made a jar for exactly this. Photographs tomorrow; come and look.",
                ("wen", "jun"),
            ),
        ),
    ),
    Talk(
        "tea-house",
        "oleg",
        31,
        "Three days for a parcel across one river?",
        "I can see your town from my window, and the parcel has been to two airports. I am not angry. I am counting.",
        (
            Reply("pierre", 2, "Mine took five. I could have swum.", ("oleg",)),
            Reply("aisha", 5, "Mine came in a day. Perhaps they like mint."),
            Reply(
                "marek",
                9,
                "You are right, and we were wrong: the courier sorts everything abroad. From Monday parcels for our own "
                "region go by bicycle. Oleg, yours is the first.",
                ("oleg", "lin", "hana", "wen", "aisha"),
            ),
            Reply(
                "hana",
                30,
                "Answered and mended, so I close this one. If a parcel is late again, write to us by name.",
                ("oleg",),
            ),
        ),
        ("pierre", "lin"),
        closed=True,
    ),
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
    ),
    Talk(
        "old-friends",
        "hana",
        20,
        "The spring box: what should be in it?",
        "Before we order, we ask you. Four teas, one of them something you cannot buy elsewhere. What do you miss?",
        (Reply("wen", 3, "The yellow tea of two years ago. I would stand in the rain for it."),),
    ),
    Talk(
        "gatherings",
        "marek",
        2,
        "We changed one thing because you told us to",
        "Eleven of you wrote that the parcel tape could not be opened without a knife. It is paper now. Thank you for saying it instead of leaving.",
        (
            Reply("aisha", 4, "I was one of the eleven. My nails thank you.", ("marek", "hana", "lin")),
            Reply("oleg", 7, "A shop that listens. I will tell my samovar.", ("marek", "wen")),
        ),
        ("lin", "wen", "hana", "tomas", "kofi", "jun"),
    ),
)

# The names go through the catalogue like every other word.
OFFERS = (
    Offer(
        gettext_noop("Tea sampler: five small bags"),
        gettext_noop("Five leaves from one mountain, 10 g of each, by post. We pack it by hand."),
        "physical", 600, stock=12, per_member=1, position=3,
    ),
    Offer(
        gettext_noop("A seat in the back room"),
        gettext_noop("An evening with the people who choose our teas. You taste what is not for sale yet."),
        "perk", 900, stock=8, per_member=1, tier="old-friend", position=4,
    ),
    Offer(
        gettext_noop("A cup from Kofi’s kiln, with your name"),
        gettext_noop("Thrown, glazed and fired for you. It takes a month, as it should."),
        "physical", 4000, stock=3, per_member=1, position=5,
    ),
)  # fmt: skip

INVITER, FRIEND_WHO_BOUGHT, FRIEND_WHO_LOOKS = "lin", "bea", "ada"

COMPLAINTS = (
    Complaint(
        "pierre", 0.4, "The white tea was broken",
        "Half of the Bai Mu Dan arrived as dust. The box was whole, so it happened before. I do not want money, I want leaves.",
    ),
    Complaint(
        "oleg", 29, "Parcel across the river",
        "You know the story from the forum. Number two is late too.",
        (("marek", 3, "It left the house an hour ago, by bicycle. Please tell me when the bell rings."),
         ("oleg", 8, "The bell rang. He even knew the samovar. Thank you.")),
        closed=True,
    ),
    Complaint(
        "aisha", 3, "Two letters in one week",
        "I like your letters, but two in a week is one too many for me.",
        (("marek", 5, "You are right. I have set the limit for everybody to fewer, and you can pause them for 30 days on the "
          "page “Mail and privacy”. Is that enough?"),),
    ),
)  # fmt: skip

TRUST = {"wen": 3, "lin": 2, "jun": 2, "kofi": 2, "georg": 2, "oleg": 1, "pierre": 1, "tomas": 1, "mei": 1}
"""Levels of trust of the regulars; the others reach theirs by reading."""

ROOM = ("tea-table", "Tea table", "Whoever has a cup in hand. No hurry.")
LINES = (
    Line("hana", 1500, "Good morning, kettle is on."),
    Line("jun", 1497, "Dancong, sixth infusion. Still orchids."),
    Line("tomas", 1494, "I am at the office. Grandpa style in a jam jar."),
    Line("hana", 1493, "There is no shame in a jam jar."),
    Line("lin", 1470, "The cats have found the tasting table. I repeat, the cats have found the tasting table."),
    Line("kofi", 1468, "Which cups survived?"),
    Line("lin", 1467, "Yours. They bounce."),
    Line("kofi", 1466, "I will put that on the label."),
    Line("wen", 320, "早上好。今天喝老白茶，外面下雨。"),
    Line("jun", 316, "下雨天配老白茶，正好。"),
    Line("nora", 190, "Question: can I brew the Saturday oolong in a mug?"),
    Line("jun", 187, "Yes. Fewer leaves, more patience."),
    Line("wen", 184, "And drink it before it is finished brewing. A mug does not wait."),
    Line("tomas", 64, "Who comes on Saturday?"),
    Line("aisha", 61, "Me, with mint."),
    Line("kofi", 60, "Me, with cups."),
    Line("nora", 58, "Me, with questions!"),
    Line("hana", 22, "That is everything one needs."),
)

LAST_HERE = {"lin": 0.9, "wen": 0.12, "marek": 1.0, "georg": 240, "mei": 290}
"""Days since they looked in."""

GIVEN_NAMES = (
    "Ines", "Yusuf", "Marta", "Sven", "Leila", "Ivan", "Priya", "Anton", "Chloe", "Daniel", "Emeka", "Fatima", "Gustav",
    "Helena", "Isaac", "Jana", "Kenji", "Lucia", "Milan", "Nadia", "Omar", "Paula", "Quentin", "Rosa", "Samuel", "Tereza",
    "Ugo", "Vera", "Walter", "Xenia", "Yan", "Zofia", "Amal", "Bruno", "Clara", "Dmitri", "Elena", "Felix", "Greta", "Hugo",
)  # fmt: skip
FAMILY_NAMES = (
    "Okafor", "Novak", "Silva", "Berg", "Haddad", "Petrov", "Iyer", "Moreau", "Costa", "Weiss", "Adeyemi", "Khan", "Lund",
    "Rossi", "Cohen", "Marek", "Ito", "Garcia", "Popescu", "Aziz", "Nassar", "Klein", "Dubois", "Vega", "Reed", "Svoboda",
    "Ferri", "Orlova", "Braun", "Pappas", "Zhou", "Kowalska", "Saleh", "Conti", "Vogel", "Sokolov", "Ruiz", "Meyer", "Holm", "Blanc",
)  # fmt: skip

WIN_BACK = {
    "name": "The kettle is on",
    "stages": ["decline", "lapsed"],
    "subject": "The kettle is on, {name}",
    "body": (
        "Dear {name},\n\n"
        "it has been a while, and that is all right. The kettle is on anyway.\n\n{news}\n\n"
        "{points} points are still waiting for you, and if you would like something warm, this is for your next tea, "
        "until {expires}:\n\n{coupon}\n\n"
        "And if something was wrong, answer this mail. Marek reads every one.\n\n"
        "{site}"
    ),
    "offer": "percent",
    "offer_percent": 15,
    "offer_days": 30,
    "holdout_percent": 50,
    "expected_percent": 10,
    "outcome": "any",
    "window_days": 30,
    "keeps_quiet_hours": False,
}
