"""The quests and the gift ladder a new site begins with, and the draw of newcomers. All of it is the owner's to change."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

# kind, code, name, why, audience, repeat, points, credit, steps: (act, words, how often, each time another, only when)
QUESTS = [
    (
        "newcomer", "first-name", "A name and an address", "So that others know whom they talk with, and we can reach you.",
        "newcomers", "never", 10, 10,
        [
            ("profile.email", "Confirm your e-mail address", 1, "", {}),
            ("profile.name", "Choose the name that others read", 1, "", {}),
        ],
    ),
    (
        "newcomer", "first-picture", "A face and three interests", "A picture is a handshake; interests bring you what you like to read.",
        "newcomers", "never", 10, 10,
        [
            ("profile.picture", "Add a picture", 1, "", {}),
            ("followed", "Follow three tags or boards that interest you", 3, "target", {"kind": ["board", "tag"]}),
        ],
    ),
    (
        "newcomer", "first-guide", "How we are with each other", "The house guide is short. It is why the talk here stays kind.",
        "newcomers", "never", 5, 5, [("guide.read", "Read the house guide", 1, "", {})],
    ),
    (
        "newcomer", "first-hello", "Say hello", "Tell us who you are and what brought you here. Somebody will answer.",
        "newcomers", "never", 20, 20, [("topic.started", "Start a topic and introduce yourself", 1, "", {})],
    ),
    (
        "newcomer", "first-echo", "Somebody is glad", "Ask or answer something that one of the regulars likes.",
        "newcomers", "never", 25, 25, [("reaction.received", "A regular likes what you wrote", 1, "", {"trust": 1})],
    ),
    (
        "newcomer", "first-session", "Sit down with us", "In a live session you meet the others, not only their words.",
        "newcomers", "never", 20, 20, [("session.attended", "Be at a live session", 1, "", {})],
    ),
    (
        "newcomer", "first-follow", "Your first three", "Follow people or boards, and you hear when they have something to say.",
        "newcomers", "never", 10, 10,
        [("followed", "Follow three people or boards", 3, "target", {"kind": ["board", "person"]})],
    ),
    (
        "daily", "day-good-word", "A good word", "Somebody found what you wrote today worth a sign.",
        "everybody", "daily", 5, 2, [("reaction.received", "A regular likes something you wrote", 1, "", {"trust": 1})],
    ),
    (
        "daily", "day-thanks", "Say who helped", "Whoever answered you learns that it helped, and the next one who asks finds it.",
        "everybody", "daily", 3, 1, [("answer.thanked", "Mark the answer that solved your question", 1, "person", {})],
    ),
    (
        "weekly", "week-three-people", "Three people were glad", "Not three likes: three different people.",
        "everybody", "weekly", 20, 10,
        [("reaction.received", "Three regulars like what you wrote", 3, "person", {"trust": 1})],
    ),
    (
        "weekly", "week-help-and-meet", "Help once, meet once", "An answer that solved something, and an hour together.",
        "everybody", "weekly", 25, 15,
        [
            ("answer.accepted", "An answer of yours is accepted", 1, "", {}),
            ("session.attended", "Be at a live session", 1, "", {}),
        ],
    ),
    (
        "mentor", "mentor-two-newcomers", "Two newcomers found their feet",
        "You answered people who were new here, and they said that it helped.",
        "group", "weekly", 30, 15,
        [("answer.accepted", "Two different newcomers accept an answer of yours", 2, "person", {"newcomer": True})],
    ),
    (
        "come_back", "welcome-back", "Good to see you again", "No hurry. Say a word when you like; the others will be glad.",
        "returning", "never", 30, 15,
        [
            ("post.published", "Write something, short or long", 1, "", {}),
            ("reaction.received", "A regular is glad about it", 1, "", {"trust": 1}),
        ],
    ),
]  # fmt: skip
BADGES = [
    ("ten-steps", "Ten steps", "Came ten steps into the house.", "blossom", 1),
    ("fifteen-steps", "Fifteen steps", "Came fifteen steps into the house, and stayed for the talk.", "bamboo", 2),
]
RUNGS = [
    (10, "A flair and 50 points", 50, "ten-steps", 0),
    (15, "A badge frame and 100 points", 100, "fifteen-steps", 1),
    (20, "A gift of 200 points", 200, None, 1),
]


def begin(apps, schema_editor):
    Quest, QuestStep = apps.get_model("loyalty", "Quest"), apps.get_model("loyalty", "QuestStep")
    if Quest.objects.exists():
        return  # somebody has made quests already: they are theirs
    Rung, Badge = apps.get_model("loyalty", "LadderRung"), apps.get_model("community", "BadgeKind")
    apps.get_model("loyalty", "LevelSettings").objects.get_or_create(id=1)
    at = timezone.now()
    regulars, _made = apps.get_model("auth", "Group").objects.get_or_create(name="trust:2")
    for position, (kind, code, name, about, audience, repeat, points, credit, steps) in enumerate(QUESTS, start=1):
        quest = Quest.objects.create(
            code=code, kind=kind, name=name, about=about, audience=audience, repeat=repeat, points=points, credit=credit,
            group=regulars if audience == "group" else None, position=position * 10, published_at=at,
        )  # fmt: skip
        QuestStep.objects.bulk_create(
            QuestStep(quest=quest, position=place, event=act, name=words, count=count, distinct_by=other, filter=only)
            for place, (act, words, count, other, only) in enumerate(steps, start=1)
        )
    badges = {}
    for code, name, about, motif, grade in BADGES:
        badges[code], _made = Badge.objects.get_or_create(
            code=code, defaults={"name": name, "description": about, "motif": motif, "grade": grade}
        )
    for level, name, points, badge, trust in RUNGS:
        Rung.objects.create(level=level, name=name, points=points, badge=badges.get(badge), min_trust=trust)
    coupon = (
        apps.get_model("loyalty", "Reward").objects.filter(kind="generated_code", active=True).order_by("position", "id").first()
    )
    if coupon is not None:
        Rung.objects.create(level=30, name=coupon.name, reward=coupon, min_trust=1)
    else:
        Rung.objects.create(level=30, name="A gift of 300 points", points=300, min_trust=1)


class Migration(migrations.Migration):
    dependencies = [
        ("loyalty", "0013_books_transfers_adjustments"),
        ("community", "0027_session_pictures"),
        ("members", "0005_rights_changes"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="LadderDraw",
            fields=[
                (
                    "member",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="member",
                    ),
                ),
                ("held_out", models.BooleanField(verbose_name="without a ladder")),
                ("percent", models.PositiveSmallIntegerField(verbose_name="share held out then, in percent")),
                ("at", models.DateTimeField(verbose_name="drawn at")),
            ],
            options={
                "verbose_name": "draw of the ladder",
                "verbose_name_plural": "draws of the ladder",
                "indexes": [models.Index(fields=["at"], name="loyalty_ladder_draws")],
            },
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
