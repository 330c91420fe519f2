"""SQL of a person, governed: read (an allow-list), resolved by scope, and rewritten so that every dataset is read through its guard.

What the engine gets is never the person's text: it is written anew from a tree of listed nodes, in which each dataset is a
subquery of rules.guard, each name of WITH a name of ours, and each output is named. rules.gate looks at it again, by its own lists.
"""

from .build import Statement, Survey, govern, govern_tree, survey
from .model import BETWEEN, CELLS, MANY, Hidden, Origin, Out
from .stages import Staged
from .tables import Governed

__all__ = [
    "BETWEEN",
    "CELLS",
    "MANY",
    "SAMPLE",
    "Governed",
    "Hidden",
    "Origin",
    "Out",
    "Staged",
    "Statement",
    "Survey",
    "govern",
    "govern_tree",
    "survey",
]
