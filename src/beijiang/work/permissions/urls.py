"""Addresses of permissions, mounted at `/permissions/`."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "permissions"

urlpatterns = [
    path("", views.mine, name="mine"),
    path("new/", views.new, name="new"),
    path("preview/", views.preview, name="preview"),
    path("queue/", views.queue, name="queue"),
    path("grants/<uuid:grant_id>/return/", views.give_back, name="return"),
    path("<uuid:application_id>/", views.detail, name="detail"),
    path("<uuid:application_id>/decide/", views.decide, name="decide"),
    path("<uuid:application_id>/amend/", views.amend, name="amend"),
    path("<uuid:application_id>/withdraw/", views.withdraw, name="withdraw"),
]
