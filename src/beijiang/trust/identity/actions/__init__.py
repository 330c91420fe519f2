"""Writes of identity, and the tokens it issues."""

from ..queries import verify_token
from .bootstrap import ensure_own_service_key, issue_first_administrator_link
from .imports import import_people, import_units
from .passwords import change_password, issue_link, redeem_link, set_password
from .people import activate, assign_post, create_unit, create_user, deactivate, end_post, set_language
from .services import register_service_key, revoke_service_key
from .sessions import end_session, end_sessions_of, forget_old_sessions, lapse_session, mark_seen, rebind_session, start_session
from .substitutes import appoint_substitute, end_substitution
from .tokens import issue_access_token, issue_app_token, issue_user_token
from .tries import forget_old_tries, try_failed, try_sign_in, try_succeeded

__all__ = [
    "activate",
    "appoint_substitute",
    "assign_post",
    "change_password",
    "create_unit",
    "create_user",
    "deactivate",
    "end_post",
    "end_session",
    "end_substitution",
    "end_sessions_of",
    "ensure_own_service_key",
    "forget_old_sessions",
    "forget_old_tries",
    "import_people",
    "import_units",
    "issue_access_token",
    "issue_app_token",
    "issue_first_administrator_link",
    "issue_link",
    "issue_user_token",
    "lapse_session",
    "mark_seen",
    "rebind_session",
    "redeem_link",
    "register_service_key",
    "revoke_service_key",
    "set_language",
    "set_password",
    "start_session",
    "try_failed",
    "try_sign_in",
    "try_succeeded",
    "verify_token",
]
