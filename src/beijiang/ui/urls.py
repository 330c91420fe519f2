"""Addresses of the shell itself."""

from django.urls import path

from . import views

urlpatterns = [
    path("language/", views.language, name="language"),
    path("favicon.ico", views.favicon, name="favicon"),
]
