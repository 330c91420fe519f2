"""The data domain keeps a decision; the user domain, another process, revokes: the next call sees it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections, transaction

from beijiang.kernel import counters, marks
from beijiang.trust.access import queries
from beijiang.trust.access.queries import kept

from .make import QUESTION, House, grant, house

pytestmark = [pytest.mark.data_domain, pytest.mark.django_db(databases=["default", "reader"], transaction=True)]


class Other:
    """The user domain's process."""

    def __init__(self, owner: Any, file: Path, *flags: str) -> None:
        environ = {
            **os.environ,
            "BEIJIANG_DOMAIN": "user",
            "BEIJIANG_DB_NAME": connections["reader"].settings_dict["NAME"],
            "BEIJIANG_DECISION_MARKS": str(file),
            "OWNER": str(owner),
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.trust.access.other_process", *flags],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environ,
            cwd=Path(__file__).parents[3],
        )
        assert self.heard() == "ready"

    def heard(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def __call__(self, do: str, **more: str) -> None:
        assert self.process.stdin is not None
        print(json.dumps({"do": do, **more}), file=self.process.stdin, flush=True)
        assert self.heard() == "done"


@pytest.fixture
def region() -> House:
    with transaction.atomic(using="reader"):
        return house()


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = tmp_path / "decisions"
    counters.make(path)
    monkeypatch.setattr(settings, "ENV", replace(settings.ENV, decision_marks=path, decision_cache=True))
    kept.forget_kept()
    yield path
    kept.forget_kept()


@pytest.fixture
def other(region: House, file: Path) -> Iterator[Callable[..., Other]]:
    started: list[Other] = []

    def start(*flags: str) -> Other:
        started.append(Other(region.zhao.user_id, file, *flags))
        return started[-1]

    yield start
    for each in started:
        each.process.kill()
        each.process.wait(10)
        for pipe in (each.process.stdin, each.process.stdout):
            assert pipe is not None
            pipe.close()


@pytest.fixture
def issued(region: House) -> str:
    """A grant, kept from now on as the data domain's decision."""
    with transaction.atomic(using="reader"):
        return str(grant(region).id)


def permitted(region: House) -> bool:
    return queries.decide(region.zhang, QUESTION).permit


def is_kept(region: House) -> bool:
    return kept.find(region.zhang, QUESTION) is not None


def test_the_next_call_sees_what_another_process_revoked(region: House, other: Callable[..., Other], issued: str) -> None:
    user_domain = other()
    assert permitted(region) and is_kept(region)
    user_domain("revoke", grant=issued)
    assert not is_kept(region) and not permitted(region)


def test_without_marks_it_would_not(region: House, other: Callable[..., Other], issued: str) -> None:
    """That the test above bites: a user domain that marks nothing is noticed only when the entry runs out."""
    user_domain = other("unmarked")
    assert permitted(region) and is_kept(region)
    user_domain("revoke", grant=issued)
    assert permitted(region)
    kept.forget_kept()
    assert not permitted(region)


def test_nothing_is_kept_while_a_revocation_waits_for_its_commit(region: House, other: Callable[..., Other], issued: str) -> None:
    user_domain = other()
    assert permitted(region) and is_kept(region)
    user_domain("begin")
    user_domain("revoke", grant=issued)
    for _ in range(2):
        assert permitted(region) and not is_kept(region)  # not committed: it stands, but nobody relies on it
    user_domain("commit")
    assert not permitted(region)


def test_a_revocation_rolled_back_leaves_all_as_it_was(region: House, other: Callable[..., Other], issued: str) -> None:
    user_domain = other()
    user_domain("begin")
    user_domain("revoke", grant=issued)
    assert permitted(region) and not is_kept(region)
    user_domain("roll back")
    assert permitted(region) and is_kept(region)


def test_a_process_killed_in_the_middle_leaves_nothing_kept_until_the_next_start(
    region: House, other: Callable[..., Other], issued: str, file: Path
) -> None:
    user_domain = other()
    user_domain("begin")
    user_domain("revoke", grant=issued)
    user_domain.process.kill()
    user_domain.process.wait(10)
    for _ in range(2):
        assert permitted(region) and not is_kept(region)
    counters.make(file)
    assert permitted(region) and is_kept(region)


def test_the_data_domain_never_writes_the_file(region: House, issued: str, file: Path) -> None:
    before = file.read_bytes()
    file.chmod(0o440)
    assert permitted(region) and is_kept(region) and file.read_bytes() == before
    assert marks._reader.opened is not None and marks._reader.opened.words.readonly
