"""Wiring of permissions."""

from __future__ import annotations

from beijiang.kernel.apps import Room
from beijiang.kernel.words import Words
from beijiang.ui import nav


class PermissionsConfig(Room):
    """The room where people apply for the use of data and decide on it."""

    default = True
    name = "beijiang.work.permissions"
    label = "permissions"
    verbose_name = "授权申请 Permissions"
    domain = "user"

    def ready(self) -> None:
        """This function will put permissions into the side bar."""
        nav.add("work", Words("授权申请", "Permissions"), "permissions:mine", "license", "permissions.see_own", keys="g a")
