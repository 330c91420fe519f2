"""Database roles on a real server with the product's own pg_hba.conf: each reaches its own database and no other."""

import psycopg
import pytest

from beijiang.config import roles
from beijiang.config.processes import secrets
from tests import servers

PASSWORDS = {role: f"pw-{role}" for role in secrets.ROLES}


@pytest.fixture(scope="module")
def server():
    running = servers.new_postgres(product=True)
    with running.connect() as connection:
        roles.ensure_roles(connection, PASSWORDS)
        roles.ensure_databases(connection)
    for name in roles.DATABASES:
        with running.connect(name) as connection:
            roles.ensure_schema(connection, name)
    yield running
    running.process.kill()


def login(server, role, database, password=None):
    return server.connect(database, user=role, password=password or PASSWORDS[role])


@pytest.mark.parametrize(
    ("role", "database"), [(role, name) for name, (owner, others) in roles.DATABASES.items() for role in (owner, *others)]
)
def test_each_role_reaches_its_own_database(server, role, database):
    with login(server, role, database) as connection:
        assert connection.execute("SELECT current_user").fetchone() == (role,)


@pytest.mark.parametrize(
    ("role", "database"),
    [
        ("bj_user_app", "bj_data"),
        ("bj_user_owner", "bj_data"),
        ("bj_data_app", "bj_user"),
        ("bj_data_reader", "bj_data"),
        ("bj_user_app", "postgres"),
        ("bj_relay", "postgres"),
    ],
)
def test_and_no_other(server, role, database):
    with pytest.raises(psycopg.OperationalError, match="rejects connection"):
        login(server, role, database)


def test_no_password_and_a_wrong_one_are_refused(server):
    with pytest.raises(psycopg.OperationalError, match="no password supplied"):
        psycopg.connect(host=server.host, port=server.port, dbname="bj_user", user="bj_user_app", password="")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        login(server, "bj_user_app", "bj_user", "guess")


@pytest.mark.parametrize(
    ("role", "database"), [("bj_user_app", "bj_user"), ("bj_data_app", "bj_data"), ("bj_data_reader", "bj_user"), ("bj_relay", "bj_user")]
)
def test_no_working_role_makes_tables_roles_or_reads_files(server, role, database):
    with login(server, role, database) as connection:
        for statement in (
            "CREATE TABLE public.x (a int)",
            "CREATE ROLE friend",
            "CREATE DATABASE more",
            "SELECT pg_read_file('/etc/passwd')",
            "COPY (SELECT 1) TO PROGRAM 'id'",
            "SET ROLE postgres",
            "CREATE SCHEMA mine",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_a_second_time_is_as_good_and_follows_the_password_on_file(server):
    changed = {**PASSWORDS, "bj_relay": "pw-changed"}
    with server.connect() as connection:
        roles.ensure_roles(connection, changed)
        roles.ensure_databases(connection)
    login(server, "bj_relay", "bj_user", "pw-changed").close()
    with server.connect() as connection:
        roles.ensure_roles(connection, PASSWORDS)
    with pytest.raises(psycopg.OperationalError):
        login(server, "bj_relay", "bj_user", "pw-changed")


def rights(domain, tables):
    return roles.statements(domain, set(tables))


def test_the_user_domain_may_not_write_the_log():
    lines = rights("user", ["audit_entry", "audit_tile", "audit_checkpoint", "audit_intake", "audit_subject"])
    app = [line for line in lines if line.endswith("TO bj_user_app")]
    for table in ("audit_entry", "audit_tile", "audit_checkpoint"):
        granted = [line for line in app if f'"{table}"' in line]
        assert granted and not any("INSERT" in line or "DELETE" in line for line in granted), table
    assert any(line.startswith('GRANT SELECT, INSERT ON "audit_intake"') for line in app)
    assert not any("DELETE" in line for line in lines if '"audit_entry"' in line)


def test_the_reader_sees_views_only_and_no_secret_column():
    from django.apps import apps

    from beijiang.kernel.apps import Room

    tables = [table for room in apps.get_app_configs() if isinstance(room, Room) for table in room.door_views]
    assert tables
    lines = rights("user", tables)
    for line in lines:
        if line.endswith("TO bj_data_reader"):
            assert "door" in line and ("SELECT ON door." in line or "USAGE ON SCHEMA door" in line)
        if line.startswith("CREATE VIEW"):
            assert "password" not in line and "secret" not in line


def test_the_relay_touches_nothing_but_what_rooms_name():
    lines = rights("user", ["audit_intake", "kernel_outbox", "identity_user", "access_grant"])
    touched = {line for line in lines if line.endswith("TO bj_relay") and ' ON "' in line}
    assert touched and not any("identity" in line or "access" in line for line in touched)
