from django.urls import include, path

from integrations.signin import views

urlpatterns = [
    path(
        "sign-in/",
        include(
            (
                [
                    path("link/", views.link, name="link"),
                    path("with/<slug:slug>/", views.start, name="start"),
                    path("with/<slug:slug>/back/", views.back, name="back"),
                ],
                "signin",
            )
        ),
    ),
    # Before allauth's own: its answer must be let through by the page's policy.
    path("identity/o/authorize", views.authorize),
]
