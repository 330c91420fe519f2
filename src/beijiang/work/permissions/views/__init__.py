"""Pages of permissions."""

from .apply import amend, new, preview
from .detail import decide, detail, withdraw
from .lists import give_back, mine, queue

__all__ = ["amend", "decide", "detail", "give_back", "mine", "new", "preview", "queue", "withdraw"]
