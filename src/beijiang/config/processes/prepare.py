"""Bring one domain's database up to date, as its owner: `python -m beijiang.config.processes.prepare [--dry-run]`.

Prints what it did as one JSON line. Nothing pending and grants in place: it only looks.
"""

from __future__ import annotations

import json
import os
import sys


def main(arguments: list[str]) -> int:
    """Migrate and grant, or only list what is pending."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beijiang.config.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from beijiang.config import roles
    from beijiang.config.settings import DOMAIN

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    pending = [f"{migration.app_label}.{migration.name}" for migration, _ in plan]
    if "--dry-run" in arguments:
        print(json.dumps({"domain": DOMAIN, "pending": pending}))
        return 0
    if pending:
        with connection.cursor() as cursor:
            # Views would keep a migration from changing a column's type; they are made again below.
            cursor.execute("DROP SCHEMA IF EXISTS door CASCADE")
        call_command("migrate", interactive=False, verbosity=0)
    granted = roles.apply(DOMAIN, force=bool(pending) or "--force" in arguments)
    print(json.dumps({"domain": DOMAIN, "migrated": pending, "granted": granted}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
