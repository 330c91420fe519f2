"""Which model lives in which database (ARCHITECTURE § 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings

from beijiang.kernel.apps import Room

if TYPE_CHECKING:
    from django.db.models import Model

_BOTH_APPS = {"procrastinate"}


def lives_in(app_label: str, model_name: str | None) -> set[str]:
    """This function will give the domains in whose database a model's table stands."""
    if app_label in _BOTH_APPS:
        return {"user", "data"}
    config = apps.get_app_config(app_label)
    if not isinstance(config, Room):
        return {"user"}
    if model_name and model_name.lower() in {name.lower() for name in config.both}:
        return {"user", "data"}
    if model_name and model_name.lower() in {name.lower() for name in config.across}:
        return {"user", "data"} - {config.domain}
    return {config.domain}


class DomainRouter:
    """Sends reads of the other domain's models to its views, and refuses writes there."""

    def db_for_read(self, model: type[Model], **_hints: Any) -> str | None:
        if settings.DOMAIN == "data" and "data" not in lives_in(model._meta.app_label, model._meta.model_name):
            return "reader"
        return "default"

    def db_for_write(self, model: type[Model], **_hints: Any) -> str | None:
        if settings.DOMAIN in lives_in(model._meta.app_label, model._meta.model_name):
            return "default"
        if getattr(settings, "READER_IS_WRITABLE", False):
            return "reader"  # builders of tests only; see tests/conftest.py
        raise RuntimeError(f"{model._meta.label} is not of the {settings.DOMAIN} domain and cannot be written here")

    def allow_relation(self, obj1: Model, obj2: Model, **_hints: Any) -> bool | None:
        return obj1._state.db == obj2._state.db or None

    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **hints: Any) -> bool:
        domain = "user" if db == "reader" else settings.DOMAIN
        if model_name is None:
            # Raw SQL and data migrations say by hint to which tables they belong.
            model_name = hints.get("model_name")
        return domain in lives_in(app_label, model_name)
