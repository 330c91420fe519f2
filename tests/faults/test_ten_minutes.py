"""NATS is away for ten minutes and nothing is lost, without waiting for them.

What ten minutes would change is changed by hand while the real server is down: both clients have tried to reconnect six hundred
times, the outbox rows are ten minutes older, an acknowledgement was lost, and one resend comes after the stream's memory of it.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection, connections, transaction

from beijiang.config.processes import nats as stream
from beijiang.config.processes.jobs import Consumer
from beijiang.config.processes.relay import Stream
from beijiang.kernel import handlers, outbox
from beijiang.kernel.events import event
from beijiang.kernel.ids import new_id
from beijiang.kernel.models import DeadLetter, Outbox
from beijiang.kernel.words import Words
from tests import aio, servers

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(90)]
TYPE, MINUTES = "probe.message.told.v1", 10


@event(TYPE, Words("测试消息", "Test message"), public=True)
@dataclass(frozen=True)
class MessageTold:
    """A fact of this test only."""

    number: int


@dataclass
class Line:
    """The way of an event: outbox, relay's stream, NATS, jobs' consumer, handler."""

    nats: servers.Nats
    relay: Stream
    heard: Counter[str]
    clients: list[Any] = field(default_factory=list)

    def emit(self, *numbers: int) -> set[str]:
        """Commit facts with their change, one transaction each; the last half in an order against their ids."""
        ids = [new_id() for _ in numbers]
        order = ids[: len(ids) // 2] + ids[len(ids) // 2 :][::-1]
        for number, id_ in zip(numbers, order, strict=True):
            with transaction.atomic():
                outbox.emit(MessageTold(number), id_=id_)
        return {str(id_) for id_ in ids}

    def until(self, wanted: set[str], seconds: float = 15) -> None:
        """Relay until the handler has taken all of these."""
        end = time.monotonic() + seconds
        while not wanted <= self.heard.keys():
            assert time.monotonic() < end, f"{len(wanted - self.heard.keys())} of {len(wanted)} events did not arrive"
            outbox.pump(self.relay.publish)
            time.sleep(0.1)

    def later(self) -> None:
        """Ten minutes pass for everybody who counts them."""
        with connection.cursor() as cursor:
            cursor.execute("UPDATE kernel_outbox SET created_at = created_at - make_interval(mins => %s)", [MINUTES])
            cursor.execute("UPDATE kernel_outbox SET published_at = published_at - make_interval(mins => %s)", [MINUTES])
        assert outbox.forget_sent() == 0
        for client in self.clients:
            for server in client._server_pool:
                server.reconnects += MINUTES * 60
                server.last_attempt = (server.last_attempt or time.monotonic()) - MINUTES * 60

    def drained(self, seconds: float = 10) -> None:
        """Wait until the consumer has acknowledged all that the stream holds, so that a second handling would have happened."""

        async def left() -> int:
            setup = await stream.connect(self.nats.url, self.nats.seeds["setup"], "setup", connect_timeout=5)
            info = await setup.jetstream().consumer_info(stream.STREAM, "jobs-user")
            await setup.close()
            return (info.num_pending or 0) + (info.num_ack_pending or 0)

        end = time.monotonic() + seconds
        while waiting := aio.run(left()):
            assert time.monotonic() < end, f"{waiting} messages are not acknowledged"
            time.sleep(0.2)

    def streamed(self) -> Counter[str]:
        """How often each event is in the stream."""

        async def read() -> Counter[str]:
            setup = await stream.connect(self.nats.url, self.nats.seeds["setup"], "setup", connect_timeout=5)
            js = setup.jetstream()
            state = (await js.stream_info(stream.STREAM)).state
            found = Counter(
                [(await js.get_msg(stream.STREAM, n)).headers["Nats-Msg-Id"] for n in range(state.first_seq, state.last_seq + 1)]
            )
            await setup.close()
            return found

        return aio.run(read())


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    """A real NATS, the relay's connection and the jobs process's consumer as they run in the product."""
    nats = servers.nats()
    aio.run(stream.ensure_stream(nats.url, nats.seeds["setup"]))
    made = Line(nats, None, Counter())  # type: ignore[arg-type]
    real = stream.connect

    async def connect(url: str, seed: str, name: str, **options: Any) -> Any:
        client = await real(url, seed, name, **options)
        if name != "setup":
            made.clients.append(client)
        return client

    monkeypatch.setattr(stream, "connect", connect)
    made.relay = Stream(nats.url, nats.seeds["relay"])

    def take(document: dict[str, Any]) -> None:
        made.heard[document["id"]] += 1

    handlers.handles(TYPE, consumer="probe.messages", domain="user")(take)
    loop = asyncio.new_event_loop()

    async def jobs() -> None:
        try:
            await Consumer("jobs-user", "user").run(nats.url, nats.seeds["jobs-user"])
        finally:
            # The consumer works in a thread of its own, whose connections would outlive the test.
            await sync_to_async(connections.close_all)()

    task = loop.create_task(jobs())

    def hear() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            loop.run_until_complete(task)

    thread = threading.Thread(target=hear, daemon=True)
    thread.start()
    yield made
    loop.call_soon_threadsafe(task.cancel)
    thread.join(15)
    if made.relay.connection is not None:
        asyncio.run_coroutine_threadsafe(made.relay.connection.close(), made.relay.loop).result(10)
    made.relay.loop.call_soon_threadsafe(made.relay.loop.stop)
    handlers._handlers.pop("probe.messages")
    if nats.process.poll() is None:
        nats.stop()


def test_ten_minutes_without_nats_lose_nothing_and_double_nothing(line: Line) -> None:
    before = line.emit(*range(20))
    line.until(before)
    assert len(line.clients) == 2, "relay and jobs"

    line.nats.stop()
    during = line.emit(*range(20, 120))
    # One that the stream has on disk, whose acknowledgement was lost with the connection.
    unacknowledged = sorted(before)[0]
    Outbox.objects.filter(id=unacknowledged).update(published_at=None)
    for _ in range(3):
        assert outbox.pump(line.relay.publish) == 0, "not acknowledged is not sent"
    line.later()
    assert Outbox.objects.filter(published_at=None).count() == 101

    line.nats.start()
    line.until(during)
    while outbox.pump(line.relay.publish):
        pass
    assert Outbox.objects.filter(published_at=None).count() == 0
    sent = line.streamed()
    assert sent.keys() == before | during and set(sent.values()) == {1}, "in the stream once, the resent one as well"
    line.drained()
    assert line.heard == Counter(before | during), "handled once"
    assert not DeadLetter.objects.exists()


def test_a_resend_after_the_streams_memory_is_still_handled_once(line: Line) -> None:
    first = line.emit(1, 2)
    line.until(first)

    async def forget_soon() -> None:
        setup = await stream.connect(line.nats.url, line.nats.seeds["setup"], "setup")
        config = stream.stream_config()
        config.duplicate_window = 0.1
        await setup.jetstream().update_stream(config)
        await setup.close()

    aio.run(forget_soon())
    line.nats.stop()
    Outbox.objects.update(published_at=None)
    line.later()
    line.nats.start()
    after = line.emit(3)
    line.until(after)
    assert line.streamed() == Counter({**dict.fromkeys(first, 2), **dict.fromkeys(after, 1)}), "the stream did forget"
    line.drained()
    assert line.heard == Counter(first | after)


def test_the_limits_leave_room_for_much_longer() -> None:
    config = stream.stream_config()
    away = MINUTES * 60
    assert config.duplicate_window is not None and config.duplicate_window >= 2 * away, "a lost acknowledgement is recognised"
    assert config.max_age is not None and config.max_age >= 100 * away, "nothing that jobs have not heard is given up"
    assert stream.consumer_config("jobs-user").max_deliver == -1
