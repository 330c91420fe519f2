"""The provider side of the door, in the data domain: no pages, only signed requests."""

from .ask import ask
from .files import intake, run, run_rows
from .running import running, stop
from .services import health, list_methods

__all__ = ["ask", "health", "intake", "list_methods", "run", "run_rows", "running", "stop"]
