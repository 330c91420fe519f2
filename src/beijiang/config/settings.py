"""Django settings of both domains, from config.env. `BEIJIANG_DOMAIN` says whose process this is."""

from __future__ import annotations

from typing import Any

from beijiang.ui.headers import immutable_file, static_headers

from . import env as env_module

ENV = env_module.load()
DOMAIN = ENV.domain
IS_USER = DOMAIN == "user"

DEBUG = ENV.debug
BEIJIANG_DEMO = ENV.demo
SECRET_KEY = ENV.secret("django_secret_key", "" if IS_USER else "the-data-domain-signs-no-sessions")
ALLOWED_HOSTS = ENV.hosts
ROOT_URLCONF = f"beijiang.config.urls_{DOMAIN}"
ASGI_APPLICATION = "beijiang.config.asgi.application"
WSGI_APPLICATION = "beijiang.config.wsgi.application"

ROOMS = [
    "beijiang.kernel.apps.KernelConfig",
    "beijiang.ui.apps.UiConfig",
    "beijiang.trust.audit.apps.AuditConfig",
    "beijiang.trust.identity.apps.IdentityConfig",
    "beijiang.trust.access.apps.AccessConfig",
    "beijiang.compute.lake.apps.LakeConfig",
    "beijiang.flow.exchange.apps.ExchangeConfig",
    "beijiang.work.inquiry.apps.InquiryConfig",
    "beijiang.work.permissions.apps.PermissionsConfig",
    "beijiang.work.stewardship.apps.StewardshipConfig",
    "beijiang.portal.apps.PortalConfig",
]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    *(["allauth", "allauth.account"] if IS_USER else []),  # accounts are of the user domain
    "oauth2_provider",
    "procrastinate.contrib.django",
    *ROOMS,
    "beijiang.config.compose.ComposeConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "beijiang.ui.middleware.SecurityHeaders",
    *(
        [
            "django.contrib.sessions.middleware.SessionMiddleware",
            "beijiang.ui.middleware.Language",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "allauth.account.middleware.AccountMiddleware",
            "beijiang.trust.identity.views.session.ActorMiddleware",
        ]
        if IS_USER
        else []
    ),
    "beijiang.config.edge.ProblemMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "beijiang.ui.shell.frame",
            ],
        },
    },
]

# Two databases (ARCHITECTURE § 4): each process has its own as `default`; the data domain reads
# named views of bj_user as `reader`, which never writes.
_POSTGRES = {
    "ENGINE": "django.db.backends.postgresql",
    "HOST": ENV.db_host,
    "PORT": str(ENV.db_port),
    "CONN_MAX_AGE": 600,
    "CONN_HEALTH_CHECKS": True,
}
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **_POSTGRES,
        "NAME": ENV.db_name,
        "USER": ENV.db_user,
        "PASSWORD": ENV.secret("db_password", ""),
        "OPTIONS": {"application_name": f"beijiang-{DOMAIN}", "connect_timeout": 5},
    }
}
if ENV.db_pool:
    # Under ASGI every request has a thread of its own: connections kept per thread would never be used again.
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": ENV.db_pool, "timeout": 5}
if not IS_USER:
    DATABASES["reader"] = {
        **_POSTGRES,
        "NAME": ENV.reader_name,
        "USER": ENV.reader_user,
        "PASSWORD": ENV.secret("reader_password", ""),
        "OPTIONS": {"application_name": "beijiang-reader", "connect_timeout": 5, "options": "-c search_path=door"},
    }
DATABASE_ROUTERS = ["beijiang.config.router.DomainRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Accounts
AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["beijiang.trust.identity.adapters.hashers.Argon2id"]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENV.tls
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "__Host-bj_session" if ENV.tls else "bj_session"
CSRF_COOKIE_NAME = "__Host-bj_csrf" if ENV.tls else "bj_csrf"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_FAILURE_VIEW = "beijiang.config.edge.csrf_failure"
CSRF_TRUSTED_ORIGINS = [ENV.base_url] if ENV.tls else []

OAUTH2_PROVIDER_APPLICATION_MODEL = "identity.Application"
OAUTH2_PROVIDER_ACCESS_TOKEN_MODEL = "identity.AccessToken"  # noqa: S105
OAUTH2_PROVIDER_REFRESH_TOKEN_MODEL = "identity.RefreshToken"  # noqa: S105
OAUTH2_PROVIDER_GRANT_MODEL = "identity.Grant"
OAUTH2_PROVIDER_ID_TOKEN_MODEL = "identity.IDToken"  # noqa: S105
OAUTH2_PROVIDER_DEVICE_GRANT_MODEL = "identity.DeviceGrant"

# django-allauth: the sign-in flow only; no sign-up, no e-mail. Its own rate limits count per address
# and would lock a whole station behind one router; identity's throttle takes their place.
ACCOUNT_ADAPTER = "beijiang.trust.identity.views.signin.AccountAdapter"
ACCOUNT_FORMS = {"login": "beijiang.trust.identity.forms.SignInForm"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_PRESERVE_USERNAME_CASING = False

# Pages
LANGUAGE_CODE = ENV.language
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_ADD_HEADERS_FUNCTION = static_headers
WHITENOISE_IMMUTABLE_FILE_TEST = immutable_file
SECURE_CROSS_ORIGIN_OPENER_POLICY = None  # set with the other headers by ui.middleware
SECURE_CONTENT_TYPE_NOSNIFF = False
SECURE_REFERRER_POLICY = None
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 << 20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1 << 20

# Files
BLOB_DIR = ENV.blob_dir
BLOB_KEY = bytes.fromhex(ENV.secret("blob_key", "")) if IS_USER else b""

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": ENV.log_level.upper()},
    "loggers": {"django.request": {"level": "ERROR"}, "httpx": {"level": "WARNING"}, "procrastinate": {"level": "WARNING"}},
}
