"""The command line on its own: bad usage, nothing running, what it refuses."""

import json
import socket
import subprocess
import sys

import pytest

from tests.servers import free_port


def run(*words, **env):
    variables = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **env}
    return subprocess.run(
        [sys.executable, "-m", "beijiang.config.cli", *words], capture_output=True, text=True, env=variables, timeout=60, check=False
    )


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["nonsense"],
        ["ask", "SELECT 1"],
        ["ask", "--purpose", "x"],
        ["backup"],
        ["restore"],
        ["demo"],
        ["demo", "token"],
        ["lake"],
        ["audit"],
        ["up", "--dmeo"],
    ],
)
def test_bad_usage_exits_2_and_says_how(words):
    done = run(*words)
    assert done.returncode == 2
    assert "usage: beijiang" in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["ask", "--purpose", "case", "SELECT 1"],
        ["backup", "x"],
        ["demo", "token", "zhang.wei"],
        ["audit", "verify"],
        ["lake", "ingest", "x.csv", "--dataset", "y"],
    ],
)
def test_commands_that_need_a_running_instance_say_so(words, tmp_path):
    done = run(words[0], "--data-dir", str(tmp_path / "none"), *words[1:])
    assert done.returncode == 1
    assert "Nothing runs on" in done.stderr and "Traceback" not in done.stderr


def test_status_of_nothing(tmp_path):
    done = run("status", "--json", "--data-dir", str(tmp_path))
    assert done.returncode == 1
    assert json.loads(done.stdout)["running"] is False


def test_check_of_nothing_is_unsafe(tmp_path):
    done = run("check", "--json", "--data-dir", str(tmp_path / "none"))
    assert done.returncode == 1
    assert "not_initialised" in {item["code"] for item in json.loads(done.stdout)["findings"]}


def test_chinese_when_the_terminal_is(tmp_path):
    assert "未运行" in run("status", "--data-dir", str(tmp_path), LANG="zh_CN.UTF-8").stdout


def test_bad_setting_is_one_line(tmp_path):
    done = run("status", "--data-dir", str(tmp_path), BEIJIANG_USER_PORT="none")
    assert done.returncode == 1
    assert done.stderr.startswith("beijiang: BEIJIANG_USER_PORT") and len(done.stderr.splitlines()) == 1


def test_restore_refuses_what_is_no_backup(tmp_path):
    done = run("restore", str(tmp_path), "--data-dir", str(tmp_path / "new"))
    assert done.returncode == 1 and "manifest.json" in done.stderr


def test_restore_refuses_a_damaged_part_before_it_writes(tmp_path):
    (tmp_path / "manifest.json").write_text(json.dumps({"sha256": {"bj_data.dump": "0" * 64}, "keys": "keys.tar.gz"}))
    (tmp_path / "bj_data.dump").write_bytes(b"changed")
    done = run("restore", str(tmp_path), "--data-dir", str(tmp_path / "new"))
    assert done.returncode == 1 and "bj_data.dump" in done.stderr
    assert not (tmp_path / "new").exists()


def test_demo_reset_never_touches_real_data(tmp_path):
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "mode.json").write_text('{"demo": false}')
    done = run("demo", "--data-dir", str(tmp_path), "reset", "--yes")
    assert done.returncode == 1 and "no demonstration" in done.stderr
    assert (tmp_path / "public" / "mode.json").exists()


def test_demo_is_refused_on_real_data(tmp_path):
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "mode.json").write_text('{"demo": false}')
    done = run("up", "--demo", "--data-dir", str(tmp_path))
    assert done.returncode == 1 and "real data" in done.stderr


def test_a_taken_port_names_its_setting(tmp_path):
    tmp_path.chmod(0o755)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ports = {f"BEIJIANG_{name}_PORT": str(free_port()) for name in ("USER", "DATA", "PG", "NATS")}
        done = run("up", "--data-dir", f"/tmp/bj-test-{free_port()}", BEIJIANG_MQTT_PORT=str(taken.getsockname()[1]), **ports)
    assert done.returncode == 1 and "BEIJIANG_MQTT_PORT" in done.stderr


def test_a_path_too_long_for_a_socket_is_refused(tmp_path):
    deep = tmp_path / ("x" * 100)
    done = run("up", "--data-dir", str(deep))
    assert done.returncode == 1 and "too long" in done.stderr and "Traceback" not in done.stderr
