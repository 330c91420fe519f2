"""The domains are apart, seen from inside the running `user` process: its user, its environment, its open files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from beijiang.config.processes import users
from beijiang.config.processes.layout import PRINCIPALS

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def inside(patient):
    """The running process (granian's parent and its worker), its environment, and what the probe got."""
    parent = psutil.Process(patient.pid("user"))
    family = [parent, *parent.children(recursive=True)]
    environment = dict(pair.split("=", 1) for pair in Path(f"/proc/{parent.pid}/environ").read_text().split("\0") if "=" in pair)
    layout = patient.layout
    others = [name for name in PRINCIPALS if name != "user"]
    tables = [str(path) for path in layout.lake.rglob("*") if path.is_file()][:20]
    given = {
        "folders": [
            str(layout.lake),
            str(layout.postgres),
            str(layout.nats),
            str(layout.control),
            str(layout.logs),
            *(str(layout.secrets / name) for name in others),
        ],
        "files": [*tables, *(str(path) for name in others for path in (layout.secrets / name).iterdir())],
        "sockets": [str(layout.lake_socket), str(layout.control / "control.sock")],
        "pids": [patient.pid(name) for name in ("data", "relay", "jobs-data", "lake-worker", "postgres", "nats")],
    }
    command = users.dropped("user", [sys.executable, "-P", str(Path(__file__).with_name("probe.py")), json.dumps(given)])
    done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd="/", timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return family, environment, json.loads(done.stdout)


def test_the_probe_is_as_able_as_the_process(inside):
    assert inside[2]["own password, own database"] == "ok"


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ("no password", "no password supplied"),
        ("own password on bj_data", "rejects connection"),
        ("own password as bj_data_app", "password authentication failed"),
        ("own password as the owner", "password authentication failed"),
        ("own password as superuser", "password authentication failed"),
        ("become root", "PermissionError"),
    ],
)
def test_passwords_do_not_open_what_is_not_theirs(inside, what, why):
    assert why in inside[2][what]


def test_files_folders_sockets_and_processes_of_others_are_refused(inside):
    attempts = {name: result for name, result in inside[2].items() if name.split()[0] in {"list", "read", "connect", "environ"}}
    assert len(attempts) > 20
    assert {name: result for name, result in attempts.items() if not result.startswith("PermissionError")} == {}


def test_there_were_lake_files_to_refuse(inside):
    assert any(name.startswith("read ") and "/lake/" in name for name in inside[2])


def test_no_other_secret_in_the_environment_or_in_open_files(inside, patient):
    family, _, _ = inside
    layout = patient.layout
    foreign = {}
    own = {path.read_text().strip() for path in (layout.secrets / "user").iterdir()}
    for name in PRINCIPALS:
        if name != "user":
            foreign |= {
                str(path): path.read_text().strip() for path in (layout.secrets / name).iterdir() if path.read_text().strip() not in own
            }
    assert len(foreign) > 10
    for process in family:
        environment = Path(f"/proc/{process.pid}/environ").read_text()
        assert [path for path, value in foreign.items() if value in environment or path in environment] == []
        opened = [os.readlink(link) for link in Path(f"/proc/{process.pid}/fd").iterdir() if link.exists()]
        assert [path for path in opened if path.startswith((str(layout.lake), str(layout.postgres), str(layout.nats)))] == []
        assert [path for path in opened if path.startswith(str(layout.secrets)) and not path.startswith(str(layout.secrets / "user"))] == []


def test_every_process_runs_as_its_own_user_without_capabilities(patient):
    wanted = {
        "postgres": "bj-postgres",
        "nats": "bj-nats",
        "user": "bj-user",
        "data": "bj-data",
        "lake-worker": "bj-lake",
        "relay": "bj-relay",
        "jobs-user": "bj-user",
        "jobs-data": "bj-data",
    }
    status = patient.product.status()
    assert {item["name"]: item["user"] for item in status["processes"]} == wanted
    for item in status["processes"]:
        lines = dict(line.split(":\t", 1) for line in Path(f"/proc/{item['pid']}/status").read_text().splitlines() if ":\t" in line)
        assert int(lines["CapEff"], 16) == 0 and int(lines["CapPrm"], 16) == 0, item["name"]
        assert lines["NoNewPrivs"].strip() == "1", item["name"]
        assert lines["Groups"].strip() == "", item["name"]


def test_the_user_domain_cannot_forge_the_log(patient):
    layout = patient.layout
    password = layout.secret("user", "pg-bj_user_app").read_text().strip()
    import psycopg

    port = int(patient.product.environment["BEIJIANG_PG_PORT"])
    with psycopg.connect(
        host="127.0.0.1", port=port, dbname="bj_user", user="bj_user_app", password=password, autocommit=True
    ) as connection:
        for statement in (
            "DELETE FROM audit_entry",
            "UPDATE audit_entry SET leaf = 'x'",
            "UPDATE audit_tile SET data = 'x'",
            "DELETE FROM audit_intake",
            "INSERT INTO audit_checkpoint (size, root, note, time) VALUES (1, 'x', 'x', now())",
            "TRUNCATE audit_entry",
            "UPDATE audit_intake SET event = 'x'",
            "DROP TABLE audit_entry",
            "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_the_reader_reads_views_of_named_columns_only(patient):
    layout = patient.layout
    password = layout.secret("data", "pg-bj_data_reader").read_text().strip()
    import psycopg

    port = int(patient.product.environment["BEIJIANG_PG_PORT"])
    with psycopg.connect(
        host="127.0.0.1", port=port, dbname="bj_user", user="bj_data_reader", password=password, autocommit=True
    ) as connection:
        assert connection.execute("SELECT count(*) FROM door.identity_user").fetchone()[0] > 0
        for statement in (
            "SELECT password FROM door.identity_user",
            "SELECT * FROM public.identity_user",
            "UPDATE door.identity_user SET name = 'x'",
            "SELECT * FROM public.django_session",
        ):
            with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedColumn)):
                connection.execute(statement)
