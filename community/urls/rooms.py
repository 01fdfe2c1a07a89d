"""Addresses of the chat. What is said in a room: `urls.messages`."""

from django.urls import URLPattern, URLResolver, include, path

from community.views.chat import conversations, rooms
from community.views.chat import page as room_page

urlpatterns: list[URLPattern | URLResolver] = [
    path("chat/", rooms.rooms, name="rooms"),
    path("chat/new/", rooms.new_room, name="new_room"),
    path("chat/direct/", conversations.conversations, name="conversations"),
    path("chat/direct/new/", conversations.new_conversation, name="new_conversation"),
    path("chat/threads/", conversations.threads, name="threads"),
    path("", include("community.urls.room_history")),
    path("chat/<str:slug>/", room_page.room, name="room"),
    path("chat/<str:slug>/settings/", rooms.settings, name="room_settings"),
    path("chat/<str:slug>/people/", rooms.people, name="room_people"),
    path("chat/<str:slug>/people/<str:username>/", rooms.change_person, name="room_person"),
    path("chat/<str:slug>/invite/", rooms.invite, name="room_invite"),
    path("chat/<str:slug>/join/", rooms.join, name="join_room"),
    path("chat/<str:slug>/leave/", rooms.leave, name="leave_room"),
    path("chat/<str:slug>/level/", rooms.level, name="room_level"),
    path("chat/<str:slug>/hide/", rooms.hide, name="hide_room"),
    path("chat/<str:slug>/<int:seq>/unread/", rooms.unread_from, name="unread_from"),
    path("chat/<str:slug>/<int:seq>/follow/", conversations.follow_thread, name="follow_thread"),
]
