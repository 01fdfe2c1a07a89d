"""Who sits at the demonstration's table, and what is on it. Invented people; their purchases are real ones.

`customer` is the number of a customer in cdnow_sample.csv, whose purchases become this person's. What was said is in
`talks.py`, in Chinese in `chinese.py`, in chat rooms in `said.py`.
"""

from django.utils.translation import gettext_noop

from config.demo import chinese, talks
from config.demo.plan import BoardPlan, Complaint, Kept, Person, Unsent

BOARDS = (
    BoardPlan("tea-house", "The tea house", "Come in, sit down, tell us how you are.", icon="home"),
    BoardPlan(
        "brewing", "Brewing questions", "Water, leaves, time. Ask anything.", ("question", "discussion"),
        colour="amber", icon="leaf",
    ),
    BoardPlan(
        "vessels", "Pots and cups", "What we pour from and drink out of, chips included.", ("discussion", "question"),
        colour="amber", icon="cup", parent="brewing",
    ),
    BoardPlan(
        "gatherings", "Gatherings", "Tastings, walks and evenings, here and in your town.", ("discussion", "event"),
        colour="cinnabar", icon="calendar",
    ),
    BoardPlan(
        "wishes", "Wishes", "Say what is missing, vote for what you miss too. We answer every one.", ("idea",),
        colour="indigo", icon="star", order="votes",
    ),
    BoardPlan(
        "zhongwen", "中文茶座", "用中文聊茶、聊生活。", ("discussion", "question"), colour="cinnabar", icon="language"
    ),
    BoardPlan(
        "old-friends", "The back room", "For those who have been with us longest.", groups=("tier:old-friend",),
        colour="amber", icon="crown",
    ),
    BoardPlan(
        "counter", "Behind the counter", "Where the team talks. Nobody else sees this board.",
        groups=("Moderators", "Community managers"), colour="indigo", icon="lock",
    ),
)  # fmt: skip

CAST = (
    Person("viktor", "Viktor Lang", "", "I say what I think.", marketing=False, joined_days_ago=200),
    Person("bargains", "Teapot Bargains", "", marketing=False, joined_days_ago=1),
    Person("wen", "文清 Wen Qing", "1981", "Thirty years of tea, still surprised by it. 喝茶三十年。", "zh-hans"),
    Person("lin", "Lin Xiaoman", "0813", "Small pots, big windows, two cats."),
    Person("hana", "Hana Sato", "1203", "Keeps the kettle on and the peace.", role="moderator"),
    Person("marek", "Marek Dvořák", "", "I look after our guests. Write to me.", role="manager", marketing=False),
    Person("tomas", "Tomás Rey", "1290", "Coffee drinker in recovery."),
    Person("jun", "Jun", "1242", "Gongfu at dawn, grandpa style at work."),
    Person("kofi", "Kofi Mensah", "1502", "Potter. If your cup leaks, it may be one of mine."),
    Person("sofia", "Sofia Marin", "", "I keep the books, and the biscuits.", role="finance", marketing=False),
    Person("nora", "Nora Lindqvist", "1328", "New to oolong.", joined_days_ago=45),
    Person("pierre", "Pierre Aubert", "0164", "Je préfère le blanc."),
    Person("oleg", "Oleg", "0325", "Samovar owner."),
    Person("aisha", "Aisha Rahman", "2221", "Mint, always."),
    Person("georg", "Georg Baum", "1901", "Travelled for pu-erh once."),
    Person("mei", "陈梅", "0558", "爱喝茉莉花茶。", "zh-hans"),
    Person("bea", "Beatriz Campos", "", "Lin brought me. I brought a kettle.", joined_days_ago=40),
    Person("ada", "Ada", "", "Just looking around.", marketing=False, joined_days_ago=6),
    Person("xiaoyu", "周小雨", "", "杭州人，春天只喝龙井。", "zh-hans", joined_days_ago=150),
    Person("laochen", "陈伯", "", "茶馆里坐了半辈子，会讲故事。", "zh-hans", joined_days_ago=280),
    Person("dana", "Dana Wells", "", "Found you through a friend of a friend.", joined_days_ago=2),
)

TALKS = (*talks.TALKS, *chinese.TALKS)

TAGS: dict[str, dict[str, tuple[str, ...]]] = {
    gettext_noop("Teas"): {
        "oolong": ("乌龙", "乌龙茶", "wulong"),
        "green-tea": ("绿茶",),
        "white-tea": ("白茶",),
        "black-tea": ("红茶", "red-tea"),
        "pu-erh": ("普洱", "普洱茶", "puer"),
        "jasmine": ("茉莉花茶", "茉莉"),
        "herbs": ("mint", "花草茶"),
    },
    gettext_noop("At the table"): {
        "brewing-time": ("冲泡", "infusion"),
        "water": ("水质", "用水"),
        "teaware": ("茶具", "cups", "pots"),
        "storage": ("存茶",),
        "tasting": ("品茶",),
    },
    gettext_noop("Around it"): {
        "beginners": ("新手",),
        "stories": ("故事",),
        "travel": ("茶旅",),
        "outdoors": ("户外",),
        "parcels": ("快递", "shipping"),
        "茶生活": (),
        "节气": (),
    },
    gettext_noop("The house"): {"from-the-house": (), "answered": ()},
}
"""Groups of tags; behind each tag the words that mean it. The last group is for moderators only."""

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

TRUST = {
    "wen": 3,
    "lin": 2,
    "jun": 2,
    "kofi": 2,
    "georg": 2,
    "oleg": 1,
    "pierre": 1,
    "tomas": 2,
    "mei": 1,
    "xiaoyu": 2,
    "laochen": 1,
    "aisha": 2,
    "nora": 1,
}
"""Levels of trust of the regulars; the others reach theirs by reading."""

LAST_HERE = {"lin": 0.9, "wen": 0.3, "hana": 0.25, "marek": 1.0, "sofia": 0.6, "nora": 0.8, "georg": 240, "mei": 290}
"""Days since they looked in."""

MAY_READ = {"old-friends": ("wen", "hana", "marek"), "counter": ("hana", "marek")}
"""Boards that not everybody reads, and which of those who look in do."""

STAFF_TAGS = "The house"

FOLLOWS = (("lin", "wen"), ("lin", "kofi"), ("wen", "lin"), ("wen", "laochen"), ("marek", "oleg"), ("hana", "nora"))
IGNORES = (("lin", "viktor"),)
FOLLOWS_TAGS = (("lin", "pu-erh"), ("wen", "茶生活"), ("marek", "parcels"), ("hana", "tasting"))
FOLLOWS_BOARDS = (("lin", "gatherings"), ("wen", "old-friends"), ("marek", "wishes"))

BOOKMARKS = (
    Kept("lin", "oolong", "Twenty seconds. Try it with the Saturday tea.", reply=0, remind_in_days=-0.02),
    Kept("lin", "kiln", "Ask the neighbours about the cats", remind_in_days=3),
    Kept("lin", "worst-day", "", reply=2, days_ago=4),
    Kept("wen", "rain", "给陈伯留陈皮", reply=4, days_ago=0.05, remind_in_days=1),
    Kept("wen", "seat", "慢慢读", days_ago=40),
    Kept("hana", "tasting", "Who gets a sampler next time?", days_ago=9),
    Kept("nora", "oolong", "Twenty seconds, not two minutes", reply=0, days_ago=1.5, remind_in_days=-0.015),
    Kept("sofia", "refill", "What do the tins cost us?", days_ago=0.9, remind_in_days=-0.01),
    Kept("marek", "refill", "Ring the bag makers", reply=2, days_ago=0.2, remind_in_days=-0.01),
)

DRAFTS = (
    Unsent(
        "lin", "Sunday would be good, if the cats let me go. I bring the flasks and almond biscuits, and", topic="walk",
        days_ago=0.95,
    ),
    Unsent(
        "lin", "A small one, north light, a cat on each side. What do you see from where you drink?", board="tea-house",
        title="Show us the window where you drink your tea", days_ago=2,
    ),
    Unsent("wen", "陈皮是新会的，十年。给你留着，不过有一个条件：", topic="rain", days_ago=0.31),
    Unsent("hana", "Thank you all. The next five leaves come from", topic="tasting", days_ago=1.5),
    Unsent("nora", "Second try, and it tasted of flowers. What I did this time:", topic="oolong", days_ago=0.9),
    Unsent("sofia", "If every tin comes back twice, then", topic="refill", days_ago=0.7),
    Unsent(
        "marek", "The makers have answered: paper keeps the scent for four months, and then", topic="refill", days_ago=1.1
    ),
)  # fmt: skip

WORDS = (
    ("slimming tea*", "hold", ("post", "title", "message"), "", "Promises that no leaf can keep"),
    ("加微信*", "flag", ("post", "message"), "", "Sellers who want to talk elsewhere"),
    ("teabag snob", "censor", ("post", "message"), "tea lover", "Nobody is laughed at here for what they drink"),
)
"""Phrase, what happens, where, with what, and why."""

HELD = (
    "Hello, I am new here. My grandfather had a kettle exactly like the one in this drawing and I would so like to find"
    " one: https://example.com/kettle-drawing. Does anybody know who made them?"
)
ADVERTISING = "BEST TEAPOTS CHEAP!!! 90% off only today, message me now, worldwide shipping, you will thank me later."
FLAG_NOTE = "“Confession”? I also begin with the dark ones. It is friendly, I think, but perhaps you should look."
SHARP = "Anybody who puts milk into tea has no tongue, and whoever asks about it has no brain. There, argued."
JUDGEMENT = "Aisha asked us to argue kindly."
SILENCE = "You wrote to Aisha as one does not write to a guest. Three days of reading, then the table is yours again."
NOTE = "Good company when he has slept. Ring him, do not write: 19:00 is best."
OBJECTION = (
    "I had a bad day and Aisha got it. I have written her a letter. I would like to tell everybody that I am sorry, and I"
    " cannot, because I am silent."
)

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
