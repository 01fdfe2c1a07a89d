"""Pages about people, the directory, whom one follows or ignores, badges."""

from django.urls import path

from community.views.people import badges, directory, people

urlpatterns = [
    path("members/", directory.directory, name="directory"),
    path("members/<str:username>/topics/", people.topics, name="profile_topics"),
    path("members/<str:username>/replies/", people.replies, name="profile_replies"),
    path("members/<str:username>/reactions/", people.reactions, name="profile_reactions"),
    path("members/<str:username>/badges/", people.badges, name="profile_badges"),
    path("members/<str:username>/level/", people.level, name="person_level"),
    path("settings/people/", people.own_people, name="own_people"),
    path("forum/people/", people.followed, name="followed_people"),
    path("badges/", badges.every, name="badges"),
    path("badges/wear/", badges.wear, name="wear_badge"),
    path("badges/<slug:code>/", badges.one, name="badge"),
]
