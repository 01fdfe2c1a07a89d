"""What a fresh site says, in both languages. Content, not interface: the owner changes it in the console."""

from typing import Any, TypedDict


class FirstWords(TypedDict):
    """The first pages of one language."""

    home: str
    tagline: str
    body: list[tuple[str, dict[str, Any]]]
    side: list[tuple[str, dict[str, Any]]]
    news: tuple[str, str]
    first_news: tuple[str, str, str]
    privacy: tuple[str, str, str]
    guide: tuple[str, str, str]


ENGLISH: FirstWords = {
    "home": "Home",
    "tagline": "An old friend is worth more than ten new ones",
    "body": [
        (
            "welcome",
            {
                "title": "Where customers become old friends",
                "text": "Talk with people who like what you like, ask what you want to know, and be remembered. "
                "What you buy and what you give to others comes back to you.",
                "inscription": "有朋自遠方來",
            },
        ),
        ("topics", {"title": "People are talking about", "number": 6}),
        ("news", {"title": "News", "number": 3}),
    ],
    "side": [
        ("points", {"title": "Your points"}),
        ("session", {}),
        ("chat", {"title": "Sit down with us", "number": 3}),
        ("members", {"title": "They gave most this month", "number": 5, "days": 30}),
    ],
    "news": ("News", "What is new in the house."),
    "first_news": (
        "The doors are open",
        "A place for people who come back.",
        "<p>Come in. Here you can talk in the forum, sit down in a chat room, and see what your loyalty has earned "
        "you. Say hello first; the rest follows.</p>"
        "<p>Every point explains itself: your page shows where each one came from and when it may go. "
        "What we notice about you, you can see and switch off.</p>",
    ),
    "privacy": (
        "Privacy",
        "Privacy is part of friendship: know, choose, control, be safe.",
        "<h2>Know</h2><p>We keep your account, what you write, your orders and your points, and the days on which you "
        "came to buy or to talk. We do not record which pages you look at, and nobody else's script runs here.</p>"
        "<h2>Choose</h2><p>Mail about offers comes only if you said yes, and stops with one click. "
        "You can switch off that we notice how often you come.</p>"
        "<h2>Control</h2><p>Your page shows what we know and why. You can correct it, take it with you, and have it "
        "erased.</p>"
        "<h2>Be safe</h2><p>Passwords are stored so that not even we can read them; pictures lose the place where they "
        "were taken. Whoever answers for this site should add name and address here.</p>",
    ),
    "guide": (
        "House guide",
        "How we are with each other.",
        "<ul><li>Speak as you would at a friend's table.</li><li>Say what helped: an accepted answer is worth "
        "more than ten opinions.</li><li>Disagree with the thought, not with the person.</li>"
        "<li>No advertising, no strangers' private matters.</li><li>Something is wrong? Tell us; a person answers.</li>"
        "</ul>",
    ),
}

CHINESE: FirstWords = {
    "home": "首页",
    "tagline": "十个新客，不如一位老友",
    "body": [
        (
            "welcome",
            {
                "title": "让顾客成为老朋友的地方",
                "text": "和志趣相投的人聊聊，问问你想知道的，被人记得。你买下的、你给予他人的，都会回到你这里。",
                "inscription": "有朋自远方来",
            },
        ),
        ("topics", {"title": "大家在聊", "number": 6}),
        ("news", {"title": "新鲜事", "number": 3}),
    ],
    "side": [
        ("points", {"title": "你的积分"}),
        ("session", {}),
        ("chat", {"title": "坐下来聊聊", "number": 3}),
        ("members", {"title": "本月贡献最多", "number": 5, "days": 30}),
    ],
    "news": ("新鲜事", "家里的新消息。"),
    "first_news": (
        "开门迎客",
        "一个为常来常往的人准备的地方。",
        "<p>请进。这里可以在论坛里交谈，在聊天室里坐坐，也可以看看你的忠诚带来了什么。先打个招呼吧，其余的慢慢来。</p>"
        "<p>每一分积分都说得清楚：你的页面会告诉你它从哪里来、何时会走。我们留意到的关于你的事，你都看得到，也可以关掉。</p>",
    ),
    "privacy": (
        "隐私",
        "隐私是友情的一部分：知情、选择、掌控、安心。",
        "<h2>知情</h2><p>我们保存你的账户、你写的内容、你的订单与积分，以及你来购物或交谈的日子。我们不记录你看了哪些页面，"
        "这里也不运行任何第三方脚本。</p>"
        "<h2>选择</h2><p>只有你同意，才会收到优惠邮件，一键即可停止。你可以关闭我们对你来访频率的留意。</p>"
        "<h2>掌控</h2><p>你的页面会显示我们知道什么、为什么。你可以更正、带走，也可以要求删除。</p>"
        "<h2>安心</h2><p>密码的保存方式连我们自己也读不出；照片会去掉拍摄地点。网站负责人应在此写明名称与地址。</p>",
    ),
    "guide": (
        "待客之道",
        "我们如何相处。",
        "<ul><li>像在朋友家的餐桌上那样说话。</li><li>说出什么帮到了你：一个被采纳的回答胜过十种意见。</li>"
        "<li>对事不对人。</li><li>不做广告，不谈他人私事。</li><li>有什么不对？告诉我们，会有人回答。</li></ul>",
    ),
}

FIRST_WORDS: dict[str, FirstWords] = {"en": ENGLISH, "zh-hans": CHINESE}
