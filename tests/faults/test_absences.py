"""Servers that are away for a while: nothing is lost, and what can go on goes on."""

from __future__ import annotations

import time

import pytest

from beijiang.config.processes import nats as stream
from tests import aio

pytestmark = pytest.mark.timeout(300)


def waiting(patient) -> int:
    """Outbox rows not sent yet, in both databases."""
    total = 0
    for name in ("bj_user", "bj_data"):
        with patient.database(name) as connection:
            total += connection.execute("SELECT count(*) FROM kernel_outbox WHERE published_at IS NULL").fetchone()[0]
    return total


def emitted(patient) -> set[str]:
    """Ids of all outbox rows."""
    found = set()
    for name in ("bj_user", "bj_data"):
        with patient.database(name) as connection:
            found |= {row[0] for row in connection.execute("SELECT id::text FROM kernel_outbox")}
    return found


def streamed(patient) -> list[str]:
    """Message ids in the stream, in order."""

    async def read():
        seed = patient.layout.secret("supervisor", "nats-setup").read_text()
        connection = await stream.connect(f"nats://127.0.0.1:{patient.product.environment['BEIJIANG_NATS_PORT']}", seed, "setup")
        js = connection.jetstream()
        info = (await js.stream_info(stream.STREAM)).state
        ids = []
        for number in range(info.first_seq, info.last_seq + 1):
            message = await js.get_msg(stream.STREAM, number)
            ids.append(message.headers["Nats-Msg-Id"])
        await connection.close()
        return ids

    return aio.run(read())


def emit(patient, count: int) -> None:
    """Put events into both outboxes as a committed change would; in the second half ids run against commit order."""
    from beijiang.kernel.ids import new_id

    ids = [str(new_id()) for _ in range(count)]
    ids = ids[: count // 2] + list(reversed(ids[count // 2 :]))
    for number, identifier in enumerate(ids):
        with patient.database("bj_user" if number % 2 else "bj_data") as connection:
            document = f'{{"specversion":"1.0","id":"{identifier}","source":"urn:beijiang:test","type":"test.thing.done.v1","data":{{}}}}'
            connection.execute(
                "INSERT INTO kernel_outbox (id, type, document, created_at) VALUES (%s, 'test.thing.done.v1', %s, now())",
                [identifier, document],
            )


def test_nats_away_for_a_while(patient, load):
    with load:
        load.until(2)
        patient.supervise("stop", "nats")
        try:
            emit(patient, 20)
            load.until(5)
            acknowledged = set(load.receipts)
            assert set(patient.sealed(acknowledged, 10)) == acknowledged, "the log must not wait for NATS"
            assert waiting(patient) >= 20
            time.sleep(5)
        finally:
            patient.supervise("start", "nats")
        load.until(2)
    patient.well()
    end = time.monotonic() + 30
    while waiting(patient):
        assert time.monotonic() < end, "the outbox did not drain"
        time.sleep(0.3)
    ids = streamed(patient)
    assert len(ids) == len(set(ids))
    assert emitted(patient) <= set(ids)


def test_postgres_restarted(patient, load):
    with load:
        load.until(3)
        patient.supervise("restart", "postgres")
        patient.well()
        load.until(3)
    found = patient.sealed(load.receipts)
    assert len(found) == len(load.receipts) and set(found.values()) == {1}


def test_postgres_away_gives_a_clear_answer(patient, load):
    import httpx

    patient.supervise("stop", "postgres")
    try:
        health = httpx.get(f"{patient.product.base}/healthz", timeout=20)
        assert health.status_code == 503 and "default" in health.json()["away"]
        reply = httpx.post(
            f"{patient.product.base}/api/v1/inquiry/ask", json={}, headers={"Authorization": f"Bearer {load.token}"}, timeout=30
        )
        assert reply.status_code == 503
        assert "psycopg" not in reply.text and "Traceback" not in reply.text
    finally:
        patient.supervise("start", "postgres")
    patient.well()
