"""Order in the managers' console."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from community.order_access import may_review
from community.views.order import desk, log, people, words
from members.access import is_moderator

CONSOLE = {"frame": desk.CONSOLE}


class ForReviewers(MenuItem):  # type: ignore[misc]
    def is_shown(self, request: HttpRequest) -> bool:
        return may_review(request.user)


class ForModerators(MenuItem):  # type: ignore[misc]
    def is_shown(self, request: HttpRequest) -> bool:
        return is_moderator(request.user)


class OrderMenu(SubmenuMenuItem):  # type: ignore[misc]
    def is_shown(self, request: HttpRequest) -> bool:
        return may_review(request.user)


@hooks.register("register_admin_urls")
def order_urls() -> list[URLPattern]:
    return [
        path("review/", desk.queue, CONSOLE, name="review_queue"),
        path("review/people/", people.sanctions_list, name="review_sanctions"),
        path("review/people/<str:public_id>/", people.person, name="review_person"),
        path("review/people/<str:public_id>/note/", people.note, name="review_note"),
        path("review/sanctions/<str:public_id>/end/", people.end_sanction, name="review_end_sanction"),
        path("review/words/", words.word_rules, name="review_words"),
        path("review/words/<int:rule_id>/", words.word_rules, name="review_word"),
        path("review/words/<int:rule_id>/switch/", words.switch, name="review_word_switch"),
        path("review/log/", log.log, name="review_log"),
        path("review/<str:public_id>/", desk.item, CONSOLE, name="review_item"),
        path("review/<str:public_id>/decide/", desk.decide, CONSOLE, name="review_decide"),
        path("review/<str:public_id>/undo/", desk.undo, CONSOLE, name="review_undo"),
        path("review/<str:public_id>/claim/", desk.claim, CONSOLE, name="review_claim"),
    ]


@hooks.register("register_admin_menu_item")
def order_item() -> Any:
    menu = Menu(
        items=[
            ForReviewers(_("Queue"), reverse("review_queue"), icon_name="tasks", order=10),
            ForModerators(_("People"), reverse("review_sanctions"), icon_name="group", order=20),
            ForModerators(_("Word rules"), reverse("review_words"), icon_name="edit", order=30),
            ForModerators(_("Audit log"), reverse("review_log"), icon_name="history", order=40),
        ]
    )
    return OrderMenu(_("Moderation"), menu, icon_name="warning", order=150)
