"""Each child gets its own secrets and nothing else."""

import pytest

from beijiang.config.env import load
from beijiang.config.processes import children, secrets
from beijiang.config.processes.layout import PROCESSES, Layout


@pytest.fixture
def instance(tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_CALLER", "leak")
    monkeypatch.setenv("BEIJIANG_TOKEN", "leak")
    return load({"BEIJIANG_DATA_DIR": str(tmp_path)}), Layout(tmp_path)


@pytest.mark.parametrize("process", PROCESSES)
def test_environment_names_only_the_principals_own_secrets(instance, process):
    env, layout = instance
    variables = children.environment(env, layout, process)
    assert "leak" not in variables.values()
    folder = str(layout.secrets)
    for name, value in variables.items():
        if value.startswith(folder):
            assert value.startswith(f"{folder}/{PROCESSES[process]}/"), name


@pytest.mark.parametrize("process", ["postgres", "nats", "lake-worker"])
def test_servers_and_worker_get_no_secret(instance, process):
    env, layout = instance
    assert not any("PASSWORD" in name or "KEY" in name or "SEED" in name for name in children.environment(env, layout, process))


def test_no_password_of_one_principal_is_held_by_another():
    for role, holders in secrets.ROLES.items():
        assert len(holders) == 1, role
    assert "user" not in secrets.ROLES["bj_relay"] + secrets.ROLES["bj_data_app"] + secrets.ROLES["bj_data_reader"]


def test_owner_passwords_are_the_supervisors():
    assert {secrets.ROLES[role] for role in ("postgres", "bj_user_owner", "bj_data_owner")} == {("supervisor",)}


def test_https_is_always_on_beyond_loopback(tmp_path):
    layout = Layout(tmp_path)
    for host, expected in (("127.0.0.1", False), ("0.0.0.0", True)):
        env = load({"BEIJIANG_DATA_DIR": str(tmp_path), "BEIJIANG_HOST": host})
        assert ("--ssl-certificate" in children.command(env, layout, "user")) is expected
        assert "--ssl-certificate" not in children.command(env, layout, "data")
