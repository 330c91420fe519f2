"""`beijiang audit verify`: derive the log again from what is stored, and compare."""

from __future__ import annotations

import argparse
import json

from beijiang.config.cli.common import running, settings, supervisor_only
from beijiang.config.processes import setup
from beijiang.kernel.words import Words

HELP = Words(
    "核验审计日志：重新推导整棵树并与签名的检查点比较。",
    "Verify the log: derive the whole tree again and compare it with the signed checkpoint.",
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """`verify`."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="verify")
    verify = verbs.add_parser("verify", help=str(HELP))
    verify.add_argument("--json", action="store_true", help=str(Words("以 JSON 输出", "print JSON")))


def run(arguments: argparse.Namespace) -> int:
    """Exit 0 when every entry is as it was sealed, else 1 with the entries named."""
    env, layout = settings(arguments)
    env, _ = running(env, layout)
    supervisor_only(layout)
    report = setup.errand(env, layout, "user", "verify", say=None if arguments.json else print)
    return tell(report, as_json=arguments.json)


def tell(report: dict[str, object], *, as_json: bool = False) -> int:
    """Print a report of verification; 0 when the log is sound."""
    if as_json:
        print(json.dumps(report, ensure_ascii=False, indent=1))
    elif report["sound"]:
        print(
            Words(
                f"日志完好：{report['size']} 条，根 {report['root']}", f"The log is sound: {report['size']} entries, root {report['root']}"
            )
        )
    else:
        print(Words(f"日志有问题（{report['size']} 条）：", f"The log is NOT sound ({report['size']} entries):"))
        for fault in report["faults"]:  # type: ignore[attr-defined]
            print(f"  - {fault['text']}" + (f"  [{fault['index']} {fault['entry']}]" if fault["entry"] else ""))
    return 0 if report["sound"] else 1
