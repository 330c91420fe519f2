"""Addresses of inquiry, mounted at `/inquiry/`. Names of datasets never collide with the fixed ones (`-` is not in them)."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "inquiry"

urlpatterns = [
    path("", views.directory, name="directory"),
    path("ask-sql/", views.sql, name="sql"),
    path("ask-sql/names/", views.sql_names, name="sql_names"),
    path("my-questions/", views.questions, name="questions"),
    path("my-questions/running/", views.running, name="running"),
    path("my-questions/<uuid:question_id>/progress/", views.progress, name="progress"),
    path("my-questions/<uuid:question_id>/stop/", views.stop, name="stop"),
    path("receipts/<uuid:receipt_id>/", views.receipt, name="receipt"),
    path("receipts/<uuid:receipt_id>/card/", views.receipt_card, name="receipt_card"),
    path("<str:name>/", views.dataset, name="dataset"),
    path("<str:name>/ask/", views.ask, name="ask"),
    path("<str:name>/preview/", views.preview, name="preview"),
]
