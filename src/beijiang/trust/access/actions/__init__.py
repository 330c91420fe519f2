"""Writes of access, one verb each: require, change, record."""

from .break_glass import break_glass, review_break_glass
from .grants import issue_grant, return_grant, revoke_grant
from .matters import close_matter, register_matter
from .reminders import remind_holders
from .resources import end_open_share, register_resource, set_allowed_purposes, set_open_share

__all__ = [
    "break_glass",
    "close_matter",
    "end_open_share",
    "issue_grant",
    "register_matter",
    "register_resource",
    "remind_holders",
    "return_grant",
    "review_break_glass",
    "revoke_grant",
    "set_allowed_purposes",
    "set_open_share",
]
