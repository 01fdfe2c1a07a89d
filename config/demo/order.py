"""What keeps the team busy: flags, a text that waits, somebody who is silent, rules for words, a note."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from community.actions.forum import posts
from community.actions.order import flags, notes, review, sanctions, words
from config.demo import story
from config.demo.table import Written


def keep(ids: Mapping[str, int], talk: Written, at: datetime) -> None:
    """Before the moderators: a hidden post, a doubtful one, one that waits, an objection. Behind them: one judgement."""
    for phrase, act, places, with_what, note in story.WORDS:
        words.save_rule(
            rule_id=None, phrase=phrase, act=act, places=places, with_what=with_what, note=note, active=True,
            by=ids["marek"], at=at - timedelta(days=60),
        )  # fmt: skip
    _advertising(ids, talk, at - timedelta(hours=9))
    _doubtful(ids, talk, at - timedelta(hours=5))
    posts.reply(
        topic_id=talk.topics["oolong"][0], raw=story.HELD, hold=True, by=ids["dana"], at=at - timedelta(hours=2)
    )
    _quarrel(ids, talk, at - timedelta(days=1.7))


def _advertising(ids: Mapping[str, int], talk: Written, at: datetime) -> None:
    """Three flags hide it, and silence the newcomer who wrote it until somebody has looked."""
    bad = posts.reply(topic_id=talk.topics["worst-day"][0], raw=story.ADVERTISING, by=ids["bargains"], at=at)
    talk.read.append((bad.topic_id, "tea-house", at, bad.number))
    for minutes, name in enumerate(("tomas", "jun", "kofi"), start=20):
        flags.flag(
            kind="flagged_post", target=bad.post_id, reason="spam", by=ids[name], trust=story.TRUST[name],
            at=at + timedelta(minutes=minutes),
        )  # fmt: skip


def _doubtful(ids: Mapping[str, int], talk: Written, at: datetime) -> None:
    """One flag, and good reasons on both sides."""
    _topic, made = talk.topics["order"]
    flags.flag(
        kind="flagged_post", target=made[3], reason="other", note=story.FLAG_NOTE, by=ids["pierre"],
        trust=story.TRUST["pierre"], at=at,
    )  # fmt: skip


def _quarrel(ids: Mapping[str, int], talk: Written, at: datetime) -> None:
    """A sharp word that was taken down, its author silent for three days, and what he says about that."""
    sharp = posts.reply(topic_id=talk.topics["milk"][0], raw=story.SHARP, by=ids["viktor"], at=at)
    talk.read.append((sharp.topic_id, "tea-house", at, sharp.number))
    for minutes, name in ((12, "aisha"), (25, "nora")):
        flagged = flags.flag(
            kind="flagged_post", target=sharp.post_id, reason="harassment", by=ids[name], trust=story.TRUST[name],
            at=at + timedelta(minutes=minutes),
        )  # fmt: skip
    review.decide(
        item_id=flagged.item_id, version=3, act="agree_remove", reason=story.JUDGEMENT, by=ids["hana"],
        at=at + timedelta(hours=1),
    )  # fmt: skip
    silence = sanctions.impose(
        member_id=ids["viktor"], kind="silence", reason=story.SILENCE, hours=72, by=ids["hana"],
        at=at + timedelta(hours=1),
    )  # fmt: skip
    notes.add_note(member_id=ids["viktor"], text=story.NOTE, by=ids["marek"], at=at + timedelta(hours=3))
    sanctions.object_to(sanction_id=silence, text=story.OBJECTION, by=ids["viktor"], at=at + timedelta(hours=20))
