"""The week's sample: whoever has the log can draw it again, and nobody can choose it."""

from collections.abc import Iterable, Sequence
from hashlib import sha256


def seed_of(root: bytes, monday: str) -> str:
    """The seed of a week (the ISO date of its Monday), from a root that was signed after the week was over."""
    return sha256(b"beijiang spot check\n" + monday.encode() + b"\n" + root).hexdigest()


def draw(seed: str, indexes: Iterable[int], many: int) -> Sequence[int]:
    """Which of the entries at `indexes` are looked at: the `many` lowest by SHA-256(seed ‖ index)."""
    return sorted(sorted(indexes, key=lambda index: sha256(f"{seed} {index}".encode()).digest())[:many])
