"""Addresses of the user domain: pages, /api/v1, /log, /.well-known."""

from __future__ import annotations

from django.urls import include, path

from . import api, health

urlpatterns = [
    path("healthz", health.healthz),
    path("api/v1/", api.api.urls),
    path("", include("beijiang.trust.identity.urls")),
    path("", include("beijiang.trust.audit.urls")),
    path("access/", include("beijiang.trust.access.urls")),
    path("inquiry/", include("beijiang.work.inquiry.urls")),
    path("permissions/", include("beijiang.work.permissions.urls")),
    path("stewardship/", include("beijiang.work.stewardship.urls")),
    path("", include("beijiang.ui.urls")),
    path("", include("beijiang.portal.urls")),
]

handler400 = "beijiang.config.edge.bad_request"
handler404 = "beijiang.config.edge.not_found"
handler500 = "beijiang.config.edge.server_error"
