"""Addresses of stewardship, mounted at `/stewardship/`."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "stewardship"

urlpatterns = [
    path("", views.bring, name="bring"),
    path("ways/", views.ways, name="ways"),
    path("upload/", views.upload, name="upload"),
    path("uploads/<uuid:upload_id>/", views.steer_upload, name="steer_upload"),
    path("drop-folder/", views.drop_folder, name="drop_folder"),
    path("drafts/<uuid:draft_id>/", views.draft, name="draft"),
    path("drafts/<uuid:draft_id>/state/", views.draft_state, name="draft_state"),
    path("units/", views.units, name="units"),
    path("runs/", views.runs, name="runs"),
    path("runs/<uuid:run_id>/", views.run, name="run"),
    path("runs/<uuid:run_id>/state/", views.run_state, name="run_state"),
    path("runs/<uuid:run_id>/bad-rows/", views.bad_rows, name="bad_rows"),
    path("runs/<uuid:run_id>/bad-rows.csv", views.bad_rows_csv, name="bad_rows_csv"),
    path("datasets/", views.datasets, name="datasets"),
    path("datasets/<str:name>/", views.dataset, name="dataset"),
    path("elements/", views.elements, name="elements"),
]
