"""Addresses of the data domain: the door's provider side, and health. No page."""

from __future__ import annotations

from django.urls import include, path

from . import health

urlpatterns = [path("healthz", health.healthz), path("r1/", include("beijiang.flow.exchange.urls"))]

handler400 = "beijiang.config.edge.bad_request"
handler404 = "beijiang.config.edge.not_found"
handler500 = "beijiang.config.edge.server_error"
