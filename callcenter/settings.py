"""Settings. Every value comes from the environment through ``callcenter.env`` and fails loudly.

With neither DATABASE_URL nor REDIS_URL set, ``manage.py`` has already started our own servers,
filled both in and set CALLCENTER_EMBEDDED; only then are secrets made for you (and kept in var/).
"""

from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from callcenter import env
from callcenter.schedule import SCHEDULE

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.text("CALLCENTER_VAR", default=str(BASE_DIR / "var")))

# True on the project's own servers: the demo, the tests, a developer's machine.
EMBEDDED = env.flag("CALLCENTER_EMBEDDED", default=False)
DEBUG = env.flag("DEBUG", default=False)


def _secret(name: str) -> str:
    return env.kept_secret(name, VAR_DIR / "secrets") if EMBEDDED else env.text(name)


SECRET_KEY = _secret("SECRET_KEY")
# The telephone system's own key for POST /api/v1/calls/events/.
TELEPHONY_KEY = _secret("TELEPHONY_KEY")
_LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]
ALLOWED_HOSTS = env.listing("ALLOWED_HOSTS", default=_LOOPBACK if EMBEDDED else env.REQUIRED)
CSRF_TRUSTED_ORIGINS = env.listing("CSRF_TRUSTED_ORIGINS", default=[])
PUBLIC_URL = env.text("PUBLIC_URL", default="")

INSTALLED_APPS = [
    "agents",
    "knowledgebase",
    "inquiries",
    "callbacks",
    "reports",
    "callcenter",
    "channels",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "axes",
    "csp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "callcenter.refusals.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "callcenter.urls"
ASGI_APPLICATION = "callcenter.asgi.application"
# Pages that one process makes at the same time. They share one interpreter and the processors: more
# of them make all slower, and the pushes between them. Who needs more adds processes.
WEB_THREADS = env.integer("WEB_THREADS", default=3, minimum=1, maximum=200)

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "callcenter.navigation.nav_items",
            ],
        },
    }
]

# --- What we keep, and where

DATABASES = {
    "default": dj_database_url.parse(
        env.text("DATABASE_URL"), conn_max_age=600, conn_health_checks=True
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.text("REDIS_URL")
CHANNEL_LAYERS = {
    "default": {
        # One message for each process, however many sockets it holds; nothing is queued in Redis.
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_timeout": 30}]},
    }
}

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
# Ticks that find a dead broker or a busy worker must not pile up: each is worth one second.
CELERY_BEAT_SCHEDULE = SCHEDULE

# --- Who may come in

AUTH_USER_MODEL = "agents.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    )
]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"
AXES_IPWARE_PROXY_COUNT = env.integer("PROXY_COUNT", default=0, minimum=0, maximum=5)
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "start"
LOGOUT_REDIRECT_URL = "login"

# --- What a browser may do

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
    # The bundled API reader draws with inline styles; it shows nobody's data.
    "EXCLUDE_URL_PREFIXES": ["/api/v1/docs/"],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
HTTPS_ONLY = env.flag("HTTPS_ONLY", default=not EMBEDDED)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS_ONLY
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS_ONLY else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS_ONLY else None
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

# --- Words and time

LANGUAGE_CODE = "ko"
LANGUAGES = [
    ("ko", "한국어"),
    ("en", "English"),
    ("zh-hans", "中文"),
    ("ja", "日本語"),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = env.text("TIME_ZONE", default="Asia/Seoul")
# Whose public holidays the opening hours follow; a country code as the holidays package has it.
HOLIDAY_COUNTRY = env.text("HOLIDAY_COUNTRY", default="KR")

# --- Static files: ours in static/, other people's in static/vendor/ (made by `make install`)

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = EMBEDDED
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if EMBEDDED
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Real articles and questions for `make bench` and one test; both say so where there are none.
SEARCH_DATA = Path(
    env.text("CALLCENTER_SEARCH_DATA", default=str(BASE_DIR.parent / "shared" / "data"))
)

# --- Files that people upload: in no folder that is served; a view gives them out

MEDIA_ROOT = Path(env.text("MEDIA_ROOT", default=str(VAR_DIR / "media")))
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
ATTACHMENT_MAX_BYTES = (
    env.integer("ATTACHMENT_MAX_MB", default=10, minimum=1, maximum=100) * 1_000_000
)

# --- What we write to people

# Embedded, mail goes into files: nobody is to get a demo's mail.
EMAIL_HOST = env.text("EMAIL_HOST", default="" if EMBEDDED else env.REQUIRED)
EMAIL_PORT = env.integer("EMAIL_PORT", default=25, minimum=1, maximum=65535)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT = 20
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
if not EMAIL_HOST:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", default="120@city.example")
# A class that sends text messages, as ``inquiries.gateways.Gateway`` says.
TEXT_GATEWAY = env.text("TEXT_GATEWAY", default="inquiries.gateways.ConsoleGateway")
# Who dies while sending is noticed after so long; a message is tried again after so many minutes.
MESSAGE_SENDING_SECONDS = 120
MESSAGE_RETRY_MINUTES = [1, 5, 30, 120]

# --- The API

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "callcenter.refusals.api_exception_handler",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "120 City Call Center",
    "VERSION": "1",
    "DESCRIPTION": "Inquiries, calls, the desk, knowledge and reports of a city's call center.",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "ENUM_NAME_OVERRIDES": {"PresenceStateEnum": "agents.models.PresenceState"},
}

# --- The center's own rules (seconds unless said otherwise)

CENTER_NAME = _("120 City Call Center")
OFFER_SECONDS = env.integer("OFFER_SECONDS", default=12, minimum=1, maximum=120)
# An agent who let an entry pass is not asked for the same one again for so long.
OFFER_AGAIN_AFTER_SECONDS = 60
WRAP_UP_SECONDS = env.integer("WRAP_UP_SECONDS", default=30, minimum=0, maximum=600)
# For so long only the colleague named in a transfer is asked; then everybody suited is.
RESERVED_SECONDS = env.integer("RESERVED_SECONDS", default=40, minimum=5, maximum=3600)
# A desk silent for longer than this has vanished: its agent is offline, its work goes on elsewhere.
DESK_GRACE_SECONDS = env.integer("DESK_GRACE_SECONDS", default=45, minimum=15, maximum=3600)
# Who calls again within so many hours goes to the same agent, if free.
SAME_AGENT_WITHIN_HOURS = env.integer("SAME_AGENT_WITHIN_HOURS", default=24, minimum=0, maximum=720)
# The sliding window over which the shares of vendors are honoured.
VENDOR_SHARE_MINUTES = env.integer("VENDOR_SHARE_MINUTES", default=30, minimum=1, maximum=1440)
# Numbers of our own that mean a language when dialled; every other one is the main line.
LANGUAGE_LINES = {"1202": "en", "1203": "zh", "1204": "ja"}
# The wait before the next try, by how many have failed; after the last a supervisor decides.
CALLBACK_RETRY_MINUTES = env.integers(
    "CALLBACK_RETRY_MINUTES", default=[10, 30, 120], minimum=0, maximum=1440
)
CALLBACK_BUSY_MINUTES = env.integers(
    "CALLBACK_BUSY_MINUTES", default=[3, 10, 30], minimum=0, maximum=1440
)
# A promise for one moment is kept for so long after it; a window has its own end.
CALLBACK_LATE_AFTER_MINUTES = 15
# Before a promise breaks, whoever gave it is warned, and then the supervisors.
CALLBACK_WARN_OWNER_MINUTES = 10
CALLBACK_WARN_SUPERVISOR_MINUTES = 5
# A promise enters the line ahead of its time by the expected wait, but never by more than this.
CALLBACK_LEAD_MAX_MINUTES = env.integer(
    "CALLBACK_LEAD_MAX_MINUTES", default=10, minimum=0, maximum=60
)
# What has been due for longer than this is a backlog (a worker was away): it comes back slowly, so
# many a tick, the oldest first, beside what is due just now.
CALLBACK_BACKLOG_AFTER_SECONDS = 120
CALLBACK_BACKLOG_PER_TICK = env.integer(
    "CALLBACK_BACKLOG_PER_TICK", default=5, minimum=1, maximum=500
)
CALLBACK_DUE_PER_TICK = env.integer("CALLBACK_DUE_PER_TICK", default=200, minimum=1, maximum=5000)
# Full hours of the center's clock between which nobody is called or written to unasked; the same
# twice: never.
QUIET_FROM_HOUR = env.integer("QUIET_FROM_HOUR", default=21, minimum=0, maximum=23)
QUIET_UNTIL_HOUR = env.integer("QUIET_UNTIL_HOUR", default=8, minimum=0, maximum=23)
# A caller behind more calls than this is offered a callback in place of waiting on the line.
CALLBACK_OFFER_AFTER = env.integer("CALLBACK_OFFER_AFTER", default=5, minimum=0, maximum=1000)
# Who gives up the line but keeps the place in it is told to be called within so many minutes.
VIRTUAL_HOLD_WITHIN_MINUTES = env.integer(
    "VIRTUAL_HOLD_WITHIN_MINUTES", default=60, minimum=5, maximum=1440
)
# Minutes in which a department acknowledges and answers, if nothing is agreed for the topic.
HANDOFF_MINUTES = {"ordinary": (240, 4320), "urgent": (15, 120)}
# When departments are at work; at other times and on holidays what is urgent goes to the duty desk.
OFFICE_HOURS = (9, 18)
HANDOFF_LINK_DAYS = env.integer("HANDOFF_LINK_DAYS", default=14, minimum=1, maximum=90)
# A person who does not answer is called again after so many minutes each, as long as enough time
# is left before the deadline to go on to the others of the ladder.
WELFARE_RETRY_MINUTES = [10, 10]
WELFARE_RESERVE_MINUTES = 30
# Whoever goes to look is called for news after so long.
WELFARE_LOOK_MINUTES = 20
# So many checks stand in the line at once; after an outage the others follow as these are taken.
WELFARE_IN_LINE = env.integer("WELFARE_IN_LINE", default=20, minimum=1, maximum=1000)
# Topic of the urgent inquiry about somebody who needs help.
WELFARE_HELP_TOPIC = env.text("WELFARE_HELP_TOPIC", default="safety")
# An alarm that nobody has taken on is told again after so long.
ALARM_AGAIN_MINUTES = env.integer("ALARM_AGAIN_MINUTES", default=5, minimum=1, maximum=120)
# Who is written to beside the supervisors.
ALARM_EMAILS = env.listing("ALARM_EMAILS", default=[])
# A watcher silent for so long is shown on every supervisor's page.
WATCHER_SILENT_SECONDS = env.integer("WATCHER_SILENT_SECONDS", default=60, minimum=15, maximum=3600)
# What says whom an alert was about is erased so many days after its end.
ALERT_KEPT_DAYS = env.integer("ALERT_KEPT_DAYS", default=30, minimum=0, maximum=365)
# For so long the end of an alert can be taken back.
ALERT_UNDO_MINUTES = 15
ALERT_PHOTO_MAX_BYTES = 8_000_000
# Figures by quarter of an hour and by contact are kept for so long, those by day for ever.
FACTS_KEPT_MONTHS = env.integer("FACTS_KEPT_MONTHS", default=37, minimum=14, maximum=600)
# When yesterday's report is sent, and to whom beside the supervisors.
DAILY_REPORT_AT = env.time_of_day("DAILY_REPORT_AT", default="07:30")
DAILY_REPORT_EMAILS = env.listing("DAILY_REPORT_EMAILS", default=[])
# What reports are printed with.
PRINT_FONTS = BASE_DIR / "static" / "vendor" / "pretendard" / "print"
# Searches, and the questions that found no article, are kept for so many days.
SEARCH_LOG_DAYS = env.integer("SEARCH_LOG_DAYS", default=90, minimum=1, maximum=3650)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", default="INFO")},
    "loggers": {"axes": {"level": "WARNING"}, "httpx": {"level": "WARNING"}},
}
