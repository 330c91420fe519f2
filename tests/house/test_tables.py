"""What imports cannot see: foreign keys point down and do not look back, tables are in one database."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models
from django.db.migrations.loader import MigrationLoader

from beijiang.kernel.apps import Room

ORDER = ["kernel", "audit", "identity", "access", "lake", "exchange", "inquiry", "permissions", "stewardship", "portal"]
OURS = [m for config in apps.get_app_configs() if isinstance(config, Room) for m in config.get_models()]


def test_foreign_keys_point_down_the_floors_and_do_not_look_back() -> None:
    crooked = []
    for model in OURS:
        for field in model._meta.get_fields():
            if not isinstance(field, models.ForeignKey) or field.model is not model:
                continue
            target = field.remote_field.model._meta.app_label
            if target in ORDER and ORDER.index(target) > ORDER.index(model._meta.app_label):
                crooked.append(f"{field} points up")
            third_party = not type(field).__module__.startswith("django.db") or field.name in THIRD_PARTY_FIELDS
            if not field.remote_field.hidden and not third_party:
                crooked.append(f"{field} looks back; say related_name='+'")
    assert not crooked, crooked


THIRD_PARTY_FIELDS = {"application", "user", "id_token", "access_token", "source_refresh_token"}
"""Fields that django-oauth-toolkit's abstract models declare."""


def test_no_key_crosses_databases() -> None:
    from beijiang.config.router import lives_in

    for model in OURS:
        own = lives_in(model._meta.app_label, model._meta.model_name)
        for field in model._meta.fields:
            if isinstance(field, models.ForeignKey):
                other = field.remote_field.model._meta
                assert own <= lives_in(other.app_label, other.model_name), f"{field} crosses databases"


def test_migrations_are_linear() -> None:
    loader = MigrationLoader(None)
    for config in apps.get_app_configs():
        if isinstance(config, Room):
            leaves = loader.graph.leaf_nodes(config.label)
            assert len(leaves) <= 1, f"{config.label} has branches: {leaves}"


@pytest.mark.django_db
def test_models_are_migrated() -> None:
    from django.core.management import call_command

    call_command("makemigrations", "--check", "--dry-run", *[c.label for c in apps.get_app_configs() if isinstance(c, Room)])
