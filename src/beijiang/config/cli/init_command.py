"""`beijiang init`: everything that is made once."""

from __future__ import annotations

import argparse

from beijiang.config.cli.common import Steps, settings
from beijiang.config.processes import setup
from beijiang.kernel.words import Words

HELP = Words(
    "初始化：密钥、本地证书、数据库；首位管理员的一次性链接在首次 up 时打印一次。",
    "Make secrets, the local certificate authority and the database; the first administrator's one-time link is printed once, by the first `up`.",
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments of its own."""


def run(arguments: argparse.Namespace) -> int:
    """Initialise, or say that it was done before."""
    env, layout = settings(arguments)
    steps = Steps()
    if setup.init(env, layout, steps.say):
        steps.done(Words(f"已初始化 {layout.root}", f"initialised {layout.root}"))
        print(
            Words(
                f"根证书：{layout.public('ca.pem')}\n下一步：beijiang up（首次启动时打印首位管理员的一次性链接）",
                f"CA certificate: {layout.public('ca.pem')}\nNext: beijiang up (prints the first administrator's one-time link)",
            )
        )
    else:
        print(Words(f"{layout.root} 已经初始化过，密钥未改动。", f"{layout.root} was initialised before; no secret was changed."))
    return 0
