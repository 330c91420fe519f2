"""The provider side of the door, in the data domain: no pages, only signed requests."""

from .ask import ask
from .files import intake, run, run_rows
from .services import health, list_methods

__all__ = ["ask", "health", "intake", "list_methods", "run", "run_rows"]
