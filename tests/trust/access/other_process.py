"""A process of the user domain for tests: does to grants what it is told, line by line, and says when it is done."""

from __future__ import annotations

import json
import os
import sys
from uuid import UUID


def main() -> None:
    """Lines {"do": …} in, a line out for each."""
    import django

    django.setup()
    from django.db import transaction

    from beijiang.kernel import marks
    from beijiang.trust.access import actions, queries
    from beijiang.trust.identity import queries as people

    queries.install()
    if "unmarked" in sys.argv:
        marks.changing = lambda *names, using: None
    owner = people.actor_for(UUID(os.environ["OWNER"]))
    block = None
    print("ready", flush=True)
    for line in sys.stdin:
        told = json.loads(line)
        match told["do"]:
            case "revoke":
                actions.revoke_grant(owner, grant_id=UUID(told["grant"]), reason="不再需要")
            case "begin":
                block = transaction.atomic()
                block.__enter__()
            case "commit":
                block.__exit__(None, None, None)
            case "roll back":
                transaction.set_rollback(True)
                block.__exit__(None, None, None)
        print("done", flush=True)


if __name__ == "__main__":
    main()
