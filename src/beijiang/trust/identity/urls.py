"""Addresses of identity. allauth's names `account_login`, `account_logout` are the ones it looks for."""

from __future__ import annotations

from django.urls import include, path

from .views import account, keys, links, people, signin, substitutes

pages = (
    [
        path("accounts/link/", links.link, name="link"),
        path("accounts/link/<str:token>/", links.link_opened, name="link-opened"),
        path("accounts/", account.account, name="account"),
        path("accounts/password/", account.password, name="password"),
        path("accounts/language/", account.language, name="language"),
        path("accounts/sessions/end/", account.end_others, name="end-others"),
        path("accounts/sessions/<uuid:sid>/end/", account.end_one, name="end-one"),
        path("accounts/substitutes/", substitutes.own, name="substitutes"),
        path("accounts/substitutes/<uuid:substitution_id>/end/", substitutes.end, name="end-substitution"),
        path("people/", people.home, name="people"),
        path("people/new/", people.new_person, name="new-person"),
        path("people/units/<str:code>/", people.unit, name="unit"),
        path("people/<uuid:user_id>/", people.person, name="person"),
        path("people/<uuid:user_id>/link/", people.issue_link, name="issue-link"),
        path("people/<uuid:user_id>/posts/", people.assign_post, name="assign-post"),
        path("people/<uuid:user_id>/posts/<uuid:post_id>/end/", people.end_post, name="end-post"),
        path("people/<uuid:user_id>/substitutes/", substitutes.of_person, name="person-substitutes"),
        path("people/<uuid:user_id>/change/", people.change, name="change"),
        path(".well-known/jwks.json", keys.jwks, name="jwks"),
    ],
    "identity",
)

urlpatterns = [
    path("accounts/login/", signin.sign_in, name="account_login"),
    path("accounts/logout/", signin.sign_out, name="account_logout"),
    path("", include(pages)),
]
