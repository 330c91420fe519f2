"""An auditor finds a refusal and a use, takes both away in a bundle, and a clean Python elsewhere verifies it."""

from __future__ import annotations

import re
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

from tests.product import CASE, Product, csrf

ASK = {"sql": "SELECT category, brand FROM stolen_property LIMIT 5", "purpose": "case_investigation", "case": CASE}


def bundles(client: Any) -> set[str]:
    return set(re.findall(r'href="(/audit/exports/[0-9a-f-]+\.zip)"', client.get("/audit/exports/").text))


def test_from_finding_to_verifying_elsewhere(product: Product, tmp_path: Path) -> None:
    with product.bearer("zhang.wei") as api:
        done = api.post("/api/v1/inquiry/ask", json=ASK).json()
    with product.bearer("li.na") as api:
        refused = api.post("/api/v1/inquiry/ask", json=ASK).json()
    time.sleep(2.5)
    with product.client("chen.jing") as client:
        page = client.get("/audit/?outcome=refused&person=li.na&dataset=stolen_property").text
        assert refused["receipt"] in page and done["receipt"] not in page
        page = client.get(f"/audit/?outcome=done&person=zhang.wei&matter={CASE}").text
        assert done["receipt"] in page and refused["receipt"] not in page
        page = client.get("/audit/?unit=150103000000").text
        assert done["receipt"] in page, "the county's own and all stations under it"
        numbers = client.get("/audit/numbers?dataset=stolen_property").text
        assert "结果" in numbers and "依据" in numbers
        people = client.get("/audit/?by=person&dataset=stolen_property").text
        assert people.index("李娜") < people.index("张伟"), "by name"

        before = bundles(client)
        page = client.get("/audit/?dataset=stolen_property")
        form = {"csrfmiddlewaretoken": csrf(page.text), "query": "dataset=stolen_property", "reason": "专项核查被盗物品数据"}
        page = client.post("/audit/export", data=form, headers={"Referer": product.base})
        assert str(page.url).endswith("/audit/exports/")
        for _ in range(120):
            fresh = bundles(client) - before
            if fresh:
                break
            time.sleep(0.5)
        assert fresh, "the bundle was not made within a minute"
        answer = client.get(fresh.pop())
        assert answer.headers["content-type"] == "application/zip"
        bundle = tmp_path / "bundle.zip"
        bundle.write_bytes(answer.content)
        key = client.get("/log/key").text.strip()
        program = tmp_path / "verify.py"
        program.write_bytes(client.get("/log/verify.py").content)

    def verify(path: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-I", program, path, "--key", key], capture_output=True, text=True, cwd=tmp_path, timeout=60, check=False
        )

    sound = verify(bundle)
    assert sound.returncode == 0, sound.stdout + sound.stderr
    with zipfile.ZipFile(bundle) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    mine = [n for n, c in files.items() if n.startswith("entries/") and (done["receipt"] in c.decode() or refused["receipt"] in c.decode())]
    assert len(mine) == 2
    bent = tmp_path / "bent.zip"
    with zipfile.ZipFile(bent, "w") as packed:
        for name, content in files.items():
            packed.writestr(name, content.replace("李娜".encode(), "王娜".encode()) if name in mine else content)
    found_out = verify(bent)
    assert found_out.returncode == 1 and any(f"✗ {name}" in found_out.stdout for name in mine)
    with product.bearer("zhang.wei") as api:
        assert api.get("/audit/exports/", headers={"Accept": "application/json"}).status_code in (401, 403)
    assert product.cli("audit", "verify").returncode == 0


def test_letters_of_a_quiet_product(product: Product) -> None:
    told = product.cli("letters")
    assert told.returncode in (0, 1), told.stderr
    assert product.cli("letters", "settle", "job:999999999", "--reason", "xxxx").returncode == 1
