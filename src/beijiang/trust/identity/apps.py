"""Wiring of identity."""

from __future__ import annotations

from beijiang.kernel.apps import Room
from beijiang.kernel.words import Words
from beijiang.ui import nav, shell

from .types import Duty


class IdentityConfig(Room):
    """The room of people, units and sign-ins."""

    default = True
    name = "beijiang.trust.identity"
    label = "identity"
    verbose_name = "身份 Identity"
    domain = "user"
    door_views = {
        "identity_user": ("id", "username", "name", "is_active"),
        "identity_unit": ("id", "code", "name_zh", "name_en", "kind", "path", "division", "branch", "valid_from", "valid_until"),
        "identity_post": ("id", "user_id", "unit_id", "duties", "starts_at", "ends_at", "is_primary"),
        "identity_session": ("sid", "user_id", "kind", "level", "auth_time", "last_seen", "expires_at", "ended_at"),
        "identity_servicekey": ("id", "app_id", "public_key", "thumbprint", "audience", "valid_until", "revoked_at"),
    }

    def ready(self) -> None:
        """This function will name the duties to the shell and put the directory and one's account into its menus."""
        shell.name_duties({duty.value: duty.words for duty in Duty})
        nav.add("trust", Words("单位与人员", "Units and people"), "identity:people", "users", "identity.see_directory", keys="g p")
        nav.add_account(Words("代理", "Substitutes"), "identity:substitutes", "replace-user")
        nav.add_account(Words("我的账户", "My account"), "identity:account", "user")
