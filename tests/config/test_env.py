"""Settings: what is read, what is derived, what is refused."""

import pytest

from beijiang.config import env as settings


@pytest.fixture(autouse=True)
def _no_secrets_of_the_session(monkeypatch):
    for name in ("DB_PASSWORD", "LOG_KEY"):
        monkeypatch.delenv(f"BEIJIANG_{name}", raising=False)


def load(**values: str) -> settings.Env:
    return settings.load({f"BEIJIANG_{name}": value for name, value in values.items()})


def test_defaults_need_nothing():
    env = load()
    assert (env.domain, env.user_port, env.db_name, env.db_user, env.db_port) == ("user", 8000, "bj_user", "bj_user_app", env.pg_port)
    assert env.base_url == "http://127.0.0.1:8000"
    assert env.lake_root == env.data_dir / "lake"


def test_domain_decides_database_and_role():
    env = load(DOMAIN="data", DATA_DIR="/srv/x")
    assert (env.db_name, env.db_user, env.signing_key_id) == ("bj_data", "bj_data_app", "data")
    assert str(env.lake_socket) == "/srv/x/run/lake/lake.sock"


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"DOMAIN": "both"}, "BEIJIANG_DOMAIN"),
        ({"USER_PORT": "eighty"}, "BEIJIANG_USER_PORT"),
        ({"USER_PORT": "70000"}, "BEIJIANG_USER_PORT"),
        ({"PG_PORT": "-1"}, "BEIJIANG_PG_PORT"),
        ({"DEMO": "perhaps"}, "BEIJIANG_DEMO"),
        ({"LANGUAGE": "fr"}, "BEIJIANG_LANGUAGE"),
        ({"WORKERS": "0"}, "BEIJIANG_WORKERS"),
        ({"DATA_HOST": "0.0.0.0"}, "BEIJIANG_DATA_HOST"),
        ({"EXTERNAL_PG": "db.example"}, "BEIJIANG_EXTERNAL_PG"),
    ],
)
def test_bad_values_are_refused_by_name(values, named):
    with pytest.raises(settings.BadSetting, match=named):
        load(**values)


def test_https_is_on_unless_loopback():
    assert not load(HOST="127.0.0.1").tls
    assert load(HOST="0.0.0.0").tls
    assert load(HOST="10.1.2.3").base_url == "https://10.1.2.3:8000"


def test_external_servers_move_the_addresses():
    env = load(EXTERNAL_PG="db.example:6000", EXTERNAL_NATS="nats://stream.example:4222")
    assert (env.db_host, env.db_port, env.nats_url) == ("db.example", 6000, "nats://stream.example:4222")


def test_secret_from_file_or_variable(tmp_path, monkeypatch):
    file = tmp_path / "secret"
    file.write_text("from-file\n")
    env = load(DB_PASSWORD_FILE=str(file))
    assert env.secret("db_password") == "from-file"
    monkeypatch.setenv("BEIJIANG_DB_PASSWORD", "from-variable")
    assert env.secret("db_password") == "from-variable"


def test_missing_and_empty_secret_files_are_named(tmp_path):
    with pytest.raises(settings.BadSetting, match="nowhere"):
        load(DB_PASSWORD_FILE=str(tmp_path / "nowhere")).secret("db_password")
    (tmp_path / "empty").touch()
    with pytest.raises(settings.BadSetting, match="empty"):
        load(DB_PASSWORD_FILE=str(tmp_path / "empty")).secret("db_password")
    with pytest.raises(settings.BadSetting, match="BEIJIANG_LOG_KEY_FILE"):
        load().secret("log_key")


def test_secrets_are_not_in_the_repr():
    assert "hunter2" not in repr(load(TOKEN="hunter2"))


def test_every_setting_is_documented_in_both_languages():
    rows = settings.documented()
    assert len({row["name"] for row in rows}) == len(rows) > 40
    for row in rows:
        assert row["zh"] and row["en"] and row["zh"] != row["en"], row["name"]
