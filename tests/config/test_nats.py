"""Accounts of NATS: who may publish and hear what, on a real server."""

import asyncio

import nats
import pytest

from beijiang.config.processes import nats as stream
from tests import aio, servers


@pytest.fixture(scope="module")
def server():
    running = servers.nats({"cam1": "cam-password", "cam2": "other-password"})
    aio.run(stream.ensure_stream(running.url, running.seeds["setup"]))
    yield running
    running.stop()


def connect(server, name, errors):
    async def note(error):
        errors.append(str(error))

    return stream.connect(server.url, server.seeds[name], name, error_cb=note, connect_timeout=3, max_reconnect_attempts=1)


def device(server, user="cam1", password="cam-password", errors=None):
    async def note(error):
        (errors if errors is not None else []).append(str(error))

    return nats.connect(server.url, user=user, password=password, error_cb=note, connect_timeout=3, max_reconnect_attempts=1)


async def messages_of(server):
    connection = await connect(server, "setup", [])
    count = (await connection.jetstream().stream_info(stream.STREAM)).state.messages
    await connection.close()
    return count


def test_relay_publishes_and_a_second_send_is_dropped(server):
    async def scenario():
        before = await messages_of(server)
        connection = await connect(server, "relay", [])
        for _ in range(2):
            await connection.jetstream().publish("bj.test.thing.done.v1", b"{}", headers={"Nats-Msg-Id": "only-once"})
        await connection.close()
        assert await messages_of(server) == before + 1

    aio.run(scenario())


@pytest.mark.parametrize("name", ["user", "jobs-user", "jobs-data"])
def test_nobody_but_the_relay_publishes_events(server, name):
    async def scenario():
        before, errors = await messages_of(server), []
        connection = await connect(server, name, errors)
        await connection.publish("bj.test.thing.forged.v1", b"{}")
        await connection.flush()
        await asyncio.sleep(0.1)
        await connection.close()
        assert any("permissions violation for publish" in error.lower() for error in errors)
        assert await messages_of(server) == before

    aio.run(scenario())


def test_jobs_of_one_domain_cannot_take_the_others_messages(server):
    async def scenario():
        errors = []
        connection = await connect(server, "jobs-user", errors)
        await connection.publish(f"$JS.API.CONSUMER.MSG.NEXT.{stream.STREAM}.jobs-data", b"1", reply="_INBOX_jobs_user.x")
        await connection.flush()
        await asyncio.sleep(0.1)
        await connection.close()
        assert any("permissions violation" in error.lower() for error in errors)

    aio.run(scenario())


def test_a_device_can_neither_forge_nor_read_events(server):
    async def scenario():
        before, errors = await messages_of(server), []
        connection = await device(server, errors=errors)
        await connection.publish("bj.test.thing.forged.v1", b"{}")
        await connection.subscribe("bj.>")
        await connection.flush()
        await asyncio.sleep(0.1)
        await connection.close()
        text = " ".join(errors).lower()
        assert "permissions violation for publish" in text and "permissions violation for subscription" in text
        assert await messages_of(server) == before

    aio.run(scenario())


def test_a_device_speaks_below_its_own_name_and_core_hears_it_under_a_prefix(server):
    async def scenario():
        core = await connect(server, "setup", [])
        heard = await core.subscribe("devices.>")
        await core.flush()
        errors = []
        connection = await device(server, errors=errors)
        await connection.publish("dev.cam2.temperature", b"forged")
        await connection.publish("dev.cam1.temperature", b"21")
        await connection.flush()
        message = await heard.next_msg(timeout=3)
        assert (message.subject, message.data) == ("devices.dev.cam1.temperature", b"21")
        assert errors
        await connection.close()
        await core.close()

    aio.run(scenario())


@pytest.mark.parametrize(("user", "password"), [("cam1", "wrong"), ("stranger", "cam-password")])
def test_wrong_credentials_are_refused(server, user, password):
    async def scenario():
        with pytest.raises(nats.errors.Error):
            await nats.connect(server.url, user=user, password=password, allow_reconnect=False, connect_timeout=2)

    aio.run(scenario())


def test_configuration_holds_no_seed(server):
    text = server.config.read_text()
    assert not any(seed in text for seed in server.seeds.values())
