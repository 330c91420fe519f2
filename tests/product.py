"""The whole product, started once per session as a user would start it: `./beijiang up --demo`."""

from __future__ import annotations

import atexit
import functools
import json
import os
import re
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from tests.servers import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
PORTS = ("USER", "DATA", "PG", "NATS", "MQTT")
PASSWORD = "beijiang-demo-2026"
CASE = "A1501032026110001"


@dataclass
class Product:
    """A running product."""

    base: str
    data_dir: Path
    environment: dict[str, str] = field(repr=False)
    process: subprocess.Popen[bytes]

    def cli(self, *arguments: str, timeout: float = 60, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run `./beijiang` against this product."""
        return subprocess.run(
            [ROOT / "beijiang", *arguments],
            cwd=ROOT,
            env=self.environment | environment,
            capture_output=True,
            text=True,
            timeout=timeout,
            stdin=subprocess.DEVNULL,
        )

    def status(self) -> dict[str, Any]:
        """What `status --json` says."""
        return json.loads(self.cli("status", "--json").stdout)

    @contextmanager
    def client(self, username: str = "", language: str = "zh-hans") -> Iterator[httpx.Client]:
        """A browser-like client, signed in as `username` unless empty."""
        with httpx.Client(base_url=self.base, follow_redirects=True, timeout=30, headers={"Accept": "text/html"}) as client:
            self._sign_in(client, username, language)
            yield client

    def _sign_in(self, client: httpx.Client, username: str, language: str) -> None:
        client.cookies.set("bj_language", language)
        if username:
            page = client.get("/accounts/login/")
            answer = client.post(
                "/accounts/login/",
                data={"login": username, "password": PASSWORD, "csrfmiddlewaretoken": csrf(page.text)},
                headers={"Referer": self.base},
            )
            assert answer.status_code == 200, answer.text[:500]
            assert "/accounts/login" not in str(answer.url), f"{username} was not signed in"

    def bearer(self, username: str) -> httpx.Client:
        """An API client with an access token of `username`."""
        token = self.cli("demo", "token", username).stdout.strip()
        assert token
        return httpx.Client(base_url=self.base, timeout=30, headers={"Authorization": f"Bearer {token}"})


def csrf(html: str) -> str:
    """The form token of a page."""
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)
    assert found, "the page has no form token"
    return found.group(1)


def clean_environment(data_dir: Path) -> dict[str, str]:
    """The environment of a user who sets nothing but where and on which ports."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("BEIJIANG_", "DJANGO_", "PYTEST", "PG"))}
    environment |= {f"BEIJIANG_{name}_PORT": str(free_port()) for name in PORTS}
    return environment | {"BEIJIANG_DATA_DIR": str(data_dir)}


def start(data_dir: Path, environment: dict[str, str], *, demo: bool = True, seconds: float = 240) -> Product:
    """Start the product and wait until it says that it is ready."""
    log = data_dir.with_suffix(".log")
    with log.open("ab") as output:
        process = subprocess.Popen(
            [ROOT / "beijiang", "up", *(["--demo"] if demo else []), "--data-dir", data_dir],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    product = Product(f"http://127.0.0.1:{environment['BEIJIANG_USER_PORT']}", data_dir, environment, process)
    atexit.register(stop, product)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the product stopped at once:\n{log.read_text()[-4000:]}")
        if READY in log.read_text():
            return product
        time.sleep(0.25)
    raise TimeoutError(f"the product was not ready in {seconds} s:\n{log.read_text()[-4000:]}")


def attach(data_dir: Path) -> Product:
    """A product that somebody keeps running, as a developer does."""
    environment = clean_environment(data_dir)
    for name in PORTS:
        environment.pop(f"BEIJIANG_{name}_PORT")
    said = subprocess.run([ROOT / "beijiang", "status", "--json"], env=environment, capture_output=True, text=True, check=True, cwd=ROOT)
    status = json.loads(said.stdout)
    environment |= {f"BEIJIANG_{name}_PORT": str(status["ports"][name.lower()]) for name in PORTS}
    return Product(status["url"], data_dir, environment, subprocess.Popen(["sleep", "0"]))


READY = "Ctrl-C"
"""`up` ends its start by saying how to stop it."""


def stop(product: Product) -> None:
    """Stop it as Ctrl-C does."""
    if product.process.poll() is None:
        product.process.send_signal(signal.SIGINT)
        try:
            product.process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(product.process.pid, signal.SIGKILL)


@functools.cache
def running() -> Product:
    """The session's product with the demonstration region; BEIJIANG_RUNNING names the data directory of one to use instead."""
    if attached := os.environ.get("BEIJIANG_RUNNING"):
        return attach(Path(attached))
    data_dir = Path(tempfile.mkdtemp(prefix="bj-product-")) / "var"
    data_dir.parent.chmod(0o755)
    return start(data_dir, clean_environment(data_dir))
