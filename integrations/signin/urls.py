from django.urls import include, path

from integrations.signin import guarding, views

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
    # Before allauth's own: a shop that does not answer, or says nonsense, is no mistake of ours.
    path("accounts/oidc/<str:provider_id>/login/", views.oidc_login),
    path("accounts/oidc/<str:provider_id>/login/callback/", views.oidc_back),
    # Before allauth's own: its answer must be let through by the page's policy.
    path("identity/o/authorize", views.authorize),
    # Before allauth's own: a token of somebody who may not be here any more opens nothing.
    path("identity/o/api/token", guarding.give_tokens),
    path("identity/o/api/userinfo", guarding.tell_about),
]
