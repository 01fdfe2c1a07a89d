"""Addresses of what is said in a room."""

from django.urls import path

from community.views.chat import acts as message_acts
from community.views.chat import messages, threads, transcripts

urlpatterns = [
    path("chat/<str:slug>/messages", messages.room_messages, name="room_messages"),
    path("chat/<str:slug>/pins/", messages.pins, name="room_pins"),
    path("chat/<str:slug>/remove-many/", message_acts.remove_many, name="remove_room_messages"),
    path("chat/<str:slug>/transcript/", transcripts.transcript, name="room_transcript"),
    path("chat/<str:slug>/<int:seq>/", messages.room_message, name="room_message"),
    path("chat/<str:slug>/<int:seq>/remove/", message_acts.remove, name="remove_room_message"),
    path("chat/<str:slug>/<int:seq>/restore/", message_acts.restore, name="restore_room_message"),
    path("chat/<str:slug>/<int:seq>/react/", message_acts.react, name="react_to_message"),
    path("chat/<str:slug>/<int:seq>/reactions/", messages.reactions, name="message_reactions"),
    path("chat/<str:slug>/<int:seq>/pin/", message_acts.pin, name="pin_message"),
    path("chat/<str:slug>/<int:seq>/revisions/", messages.revisions, name="message_revisions"),
    path("chat/<str:slug>/<int:seq>/thread/", threads.thread, name="room_thread"),
    path("chat/<str:slug>/<int:seq>/thread/messages", threads.thread_messages, name="room_thread_messages"),
    path("chat/<str:slug>/<int:seq>/thread/read/", threads.read, name="read_thread"),
    path("chat/<str:slug>/<int:seq>/thread/follow/", threads.follow, name="follow_thread"),
]
