"""The door as its callers reach it: HTTP, tokens, signature."""

from .call import call
from .credentials import credentials, forget_credentials
from .door import Fetched, Sent, fetch, send
from .queue import leave_queue, turn, waits

__all__ = ["Fetched", "Sent", "call", "credentials", "fetch", "forget_credentials", "leave_queue", "send", "turn", "waits"]
