"""Background work of one domain: the job queue, and the handlers of events. `python -m beijiang.config.processes.jobs`.

Events come at least once; `kernel.handlers.deliver` makes them once in effect. A handler that fails is tried again, later
each time; after MAX_TRIES, or when the event does not fit its schema, it is kept whole as a dead letter. A database that
is away is nobody's failure: the event waits.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
from typing import Any

log = logging.getLogger("beijiang.jobs")

MAX_TRIES = 8
WAITS = (1, 2, 5, 15, 60, 120, 300)  # seconds before the next try
BATCH = 50


class Consumer:
    """Takes events from the stream and hands them to this domain's handlers."""

    def __init__(self, name: str, domain: str) -> None:
        self.name, self.domain = name, domain
        self.failures: dict[tuple[str, str], int] = {}

    async def run(self, url: str, seed: str) -> None:
        """For ever; through every absence of NATS."""
        from beijiang.config.processes import nats

        async def say(error: Exception) -> None:
            log.warning("nats: %s", error or type(error).__name__)

        while True:
            connection = None
            try:
                connection = await nats.connect(
                    url, seed, self.name, connect_timeout=3, reconnect_time_wait=1, max_reconnect_attempts=-1, error_cb=say, ping_interval=5
                )
                subscription = await connection.jetstream().pull_subscribe_bind(self.name, stream=nats.STREAM)
                log.info("hearing events as %s", self.name)
                await self.hear(subscription)
            except asyncio.CancelledError:
                raise
            except Exception as error:  # whatever it is, connecting again is the answer
                log.warning("the stream is away: %s", error or type(error).__name__)
                await asyncio.sleep(1)
            finally:
                if connection is not None:
                    await connection.close()

    async def hear(self, subscription: Any) -> None:
        """Take messages in batches, in order."""
        import nats.errors

        while True:
            try:
                messages = await subscription.fetch(BATCH, timeout=5)
            except (nats.errors.TimeoutError, TimeoutError):
                continue
            for message in messages:
                await self.take(message)

    async def take(self, message: Any) -> None:
        """One message to every handler that wants it, then its acknowledgement."""
        from asgiref.sync import sync_to_async

        wait = await sync_to_async(self.deliver)(message.data)
        if wait is None:
            await message.ack()
        else:
            await message.nak(delay=wait)

    def deliver(self, data: bytes) -> float | None:
        """Hand an event to its handlers; None when all have it (or it is a dead letter), else seconds to wait."""
        from django.db import InterfaceError, OperationalError, close_old_connections, connections

        from beijiang.kernel import handlers
        from beijiang.kernel.errors import Invalid

        try:
            document = json.loads(data)
            kind = str(document["type"])
        except (ValueError, KeyError, TypeError):
            log.error("a message of %d bytes is no event and was dropped", len(data))  # noqa: TRY400 - its content stays out of logs
            return None
        wait: float | None = None
        for handler in handlers.handlers(self.domain):
            if not matches(handler.type, kind):
                continue
            close_old_connections()
            key = (handler.consumer, str(document.get("id")))
            try:
                handlers.deliver(handler, document)
                self.failures.pop(key, None)
            except (OperationalError, InterfaceError) as error:
                log.warning("postgres is away: %s", str(error).strip().splitlines()[:1])
                connections.close_all()
                return 2.0
            except Exception as error:  # a handler may fail in any way; its event is kept
                close_old_connections()
                tries = self.failures[key] = self.failures.get(key, 0) + 1
                if isinstance(error, Invalid) or tries >= MAX_TRIES:
                    self.bury(handler.consumer, document, error, tries)
                    self.failures.pop(key, None)
                else:
                    log.warning("%s failed on %s (try %d): %s", handler.consumer, kind, tries, type(error).__name__, exc_info=tries == 1)
                    wait = max(wait or 0.0, float(WAITS[min(tries, len(WAITS)) - 1]))
        return wait

    def bury(self, consumer: str, document: dict[str, Any], error: Exception, tries: int) -> None:
        """Keep an event that its handler cannot take, for a person to decide."""
        from beijiang.kernel.models import DeadLetter

        log.error("%s gave up event %s after %d tries: %s", consumer, document.get("id"), tries, type(error).__name__)
        DeadLetter.objects.create(consumer=consumer, document=document, error=f"{type(error).__name__}: {error}"[:2000], tries=tries)


def matches(wanted: str, kind: str) -> bool:
    """Whether a handler for `wanted` (a type, or a prefix that ends in `.>`) hears events of type `kind`."""
    return kind == wanted or (wanted.endswith(".>") and kind.startswith(wanted[:-1]))


async def queue() -> None:
    """The procrastinate worker of this database; through every absence of PostgreSQL."""
    from procrastinate.contrib.django import app

    while True:
        try:
            worker = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
            async with worker.open_async():
                log.info("taking jobs")
                await worker.run_worker_async(concurrency=2, install_signal_handlers=False, delete_jobs="successful")
        except asyncio.CancelledError:
            raise
        except Exception as error:  # jobs lie safe in the database; come back to them
            log.warning("the job queue is away: %s", type(error).__name__)
        await asyncio.sleep(2)


async def serve() -> None:
    """Both loops until SIGTERM."""
    from beijiang.config.settings import DOMAIN, ENV

    tasks = [
        asyncio.create_task(Consumer(f"jobs-{DOMAIN}", DOMAIN).run(ENV.nats_url, ENV.secret("nats_seed"))),
        asyncio.create_task(queue()),
    ]
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    waiting = asyncio.create_task(stop.wait())
    await asyncio.wait([*tasks, waiting], return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def main() -> None:
    """Set up Django in this process's domain and work until SIGTERM."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beijiang.config.settings")
    import django

    django.setup()
    asyncio.run(serve())
    log.info("stopped")


if __name__ == "__main__":
    main()
