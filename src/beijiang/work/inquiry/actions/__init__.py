"""Asking, stopping, and clearing the lists of questions."""

from .ask import ask
from .forget import forget_questions
from .stop import stop

__all__ = ["ask", "forget_questions", "stop"]
