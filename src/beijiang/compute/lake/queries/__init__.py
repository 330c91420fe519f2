"""What can be read of the lake. Questions over rows come with a Decision and go to the worker."""

from .answer import answer
from .catalogue import catalogue, dataset, elements, snapshots
from .running import progress, stop
from .runs import bad_rows, run, runs
from .sql import answer_sql, parse_sql

__all__ = ["answer", "answer_sql", "bad_rows", "catalogue", "dataset", "elements", "parse_sql", "progress", "run", "runs", "snapshots", "stop"]
