"""Tables of identity, all in bj_user."""

from .oauth import AccessToken, Application, DeviceGrant, Grant, IDToken, RefreshToken
from .people import Post, Substitution, Unit, User
from .sessions import OneTimeLink, ServiceKey, Session, SignInAttempt

__all__ = [
    "AccessToken",
    "Application",
    "DeviceGrant",
    "Grant",
    "IDToken",
    "OneTimeLink",
    "Post",
    "RefreshToken",
    "ServiceKey",
    "Session",
    "SignInAttempt",
    "Substitution",
    "Unit",
    "User",
]
