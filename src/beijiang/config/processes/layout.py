"""Where everything of one instance lies below its data directory, and which system user may open what.

secrets/<principal>/   0700, that principal's own: passwords and keys, and nothing of anybody else's
public/                0755, certificates and public keys
postgres/ nats/        0700, the servers' own files
lake/                  2750, written by the data domain, read by the lake worker through its group
blobs/ uploads/        0700, of the user domain
drop/                  2750, drop folders of the user domain; whoever is to lay files in is put into the group of theirs
run/  log/             sockets and logs
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

# A principal is who may open a secret. `relay` and `nats` are users of their own, beyond the four of the design:
# the relay signs the log, so the user domain, whose deeds are logged, must not be able to read its key; and NATS
# speaks to devices, so a flaw in it must not open the database's files.
PRINCIPALS = {
    "supervisor": "root",
    "postgres": "bj-postgres",
    "nats": "bj-nats",
    "user": "bj-user",
    "data": "bj-data",
    "lake": "bj-lake",
    "relay": "bj-relay",
}

# Which principal each process runs as.
PROCESSES = {
    "postgres": "postgres",
    "nats": "nats",
    "user": "user",
    "data": "data",
    "lake-worker": "lake",
    "relay": "relay",
    "jobs-user": "user",
    "jobs-data": "data",
}


@dataclass(frozen=True)
class Layout:
    """The paths of one instance."""

    root: Path

    def secret(self, principal: str, name: str) -> Path:
        """Path of one secret of one principal."""
        return self.root / "secrets" / principal / name

    def public(self, name: str) -> Path:
        """Path of one file everybody may read."""
        return self.root / "public" / name

    @property
    def secrets(self) -> Path:
        return self.root / "secrets"

    @property
    def postgres(self) -> Path:
        return self.root / "postgres"

    @property
    def nats(self) -> Path:
        return self.root / "nats"

    @property
    def lake(self) -> Path:
        return self.root / "lake"

    @property
    def blobs(self) -> Path:
        return self.root / "blobs"

    @property
    def logs(self) -> Path:
        return self.root / "log"

    @property
    def control(self) -> Path:
        """Directory of the supervisor's control sockets; whoever can open it commands every process."""
        return self.root / "run" / "supervisor"

    @property
    def lake_socket(self) -> Path:
        return self.root / "run" / "lake" / "lake.sock"

    @property
    def marks(self) -> Path:
        """Counters of change, written by the user domain, read by the data domain (kernel.marks)."""
        return self.root / "run" / "decisions"

    @property
    def instance(self) -> Path:
        """What runs here: ports, addresses, mode. Written by `up`, read by `status`; holds no secret."""
        return self.root / "run" / "instance.json"

    @property
    def ready(self) -> bool:
        """Whether `init` has finished here."""
        return (self.root / "public" / "initialised.json").exists()

    # principal, mode, group principal (None: its own); created by users.make_folders
    def folders(self) -> dict[Path, tuple[str, int, str | None]]:
        """Every folder with owner, mode and group."""
        table: dict[Path, tuple[str, int, str | None]] = {
            self.root: ("supervisor", 0o755, None),
            self.secrets: ("supervisor", 0o755, None),
            self.root / "public": ("supervisor", 0o755, None),
            self.root / "run": ("supervisor", 0o755, None),
            self.control: ("supervisor", 0o700, None),
            self.lake_socket.parent: ("lake", 0o2750, "data"),
            self.logs: ("supervisor", 0o700, None),
            self.postgres: ("postgres", 0o700, None),
            self.nats: ("nats", 0o700, None),
            self.lake: ("data", 0o2750, "lake"),
            self.blobs: ("user", 0o700, None),
            self.root / "uploads": ("user", 0o700, None),
            self.root / "drop": ("user", 0o2750, None),
        }
        for name in PRINCIPALS:
            table[self.secrets / name] = (name, 0o700, None)
        return table
