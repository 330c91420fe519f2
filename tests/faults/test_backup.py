"""A backup of the running product, restored into another folder, answers the same question, and its log is sound."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest

from tests import product as products

pytestmark = [pytest.mark.timeout(400), pytest.mark.slow]


@pytest.fixture(scope="module")
def backup(patient):
    patient.well()
    folder = Path(tempfile.mkdtemp(prefix="bj-backup-"))
    done = patient.product.cli("backup", str(folder / "copy"), timeout=120)
    assert done.returncode == 0, done.stderr
    assert "WARNING" in done.stdout or "警告" in done.stdout
    return folder / "copy"


def elsewhere():
    folder = Path(tempfile.mkdtemp(prefix="bj-restored-"))
    folder.chmod(0o755)
    return folder / "var", products.clean_environment(folder / "var")


def cli(environment, *words):
    product = products.Product("", Path(environment["BEIJIANG_DATA_DIR"]), environment, None)
    return product.cli(*words, timeout=180)


def test_backup_is_private_and_keeps_keys_apart(backup):
    assert backup.stat().st_mode & 0o077 == 0
    assert not [path for path in backup.iterdir() if path.stat().st_mode & 0o077]
    manifest = json.loads((backup / "manifest.json").read_text())
    assert (backup / manifest["keys"]).exists() and manifest["keys"] not in manifest["sha256"]


def test_restored_elsewhere_it_answers_and_its_log_is_sound(backup):
    data_dir, environment = elsewhere()
    done = cli(environment, "restore", str(backup))
    assert done.returncode == 0, done.stderr + done.stdout
    restored = products.start(data_dir, environment)
    try:
        asked = restored.cli(
            "ask",
            "--as",
            "zhang.wei",
            "--purpose",
            "case_investigation",
            "--case",
            products.CASE,
            "--format",
            "json",
            "SELECT item_number, county_code FROM stolen_property LIMIT 2",
        )
        assert asked.returncode == 0, asked.stderr
        assert len(json.loads(asked.stdout)["rows"]) == 2
        assert restored.cli("audit", "verify").returncode == 0
    finally:
        products.stop(restored)


def test_nothing_is_overwritten(backup, patient):
    again = patient.product.cli("backup", str(backup))
    assert again.returncode == 1
    over = patient.product.cli("restore", str(backup))
    assert over.returncode == 1


def test_without_the_keys_it_says_what_is_missing(backup, tmp_path):
    manifest = json.loads((backup / "manifest.json").read_text())
    kept = (backup / manifest["keys"]).rename(tmp_path / "keys")
    try:
        _, environment = elsewhere()
        done = cli(environment, "restore", str(backup))
        assert done.returncode == 1 and "--keys" in done.stderr
    finally:
        kept.rename(backup / manifest["keys"])
