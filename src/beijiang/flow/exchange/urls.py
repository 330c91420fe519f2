"""Addresses of the provider side, mounted by the data domain at `/r1/`."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "exchange"
SERVICE = "<str:instance>/<str:member_class>/<str:member>/<str:subsystem>"

urlpatterns = [
    path(f"{SERVICE}/ask", views.ask, name="ask"),
    path(f"{SERVICE}/ask/running/<uuid:question_id>", views.running, name="running"),
    path(f"{SERVICE}/ask/running/<uuid:question_id>/stop", views.stop, name="stop"),
    path(f"{SERVICE}/intake/runs/<uuid:run_id>", views.run, name="run"),
    path(f"{SERVICE}/intake/runs/<uuid:run_id>/rows", views.run_rows, name="run_rows"),
    path(f"{SERVICE}/intake/<str:dataset>", views.intake, name="intake"),
    path(f"{SERVICE}/drafts", views.drafts, name="drafts"),
    path(f"{SERVICE}/drafts/<uuid:draft_id>", views.draft, name="draft"),
    path(f"{SERVICE}/drafts/<uuid:draft_id>/drop", views.drop_draft, name="drop_draft"),
    path(f"{SERVICE}/drafts/<uuid:draft_id>/publish", views.publish_draft, name="publish_draft"),
    path(f"{SERVICE}/elements", views.elements, name="elements"),
    path(f"{SERVICE}/runs", views.runs, name="runs"),
    path(f"{SERVICE}/runs/<uuid:run_id>/cancel", views.cancel_run, name="cancel_run"),
    path(f"{SERVICE}/runs/<uuid:run_id>/resume", views.resume_run, name="resume_run"),
    path(f"{SERVICE}/runs/<uuid:run_id>/export", views.export_rows, name="export_rows"),
    path(f"{SERVICE}/datasets/<str:dataset>", views.dataset, name="dataset"),
    path(f"{SERVICE}/datasets/<str:dataset>/quality", views.quality, name="quality"),
    path(f"{SERVICE}/listMethods", views.list_methods, name="list_methods"),
    path(f"{SERVICE}/health", views.health, name="health"),
]
