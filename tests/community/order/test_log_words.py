"""What the log keeps is said in words."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import override

from community.models import AuditEntry
from community.words.order import act_label, line, target_label

CODE = "\n".join(path.read_text(encoding="utf-8") for path in (Path(settings.BASE_DIR) / "community").rglob("*.py"))
ACTS = sorted(set(re.findall(r'\bact="(\w+\.\w+)"', CODE)))
KINDS = sorted(set(re.findall(r'\btarget_kind="(\w+)"', CODE)))


@pytest.mark.parametrize("code", ACTS)
def test_every_act_has_words(code: str) -> None:
    assert act_label(code) != code


@pytest.mark.parametrize("kind", KINDS)
def test_every_target_has_words(kind: str) -> None:
    # A person's language shows which words are looked up.
    with override("zh-hans"):
        assert target_label(AuditEntry(target_kind=kind, target=7)) != f"{kind} 7"


def test_changes_are_read_in_the_language_of_the_reader() -> None:
    entry = AuditEntry(
        act="topic.closed", target_kind="topic", before={"state": "open", "item": 3}, after={"state": "closed"}
    )
    assert line(entry).changes == (("state", "open", "closed"),)
    with override("zh-hans"):
        assert line(entry).changes == (("状态", "开放", "已关闭"),)
    pinned = AuditEntry(
        act="topic.pinned", target_kind="topic", before={"pinned": "no"}, after={"pinned": "everywhere"}
    )
    assert line(pinned).changes == (("pinned", "not pinned", "everywhere"),)
    rule = AuditEntry(act="words.saved", target_kind="word_rule", before={}, after={"phrase": "open"})
    assert line(rule).changes == (("phrase", "–", "open"),)
