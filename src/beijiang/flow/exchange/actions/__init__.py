"""What the door does. `ask` and `send_file` call it (user domain); `answer`, `take_file` and `take_records` are it (data domain)."""

from .answer import answer
from .ask import ask
from .directory import list_dataset
from .files import send_file, take_file
from .nonces import forget_nonces
from .records import hear_records, take_records

__all__ = ["answer", "ask", "forget_nonces", "hear_records", "list_dataset", "send_file", "take_file", "take_records"]
