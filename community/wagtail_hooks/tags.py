"""Tags in the console: words, groups, synonyms; and the table of who may do what on a board."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, Panel
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.views.snippets import SnippetViewSet

from community import rules
from community.actions.forum import tags
from community.actions.forum.boards import answer_permission
from community.models import Board, BoardPermission, Tag, TagGroup, TopicTag
from community.problems import Problem
from community.rules import tags as rules_tags
from members.access import is_manager
from members.chooser import GuardedChooser
from members.queries import group_words
from outbox.clock import now

GUESTS_MAY = ("see", "browse")
_ANSWERS = [
    ("", "–"),
    ("yes", gettext_lazy("yes")),
    ("no", gettext_lazy("no")),
    ("never", gettext_lazy("never")),
]


class ManagersMayAll(ModelPermissionPolicy):  # type: ignore[misc]
    """Community managers keep the words in order; a tag on topics is not deleted but made a synonym."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return is_manager(user) or bool(super().user_has_permission(user, action))

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)


class TagForm(WagtailAdminModelForm):  # type: ignore[misc]
    """A tag as typed; becoming a synonym takes its topics along."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        name = rules_tags.tag_name(cleaned.get("name") or "")
        if not rules_tags.fits(name):
            self.add_error("name", _("A tag has 2 to 20 letters, digits or hyphens."))
            return cleaned
        cleaned["name"], folded = name, rules_tags.tag_fold(name)
        if Tag.objects.filter(folded=folded).exclude(pk=self.instance.pk).exists():
            self.add_error("name", _("There is such a tag already."))
        self.instance.folded = folded
        cleaned["slug"] = cleaned.get("slug") or rules.slug_of(name, 60)
        main: Tag | None = cleaned.get("synonym_of")
        if main and main.synonym_of_id is not None and main.synonym_of_id == self.instance.pk:
            self.add_error("synonym_of", _("That tag already means this one."))
        return cleaned

    def save(self, commit: bool = True) -> Any:
        tag = super().save(commit=commit)
        if commit and tag.synonym_of_id:
            with transaction.atomic():
                try:
                    tags.make_synonym(tag_id=tag.pk, main_id=tag.synonym_of_id, by=None, at=now())
                except Problem as problem:  # the form has asked already; only a race comes here
                    raise forms.ValidationError(problem.message) from problem
        return tag


class TagViewSet(SnippetViewSet):  # type: ignore[misc]
    model = Tag
    chooser_viewset_class = GuardedChooser
    icon = "tag"
    menu_label = gettext_lazy("Tags")
    list_display = ("name", "group", "synonym_of", "staff_only", "topic_count")
    list_filter = ("group", "staff_only")
    ordering = ("name",)
    search_fields = ("name", "folded")
    panels = [
        MultiFieldPanel([FieldPanel("name"), FieldPanel("slug"), FieldPanel("description")]),
        MultiFieldPanel([FieldPanel("group"), FieldPanel("synonym_of"), FieldPanel("staff_only")]),
    ]


class TagGroupViewSet(SnippetViewSet):  # type: ignore[misc]
    model = TagGroup
    chooser_viewset_class = GuardedChooser
    icon = "folder-open-inverse"
    menu_label = gettext_lazy("Groups of tags")
    list_display = ("name", "one_of", "least_trust", "for_group", "position")
    ordering = ("position", "name")
    panels = [
        MultiFieldPanel([FieldPanel("name"), FieldPanel("description"), FieldPanel("position")]),
        MultiFieldPanel([FieldPanel("one_of"), FieldPanel("least_trust"), FieldPanel("for_group")]),
    ]


Tag.base_form_class = TagForm  # type: ignore[attr-defined]
register_permission_policy(Tag, ManagersMayAll(Tag))
register_permission_policy(TagGroup, ManagersMayAll(TagGroup))


@hooks.register("before_delete_snippet")
def keep_tags_with_topics(request: HttpRequest, instances: list[Model]) -> HttpResponse | None:
    """A word on topics does not vanish by a button: another word takes its place."""
    chosen = [instance.pk for instance in instances if isinstance(instance, Tag)]
    if not chosen or not TopicTag.objects.filter(tag_id__in=chosen).exists():
        return None
    messages.error(
        request, _("Topics carry this tag. Make it another word for the tag that they should carry instead.")
    )
    return redirect(reverse(TagViewSet().get_url_name("list")))


class PermissionTable(Panel):  # type: ignore[misc]
    """Who may do what on a board, as one table: a row for each audience, a column for each act."""

    class BoundPanel(Panel.BoundPanel):  # type: ignore[misc]
        template_name = "community/admin/permission_table.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            acts = [(act, BoardPermission.Act(act).label) for act in rules.ACTS]
            rows = []
            for audience, label in audiences():
                cells = [
                    self.form[field_name(audience, act)] if field_name(audience, act) in self.form.fields else None
                    for act in rules.ACTS
                ]
                rows.append((label, cells))
            return context | {"acts": acts, "rows": rows}


class PermissionFields(WagtailAdminModelForm):  # type: ignore[misc]
    """The answers of the table, as fields of the board's form."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = _said(self.instance)
        for audience, label in audiences():
            for act in GUESTS_MAY if audience == "guests" else rules.ACTS:
                words = f"{label}: {BoardPermission.Act(act).label}"
                self.fields[field_name(audience, act)] = forms.ChoiceField(
                    choices=_ANSWERS, required=False, label=words, initial=said.get((audience, act), ""),
                    widget=forms.Select(attrs={"aria-label": words}),
                )  # fmt: skip

    def save_answers(self, board: Board) -> None:
        """Write what differs; an empty answer is none, so the board above decides."""
        said = _said(board)
        for audience, _label in audiences():
            for act in rules.ACTS:
                answer = self.cleaned_data.get(field_name(audience, act), "")
                if field_name(audience, act) not in self.fields or answer == said.get((audience, act), ""):
                    continue
                group = int(audience.partition("-")[2]) if audience.startswith("group-") else None
                answer_permission(
                    board_id=board.pk, audience="group" if group else audience, group_id=group, act=act, answer=answer
                )


def audiences() -> list[tuple[str, Any]]:
    """Everybody who can be answered: guests, members, and each group by name."""
    groups = [
        (f"group-{pk}", group_words(name)) for pk, name in Group.objects.order_by("name").values_list("pk", "name")
    ]
    return [
        ("guests", BoardPermission.Audience.GUESTS.label),
        ("members", BoardPermission.Audience.MEMBERS.label),
        *groups,
    ]


def field_name(audience: str, act: str) -> str:
    return f"may-{audience}-{act}"


def _said(board: Board) -> dict[tuple[str, str], str]:
    if not board.pk:
        return {}
    rows = BoardPermission.objects.filter(board_id=board.pk).values_list("audience", "group_id", "act", "value")
    return {(f"group-{group}" if group else audience, act): value for audience, group, act, value in rows}
