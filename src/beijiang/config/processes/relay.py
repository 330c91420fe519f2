"""The relay: outboxes to the stream, intakes into the log. `python -m beijiang.config.processes.relay`.

One at a time, by an advisory lock in bj_user; a second relay waits as standby. It is woken by NOTIFY and looks by itself
twice a second, so that a receipt has its proof within two. While NATS or PostgreSQL are away it tries again for ever; rows
wait where they are, so nothing is lost. The log does not wait for NATS. When it is damaged, sealing stops until somebody has
looked: the relay goes on with the news, looks again less and less often, and says so in its connection's name, where `status`
finds it for as long as it is true.
"""

from __future__ import annotations

import asyncio
import copy
import json
import logging
import os
import select
import signal
import threading
import time
from typing import Any

log = logging.getLogger("beijiang.relay")

LOCK = 0x626A_7265_6C61_7901  # "bjrelay" 1
IDLE_SECONDS, FORGET_SECONDS, ACK_SECONDS = 0.5, 3600.0, 5.0
PATIENCE_SECONDS = 30.0
"""How long at most before a log that could not be sealed is tried again."""
SOUND, DAMAGED, FAILED = "beijiang-relay-listen", "beijiang-relay-damaged", "beijiang-relay-failed"
"""Names of the relay's connection to bj_user, by which `status` knows how sealing is."""


class Stream:
    """The connection to JetStream, kept on an event loop of its own so that the rest may block."""

    def __init__(self, url: str, seed: str) -> None:
        self.url, self.seed = url, seed
        self.loop = asyncio.new_event_loop()
        self.connection: Any = None
        threading.Thread(target=self.loop.run_forever, name="nats", daemon=True).start()
        asyncio.run_coroutine_threadsafe(self._connect(), self.loop)

    async def _connect(self) -> None:
        from beijiang.config.processes import nats

        async def say(error: Exception) -> None:
            log.warning("nats: %s", error or type(error).__name__)

        while self.connection is None:
            try:
                self.connection = await nats.connect(
                    self.url,
                    self.seed,
                    "relay",
                    connect_timeout=3,
                    reconnect_time_wait=1,
                    max_reconnect_attempts=-1,
                    error_cb=say,
                    ping_interval=5,
                    pending_size=0,
                )
            except Exception as error:  # whatever keeps us from connecting, we try again
                log.warning("nats is away: %s", error or type(error).__name__)
                await asyncio.sleep(1)
        log.info("connected to nats")

    @property
    def there(self) -> bool:
        """Whether a message could be sent now."""
        return self.connection is not None and self.connection.is_connected

    def publish(self, documents: list[dict[str, Any]]) -> list[bool]:
        """Send events; True for each that the stream has on disk."""
        if not self.there:
            return [False] * len(documents)
        return asyncio.run_coroutine_threadsafe(self._publish(documents), self.loop).result(ACK_SECONDS * 2)

    async def _publish(self, documents: list[dict[str, Any]]) -> list[bool]:
        js = self.connection.jetstream(timeout=ACK_SECONDS)

        async def one(document: dict[str, Any]) -> bool:
            body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
            headers = {"Nats-Msg-Id": document["id"], "Content-Type": "application/cloudevents+json"}
            try:
                await js.publish(f"bj.{document['type']}", body, headers=headers)
            except Exception as error:  # not acknowledged is not sent, for whatever reason
                log.warning("event %s waits: %s", document["id"], error or type(error).__name__)
                return False
            return True

        return list(await asyncio.gather(*(one(document) for document in documents)))


class Listener:
    """A connection to one database that hears commits. The one to bj_user also holds the lock."""

    def __init__(self, settings: dict[str, Any]) -> None:
        import psycopg

        from beijiang.kernel.outbox import WAKE

        self.connection = psycopg.connect(
            host=settings["HOST"],
            port=settings["PORT"],
            dbname=settings["NAME"],
            user=settings["USER"],
            password=settings["PASSWORD"],
            autocommit=True,
            connect_timeout=5,
            application_name=SOUND,
            keepalives_idle=10,
            keepalives_interval=5,
        )
        self.connection.execute(f"LISTEN {WAKE}")

    def lock(self) -> bool:
        """Become the one relay, if nobody is."""
        row = self.connection.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone()
        return bool(row and row[0])

    def say(self, state: str) -> None:
        """Carry a state where it ends with this connection."""
        self.connection.execute("SELECT set_config('application_name', %s, false)", [state])

    def drain(self) -> None:
        """Forget the wakes heard so far. Raises OperationalError when the connection, and so the lock, is gone."""
        for _ in self.connection.notifies(timeout=0):
            pass
        self.connection.execute("SELECT 1")


class Relay:
    """The loop."""

    def __init__(self, stream: Stream) -> None:
        self.stream, self.stopping = stream, threading.Event()
        self.forgot = 0.0
        self.state = self.said = SOUND
        self.listener: Listener | None = None
        self.pause, self.seal_at = 0.0, 0.0

    def run(self) -> None:
        """Work until told to stop, through every absence of a server."""
        import psycopg
        from django.db import InterfaceError, OperationalError, connections

        while not self.stopping.is_set():
            listeners: list[Listener] = []
            try:
                listeners = [Listener(connections.settings[alias]) for alias in ("default", "data")]
                self.serve(listeners)
            except (InterfaceError, OperationalError, OSError, psycopg.InterfaceError, psycopg.OperationalError) as error:
                log.warning("postgres is away: %s", str(error).strip().splitlines()[:1])
                self.stopping.wait(1)
            finally:
                for listener in listeners:
                    listener.connection.close()
                connections.close_all()

    def serve(self, listeners: list[Listener]) -> None:
        """Rounds while both databases answer."""
        while not self.stopping.is_set() and not listeners[0].lock():
            self.stopping.wait(1)  # another relay is at work; this one stands by
        log.info("relaying")
        self.listener, self.said = listeners[0], SOUND
        while not self.stopping.is_set():
            for listener in listeners:
                listener.drain()
            if self.round():
                continue
            select.select([listener.connection.fileno() for listener in listeners], [], [], IDLE_SECONDS)

    def round(self) -> bool:
        """One pass over intakes and outboxes; True when there may be more."""
        from beijiang.kernel import outbox

        more = self.seal()
        if self.stream.there:
            for alias in ("default", "data"):
                more = outbox.pump(self.stream.publish, using=alias) > 0 or more
        if time.monotonic() - self.forgot > FORGET_SECONDS:
            self.forgot = time.monotonic()
            for alias in ("default", "data"):
                outbox.forget_sent(using=alias)
        return more

    def seal(self) -> bool:
        """Seal what waits, unless sealing failed a moment ago; True when there may be more. News need not stop with it."""
        from django.db import InterfaceError, OperationalError

        from beijiang.trust.audit import actions as audit
        from beijiang.trust.audit.types import LogDamaged

        more = False
        if time.monotonic() >= self.seal_at:
            try:
                more = audit.sequence(user="default", data="data") > 0
                if self.state != SOUND:
                    log.warning("sealing goes on")
                self.state, self.pause = SOUND, 0.0
            except (InterfaceError, OperationalError):
                raise  # a database is away: not the log's fault
            except LogDamaged as damaged:
                self.state = DAMAGED
                log.critical("the log is damaged, sealing stopped: %s", damaged)
                self.hold_back()
            except Exception:  # dying of it would only start it again at once, and stop the news as well
                self.state = FAILED
                log.critical("sealing failed", exc_info=self.pause == 0.0)
                self.hold_back()
        if self.listener is not None and self.said != self.state:
            self.listener.say(self.state)
            self.said = self.state
        return more

    def hold_back(self) -> None:
        """Wait twice as long as before, half a minute at most."""
        self.pause = min(self.pause * 2 or IDLE_SECONDS * 2, PATIENCE_SECONDS)
        self.seal_at = time.monotonic() + self.pause
        log.info("sealing is tried again in %.0f s", self.pause)


def main() -> None:
    """Set up Django with both databases and relay until SIGTERM."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beijiang.config.settings")
    import django

    django.setup()
    from django.db import connections

    from beijiang.config.settings import ENV

    # This is the only process that opens both databases, as the role that can do nothing else in them.
    connections.settings["data"] = {**copy.deepcopy(connections.settings["default"]), "NAME": "bj_data"}
    relay = Relay(Stream(ENV.nats_url, ENV.secret("nats_seed")))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: relay.stopping.set())
    relay.run()
    log.info("stopped")


if __name__ == "__main__":
    main()
