"""What can be asked of the code without a running database: are migrations complete, is docs/reference up to date?"""

from __future__ import annotations

import json
import os
import secrets
import sys
import warnings
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs/reference"


def start(domain: str = "user") -> None:
    """This function will load Django for one domain, with throwaway secrets and no database behind."""
    os.environ.update(
        BEIJIANG_DOMAIN=domain,
        DJANGO_SETTINGS_MODULE="beijiang.config.settings",
        BEIJIANG_DB_PORT="1",
        BEIJIANG_DB_PASSWORD="none",
        BEIJIANG_READER_PASSWORD="none",
        BEIJIANG_DJANGO_SECRET_KEY=secrets.token_hex(32),
        BEIJIANG_BLOB_KEY=secrets.token_hex(32),
        BEIJIANG_SUBJECT_KEY=secrets.token_hex(32),
    )
    import django

    django.setup()


def migrations() -> int:
    """This function will fail when a model has changed without a migration."""
    from django.core.management import call_command

    warnings.simplefilter("ignore", RuntimeWarning)
    from django.apps import apps

    from beijiang.kernel.apps import Room

    call_command("makemigrations", "--check", "--dry-run", *[c.label for c in apps.get_app_configs() if isinstance(c, Room)])
    return 0


def pages() -> dict[str, str]:
    """This function will write every reference page from the code that it describes."""
    from django.urls import set_urlconf

    from beijiang.config.api import api
    from beijiang.config.env import documented
    from beijiang.kernel import events, guard
    from beijiang.trust.access import queries as access

    set_urlconf("beijiang.config.urls_user")
    schema: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(), default=str))
    head = "<!-- Written by `make docs` from the code; do not edit. -->\n\n"
    return {
        "settings.md": head
        + "# 设置 Settings\n\n"
        + table(
            ["名称 Name", "默认 Default", "说明", "What for"],
            [
                [f"`{s['name']}`" + (" 🔑" if s["secret"] else ""), f"`{s['default']}`" if s["default"] else "", s["zh"], s["en"]]
                for s in documented()
            ],
        )
        + "\n🔑 = 机密 secret: only from a file or the environment.\n",
        "events.md": head
        + "# 事件 Events\n\n"
        + table(
            ["类型 Type", "中文", "English", "字段 Fields", "流 Stream"],
            [
                [f"`{e.type}`", e.words.zh, e.words.en, ", ".join(f"`{p}`" for p in e.schema["properties"]), "✓" if e.public else ""]
                for e in sorted(events.registry.values(), key=lambda e: e.type)
            ],
        ),
        "permissions.md": head
        + "# 权限 Permissions\n\n"
        + table(
            ["权限 Permission", "中文", "English", "职责 Duties"],
            [[f"`{p.code}`", p.words.zh, p.words.en, ", ".join(sorted(p.duties))] for p in guard.permissions().values()],
        ),
        "policies.md": head + "# 策略 Policies\n\n" + policies(access.policy_lines()),
        "api.md": head
        + "# 接口 API\n\n"
        + f"OpenAPI {schema['openapi']}: `/api/v1/openapi.json`\n\n"
        + table(
            ["", "路径 Path", "用途 What for"],
            [
                [m.upper(), f"`{path}`", str(op.get("summary", ""))]
                for path, ops in sorted(schema["paths"].items())
                for m, op in ops.items()
            ],
        ),
    }


def policies(lines: Any) -> str:
    """This function will list each policy with its plain-language line in both languages."""
    return table(
        ["编号 Id", "中文", "English"],
        [[f"`{line.id}`", line.words.zh, line.words.en] for line in lines],
    )


def table(head: list[str], rows: list[list[str]]) -> str:
    """This function will write a Markdown table."""
    out = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    out += ["| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in rows]
    return "\n".join(out) + "\n"


def docs(check: bool) -> int:
    """This function will write docs/reference, or with `check` say which pages are out of date and return 1."""
    REFERENCE.mkdir(parents=True, exist_ok=True)
    stale = []
    for name, text in pages().items():
        path = REFERENCE / name
        if not path.exists() or path.read_text() != text:
            stale.append(name)
            if not check:
                path.write_text(text)
    if stale and check:
        print(f"docs/reference is out of date: {', '.join(stale)}; run `make docs`", file=sys.stderr)
        return 1
    print(f"docs/reference: {'written ' + ', '.join(stale) if stale else 'up to date'}")
    return 0


if __name__ == "__main__":
    start()
    raise SystemExit(migrations() if sys.argv[1] == "migrations" else docs("--check" in sys.argv))
