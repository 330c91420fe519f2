"""Uploads in pieces, sent through the door in the background; drop folders; what is forgotten. Real disk, real database, real HTTP."""

from __future__ import annotations

import errno
import hashlib
import os
import threading
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.db import connection

from beijiang.flow.exchange.types import DatasetSpec
from beijiang.kernel import clock, todo
from beijiang.kernel.errors import Conflict, Invalid, NotFound, Problem, Refused, TooLarge, TooMany, Unavailable
from beijiang.kernel.types import Actor
from beijiang.trust.identity import actions as identity
from beijiang.trust.identity.types import PersonRow
from beijiang.work.stewardship import actions, queries
from beijiang.work.stewardship.adapters import drops, spool
from beijiang.work.stewardship.models import Reply, Upload
from beijiang.work.stewardship.types import OPEN_LIMIT

from .make import CSV, HEAD, CareDoor, digest, draft, kinds, steward

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from beijiang.work.stewardship.types import Upload as Shown
    from tests.trust.access.make import House

pytestmark = pytest.mark.django_db
THREADS = pytest.mark.django_db(transaction=True)
SYSTEM = Actor.system("stewardship")
PIECE = 16
DATA = bytes(range(100))


@pytest.fixture(autouse=True)
def _at_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits for the commit runs at once, where the test itself is one transaction."""
    if not any(mark.kwargs.get("transaction") for mark in request.node.iter_markers("django_db")):
        monkeypatch.setattr("django.db.transaction.on_commit", lambda do, *_, **__: do())


def begin(actor: Actor, data: bytes = DATA, **changes: Any) -> Shown:
    """Begin an upload of some bytes."""
    return actions.begin_upload(actor, **({"file_name": "a.csv", "size": len(data), "modified": 5, "head_sha256": HEAD} | changes))


def piece(actor: Actor, upload: Shown, offset: int, data: bytes = DATA, length: int = PIECE) -> Shown:
    """Send a piece."""
    part = data[offset : offset + length]
    return actions.append_chunk(actor, upload_id=upload.id, offset=offset, data=part, digest=digest(part))


def whole(actor: Actor, data: bytes = DATA, **changes: Any) -> Shown:
    """Upload all of it and finish."""
    upload = begin(actor, data, **changes)
    while upload.received < len(data):
        upload = piece(actor, upload, upload.received, data)
    return actions.finish_upload(actor, upload_id=upload.id)


def send(upload: Shown) -> Shown:
    """What the background does."""
    return actions.send_upload(SYSTEM, upload_id=upload.id)


def test_a_file_in_pieces_reaches_the_door_byte_by_byte(sun: Actor, door: CareDoor) -> None:
    upload = whole(sun)
    assert upload.state == "sending"
    sent = send(upload)
    assert sent.state == "sent"
    assert door.files == [DATA]
    assert sent.sha256 == hashlib.sha256(DATA).hexdigest()
    assert sent.draft_id in door.drafts
    assert spool.there(upload.id) == 0, "what is handed over does not stay"
    assert kinds("stewardship.") == ["stewardship.upload.begun.v1", "stewardship.upload.finished.v1", "stewardship.upload.handed_over.v1"]
    assert [item.url for item in todo.for_actor(sun)] == [f"/stewardship/drafts/{sent.draft_id}/"]
    assert send(upload).state == "sent"
    assert len(door.files) == 1, "sent once"


def test_the_spool_is_shut_to_others(sun: Actor) -> None:
    upload = piece(sun, begin(sun), 0)
    assert oct(spool.folder().stat().st_mode & 0o777) == "0o700"
    assert oct(spool.place(upload.id).stat().st_mode & 0o777) == "0o600"


def test_the_same_file_again_goes_on_where_it_stopped(sun: Actor) -> None:
    first = piece(sun, begin(sun), 0)
    again = begin(sun)
    assert (again.id, again.received) == (first.id, PIECE)
    assert begin(sun, modified=6).id != first.id
    assert begin(sun, head_sha256="cd" * 32).id != first.id
    done = piece(sun, again, PIECE, length=84)
    assert done.received == 100


def test_out_of_order_doubled_and_replayed_pieces_change_nothing(sun: Actor) -> None:
    upload = piece(sun, begin(sun), 0)
    with pytest.raises(Conflict) as gap:
        piece(sun, upload, 32)
    assert (gap.value.code, gap.value.extra["received"]) == ("stewardship.wrong_offset", PIECE)
    with pytest.raises(Conflict):
        piece(sun, upload, 8)
    assert piece(sun, upload, 0).received == PIECE, "the same piece again is the same"
    with pytest.raises(Conflict) as other:
        piece(sun, upload, 0, b"x" * 100)
    assert other.value.code == "stewardship.other_content"
    assert spool.place(upload.id).read_bytes() == DATA[:PIECE]


def test_a_damaged_piece_is_not_written(sun: Actor) -> None:
    upload = begin(sun)
    with pytest.raises(Invalid) as caught:
        actions.append_chunk(sun, upload_id=upload.id, offset=0, data=b"abc", digest=digest(b"abd"))
    assert caught.value.code == "stewardship.chunk_digest"
    assert spool.there(upload.id) == 0


def test_what_a_killed_writer_left_is_cut_off(sun: Actor) -> None:
    upload = piece(sun, begin(sun), 0)
    with spool.place(upload.id).open("ab") as file:
        file.write(b"half of a piece")
    upload = piece(sun, upload, PIECE)
    assert spool.place(upload.id).read_bytes() == DATA[: 2 * PIECE]


def test_bytes_that_vanished_are_asked_for_again(sun: Actor) -> None:
    upload = piece(sun, piece(sun, begin(sun), 0), PIECE)
    os.truncate(spool.place(upload.id), 5)
    with pytest.raises(Conflict) as caught:
        piece(sun, upload, 2 * PIECE)
    assert caught.value.extra["received"] == 5
    assert piece(sun, upload, 5).received == 21


def test_it_cannot_be_finished_before_it_is_whole(sun: Actor) -> None:
    upload = piece(sun, begin(sun), 0)
    with pytest.raises(Conflict) as caught:
        actions.finish_upload(sun, upload_id=upload.id)
    assert caught.value.extra["received"] == PIECE
    assert queries.upload(sun, upload_id=upload.id).state == "receiving"


def test_finishing_twice_sends_once(sun: Actor, door: CareDoor) -> None:
    upload = whole(sun)
    assert actions.finish_upload(sun, upload_id=upload.id).state == "sending"
    send(upload)
    assert actions.finish_upload(sun, upload_id=upload.id).state == "sent"
    with pytest.raises(Conflict):
        piece(sun, upload, 0)
    assert len(door.files) == 1


@pytest.mark.parametrize(
    ("changes", "error", "code"),
    [
        ({"size": 0}, Invalid, "stewardship.empty"),
        ({"size": (2 << 30) + 1}, TooLarge, "stewardship.too_large"),
        ({"file_name": "../"}, Invalid, "stewardship.bad_name"),
        ({"head_sha256": "x"}, Invalid, "stewardship.bad_digest"),
        ({"sha256": "x"}, Invalid, "stewardship.bad_digest"),
        ({"modified": -1}, Invalid, "stewardship.bad_time"),
        ({"modified": 1 << 60}, Invalid, "stewardship.bad_time"),
    ],
)
def test_beginnings_that_are_refused(sun: Actor, changes: dict[str, Any], error: type[Problem], code: str) -> None:
    with pytest.raises(error) as caught:
        begin(sun, **changes)
    assert caught.value.code == code
    assert Upload.objects.count() == 0


def test_a_person_has_a_quota_and_so_many_files_at_once(sun: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "ENV", replace(settings.ENV, upload_quota_gb=1))
    begin(sun, size=900 << 20)
    with pytest.raises(TooLarge) as caught:
        begin(sun, size=200 << 20, file_name="b.csv")
    assert caught.value.code == "stewardship.quota"
    for number in range(OPEN_LIMIT - 1):
        begin(sun, size=1, file_name=f"{number}.csv")
    with pytest.raises(TooMany):
        begin(sun, size=1, file_name="last.csv")
    actions.abandon_upload(sun, upload_id=queries.uploads(sun)[0].id)
    begin(sun, size=1, file_name="last.csv")


def test_a_full_disk_is_said_and_loses_nothing(sun: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = piece(sun, begin(sun), 0)

    def full(*_: Any) -> int:
        raise OSError(errno.ENOSPC, "no space")

    with monkeypatch.context() as patched:
        patched.setattr("os.pwrite", full)
        with pytest.raises(Unavailable) as caught:
            piece(sun, upload, PIECE)
    assert caught.value.code == "stewardship.disk_full"
    assert spool.place(upload.id).read_bytes() == DATA[:PIECE]
    assert piece(sun, upload, PIECE).received == 2 * PIECE
    monkeypatch.setattr(spool, "RESERVE", 1 << 60)
    with pytest.raises(Unavailable):
        begin(sun, file_name="b.csv")


def test_somebody_elses_upload_is_not_there(sun: Actor, house: House) -> None:
    upload = piece(sun, begin(sun), 0)
    other = steward(PersonRow("he.yu", "何雨", "150000", ("steward",)))
    for act in (
        lambda: piece(other, upload, PIECE),
        lambda: actions.finish_upload(other, upload_id=upload.id),
        lambda: actions.abandon_upload(other, upload_id=upload.id),
        lambda: actions.go_on(other, upload_id=upload.id),
        lambda: queries.upload(other, upload_id=upload.id),
    ):
        with pytest.raises(NotFound):
            act()
    assert begin(other).id != upload.id, "the same file by somebody else is another upload"
    assert queries.uploads(other)[0].received == 0


def test_who_brings_no_data_may_not(house: House, place: Path) -> None:
    for actor in (house.zhang, house.wang, house.chen, house.admin):
        with pytest.raises(Refused):
            begin(actor)
        with pytest.raises(Refused):
            actions.open_drop_folder(actor)
    with pytest.raises(Refused):
        actions.send_upload(house.zhang, upload_id=house.zhang.user_id)  # type: ignore[arg-type]


def test_giving_up_deletes_what_had_come(sun: Actor, door: CareDoor) -> None:
    upload = piece(sun, begin(sun), 0)
    assert actions.abandon_upload(sun, upload_id=upload.id).state == "abandoned"
    assert not spool.place(upload.id).exists()
    assert actions.abandon_upload(sun, upload_id=upload.id).state == "abandoned"
    fresh = begin(sun)
    assert (fresh.id != upload.id, fresh.received) == (True, 0)
    sent = send(whole(sun))
    with pytest.raises(Conflict):
        actions.abandon_upload(sun, upload_id=sent.id)


def test_a_promise_of_the_whole_files_digest_is_kept(sun: Actor, door: CareDoor) -> None:
    good = whole(sun, sha256=hashlib.sha256(DATA).hexdigest())
    assert send(good).state == "sent"
    bad = send(whole(sun, file_name="b.csv", sha256="ab" * 32))
    assert (bad.state, bad.error_code) == ("failed", "stewardship.digest_mismatch")
    assert len(door.files) == 1
    with pytest.raises(Conflict):
        begin(sun, file_name="c.csv", sha256="ab" * 32)
        begin(sun, file_name="c.csv", sha256="cd" * 32)


def test_a_sign_in_that_ended_lets_the_file_wait(sun: Actor, door: CareDoor) -> None:
    upload = whole(sun)
    assert sun.session_id is not None
    identity.end_session(sun, sid=sun.session_id)
    assert send(upload).state == "waiting"
    assert door.files == []
    again = steward()
    assert actions.go_on(again, upload_id=upload.id).state == "sending"
    assert send(upload).state == "sent"


def test_a_door_that_is_away_is_tried_again(sun: Actor, door: CareDoor) -> None:
    upload = whole(sun)
    door.trouble["POST drafts"] = Unavailable("lake.disk_full")
    waiting = send(upload)
    assert (waiting.state, waiting.error_code) == ("sending", "lake.disk_full")
    assert spool.there(upload.id) == len(DATA)
    door.trouble.clear()
    assert actions.carry_on(SYSTEM) == 1
    assert queries.upload(sun, upload_id=upload.id).state == "sent"
    assert queries.upload(sun, upload_id=upload.id).error is None


def test_what_the_door_refuses_is_said_and_can_be_tried_again(sun: Actor, door: CareDoor) -> None:
    upload = whole(sun)
    door.trouble["POST drafts"] = Invalid("lake.file_empty")
    failed = send(upload)
    assert (failed.state, failed.error_code) == ("failed", "lake.file_empty")
    assert failed.error is not None
    assert "stewardship.upload.failed.v1" in kinds("stewardship.")
    door.trouble.clear()
    actions.go_on(sun, upload_id=upload.id)
    assert send(upload).state == "sent"


@THREADS
def test_two_processes_do_not_send_one_file_twice(sun: Actor, door: CareDoor) -> None:
    upload = whole(sun)
    results: list[str] = []

    def work() -> None:
        results.append(send(upload).state)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "sent" in results
    assert len(door.files) == 1


@THREADS
def test_two_pages_sending_one_file_at_once_make_one_upload(sun: Actor) -> None:
    problems: list[str] = []

    def page() -> None:
        try:
            upload = begin(sun)
            while upload.received < len(DATA):
                try:
                    upload = piece(sun, upload, upload.received)
                except Conflict as conflict:
                    problems.append(conflict.code)
                    upload = replace(upload, received=conflict.extra["received"])
        finally:
            connection.close()

    threads = [threading.Thread(target=page) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    mine = queries.uploads(sun)
    assert [(u.received, u.state) for u in mine] == [(100, "receiving")]
    assert spool.place(mine[0].id).read_bytes() == DATA
    assert set(problems) <= {"stewardship.wrong_offset"}


def test_a_plain_form_sends_a_whole_file(sun: Actor, door: CareDoor) -> None:
    from io import BytesIO

    taken = actions.take_form_file(sun, file_name="a.csv", size=len(CSV), stream=BytesIO(CSV))
    assert taken.state == "sending"
    assert actions.carry_on(SYSTEM) == 1
    assert door.files == [CSV]
    with pytest.raises(TooLarge):
        actions.take_form_file(sun, file_name="a.csv", size=65 << 20, stream=BytesIO(b"x"))
    with pytest.raises(Invalid):
        actions.take_form_file(sun, file_name="a.csv", size=0, stream=BytesIO(b""))


# -- drop folders ------------------------------------------------------------------------------------------------------


@pytest.fixture
def dropped(sun: Actor) -> Iterator[Any]:
    """Lay a file into the drop folder and let a minute pass."""
    actions.open_drop_folder(sun)

    def lay(name: str, data: bytes = CSV) -> Path:
        path = drops.of("sun.lei") / name
        path.write_bytes(data)
        return path

    return lay  # type: ignore[return-value]


def later(seconds: float = 61) -> Any:
    """After a while."""
    return clock.shifted(timedelta(seconds=seconds))


def test_a_dropped_file_becomes_a_draft_in_its_persons_name(sun: Actor, door: CareDoor, dropped: Any) -> None:
    path = dropped("人员.csv")
    assert actions.take_drops(SYSTEM) == 0, "it may still be written to"
    assert path.exists()
    with later():
        assert actions.take_drops(SYSTEM) == 1
        assert not path.exists()
        assert actions.carry_on(SYSTEM) == 1
    assert door.files == [CSV]
    (upload,) = queries.uploads(sun)
    assert (upload.source, upload.state, upload.file_name) == ("drop", "sent", "人员.csv")
    assert (drops.of("sun.lei") / "taken" / "人员.csv").read_bytes() == CSV
    headers, _ = door.seen[-1]
    assert headers["authorization"].startswith("Bearer ")
    assert kinds("stewardship.drop") == ["stewardship.drop_folder.opened.v1"]
    assert kinds("identity.session")[-2:] == ["identity.session.started.v1", "identity.session.ended.v1"]


def test_a_file_that_grows_is_left_alone(dropped: Any) -> None:
    path = dropped("a.csv")
    with later(59):
        assert actions.take_drops(SYSTEM) == 0
    os.utime(path, (1, 1))  # an old date set by a copying program does not make it finished
    with later(30):
        assert actions.take_drops(SYSTEM) == 0
    for name in (".hidden.csv", "b.csv.part", "c.tmp"):
        dropped(name)
    path.unlink()
    with later():
        assert actions.take_drops(SYSTEM) == 0
    assert {p.name for p in drops.of("sun.lei").iterdir() if p.is_file()} == {".hidden.csv", "b.csv.part", "c.tmp"}


def refused(name: str) -> str:
    """Why a dropped file was refused."""
    return (drops.of("sun.lei") / "refused" / f"{name}.txt").read_text("utf-8")


def test_what_cannot_be_taken_is_refused_with_its_reason_and_kept(door: CareDoor, dropped: Any, tmp_path: Path) -> None:
    dropped("empty.csv", b"")
    secret = tmp_path / "secret"
    secret.write_text("not theirs")
    (drops.of("sun.lei") / "link.csv").symlink_to(secret)
    os.link(secret, drops.of("sun.lei") / "hard.csv")
    (drops.of("sun.lei") / "folder").mkdir()
    os.truncate(dropped("huge.csv"), (2 << 30) + 1)
    with later():
        assert actions.take_drops(SYSTEM) == 0
    assert "没有任何内容" in refused("empty.csv")
    assert "链接" in refused("link.csv")
    assert "硬链接" in refused("hard.csv")
    assert "子文件夹" in refused("folder")
    assert "2 GiB" in refused("huge.csv")
    assert secret.read_text() == "not theirs"
    assert door.files == []
    assert len(kinds("stewardship.drop.refused")) == 5
    assert sorted(queries.drop_folder(steward()).refused) == ["empty.csv", "folder", "hard.csv", "huge.csv", "link.csv"]


def test_nobody_is_spoken_for_who_did_not_agree(door: CareDoor, sun: Actor) -> None:
    for name in ("sun.lei", "nobody.at.all"):
        drops.make(name)
        (drops.of(name) / "a.csv").write_bytes(CSV)
    with later():
        assert actions.take_drops(SYSTEM) == 0
    assert "没有人开启" in refused("a.csv")
    assert (drops.of("nobody.at.all") / "refused" / "a.csv").read_bytes() == CSV
    assert door.files == []


def test_a_folder_that_cannot_be_written_does_not_stop_the_others(
    sun: Actor, door: CareDoor, dropped: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (drops.root() / "aaa.foreign").mkdir()
    (drops.root() / "aaa.foreign" / "x.csv").write_bytes(CSV)
    dropped("a.csv")
    make = drops.make

    def foreign(username: str) -> Path:
        if username == "aaa.foreign":
            raise PermissionError(errno.EPERM, "not permitted")
        return make(username)

    monkeypatch.setattr(drops, "make", foreign)
    with later():
        assert actions.take_drops(SYSTEM) == 1
        assert kinds("stewardship.drop.refused") == []
    assert (drops.root() / "aaa.foreign" / "x.csv").exists()


def test_a_closed_folder_or_a_lost_duty_stops_what_is_on_its_way(sun: Actor, door: CareDoor, dropped: Any) -> None:
    dropped("a.csv")
    with later():
        actions.take_drops(SYSTEM)
        actions.close_drop_folder(sun)
        assert actions.carry_on(SYSTEM) == 0
    assert "已关闭" in refused("a.csv")
    assert (drops.of("sun.lei") / "refused" / "a.csv").read_bytes() == CSV
    actions.open_drop_folder(sun)
    dropped("b.csv")
    with later():
        actions.take_drops(SYSTEM)
        identity.import_people(Actor.system("tests"), rows=[PersonRow("sun.lei", "孙磊", "150000", ("officer",))])
        actions.carry_on(SYSTEM)
    assert (drops.of("sun.lei") / "refused" / "b.csv").exists()
    assert door.files == []


def test_killed_anywhere_a_dropped_file_is_neither_lost_nor_doubled(
    sun: Actor, door: CareDoor, dropped: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    dropped("a.csv")
    with later():
        with monkeypatch.context() as patched:
            patched.setattr(Upload.objects, "create", lambda **_: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                actions.take_drops(SYSTEM)
        assert len(drops.interrupted("sun.lei")) == 1
        assert actions.take_drops(SYSTEM) == 1
        with monkeypatch.context() as patched:
            patched.setattr(drops, "settle", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                actions.carry_on(SYSTEM)
        assert len(drops.interrupted("sun.lei")) == 1
        assert actions.take_drops(SYSTEM) == 0
        assert actions.carry_on(SYSTEM) == 0
    assert drops.interrupted("sun.lei") == []
    assert (drops.of("sun.lei") / "taken" / "a.csv").read_bytes() == CSV
    assert len(door.files) == 1


def test_a_door_that_is_away_keeps_dropped_files(sun: Actor, door: CareDoor, dropped: Any) -> None:
    dropped("a.csv")
    door.trouble["POST drafts"] = Unavailable("exchange.door_away")
    with later():
        actions.take_drops(SYSTEM)
        assert actions.carry_on(SYSTEM) == 0
        door.trouble.clear()
        assert actions.carry_on(SYSTEM) == 1
    assert (drops.of("sun.lei") / "taken" / "a.csv").exists()


def test_the_same_name_twice_keeps_both(sun: Actor, door: CareDoor, dropped: Any) -> None:
    for data in (CSV, CSV + b"x"):
        dropped("a.csv", data)
        with later():
            actions.take_drops(SYSTEM)
            actions.carry_on(SYSTEM)
    assert sorted(p.name for p in (drops.of("sun.lei") / "taken").iterdir()) == ["a-2.csv", "a.csv"]


# -- forgetting --------------------------------------------------------------------------------------------------------


def test_what_was_left_lying_is_cleared(sun: Actor, door: CareDoor, dropped: Any) -> None:
    upload = piece(sun, begin(sun), 0)
    (spool.folder() / "stray").write_bytes(b"x")
    os.utime(spool.folder() / "stray", (1, 1))
    with clock.shifted(timedelta(hours=47)):
        assert actions.expire_uploads(SYSTEM).uploads == 0
    assert spool.there(upload.id) == PIECE
    dropped("a.csv")
    with later():
        actions.take_drops(SYSTEM)
        actions.carry_on(SYSTEM)
    with clock.shifted(timedelta(hours=49)):
        swept = actions.expire_uploads(SYSTEM)
    assert swept.uploads == 1
    assert not spool.place(upload.id).exists()
    assert queries.upload(sun, upload_id=upload.id).state == "expired"
    assert (drops.of("sun.lei") / "taken" / "a.csv").exists()
    with clock.shifted(timedelta(days=8)):
        assert actions.expire_uploads(SYSTEM).files >= 1
    assert not (drops.of("sun.lei") / "taken" / "a.csv").exists()
    assert "stewardship.uploads.expired.v1" in kinds("stewardship.")


def test_a_draft_that_is_gone_waits_for_nobody(sun: Actor, door: CareDoor) -> None:
    send(whole(sun))
    assert [item.due_at for item in todo.for_actor(sun)] == [next(iter(door.drafts.values())).expires_at]
    with clock.shifted(timedelta(days=7)):
        actions.expire_uploads(SYSTEM)
        assert len(todo.for_actor(sun)) == 1
    with clock.shifted(timedelta(days=9)):
        actions.expire_uploads(SYSTEM)
        assert todo.for_actor(sun) == []


def test_a_whole_file_waits_for_the_door_as_long_as_it_takes(sun: Actor, door: CareDoor) -> None:
    upload = whole(sun)
    with clock.shifted(timedelta(days=5)):
        assert actions.expire_uploads(SYSTEM).uploads == 0
    assert spool.there(upload.id) == len(DATA)


# -- drafts and keys ---------------------------------------------------------------------------------------------------


def test_publishing_and_dropping_tick_off_the_to_do(sun: Actor, door: CareDoor) -> None:
    sent = send(whole(sun))
    assert sent.draft_id is not None
    actions.save_plan(sun, draft_id=sent.draft_id, dataset={"name": "x"}, columns={"姓名": {"keep": True}})
    actions.publish_draft(sun, draft_id=sent.draft_id, spec=DatasetSpec("x"))
    assert todo.for_actor(sun) == []
    assert queries.plan(sun, draft_id=sent.draft_id).updated_at is None
    other = send(whole(sun, CSV, file_name="b.csv"))
    assert len(todo.for_actor(sun)) == 1
    actions.drop_draft(sun, draft_id=other.draft_id)  # type: ignore[arg-type]
    assert todo.for_actor(sun) == []


def test_what_is_typed_is_kept_page_by_page(sun: Actor, house: House) -> None:
    about = draft()
    actions.save_plan(sun, draft_id=about.id, dataset={"name": "x"}, columns={"a": {"keep": True}})
    kept = actions.save_plan(sun, draft_id=about.id, dataset={"name": "y"}, columns={"b": {"keep": False}})
    assert (kept.dataset, set(kept.columns)) == ({"name": "y"}, {"a", "b"})
    other = steward(PersonRow("he.yu", "何雨", "150000", ("steward",)))
    assert queries.plan(other, draft_id=about.id).columns == {}


def test_the_same_key_is_one_deed(sun: Actor) -> None:
    done: list[int] = []

    def deed() -> dict[str, Any]:
        done.append(1)
        return {"n": len(done)}

    for _ in range(2):
        assert actions.once(sun.user_id, key="k", call=["a"], do=deed) == {"n": 1}
    with pytest.raises(Invalid):
        actions.once(sun.user_id, key="k", call=["b"], do=deed)
    with pytest.raises(Invalid):
        actions.once(sun.user_id, key="x" * 129, call=["b"], do=deed)
    with pytest.raises(Conflict):
        actions.once(sun.user_id, key="inner", call=[], do=lambda: actions.once(sun.user_id, key="inner", call=[], do=deed))

    def fails() -> dict[str, Any]:
        raise Unavailable("x")

    with pytest.raises(Unavailable):
        actions.once(sun.user_id, key="f", call=[], do=fails)
    assert actions.once(sun.user_id, key="f", call=[], do=deed) == {"n": 2}
    Reply.objects.filter(key="f").update(answer=None)
    with clock.shifted(timedelta(minutes=6)):
        assert actions.once(sun.user_id, key="f", call=[], do=deed) == {"n": 3}, "a call that died does not hold its key for ever"
    with clock.shifted(timedelta(hours=25)):
        actions.expire_uploads(SYSTEM)
        assert Reply.objects.count() == 0
