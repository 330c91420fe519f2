"""Puts the house together at start: the policy into the guard, refusals into the log, handlers into their lists."""

from __future__ import annotations

import importlib
import importlib.util

from django.apps import AppConfig, apps
from django.conf import settings

from beijiang.kernel import guard
from beijiang.kernel.apps import Room


class ComposeConfig(AppConfig):
    """The last app to become ready, so that every room is known."""

    name = "beijiang.config"
    label = "config"

    def ready(self) -> None:
        """This function will load what rooms only declare: events, permissions, handlers, jobs."""
        for room in apps.get_app_configs():
            if not isinstance(room, Room):
                continue
            # Jobs run where the room's tables are; events, permissions and handlers are known in both domains.
            for part in ("events", "grants", "handlers", *(("jobs",) if room.domain == settings.DOMAIN else ())):
                if importlib.util.find_spec(f"{room.name}.{part}"):
                    importlib.import_module(f"{room.name}.{part}")
        _wire()


def _wire() -> None:
    from beijiang.trust.access import queries as access
    from beijiang.trust.audit import actions as audit

    access.install()
    guard.on_refusal(audit.record_refusal)
