"""Wiring of the shell."""

from __future__ import annotations

from beijiang.kernel.apps import Room


class UiConfig(Room):
    """The shell has no tables; it stands in the user domain, the only one with pages."""

    default = True
    name = "beijiang.ui"
    label = "ui"
    verbose_name = "界面 Shell"
