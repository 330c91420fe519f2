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
            # Jobs run in one domain; events, permissions and handlers are known in both domains.
            for part in ("events", "grants", "handlers", *(("jobs",) if (room.jobs_domain or room.domain) == settings.DOMAIN else ())):
                if importlib.util.find_spec(f"{room.name}.{part}"):
                    importlib.import_module(f"{room.name}.{part}")
        _wire()


def _wire() -> None:
    from beijiang.trust.access import queries as access
    from beijiang.trust.audit import actions as audit
    from beijiang.trust.audit import queries as log
    from beijiang.trust.identity import queries as identity

    access.install()
    guard.on_refusal(audit.record_refusal)
    log.install_names(
        datasets=lambda: {known.resource.name: known.resource.title for known in access.resources_known()},
        purposes=lambda: {purpose.code: purpose.title for purpose in access.purposes()},
        units=lambda: {unit.code: unit.name for unit in identity.units_under()},
    )
