"""Addresses of the user domain: pages, /api/v1, /log, /.well-known."""

from __future__ import annotations

import importlib.util

from django.urls import include, path

from . import api, health

urlpatterns = [
    path("healthz", health.healthz),
    path("api/v1/", api.api.urls),
]
for prefix, module in (
    ("", "beijiang.trust.identity.urls"),
    ("", "beijiang.trust.audit.urls"),
    ("access/", "beijiang.trust.access.urls"),
    ("inquiry/", "beijiang.work.inquiry.urls"),
    ("", "beijiang.ui.urls"),
    ("", "beijiang.portal.urls"),
):
    if importlib.util.find_spec(module.rsplit(".", 1)[0]) and importlib.util.find_spec(module):
        urlpatterns.append(path(prefix, include(module)))

handler400 = "beijiang.config.edge.bad_request"
handler404 = "beijiang.config.edge.not_found"
handler500 = "beijiang.config.edge.server_error"
