"""Outside engines: Cedar."""

from .cedar import Engine, Partial, engine, policy_texts

__all__ = ["Engine", "Partial", "engine", "policy_texts"]
