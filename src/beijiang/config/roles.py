"""Database roles: who may open which database, which tables, which columns.

    bj_user_owner, bj_data_owner   own the tables and migrate; known to the supervisor only
    bj_user_app, bj_data_app       what the Django processes are
    bj_data_reader                 reads the views of schema `door` in bj_user, and nothing else
    bj_relay                       reads and marks the outboxes and intakes, writes the log

What each room needs stands in its AppConfig (`kernel.apps.Room`); this file turns it into grants.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Mapping

    import psycopg

DATABASES = {
    "bj_user": ("bj_user_owner", ("bj_user_app", "bj_data_reader", "bj_relay")),
    "bj_data": ("bj_data_owner", ("bj_data_app", "bj_relay")),
}
JOB_TABLES = ("procrastinate_jobs", "procrastinate_events", "procrastinate_periodic_defers", "procrastinate_workers")


def ensure_roles(connection: psycopg.Connection, passwords: Mapping[str, str]) -> None:
    """Create the roles, or set their passwords to the ones on file. Needs a superuser connection."""
    known = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
    for role, password in passwords.items():
        if role == "postgres":
            continue
        verb = "ALTER" if role in known else "CREATE"
        connection.execute(
            sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD {}").format(
                sql.SQL(verb), sql.Identifier(role), sql.Literal(password)
            )
        )


def ensure_databases(connection: psycopg.Connection) -> None:
    """Create both databases and shut them to everybody but their own roles."""
    known = {row[0] for row in connection.execute("SELECT datname FROM pg_database")}
    for name, (owner, roles) in DATABASES.items():
        if name not in known:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'").format(
                    sql.Identifier(name), sql.Identifier(owner)
                )
            )
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
        for role in roles:
            connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(name), sql.Identifier(role)))
    connection.execute("REVOKE CONNECT ON DATABASE postgres FROM PUBLIC")
    # Backups are taken by the owner, who must therefore read the catalogue's tables, which the app role makes.
    connection.execute("GRANT bj_data_app TO bj_data_owner")


def ensure_schema(connection: psycopg.Connection, database: str) -> None:
    """Give the schema `public` of one database to its owner. Needs a superuser connection to that database."""
    owner, _ = DATABASES[database]
    connection.execute(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(sql.Identifier(owner)))
    connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")


def statements(domain: str, existing: set[str]) -> list[str]:
    """Every grant and view of one domain's database, from empty. Needs Django to be set up in that domain.

    `existing` are the tables there are: a model whose migration is not written yet must not stop a developer's start.
    """
    from django.apps import apps

    from beijiang.config.router import lives_in
    from beijiang.kernel.apps import Room

    app, relay = f"bj_{domain}_app", "bj_relay"
    everybody = [app, relay, *(["bj_data_reader"] if domain == "user" else [])]
    rooms = [config for config in apps.get_app_configs() if isinstance(config, Room)]
    guarded = {table: columns for room in rooms for table, columns in room.append_only.items()}
    marked = {table for room in rooms for table in room.relay_tables}
    sweeps = {table for room in rooms for table in room.relay_sweeps}
    homes = {
        model._meta.db_table: lives_in(model._meta.app_label, model._meta.model_name)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.db_table not in JOB_TABLES
    }
    tables = sorted((table, len(domains) > 1) for table, domains in homes.items() if domain in domains and table in existing)

    lines = [f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}" for role in everybody]
    lines += [f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {role}" for role in everybody]
    lines += [f"GRANT USAGE ON SCHEMA public TO {app}, {relay}", f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {app}"]
    lines.append(f'GRANT SELECT ON "django_migrations" TO {app}')
    lines += [f'GRANT SELECT, INSERT, UPDATE, DELETE ON "{table}" TO {app}' for table in JOB_TABLES]
    for table, shared in tables:
        if table in marked and not shared:
            # The log itself: the relay writes it; the domain whose deeds it records may read it, and forget.
            rights = "SELECT" if table in guarded else "SELECT, DELETE"
        else:
            rights = "SELECT, INSERT" if table in guarded else "SELECT, INSERT, UPDATE, DELETE"
        lines.append(f'GRANT {rights} ON "{table}" TO {app}')
        if guarded.get(table):
            lines.append(f'GRANT UPDATE ({", ".join(quoted(guarded[table]))}) ON "{table}" TO {app}')
        if table in marked:
            # What was sealed or sent is swept from intake and outbox after a week; of the log only what a room's relay_sweeps names.
            swept = ", DELETE" if shared or table not in guarded or table in sweeps else ""
            lines.append(f'GRANT SELECT, INSERT, UPDATE{swept} ON "{table}" TO {relay}')
    if marked & {table for table, _ in tables}:
        lines.append(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {relay}")
    if domain == "user":
        lines += ["DROP SCHEMA IF EXISTS door CASCADE", "CREATE SCHEMA door", "GRANT USAGE ON SCHEMA door TO bj_data_reader"]
        for room in rooms:
            for table, columns in sorted((table, columns) for table, columns in room.door_views.items() if table in existing):
                lines.append(f'CREATE VIEW door."{table}" AS SELECT {", ".join(quoted(columns))} FROM public."{table}"')  # noqa: S608 - names from our own AppConfigs
                lines.append(f'GRANT SELECT ON door."{table}" TO bj_data_reader')
    else:
        # The Iceberg catalogue makes its two tables itself, so it has a schema where it may.
        lines += [
            "CREATE SCHEMA IF NOT EXISTS iceberg",
            f"GRANT USAGE, CREATE ON SCHEMA iceberg TO {app}",
            f"GRANT ALL ON ALL TABLES IN SCHEMA iceberg TO {app}",
        ]
    return lines


def quoted(columns: tuple[str, ...] | list[str]) -> list[str]:
    """Column names as SQL identifiers."""
    return ['"' + column.replace('"', '""') + '"' for column in columns]


def digest(lines: list[str]) -> str:
    """What a set of grants is recognised by: written into the database so that a start can skip what is done."""
    return "beijiang grants " + hashlib.sha256("\n".join(lines).encode()).hexdigest()


def apply(domain: str, *, force: bool = False) -> bool:
    """Apply grants and views in one transaction, as the owner; returns False when they were as they should be."""
    from django.db import connection, transaction

    lines = statements(domain, set(connection.introspection.table_names()))
    mark = digest(lines)
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description('public'::regnamespace, 'pg_namespace')")
        row = cursor.fetchone()
        if not force and row is not None and row[0] == mark:
            return False
        with transaction.atomic():
            for line in lines:
                cursor.execute(line)
            cursor.execute(f"COMMENT ON SCHEMA public IS '{mark}'")
    return True
