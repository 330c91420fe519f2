"""The door as its callers reach it: HTTP, tokens, signature."""

from .credentials import credentials
from .door import Sent, send

__all__ = ["Sent", "credentials", "send"]
