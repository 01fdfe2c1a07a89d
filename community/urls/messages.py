"""Addresses of what is said in a room."""

from django.urls import path

from community.views import messages

urlpatterns = [
    path("chat/<str:slug>/messages", messages.room_messages, name="room_messages"),
    path("chat/<str:slug>/<int:seq>/", messages.room_message, name="room_message"),
    path("chat/<str:slug>/<int:seq>/remove/", messages.remove_room_message, name="remove_room_message"),
]
