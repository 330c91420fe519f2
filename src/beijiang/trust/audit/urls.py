"""Addresses of the log: the public files, and the auditors' pages."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "audit"

urlpatterns = [
    path("log/checkpoint", views.checkpoint, name="checkpoint"),
    path("log/key", views.key, name="key"),
    path("log/verify.py", views.verifier, name="verifier"),
    path("log/tile/<str:level>/<path:rest>", views.tile, name="tile"),
    path("audit/", views.uses, name="uses"),
    path("audit/log/", views.log, name="log"),
    path("audit/mine/", views.mine, name="mine"),
    path("audit/numbers", views.numbers, {"kind": "uses"}, name="uses_numbers"),
    path("audit/log/numbers", views.numbers, {"kind": "all"}, name="log_numbers"),
    path("audit/uses.csv", views.list_csv, {"kind": "uses"}, name="uses_csv"),
    path("audit/log.csv", views.list_csv, {"kind": "all"}, name="log_csv"),
    path("audit/export", views.export, {"kind": "uses"}, name="uses_export"),
    path("audit/log/export", views.export, {"kind": "all"}, name="log_export"),
    path("audit/exports/", views.exports, name="exports"),
    path("audit/exports/<uuid:export_id>.zip", views.bundle, name="bundle"),
    path("audit/checks/", views.checks, name="checks"),
    path("audit/checks/<str:monday>/", views.checks, name="week"),
    path("audit/check/<uuid:check_id>/", views.check, name="check"),
    path("audit/receipts/<uuid:entry_id>/", views.receipt, name="receipt"),
    path("audit/entries/<uuid:entry_id>/", views.entry, name="entry"),
    path("audit/entries/<uuid:entry_id>/event", views.event, name="event"),
    path("audit/entries/<uuid:entry_id>/proof", views.proof, name="proof"),
]
