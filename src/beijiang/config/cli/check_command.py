"""`beijiang check`: what is unsafe for production, and what to do about each."""

from __future__ import annotations

import argparse
import datetime
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509

from beijiang.config.cli import troubles
from beijiang.config.cli.common import instance, running, settings
from beijiang.config.env import LOOPBACK, Env
from beijiang.config.processes import users
from beijiang.config.processes.layout import PRINCIPALS, Layout
from beijiang.kernel.words import Words

HELP = Words("检查：列出不适合正式使用之处；有则退出码为 1。", "Name what is unsafe for production; exit code 1 if anything is.")
MIN_FREE = 5 * 1024**3


@dataclass(frozen=True)
class Finding:
    """One thing that is unsafe, and the way out."""

    code: str
    words: Words


def arguments(parser: argparse.ArgumentParser) -> None:
    """`--json`."""
    parser.add_argument("--json", action="store_true", help=str(Words("以 JSON 输出", "print JSON")))


def run(arguments: argparse.Namespace) -> int:
    """Print the findings."""
    env, layout = settings(arguments)
    if instance(layout) is not None:
        env, _ = running(env, layout)
    found = list(findings(env, layout))
    if instance(layout) is not None:
        found += [Finding("trouble", Words(line, line)) for line in troubles.tell(troubles.troubles(env, layout))]
    if arguments.json:
        print(
            json.dumps(
                {"safe": not found, "findings": [{"code": item.code, **item.words.as_dict()} for item in found]},
                ensure_ascii=False,
                indent=1,
            )
        )
    elif found:
        for item in found:
            print(f"✗ {item.code}: {item.words}")
    else:
        print(Words("没有发现不适合正式使用之处。", "Nothing unsafe for production was found."))
    return 1 if found else 0


def findings(env: Env, layout: Layout) -> Iterator[Finding]:
    """Everything that is unsafe."""
    yield from mode(env, layout)
    yield from separation(layout)
    yield from files(layout)
    yield from network(env, layout)
    yield from room(layout)


def mode(env: Env, layout: Layout) -> Iterator[Finding]:
    """Demonstration, debugging, not initialised."""
    mark = layout.public("mode.json")
    if env.demo or (mark.exists() and json.loads(mark.read_text(encoding="utf-8"))["demo"]):
        yield Finding(
            "demo",
            Words(
                "这是演示：账号口令众所周知，令牌可代签。正式使用请另建数据目录，不带 --demo 启动。",
                "This is a demonstration: its passwords are public and tokens are issued for others. Start a new data directory without --demo.",
            ),
        )
    if env.debug:
        yield Finding(
            "debug",
            Words(
                "BEIJIANG_DEBUG 已开启，错误页会泄露内部信息；请关闭。",
                "BEIJIANG_DEBUG is on and error pages reveal internals; turn it off.",
            ),
        )
    if not layout.ready:
        yield Finding(
            "not_initialised",
            Words(f"{layout.root} 尚未初始化；请运行 beijiang init。", f"{layout.root} is not initialised; run `beijiang init`."),
        )


def separation(layout: Layout) -> Iterator[Finding]:
    """Whether the domains are different users of the system."""
    if not users.separated():
        yield Finding(
            "one_os_user",
            Words(
                "各域共用同一个系统用户，只靠口令隔离；请以 root 启动，各进程会降为各自的系统用户。",
                "The domains share one system user and are apart by passwords only; start as root, and each process drops to a user of its own.",
            ),
        )


def files(layout: Layout) -> Iterator[Finding]:
    """Owners and modes of folders and secrets."""
    for path, (_, mode_, _) in layout.folders().items():
        if path.exists() and path.stat().st_mode & 0o7777 & ~mode_:
            yield Finding(
                "folder_open",
                Words(
                    f"{path} 的权限比应有的宽（应为 {mode_:o}）；重新启动会改正。",
                    f"{path} is more open than {mode_:o}; starting again puts it right.",
                ),
            )
    for principal in PRINCIPALS:
        folder = layout.secrets / principal
        try:
            paths = sorted(folder.iterdir())
        except (FileNotFoundError, PermissionError):
            continue
        for path in paths:
            info = path.stat()
            if info.st_mode & 0o077:
                yield Finding(
                    "secret_open",
                    Words(f"密钥 {path} 可被他人读取；请执行 chmod 600。", f"The secret {path} can be read by others; chmod 600 it."),
                )
            if users.separated() and info.st_uid != users.identity(principal)[0]:
                yield Finding("secret_owner", Words(f"密钥 {path} 的属主不对。", f"The secret {path} belongs to the wrong user."))


def network(env: Env, layout: Layout) -> Iterator[Finding]:
    """https and its certificate."""
    if env.host in LOOPBACK:
        yield Finding(
            "loopback_http",
            Words(
                "只在本机回环地址以 http 服务；供他人使用请设置 BEIJIANG_HOST，https 随之启用。",
                "Served by http on loopback only; for others set BEIJIANG_HOST, and https comes with it.",
            ),
        )
    elif env.tls_cert_file is None:
        yield Finding(
            "local_ca",
            Words(
                "使用本地证书机构签发的证书；请让客户端信任 public/ca.pem，或设置 BEIJIANG_TLS_CERT_FILE / _KEY_FILE。",
                "The certificate is the local authority's; let clients trust public/ca.pem, or set BEIJIANG_TLS_CERT_FILE and _KEY_FILE.",
            ),
        )
    certificate = env.tls_cert_file or layout.public("server.pem")
    if certificate.exists():
        left = x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc - datetime.datetime.now(datetime.UTC)
        if left < datetime.timedelta(days=14):
            yield Finding(
                "certificate_ends", Words(f"服务器证书还有 {left.days} 天到期。", f"The server certificate ends in {left.days} days.")
            )


def room(layout: Layout) -> Iterator[Finding]:
    """Room on the disk."""
    folder: Path = layout.root
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if free < MIN_FREE:
        yield Finding("disk", Words(f"{folder} 只剩 {free // 1024**2} MB 空间。", f"{folder} has only {free // 1024**2} MB left."))
