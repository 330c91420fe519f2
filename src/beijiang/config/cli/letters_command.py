"""`beijiang letters`: events and jobs that the system gave up; tried again, or settled with a reason."""

from __future__ import annotations

import argparse
import json
from typing import Any

from beijiang.config.cli.common import running, settings, supervisor_only
from beijiang.config.processes import setup
from beijiang.kernel.words import Words

HELP = Words(
    "列出系统放弃处理的事件和失败的任务；可重试，或写明理由后了结。",
    "List events and jobs that the system gave up; try one again, or settle it with a reason.",
)
DOMAINS = ("user", "data")


def arguments(parser: argparse.ArgumentParser) -> None:
    """`[list | again ID | settle ID --reason TEXT] [--domain user|data] [--json]`."""
    parser.add_argument("verb", nargs="?", choices=("list", "again", "settle"), default="list", help=str(Words("做什么", "what to do")))
    parser.add_argument("id", nargs="?", help=str(Words("编号，见列表", "the number, as listed")))
    parser.add_argument("--reason", default="", help=str(Words("了结的理由，写入日志", "why it is settled; stands in the log")))
    parser.add_argument("--domain", choices=DOMAINS, help=str(Words("只看一个域", "one domain only")))
    parser.add_argument("--json", action="store_true", help=str(Words("以 JSON 输出", "print JSON")))


def run(arguments: argparse.Namespace) -> int:
    """List: exit 1 when something waits, else 0. Again and settle: 0 when it is done, 1 when not, 2 without a number."""
    if arguments.verb != "list" and not arguments.id:
        print(Words("请给出编号，见 beijiang letters。", "Name which one; `beijiang letters` lists the numbers."))
        return 2
    env, layout = settings(arguments)
    env, _ = running(env, layout)
    supervisor_only(layout)
    domains = (arguments.domain,) if arguments.domain else DOMAINS
    found = {domain: setup.errand(env, layout, domain, "letters") for domain in domains}
    if arguments.verb == "list":
        return tell(found, as_json=arguments.json)
    domain = next((domain for domain, letters in found.items() if any(item["id"] == arguments.id for item in letters)), domains[0])
    words = ("letter-again", arguments.id) if arguments.verb == "again" else ("letter-settle", arguments.id, arguments.reason)
    done = setup.errand(env, layout, domain, *words)
    print(json.dumps({"domain": domain, "id": arguments.id, "done": done}) if arguments.json else SAID[done])
    return 0


SAID = {
    "queued": Words("已重新排队。", "It is in the queue again."),
    "taken": Words("处理成功，已了结。", "It was taken; nothing waits any more."),
    "taken before": Words("此前已经处理过，现予了结。", "It had been taken before; settled."),
    "settled": Words("已了结，理由写入日志。", "Settled; the reason stands in the log."),
}


def tell(found: dict[str, list[dict[str, Any]]], *, as_json: bool = False) -> int:
    """Print what waits; 1 when anything does."""
    many = sum(len(letters) for letters in found.values())
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
    elif not many:
        print(Words("没有待处理的事件或任务。", "No event and no job waits for anybody."))
    for domain, letters in found.items() if not as_json else ():
        for item in letters:
            print(f"{item['id']}  {domain}  {item['kind']}  {item['what']}  ← {item['by']}  ×{item['tries']}  {item['at'][:19]}")
            if item["why"]:
                print(f"    {item['why']}")
    return 1 if many else 0
