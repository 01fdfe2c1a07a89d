"""Addresses of flags, one's own standing, and the review queue outside of the console."""

from django.urls import path

from community.views.order import desk, flags, standing

SITE = {"frame": desk.SITE}

urlpatterns = [
    path("t/<topic:address>/<int:number>/flag/", flags.flag_post, name="flag_post"),
    path("t/<topic:address>/<int:number>/hidden/", standing.hidden_post, name="hidden_post"),
    path("chat/<str:slug>/<int:seq>/flag/", flags.flag_message, name="flag_message"),
    path("members/<str:username>/flag/", flags.flag_member, name="flag_member"),
    path("standing/", standing.standing, name="standing"),
    path("standing/<str:token>/", standing.suspended, name="suspended"),
    path("review/", desk.queue, SITE, name="review_queue"),
    path("review/<str:public_id>/", desk.item, SITE, name="review_item"),
    path("review/<str:public_id>/decide/", desk.decide, SITE, name="review_decide"),
    path("review/<str:public_id>/undo/", desk.undo, SITE, name="review_undo"),
    path("review/<str:public_id>/claim/", desk.claim, SITE, name="review_claim"),
]
