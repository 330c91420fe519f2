"""What the door does. `ask`, `send_file` and `bad_rows` call it (user domain); `answer`, `take_file`, `open_bad_rows` and `take_records`
are it (data domain).

The lake is imported inside the provider's functions only: the user domain loads this package too, and needs neither
its libraries nor the second and the 200 MB that they cost each of its processes.
"""

from .answer import answer
from .ask import ask
from .bad_rows import bad_rows, open_bad_rows
from .care import cancel_run, drop_draft, export_bad_rows, publish_draft, resume_run, send_draft, set_dataset
from .directory import list_dataset
from .files import send_file, take_file
from .nonces import forget_nonces
from .records import hear_records, take_records
from .running import stop, stop_running
from .turned_away import note_turned_away, seal_turned_away

__all__ = [
    "set_dataset",
    "send_draft",
    "resume_run",
    "publish_draft",
    "export_bad_rows",
    "drop_draft",
    "cancel_run",
    "answer",
    "ask",
    "bad_rows",
    "forget_nonces",
    "hear_records",
    "list_dataset",
    "note_turned_away",
    "open_bad_rows",
    "seal_turned_away",
    "send_file",
    "stop",
    "stop_running",
    "take_file",
    "take_records",
]
