"""Runs as the user domain's system user, with the very environment of the running `user` process, and tries its luck.

Prints one JSON object: attempt → "ok" or the error. Not a test itself; test_separation.py starts it.
"""

import json
import os
import socket
import sys
from pathlib import Path

import psycopg

HOST, PORT = os.environ["BEIJIANG_DB_HOST"], os.environ["BEIJIANG_DB_PORT"]


def attempt(work):
    try:
        work()
    except Exception as error:  # whatever refuses us is the answer
        return f"{type(error).__name__}: {error}".strip()
    return "ok"


def login(dbname, user, password):
    return lambda: psycopg.connect(host=HOST, port=PORT, dbname=dbname, user=user, password=password, connect_timeout=5).close()


def connect(path):
    def work():
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(path)

    return work


def main():
    own = Path(os.environ["BEIJIANG_DB_PASSWORD_FILE"]).read_text().strip()
    given = json.loads(sys.argv[1])
    results = {
        "own password, own database": attempt(login("bj_user", "bj_user_app", own)),
        "no password": attempt(login("bj_user", "bj_user_app", "")),
        "own password on bj_data": attempt(login("bj_data", "bj_user_app", own)),
        "own password as bj_data_app": attempt(login("bj_data", "bj_data_app", own)),
        "own password as the owner": attempt(login("bj_user", "bj_user_owner", own)),
        "own password as superuser": attempt(login("postgres", "postgres", own)),
        "become root": attempt(lambda: os.setuid(0)),
    }
    for path in given["folders"]:
        results[f"list {path}"] = attempt(lambda path=path: os.listdir(path))
    for path in given["files"]:
        results[f"read {path}"] = attempt(lambda path=path: Path(path).read_bytes())
    for path in given["sockets"]:
        results[f"connect {path}"] = attempt(connect(path))
    for pid in given["pids"]:
        results[f"environ {pid}"] = attempt(lambda pid=pid: Path(f"/proc/{pid}/environ").read_bytes())
    print(json.dumps(results))


main()
