"""Django's own commands, for developers and the supervisor's migrations."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """This function will run a Django management command in the domain named by BEIJIANG_DOMAIN."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beijiang.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
