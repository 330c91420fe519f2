"""The disk is full: what cannot be written is refused clearly, nothing is half-written, and room heals it."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import httpx
import pytest

from tests import product as products

pytestmark = [pytest.mark.timeout(500), pytest.mark.slow]


@pytest.fixture
def small():
    """The demonstration on a small file system of its own."""
    folder = Path(tempfile.mkdtemp(prefix="bj-disk-"))
    folder.chmod(0o755)
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=700m,mode=755", "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        folder.rmdir()
        pytest.skip(f"mounting a small file system needs root and CAP_SYS_ADMIN: {done.stderr.strip()}")
    product = products.start(folder / "var", products.clean_environment(folder / "var"))
    yield product
    products.stop(product)
    subprocess.run(["umount", "-l", str(folder)], check=False)
    shutil.rmtree(folder, ignore_errors=True)


def test_full_disk_while_ingesting(small, tmp_path):
    token = small.cli("demo", "token", "sun.lei").stdout.strip()
    before = rows(small)
    header = "record_number,county_code,unit_code,lost_on,reported_on,category,colour,place_kind,value_yuan,status,owner_name,owner_id_number,owner_phone,remark"
    line = (
        "LT-DISK-{:07d},150103,150103510001,2026-11-01,2026-11-02,手机,黑色,公交车,1200.00,未找回,测试,150103199001010011,13800000000,盘满"
    )
    big = tmp_path / "big.csv"
    big.write_text("\n".join([header, *(line.format(number) for number in range(60_000))]), encoding="utf-8")
    filler = small.data_dir.parent / "filler"
    with filler.open("wb") as file:
        try:
            while True:
                file.write(b"\0" * (1 << 20))
        except OSError:
            pass
    try:
        done = small.cli("lake", "ingest", str(big), "--dataset", "lost_property", timeout=180, BEIJIANG_TOKEN=token)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr[-400:] or "No space" in done.stderr
        assert rows_or_none(small) in (None, before), "nothing may be half-written"
    finally:
        filler.unlink()
    end = time.monotonic() + 90
    while not small.status().get("well"):
        assert time.monotonic() < end, small.status()
        time.sleep(1)
    assert rows(small) == before
    assert small.cli("audit", "verify", timeout=120).returncode == 0


def rows(product) -> int:
    """How many rows the dataset has, as the directory says."""
    found = rows_or_none(product)
    assert found is not None
    return found


def rows_or_none(product) -> int | None:
    token = product.cli("demo", "token", "zhang.wei").stdout.strip()
    try:
        reply = httpx.get(f"{product.base}/api/v1/inquiry/datasets", headers={"Authorization": f"Bearer {token}"}, timeout=30)
        return next(item["rows"] for item in reply.json() if item["name"] == "lost_property")
    except (httpx.HTTPError, ValueError, TypeError, StopIteration):
        return None
