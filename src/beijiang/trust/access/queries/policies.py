"""The policy in plain language, for docs/reference/policies.md."""

from __future__ import annotations

from dataclasses import dataclass

from beijiang.kernel.words import Words

from ..adapters import Engine, policy_texts


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """One policy: the file it stands in, its @id, and what it says."""

    file: str
    id: str
    words: Words


def policy_lines() -> tuple[PolicyLine, ...]:
    """This function will list every policy with its plain-language line, in the order of the files."""
    return tuple(PolicyLine(name, id_, words) for name, text in policy_texts().items() for id_, words in Engine(text).lines.items())
