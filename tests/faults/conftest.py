"""The running product, and ways to hurt it."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import httpx
import psycopg
import pytest

from beijiang.config.processes.layout import Layout
from beijiang.config.processes.supervisor import endpoints, send
from tests import product as products

QUESTION = {"sql": "SELECT item_number, county_code FROM stolen_property LIMIT 3", "purpose": "case_investigation", "case": products.CASE}


@dataclass
class Patient:
    """A running product under test."""

    product: products.Product
    layout: Layout = field(init=False)

    def __post_init__(self) -> None:
        self.layout = Layout(self.product.data_dir)

    def pid(self, process: str) -> int:
        """The process number now."""
        for item in self.product.status()["processes"]:
            if item["name"] == process:
                return int(item.get("pid", 0))
        raise LookupError(process)

    def supervise(self, command: str, process: str) -> None:
        """A command to the supervisor, such as stop or start."""
        send(endpoints(self.layout)[0], command, name=process, waiting=True)

    def database(self, name: str) -> psycopg.Connection:
        """A look into a database, as its superuser."""
        password = self.layout.secret("supervisor", "pg-postgres").read_text().strip()
        port = int(self.product.environment["BEIJIANG_PG_PORT"])
        return psycopg.connect(host="127.0.0.1", port=port, dbname=name, user="postgres", password=password, autocommit=True)

    def well(self, seconds: float = 60) -> dict[str, Any]:
        """Wait until every process runs and both web processes say that they are well."""
        end = time.monotonic() + seconds
        while True:
            status = self.product.status()
            if status.get("well"):
                return status
            if time.monotonic() > end:
                raise AssertionError(f"not well after {seconds} s: {status}")
            time.sleep(0.3)

    def sealed(self, receipts: set[str], seconds: float = 30) -> dict[str, int]:
        """How often each receipt is in the log, once all are there (or the time is up)."""
        end = time.monotonic() + seconds
        while True:
            with self.database("bj_user") as connection:
                rows = connection.execute(
                    "SELECT id::text, count(*) FROM audit_entry WHERE id = ANY(%s::uuid[]) GROUP BY id", [list(receipts)]
                )
                found = dict(rows.fetchall())
            if len(found) == len(receipts) or time.monotonic() > end:
                return found
            time.sleep(0.3)


class Load:
    """Somebody who asks again and again and remembers what was acknowledged."""

    def __init__(self, patient: Patient, token: str) -> None:
        self.patient, self.token = patient, token
        self.receipts: set[str] = set()
        self.failed: list[str] = []
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self) -> None:
        headers = {"Authorization": f"Bearer {self.token}"}
        while not self.stopping.is_set():
            try:
                reply = httpx.post(f"{self.patient.product.base}/api/v1/inquiry/ask", json=QUESTION, headers=headers, timeout=20)
            except httpx.HTTPError as error:
                self.failed.append(type(error).__name__)
                time.sleep(0.2)
                continue
            if reply.status_code == httpx.codes.OK:
                self.receipts.add(reply.json()["receipt"])
            else:
                self.failed.append(f"{reply.status_code} {reply.text[:200]}")
                time.sleep(0.1)

    def __enter__(self) -> Load:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self.thread.join(30)

    def until(self, count: int, seconds: float = 30) -> None:
        """Wait for so many more acknowledged questions."""
        goal, end = len(self.receipts) + count, time.monotonic() + seconds
        while len(self.receipts) < goal:
            assert time.monotonic() < end, f"only {len(self.receipts)} of {goal} acknowledged; last failures: {self.failed[-3:]}"
            time.sleep(0.05)


@pytest.fixture(scope="session")
def patient() -> Patient:
    """The session's product."""
    if os.geteuid() != 0:
        pytest.skip("as an ordinary user the domains share one system user; these tests need root")
    return Patient(products.running())


@pytest.fixture(scope="session")
def token(patient: Patient) -> str:
    """An access token of the officer who has a grant."""
    patient.well()
    done = patient.product.cli("demo", "token", "zhang.wei")
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def load(patient: Patient, token: str) -> Load:
    """A load in that officer's name; not started yet."""
    patient.well()
    return Load(patient, token)
