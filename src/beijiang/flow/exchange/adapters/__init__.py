"""The door as its callers reach it: HTTP, tokens, signature."""

from .credentials import credentials, forget_credentials
from .door import Sent, send

__all__ = ["Sent", "credentials", "forget_credentials", "send"]
