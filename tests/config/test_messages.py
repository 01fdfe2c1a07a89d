"""The Chinese catalogue is whole, and what gathers it misses nothing."""

from pathlib import Path

import pytest
from babel.messages import Catalog
from django.core.management import CommandError, call_command
from django.utils.translation import gettext, ngettext, override

from config import catalogue
from config.catalogue import NotConstant, Words, complaints, merged, mo_bytes, po_bytes


def gathered(tmp_path: Path, name: str, text: str) -> set[tuple[object, str | None]]:
    app = tmp_path / "app" / "templates"
    app.mkdir(parents=True)
    (app / name).write_text(text, encoding="utf-8")
    return {(words.id, words.context) for words in catalogue._said_in(app, tmp_path)}


def saying(*words: Words) -> Catalog:
    catalog = Catalog(locale="zh_Hans")
    for said in words:
        catalog.add(said.id, locations=[(said.file, 0)], context=said.context)
    return catalog


def test_the_committed_catalogue_is_whole() -> None:
    call_command("messages", "--check")


def test_words_in_code_are_found_under_every_name(tmp_path: Path) -> None:
    code = """
from django.utils.translation import gettext as _, gettext_lazy, gettext_lazy as later, ngettext, pgettext, translation

KEPT = _("Kept" " together")
LABEL = gettext_lazy("Label")
RENAMED = later("Later")
INSIDE = f"{_('Inside')} and out"
MANY = ngettext("%(n)s cup", "%(n)s cups", 2) % {"n": 2}
STAGE = pgettext("stage", "Stable")
OTHER = translation.gettext("By attribute")
SEEDED = _(LABEL)
"""
    assert gathered(tmp_path, "code.py", code) == {
        ("Kept together", None),
        ("Label", None),
        ("Later", None),
        ("Inside", None),
        (("%(n)s cup", "%(n)s cups"), None),
        ("Stable", "stage"),
        ("By attribute", None),
    }


@pytest.mark.parametrize(
    "put_together", ['f"Hello {name}"', '"Hello " + name', '"Hello {}".format(name)', '"Hello %s" % name']
)
def test_words_put_together_before_the_look_up_are_refused(tmp_path: Path, put_together: str) -> None:
    with pytest.raises(NotConstant, match=r"code\.py:1"):
        gathered(tmp_path, "code.py", f"gettext({put_together})")


def test_words_in_templates_are_found(tmp_path: Path) -> None:
    template = """{% load i18n %}
      <p class="a('b'">{% translate "It's open" %} {{ x|default:_("nothing") }}</p>
  {% blocktranslate with name=n trimmed %}
          Good to see you,
          {{ name }} (100 %)
    {% endblocktranslate %}
 {% blocktranslate count counter=n %}one cup{% plural %}{{ counter }} cups{% endblocktranslate %}
{% include "a.html" with label=_("Label") %}{% translate "Stable" context "stage" %}
{% comment %}{% translate "Never" %}{% endcomment %}
"""
    assert gathered(tmp_path, "page.html", template) == {
        ("It's open", None),
        ("nothing", None),
        ("Good to see you, %(name)s (100 %%)", None),
        (("one cup", "%(counter)s cups"), None),
        ("Label", None),
        ("Stable", "stage"),
    }


def test_unfinished_and_broken_translations_are_told() -> None:
    cups = ("%(n)s cup", "%(n)s cups")
    catalog = saying(*(Words("a.py", id) for id in ("Open", "Closed", "Hello {name}", "%%n new", cups, "Fine %(n)s")))
    catalog["Closed"].string, catalog["Closed"].flags = "关", {"fuzzy"}
    catalog["Hello {name}"].string = "你好"
    catalog["%%n new"].string = "%%m 新"
    catalog[cups].string = ("一杯",)
    catalog["Fine %(n)s"].string = "%(n)s 好"
    told = "\n".join(complaints(catalog))
    assert told.count("\n") == 4
    assert "'Open' is not translated" in told
    assert "'Closed' is marked fuzzy" in told
    assert "'Hello {name}': the translation and the original differ in {name}" in told
    assert "'%%n new': the translation and the original differ in %%m, %%n" in told
    assert "'%(n)s cup': the translation and the original differ in %(n)s" in told


def test_what_nobody_says_any_more_is_left_out_and_what_is_said_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    old = saying(Words("a.py", "Open"), Words("a.py", "Gone"))
    old["Open"].string = old["Gone"].string = "开"
    monkeypatch.setattr(catalogue, "our_words", lambda: iter([Words("b.py", "Open"), Words("a.html", "New")]))
    monkeypatch.setattr(catalogue, "borrowed_words", lambda: iter([]))
    new = merged(old)
    assert [(message.id, message.string) for message in new if message.id] == [("New", None), ("Open", "开")]
    assert po_bytes(merged(new)) == po_bytes(new), "gathering twice changes nothing"


def test_another_version_of_a_library_fails_no_check_of_our_words(monkeypatch: pytest.MonkeyPatch) -> None:
    old = saying(
        Words("allauth/account/forms.py", ("%(n)s code", "%(n)s codes"), "sign-in"), Words("gone/page.py", "Gone")
    )
    monkeypatch.setattr(catalogue, "our_words", lambda: iter([Words("a.html", "Ours")]))
    monkeypatch.setattr(catalogue, "borrowed_words", lambda: iter([Words("allauth/account/forms.py", "New there")]))
    assert {message.id for message in merged(old, borrow=False) if message.id} == {
        ("%(n)s code", "%(n)s codes"),
        "Ours",
    }
    assert {message.id for message in merged(old) if message.id} == {"New there", "Ours"}


def test_what_a_library_leaves_out_or_says_in_other_words_is_borrowed() -> None:
    borrowed = {words.id for words in catalogue.borrowed_words()}
    assert "Username or email" in borrowed, "allauth has “用户名或email”"
    assert "Forgot Password?" not in borrowed, "allauth says it well"


@pytest.mark.parametrize(("po", "mo"), [(b"#\n", None), (None, b"")])
def test_the_check_fails_when_a_file_is_out_of_date(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, po: bytes | None, mo: bytes | None
) -> None:
    committed = catalogue.read()
    monkeypatch.setattr(catalogue, "PO", tmp_path / "django.po")
    monkeypatch.setattr(catalogue, "MO", tmp_path / "django.mo")
    catalogue.PO.write_bytes(po_bytes(committed) if po is None else po)
    catalogue.MO.write_bytes(mo_bytes(committed) if mo is None else mo)
    before = catalogue.PO.read_bytes(), catalogue.MO.read_bytes()
    with pytest.raises(CommandError, match=r"run `manage\.py messages`"):
        call_command("messages", "--check")
    assert (catalogue.PO.read_bytes(), catalogue.MO.read_bytes()) == before


def test_django_speaks_the_catalogue() -> None:
    with override("zh-hans"):
        assert gettext("Rewards") == "礼遇"
        assert ngettext("%(count)s reply", "%(count)s replies", 1) % {"count": 1} == "1 条回复"
    with override("en"):
        assert gettext("Rewards") == "Rewards"
