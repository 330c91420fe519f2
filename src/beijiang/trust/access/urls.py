"""Pages of access, under /access/."""

from __future__ import annotations

from django.urls import path
from django.views.generic import RedirectView

from beijiang.kernel.routes import public

from . import views

app_name = "access"
_home = public("leads to the page of one's own grants, which asks for a sign-in")(RedirectView.as_view(pattern_name="access:mine"))
urlpatterns = [
    path("", _home),
    path("mine/", views.mine, name="mine"),
    path("mine/<uuid:grant_id>/return/", views.give_back, name="return"),
    path("owned/", views.owned, name="owned"),
    path("owned/<uuid:grant_id>/revoke/", views.revoke, name="revoke"),
    path("break-glass/", views.break_glass, name="break_glass"),
    path("reviews/", views.reviews, name="reviews"),
    path("reviews/<uuid:grant_id>/", views.review, name="review"),
    path("purposes/", views.purposes, name="purposes"),
]
