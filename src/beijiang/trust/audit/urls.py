"""Addresses of the log: the public files, and the auditors' pages."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "audit"

urlpatterns = [
    path("log/checkpoint", views.checkpoint, name="checkpoint"),
    path("log/key", views.key, name="key"),
    path("log/tile/<str:level>/<path:rest>", views.tile, name="tile"),
    path("audit/", views.log, name="log"),
    path("audit/mine/", views.mine, name="mine"),
    path("audit/receipts/<uuid:entry_id>/", views.receipt, name="receipt"),
    path("audit/entries/<uuid:entry_id>/", views.entry, name="entry"),
    path("audit/entries/<uuid:entry_id>/event", views.event, name="event"),
    path("audit/entries/<uuid:entry_id>/proof", views.proof, name="proof"),
]
