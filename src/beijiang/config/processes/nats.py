"""The embedded NATS: its configuration, and the streams in it.

Two accounts from the first commit. CORE carries events (`bj.<room>.<noun>.<verb>.v1`); every process has a user of its
own with the subjects it may publish and hear. DEVICES speaks MQTT; a device may publish below `dev.<its name>.` and
hear `cmd.<its name>.`; CORE imports the former as `devices.dev.…`. Nothing is exported from CORE, so that a device can
neither forge nor read an event. The server knows public NKeys only.
"""

from __future__ import annotations

import json
import shutil
import sysconfig
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nats
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, DiscardPolicy, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError

from beijiang.config.processes import users
from beijiang.config.processes.secrets import seed_public
from beijiang.kernel.words import Words

STREAM, EVENTS = "EVENTS", "bj.>"
KEEP_SECONDS = 72 * 3600
DEDUPE_SECONDS = 3600  # an outbox row is sent again at most this long after a lost acknowledgement
CONSUMERS = ("jobs-user", "jobs-data")
INBOX = {
    "user": "_INBOX_user",
    "jobs-user": "_INBOX_jobs_user",
    "jobs-data": "_INBOX_jobs_data",
    "relay": "_INBOX_relay",
    "setup": "_INBOX",
}


def binary() -> Path:
    """Path of nats-server: beside this interpreter, or on the PATH."""
    found = Path(sysconfig.get_path("scripts")) / "nats-server"
    if found.exists():
        return found
    other = shutil.which("nats-server")
    if other is None:
        raise users.CannotRun(
            Words("缺少程序 nats-server：请重新运行 make setup。", "The program nats-server is missing: run `make setup` again.")
        )
    return Path(other)


def permissions(name: str) -> dict[str, Any]:
    """What one user of account CORE may publish and hear."""
    inbox = f"{INBOX[name]}.>"
    match name:
        case "relay":
            return {"publish": {"allow": [EVENTS]}, "subscribe": {"allow": [inbox]}}
        case "user":
            return {"publish": {"deny": [">"]}, "subscribe": {"allow": [EVENTS, inbox]}}
        case "jobs-user" | "jobs-data":
            verbs = [f"$JS.API.CONSUMER.INFO.{STREAM}.{name}", f"$JS.API.CONSUMER.MSG.NEXT.{STREAM}.{name}", f"$JS.ACK.{STREAM}.{name}.>"]
            return {"publish": {"allow": verbs}, "subscribe": {"allow": [inbox]}}
    return {"publish": {"allow": [">"]}, "subscribe": {"allow": [">"]}}


def configuration(
    *, store: Path, port: int, mqtt_port: int, keys: Mapping[str, str], devices: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The server's configuration. `keys`: CORE user → public NKey; `devices`: device name → password."""
    return {
        "server_name": "beijiang",
        "listen": f"127.0.0.1:{port}",
        "jetstream": {"store_dir": str(store), "max_memory_store": 64 * 1024**2, "max_file_store": 8 * 1024**3, "sync_interval": "always"},
        "mqtt": {"listen": f"127.0.0.1:{mqtt_port}"},
        "max_payload": 4 * 1024**2,
        "system_account": "SYS",
        "accounts": {
            "SYS": {"users": []},
            "CORE": {
                "jetstream": "enabled",
                "users": [{"nkey": key, "permissions": permissions(name)} for name, key in sorted(keys.items())],
                "imports": [{"stream": {"account": "DEVICES", "subject": "dev.>"}, "prefix": "devices"}],
            },
            "DEVICES": {
                "jetstream": "enabled",
                "users": [
                    {
                        "user": name,
                        "password": password,
                        "permissions": {"publish": {"allow": [f"dev.{name}.>"]}, "subscribe": {"allow": [f"cmd.{name}.>"]}},
                    }
                    for name, password in sorted((devices or {}).items())
                ],
                "exports": [{"stream": "dev.>", "accounts": ["CORE"]}],
            },
        },
    }


def write_configuration(
    path: Path,
    *,
    principal: str = "nats",
    seeds: Mapping[str, str],
    devices: Mapping[str, str] | None = None,
    store: Path,
    port: int,
    mqtt_port: int,
) -> None:
    """Write the configuration file (JSON is valid NATS configuration)."""
    keys = {name: seed_public(seed) for name, seed in seeds.items()}
    users.write(
        path, json.dumps(configuration(store=store, port=port, mqtt_port=mqtt_port, keys=keys, devices=devices), indent=1), principal
    )


def command(config: Path) -> list[str]:
    """The server in the foreground."""
    return [str(binary()), "-c", str(config)]


async def connect(url: str, seed: str, name: str, **options: Any) -> nats.NATS:
    """A connection as one user of CORE, replies on that user's own inbox."""
    return await nats.connect(url, nkeys_seed_str=seed.strip(), name=name, inbox_prefix=INBOX[name].encode(), **options)


def stream_config() -> StreamConfig:
    """The one stream of events: on disk, 72 hours, the oldest given up first, double sends dropped by message id."""
    return StreamConfig(
        name=STREAM,
        subjects=[EVENTS],
        retention=RetentionPolicy.LIMITS,
        storage=StorageType.FILE,
        max_age=KEEP_SECONDS,
        max_bytes=4 * 1024**3,
        discard=DiscardPolicy.OLD,
        duplicate_window=DEDUPE_SECONDS,
    )


def consumer_config(name: str) -> ConsumerConfig:
    """The durable consumer of one jobs process: at least once, again after half a minute without an answer, for ever.

    It never gives a message up by itself: after MAX_TRIES the process lists it as a dead letter and acknowledges it.
    """
    return ConsumerConfig(
        durable_name=name, ack_policy=AckPolicy.EXPLICIT, deliver_policy=DeliverPolicy.ALL, ack_wait=30, max_deliver=-1, max_ack_pending=200
    )


async def ensure_stream(url: str, seed: str) -> None:
    """Create the stream and the consumers of both jobs processes, or bring their limits up to date."""
    connection = await connect(url, seed, "setup", connect_timeout=5, max_reconnect_attempts=20, reconnect_time_wait=0.25)
    try:
        js = connection.jetstream()
        try:
            await js.stream_info(STREAM)
            await js.update_stream(stream_config())
        except NotFoundError:
            await js.add_stream(stream_config())
        for name in CONSUMERS:
            await js.add_consumer(STREAM, consumer_config(name))
    finally:
        await connection.close()
