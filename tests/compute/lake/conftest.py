"""A real worker process for the whole run, without any secret in its environment."""

from __future__ import annotations

import dataclasses
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from beijiang.compute.lake.adapters import client, tables

if TYPE_CHECKING:
    from collections.abc import Iterator


def start_worker(socket: Path, root: Path, *extra: str) -> subprocess.Popen[bytes]:
    """Start a worker as the supervisor does, and wait until it answers."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("BEIJIANG_")}
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "beijiang.compute.lake.adapters.worker",
            "--socket",
            str(socket),
            "--root",
            str(root),
            "--threads",
            "2",
            *extra,
        ],
        env=environment,
        cwd="/",
        stderr=subprocess.PIPE,
    )
    for _ in range(100):
        if client.ping(socket):
            return process
    process.kill()
    raise RuntimeError("the worker does not answer")


@pytest.fixture(scope="session")
def lake_root(django_db_setup: None) -> Iterator[Path]:
    """A lake of this run's own; sockets have short paths."""
    from django.conf import settings

    root = Path(tempfile.mkdtemp(prefix="bjl"))
    before = settings.ENV
    settings.ENV = dataclasses.replace(before, lake_root=root / "lake", lake_socket=root / "s")
    (root / "lake" / "tables").mkdir(parents=True)
    yield root
    settings.ENV = before
    if hasattr(tables._local, "catalog"):
        tables._local.catalog.engine.dispose()
    shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(autouse=True)
def _rooted(request: pytest.FixtureRequest) -> None:
    """Other rooms' tests put settings back to what they were before the lake had its root: name it again for each test."""
    from django.conf import settings

    if "lake_root" in request.fixturenames:
        root = request.getfixturevalue("lake_root")
        settings.ENV = dataclasses.replace(settings.ENV, lake_root=root / "lake", lake_socket=root / "s")


@pytest.fixture(scope="session")
def worker(lake_root: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The lake worker."""
    process = start_worker(lake_root / "s", lake_root / "lake")
    yield process
    process.terminate()
    process.wait(10)


@pytest.fixture
def lake(db: None, permissive: None, lake_root: Path) -> Path:
    """A database, a guard that lets pass, and the lake's folder."""
    return lake_root / "lake"


@pytest.fixture(scope="module")
def worlds(django_db_setup: None, django_db_blocker: Any, worker: subprocess.Popen[bytes]) -> Iterator[None]:
    """The oracle's datasets for all tests of a module: one transaction, rolled back at its end."""
    from django.db import transaction

    from beijiang.kernel import guard

    from . import oracle

    before = guard._decider
    guard.install(lambda actor, permission, resource: None)
    with django_db_blocker.unblock(), transaction.atomic():
        oracle.build()
        yield
        transaction.set_rollback(True)
    guard.install(before)
