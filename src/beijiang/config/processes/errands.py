"""Short errands that need a domain's code and secrets: `python -m beijiang.config.processes.errands NAME [WORD…]`.

The supervisor runs them as the system user and with the environment of one process, so that no command of the command
line holds secrets of a domain itself. The answer is one JSON line that begins with a record separator; lines before it
are progress. A known problem is one line on stderr and exit code 4.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any


def say(what: object) -> None:
    """Progress."""
    print(what, flush=True)


def seed_user() -> None:
    """Units, people, matters and grants of the demonstration region."""
    from beijiang.portal.demo import seed

    seed.seed_user_domain(say)


def define_lake() -> int:
    """Declare the demonstration's datasets to the lake (data domain)."""
    from beijiang.config.processes import demo_lake

    return demo_lake.define()


def seed_lake() -> None:
    """The demonstration's rows, by the door (user domain)."""
    from beijiang.portal.demo import seed

    seed.seed_lake(say)


def people() -> list[dict[str, Any]]:
    """The demonstration accounts that have names in the guide, with unit, duties and what they are good for."""
    from beijiang.portal.demo.people import demo_people
    from beijiang.trust.identity import queries as identity

    found = []
    for demo in demo_people():
        person = identity.person_by_username(demo.row.username)
        actor = identity.actor_for(person.id)
        found.append(
            {
                "username": person.username,
                "name": person.name,
                "unit": actor.unit_code,
                "unit_zh": actor.unit_name_zh,
                "unit_en": actor.unit_name_en,
                "division": actor.division,
                "duties": sorted(actor.duties),
                "about_zh": demo.about.zh,
                "about_en": demo.about.en,
            }
        )
    return found


def token(username: str) -> str:
    """An access token of a demonstration account; identity refuses outside the demonstration."""
    from beijiang.kernel.types import Actor
    from beijiang.trust.identity import actions as identity

    return identity.issue_access_token(Actor.system("demo"), username=username).token


def send_file(dataset: str, name: str) -> dict[str, Any]:
    """Bring the file on standard input through the door, in the name of the token's owner, and wait for its end."""
    import shutil
    import tempfile
    import time
    from pathlib import Path

    from beijiang.config.settings import ENV
    from beijiang.flow.exchange import actions as exchange
    from beijiang.flow.exchange import queries
    from beijiang.kernel.words import Words
    from beijiang.trust.identity import queries as identity

    actor = identity.actor_for_bearer(os.environ["BEIJIANG_TOKEN"])
    with tempfile.TemporaryDirectory(prefix=".sending-", dir=ENV.blob_dir) as folder:
        path = Path(folder) / "file"
        with path.open("wb") as copy:
            shutil.copyfileobj(sys.stdin.buffer, copy, 1 << 20)
        run = exchange.send_file(actor, dataset=dataset, path=path, file_name=name)
    say(Words(f"已送达，批次 {run.id}", f"arrived, run {run.id}"))
    shown, wait = -1, 0.2
    while run.state not in {"done", "failed", "cancelled"}:
        if int(run.progress * 10) != shown:
            shown = int(run.progress * 10)
            say(f"{run.progress:.0%}  {run.rows_ok + run.rows_bad}")
        time.sleep(wait)
        wait = min(wait * 1.5, 2.0)
        run = queries.run(actor, run_id=run.id)
    return {
        "id": str(run.id),
        "state": run.state,
        "rows_ok": run.rows_ok,
        "rows_bad": run.rows_bad,
        "repeated": run.repeated,
        "error": run.error.as_dict() if run.error else None,
        "notes": [note.as_dict() for note in run.notes],
    }


def administrator() -> str:
    """The first administrator's one-time link."""
    from beijiang.config.settings import ENV
    from beijiang.trust.identity import actions as identity

    return ENV.base_url + identity.issue_first_administrator_link().path


def enrol() -> str:
    """Register this instance's own service key with the door, until when."""
    from beijiang.flow.exchange.types import AUDIENCE
    from beijiang.trust.identity import actions as identity

    return identity.ensure_own_service_key(audience=AUDIENCE).valid_until.isoformat()


def verify() -> dict[str, Any]:
    """Derive the whole log again."""
    from beijiang.kernel.types import Actor
    from beijiang.trust.audit import actions as audit

    report = audit.verify(Actor.system("command line"), say=say)
    return {
        "sound": report.ok,
        "size": report.size,
        "root": report.root,
        "checkpoints": report.checkpoints,
        "tiles": report.tiles,
        "forgotten": report.forgotten,
        "seconds": report.seconds,
        "more": report.more,
        "faults": [
            {
                "what": finding.what,
                "index": finding.index,
                "entry": str(finding.entry_id) if finding.entry_id else None,
                "text": str(finding.words),
            }
            for finding in report.findings
        ],
    }


def letters() -> list[dict[str, Any]]:
    """What this domain gave up."""
    from beijiang.config.processes import letters as given_up

    return given_up.waiting()


def letter_again(which: str) -> str:
    """Try one of them again."""
    from beijiang.config.processes import letters as given_up

    return given_up.again(which)


def letter_settle(which: str, reason: str) -> str:
    """Lay one of them aside."""
    from beijiang.config.processes import letters as given_up

    return given_up.settle(which, reason)


def relocate(old: str) -> int:
    """Let the restored lake's tables name their files where they are now."""
    from pathlib import Path

    from beijiang.config.processes import relocate as moving
    from beijiang.config.settings import ENV

    return moving.relocate(Path(old), Path(ENV.lake_root))


ERRANDS: dict[str, Callable[..., Any]] = {
    "seed-user": seed_user,
    "define-lake": define_lake,
    "seed-lake": seed_lake,
    "people": people,
    "token": token,
    "administrator": administrator,
    "enrol": enrol,
    "verify": verify,
    "send-file": send_file,
    "letters": letters,
    "letter-again": letter_again,
    "letter-settle": letter_settle,
    "relocate": relocate,
}


def main(words: list[str]) -> int:
    """Run one errand."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beijiang.config.settings")
    import django

    django.setup()
    from beijiang.kernel.errors import Problem
    from beijiang.kernel.words import set_language

    set_language(os.environ.get("BEIJIANG_SPEAK", "en"))
    try:
        answer = ERRANDS[words[0]](*words[1:])
    except Problem as problem:
        print(f"{problem.title}: {problem.detail}" if problem.detail else problem.title, file=sys.stderr)
        return 4
    print("\x1e" + json.dumps(answer, ensure_ascii=False), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
