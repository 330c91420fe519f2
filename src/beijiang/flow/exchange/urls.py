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
    path(f"{SERVICE}/listMethods", views.list_methods, name="list_methods"),
    path(f"{SERVICE}/health", views.health, name="health"),
]
