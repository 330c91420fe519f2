"""Asking, and clearing the lists of questions."""

from .ask import ask
from .forget import forget_questions

__all__ = ["ask", "forget_questions"]
