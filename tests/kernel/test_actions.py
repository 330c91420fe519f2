"""The kernel's tables: outbox, inbox, numbers, to-dos, search, blobs."""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from beijiang.kernel import blobs, clock, events, handlers, inbox, numbers, outbox, search, todo
from beijiang.kernel.errors import Conflict, Invalid, NotFound, TooLarge
from beijiang.kernel.ids import new_id
from beijiang.kernel.models import Inbox, Outbox
from beijiang.kernel.types import Actor
from beijiang.kernel.words import Words


@dataclass(frozen=True)
class Happened:
    """An event of these tests."""

    n: int


@pytest.fixture(autouse=True)
def _registered() -> Any:
    events.event("kernel.test.happened.v1", Words("发生", "happened"), public=True)(Happened)
    yield
    events.registry.pop("kernel.test.happened.v1")


def waiting() -> list[int]:
    return [d["data"]["n"] for d in Outbox.objects.filter(published_at=None).order_by("id").values_list("document", flat=True)]


@pytest.mark.django_db(transaction=True)
def test_an_event_leaves_only_with_its_transaction() -> None:
    with pytest.raises(RuntimeError):
        outbox.emit(Happened(0))
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        outbox.emit(Happened(1))
        raise ZeroDivisionError
    assert waiting() == []
    with transaction.atomic():
        outbox.emit(Happened(2))
    assert waiting() == [2]


@pytest.mark.django_db(transaction=True)
def test_what_is_not_acknowledged_stays_and_is_sent_again() -> None:
    with transaction.atomic():
        for n in range(3):
            outbox.emit(Happened(n))
    assert outbox.pump(lambda docs: [d["data"]["n"] != 1 for d in docs]) == 2
    assert waiting() == [1]
    with pytest.raises(ConnectionError):
        outbox.pump(_away)
    assert waiting() == [1]
    assert outbox.pump(lambda docs: [True] * len(docs)) == 1
    assert outbox.pump(lambda docs: [True] * len(docs)) == 0


def _away(documents: list[dict[str, Any]]) -> list[bool]:
    raise ConnectionError("no stream")


@pytest.mark.django_db(transaction=True)
def test_a_row_that_commits_after_a_younger_one_is_not_passed_over() -> None:
    """Commit order differs from id order: a high-water mark would lose the first row."""
    started, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            outbox.emit(Happened(1))
            started.set()
            go_on.wait(10)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert started.wait(10)
    with transaction.atomic():
        outbox.emit(Happened(2))
    sent: list[int] = []

    def publish(documents: list[dict[str, Any]]) -> list[bool]:
        sent.extend(d["data"]["n"] for d in documents)
        return [True] * len(documents)

    outbox.pump(publish)
    go_on.set()
    thread.join()
    outbox.pump(publish)
    assert sent == [2, 1]


@pytest.mark.django_db(transaction=True)
def test_a_handler_takes_an_event_once_and_a_failure_counts_as_not_taken() -> None:
    taken: list[int] = []
    handler = handlers.Handler("kernel.test", "kernel.test.happened.v1", "user", lambda d: taken.append(d["data"]["n"]))
    document = events.envelope(Happened(7), id_=new_id(), time=clock.now())
    broken = handlers.Handler("kernel.test", "kernel.test.happened.v1", "user", lambda d: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        handlers.deliver(broken, document)
    assert handlers.deliver(handler, document) is True
    assert handlers.deliver(handler, document) is False
    assert taken == [7]


@pytest.mark.django_db(transaction=True)
def test_two_takers_at_once_are_one() -> None:
    results: list[bool] = []

    def take() -> None:
        with transaction.atomic():
            results.append(inbox.once("kernel.race", "x"))
        connection.close()

    threads = [threading.Thread(target=take) for _ in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(results) == [False] * 7 + [True]
    assert Inbox.objects.filter(consumer="kernel.race").count() == 1


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gap_and_no_double() -> None:
    with pytest.raises(RuntimeError):
        numbers.next_number("case", "150103")
    taken: list[int] = []

    def take(fail: bool) -> None:
        try:
            with transaction.atomic():
                n = numbers.next_number("case", "150103")
                if fail:
                    raise ZeroDivisionError
                taken.append(n)
        except ZeroDivisionError:
            pass
        connection.close()

    threads = [threading.Thread(target=take, args=(i % 3 == 0,)) for i in range(12)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(taken) == list(range(1, 9))


@pytest.mark.django_db
def test_search_finds_by_chinese_pinyin_initials_english_and_with_a_typo() -> None:
    search.index("place", "150103", Words("回民区", "Huimin District"), "/p/150103")
    search.index("place", "150702", Words("海拉尔区", "Hailar District"), "/p/150702")
    for text in ("回民", "huimin", "hmq", "Huimin Dist", "huimn"):
        assert [h.key for h in search.find(text)] == ["150103"], text
    assert search.find("不存在的地方") == []
    assert search.find("") == []
    assert search.find("' | zzqx --") == []
    search.remove("place", "150103")
    assert search.find("回民") == []


@pytest.mark.django_db
def test_a_todo_waits_for_a_person_or_a_duty_and_is_ticked_off_once() -> None:
    officer = Actor(new_id(), "a", "甲", duties=frozenset({"officer"}), unit_code="150103000000")
    todo.put("t1", Words("批", "approve"), "/x", duty="officer", unit_code="150103000000")
    todo.put("t2", Words("批", "approve"), "/x", duty="officer", unit_code="150702000000")
    todo.put("t3", Words("急", "urgent"), "/x", user_id=officer.user_id, loud=True)
    assert [t.key for t in todo.for_actor(officer)] == ["t3", "t1"]
    todo.done("t3")
    todo.done("t3")
    todo.put("case_1:a", Words("批", "approve"), "/x", user_id=officer.user_id)
    todo.put("case_1:b", Words("批", "approve"), "/x", user_id=officer.user_id)
    todo.put("caseX1:c", Words("批", "approve"), "/x", user_id=officer.user_id)
    todo.done_under("case_1:", but=["case_1:b"])
    assert [t.key for t in todo.for_actor(officer)] == ["t1", "case_1:b", "caseX1:c"]
    todo.done_under("case")
    assert [t.key for t in todo.for_actor(officer)] == ["t1"]
    with pytest.raises(ValueError):
        todo.put("t4", Words("", ""), "/x")


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, blobs.CHUNK, blobs.CHUNK + 1, 3 * blobs.CHUNK])
def test_a_blob_comes_back_and_lies_encrypted(size: int) -> None:
    content = b"%PDF-" + b"a" * (size - 1)
    ref = blobs.put(io.BytesIO(content), limit=10 << 20)
    assert ref.media_type == "application/pdf"
    assert b"".join(blobs.read(ref.sha256)) == content
    stored = blobs._path(ref.sha256).read_bytes()
    assert b"aaaaaaaa" not in stored
    for position in (30, len(stored) - 1):
        damaged = bytearray(stored)
        damaged[position] ^= 1
        blobs._path(ref.sha256).write_bytes(damaged)
        with pytest.raises(Conflict):
            list(blobs.read(ref.sha256))
    blobs.remove(ref.sha256)
    with pytest.raises(NotFound):
        list(blobs.read(ref.sha256))


@pytest.mark.django_db
def test_a_cut_off_blob_is_noticed() -> None:
    ref = blobs.put(io.BytesIO(b"x" * (2 * blobs.CHUNK + 5)), limit=10 << 20)
    path = blobs._path(ref.sha256)
    path.write_bytes(path.read_bytes()[: 20 + 4 + blobs.CHUNK + 16])
    with pytest.raises(Conflict):
        list(blobs.read(ref.sha256))


@pytest.mark.django_db
def test_bad_blobs_are_refused_and_leave_nothing(settings: Any, tmp_path: Path) -> None:
    settings.BLOB_DIR = tmp_path
    with pytest.raises(TooLarge):
        blobs.put(io.BytesIO(b"x" * 100), limit=99)
    with pytest.raises(Invalid, match="空"):
        blobs.put(io.BytesIO(b""), limit=99)
    with pytest.raises(Invalid):
        blobs.put(io.BytesIO(b"\x00\x01\xff"), limit=99, allowed=frozenset({"image/png"}))
    with pytest.raises(NotFound):
        list(blobs.read("../../etc/passwd"))

    assert not list(tmp_path.iterdir())
