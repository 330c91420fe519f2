"""What the system gave up: listed without its content, tried again, settled with a reason that stands in the log."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.db import connection

from beijiang.config.cli import letters_command, main
from beijiang.config.processes import letters
from beijiang.kernel import handlers
from beijiang.kernel.errors import Invalid, NotFound
from beijiang.kernel.models import DeadLetter
from beijiang.trust.audit.models import Intake

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(monkeypatch: pytest.MonkeyPatch) -> Any:
    """An event that a handler gave up; `taken` is what the handler has got since."""
    taken: list[Any] = []
    monkeypatch.setitem(handlers._handlers, "letters-test", handlers.Handler("letters-test", "x.y.z.v1", "user", taken.append))
    monkeypatch.setattr("beijiang.kernel.events.check", lambda document: None)
    row = DeadLetter.objects.create(
        consumer="letters-test",
        document={"id": str(uuid.uuid4()), "type": "x.y.z.v1", "data": {"secret": "内容"}},
        error="ValueError: no",
        tries=8,
    )
    return row, taken


def failed_job() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (task_name, queue_name, args, status, attempts) VALUES ('room.work', 'room', %s, 'failed', 3) RETURNING id",
            [json.dumps({"secret": "内容"})],
        )
        return int(cursor.fetchone()[0])


def state(job: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs WHERE id = %s", [job])
        return str(cursor.fetchone()[0])


def said() -> list[tuple[str, str]]:
    return [
        (e["way"], e["reason"])
        for e in (json.loads(i.event)["event"] for i in Intake.objects.filter(type="audit.letter.settled.v1").order_by("id"))
    ]


def test_they_are_listed_without_their_content(letter: Any) -> None:
    job = failed_job()
    found = letters.waiting()
    assert [(f["kind"], f["what"], f["by"], f["tries"]) for f in found] == [
        ("event", "x.y.z.v1", "letters-test", 8),
        ("job", "room.work", "room", 3),
    ]
    assert found[1]["id"] == f"job:{job}" and "内容" not in json.dumps(found, ensure_ascii=False)


def test_an_event_is_tried_again(letter: Any) -> None:
    row, taken = letter
    assert letters.again(str(row.id)) == "taken"
    assert taken == [row.document] and letters.waiting() == [] and said() == [("again", "")]
    with pytest.raises(NotFound):
        letters.again(str(row.id))
    DeadLetter.objects.update(resolved_at=None)
    assert letters.again(str(row.id)) == "taken before" and len(taken) == 1, "once in effect"


def test_one_that_fails_again_stays(letter: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(document: Any) -> None:
        raise ValueError("still no")

    monkeypatch.setitem(handlers._handlers, "letters-test", handlers.Handler("letters-test", "x.y.z.v1", "user", fails))
    with pytest.raises(ValueError, match="still no"):
        letters.again(str(letter[0].id))
    assert len(letters.waiting()) == 1 and said() == []


def test_one_whose_handler_is_gone_can_be_settled_only(letter: Any) -> None:
    del handlers._handlers["letters-test"]
    try:
        with pytest.raises(Invalid):
            letters.again(str(letter[0].id))
        assert letters.settle(str(letter[0].id), "功能已下线") == "settled"
    finally:
        handlers._handlers["letters-test"] = handlers.Handler("letters-test", "x.y.z.v1", "user", print)
    assert letters.waiting() == [] and said() == [("settled", "功能已下线")]
    assert DeadLetter.objects.get().document["data"] == {"secret": "内容"}, "kept"


def test_jobs(letter: Any) -> None:
    first, second = failed_job(), failed_job()
    assert letters.again(f"job:{first}") == "queued" and state(first) == "todo"
    assert letters.settle(f"job:{second}", "数据已手工补录") == "settled" and state(second) == "cancelled"
    for which in (f"job:{first}", f"job:{second}", "job:0", "job:x", "job:", "job:-1", "job:" + "9" * 30):
        with pytest.raises(NotFound):
            letters.again(which)
        with pytest.raises(NotFound):
            letters.settle(which, "xxxx")
    assert said() == [("again", ""), ("settled", "数据已手工补录")]


@pytest.mark.parametrize("which", ["", "x", str(uuid.UUID(int=0)), "'; drop table"])
def test_what_does_not_wait(which: str) -> None:
    with pytest.raises(NotFound):
        letters.again(which)


@pytest.mark.parametrize("reason", ["", "   ", "abc", "x" * 501])
def test_settling_needs_a_reason(letter: Any, reason: str) -> None:
    with pytest.raises(Invalid):
        letters.settle(str(letter[0].id), reason)
    assert len(letters.waiting()) == 1


def test_the_command(letter: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    row, _ = letter

    def errand(env: Any, layout: Any, domain: str, *words: str) -> Any:
        if domain == "data":
            return []
        return {"letters": letters.waiting, "letter-again": letters.again, "letter-settle": letters.settle}[words[0]](*words[1:])

    monkeypatch.setattr(letters_command.setup, "errand", errand)
    monkeypatch.setattr(letters_command, "running", lambda env, layout: (env, {}))
    monkeypatch.setattr(letters_command, "supervisor_only", lambda layout: None)
    monkeypatch.setenv("BEIJIANG_LANGUAGE", "en")
    assert main(["letters"]) == 1
    assert str(row.id) in capsys.readouterr().out
    assert main(["letters", "again"]) == 2
    assert "Name which one" in capsys.readouterr().out
    assert main(["letters", "settle", str(row.id), "--reason", "was entered by hand", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"domain": "user", "id": str(row.id), "done": "settled"}
    assert main(["letters", "list", "--domain", "user"]) == 0
    assert "No event" in capsys.readouterr().out
