"""The community in the admin: boards and who may do what there, as configuration; posts to look at."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.views.snippets import InspectView, SnippetViewSet

from community.access import hold_rights
from community.actions.order.audit import record_act
from community.models import Board, Post
from community.models.boards import TopicKind
from community.wagtail_hooks.tags import PermissionFields, PermissionTable
from members.access import is_manager, is_moderator
from members.chooser import GuardedChooser
from outbox.clock import now


class BoardForm(PermissionFields):
    """Keeps the tree a tree: at most three deep, and a board with others inside stays where it is."""

    kinds = forms.MultipleChoiceField(
        choices=TopicKind.choices,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("kinds of topics people may start"),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        above: Board | None = cleaned.get("parent")
        depth = above.depth + 1 if above else 1
        if depth > 3:
            self.add_error("parent", _("Boards are at most three deep."))
        moved = self.instance.pk and self.instance.parent_id != (above.pk if above else None)
        if moved and self.instance.children.exists():
            self.add_error("parent", _("Other boards lie inside of this one. Move them first."))
        self.instance.depth = depth
        return cleaned

    def save(self, commit: bool = True) -> Board:
        """Who may do what where is written down, as it was and as it is."""
        before = board_state(self.instance.pk) if self.instance.pk else {}
        board: Board = super().save(commit=commit)
        if commit:
            self.save_answers(board)
        after = board_state(board.pk) if commit and board.pk else {}
        if after and before != after:
            with transaction.atomic():
                record_act(
                    act="board.changed" if before else "board.made", target_kind="board", target=board.pk,
                    board_id=board.pk, by=self.for_user.pk if self.for_user else None, at=now(), before=before, after=after,
                )  # fmt: skip
        return board


class BoardViewSet(SnippetViewSet):  # type: ignore[misc]
    model = Board
    chooser_viewset_class = GuardedChooser
    icon = "list-ul"
    menu_label = gettext_lazy("Boards")
    list_display = ("name", "slug", "parent", "position", "archived", "topic_count", "post_count")
    ordering = ("depth", "position", "name")
    search_fields = ("name", "slug")
    inspect_view_enabled = False
    panels = [
        MultiFieldPanel([FieldPanel("name"), FieldPanel("slug"), FieldPanel("description")]),
        MultiFieldPanel([FieldPanel("parent"), FieldPanel("position"), FieldPanel("colour"), FieldPanel("icon")]),
        MultiFieldPanel([FieldPanel("kinds"), FieldPanel("archived")]),
        MultiFieldPanel(
            [
                FieldPanel("default_order"),
                FieldPanel("least_tags"),
                FieldPanel("slow_seconds"),
                FieldPanel("auto_close_days"),
            ],
            heading=gettext_lazy("How it works"),
        ),
        PermissionTable(heading=gettext_lazy("Who may do what")),
    ]


def board_state(board_id: int) -> dict[str, Any]:
    """What the log keeps of a board: its settings and each answer, by audience and act."""
    board = Board.objects.get(pk=board_id)
    answers = {
        f"{group or audience}: {act}": value
        for audience, group, act, value in board.permissions.order_by("audience", "group__name", "act").values_list(
            "audience", "group__name", "act", "value"
        )
    }
    return {"name": board.name, "slug": board.slug, "parent": board.parent_id, "archived": board.archived, **answers}


Board.base_form_class = BoardForm


class ManagersKeep(ModelPermissionPolicy):  # type: ignore[misc]
    """Community managers make and change boards; deleting one is the owner's."""

    ACTS = frozenset({"view", "add", "change"})

    def user_has_permission(self, user: Any, action: str) -> bool:
        return (action in self.ACTS and is_manager(user)) or bool(super().user_has_permission(user, action))

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)


class LookOnly(ModelPermissionPolicy):  # type: ignore[misc]
    """Moderators look; posts are changed where they stand, so that the author and the log know."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action == "view" and is_moderator(user)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return "view" in actions and is_moderator(user)


class NoChooser(GuardedChooser):
    """Nothing in the console points at a post, so nobody chooses one: its list would ask no board."""

    LOOKING = ()


class PostInspection(InspectView):  # type: ignore[misc]
    """One post, for those who moderate where it stands."""

    def get_object(self, queryset: Any = None) -> Post:
        post: Post = super().get_object(queryset)
        if not hold_rights(self.request.user).may("moderate", post.topic.board_id):
            raise Http404
        return post


class PostViewSet(SnippetViewSet):  # type: ignore[misc]
    model = Post
    chooser_viewset_class = NoChooser
    inspect_view_class = PostInspection
    icon = "comment"
    menu_label = gettext_lazy("Posts")
    list_display = ("topic", "number", "author", "state", "like_count", "created_at")
    list_filter = ("state", "kind")
    ordering = ("-id",)
    list_per_page = 50
    inspect_view_enabled = True
    inspect_view_fields = ("topic", "number", "author", "state", "raw", "revision", "created_at", "edited_at")
    copy_view_enabled = False

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Post]":
        """Posts of the boards that the viewer moderates: a moderator of one board is none of another."""
        return Post.objects.filter(topic__board_id__in=hold_rights(request.user).allowed["moderate"])


register_permission_policy(Board, ManagersKeep(Board))
register_permission_policy(Post, LookOnly(Post))


@hooks.register("before_delete_snippet")
def keep_boards_with_topics(request: HttpRequest, instances: list[Model]) -> HttpResponse | None:
    """What people wrote is not deleted by a button of configuration: such a board is archived."""
    boards = [instance for instance in instances if isinstance(instance, Board)]
    if not any(board.topics.exists() or board.children.exists() for board in boards):
        return None
    messages.error(request, _("This board holds topics or other boards. Archive it instead of deleting it."))
    return redirect(reverse(BoardViewSet().get_url_name("list")))
