"""Loaded by `-p tests.environment` before Django's settings: a real PostgreSQL and throwaway secrets.

`BEIJIANG_DOMAIN` picks the domain under test (user by default). The server is started once by the
controlling process; pytest-xdist's workers inherit its address and get databases of their own.
"""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
from pathlib import Path

# The repository's `tests` and `tools` are importable from anywhere.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

os.environ.setdefault("BEIJIANG_DOMAIN", "user")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beijiang.config.settings")

if "BEIJIANG_TEST_SERVER" not in os.environ:
    from tests import servers

    server = servers.postgres()
    os.environ.update(
        BEIJIANG_TEST_SERVER=f"{server.host}:{server.port}",
        BEIJIANG_DB_HOST=server.host,
        BEIJIANG_DB_PORT=str(server.port),
        BEIJIANG_DB_USER=server.user,
        BEIJIANG_DB_PASSWORD=server.password,
        BEIJIANG_READER_USER=server.user,
        BEIJIANG_READER_PASSWORD=server.password,
        BEIJIANG_DATA_DIR=tempfile.mkdtemp(prefix="bj-test-data-"),
        BEIJIANG_DJANGO_SECRET_KEY=secrets.token_hex(32),
        BEIJIANG_BLOB_KEY=secrets.token_hex(32),
        BEIJIANG_SUBJECT_KEY=secrets.token_hex(32),
    )
    from tests import keys

    os.environ.update(keys.make(Path(os.environ["BEIJIANG_DATA_DIR"]) / "keys"))
