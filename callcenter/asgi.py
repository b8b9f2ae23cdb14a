"""One port for pages and sockets.

Pages are synchronous Django in a fixed pool of threads: each keeps its database connection,
where Django's own ASGI handler would open a new one for every request.
"""

import os
import sys

from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callcenter.settings")
pages = get_wsgi_application()

# Sockets share the interpreter with the threads of pages. On its way a push needs it several times;
# each time it may wait for this long behind a page that is being made. (Python's default is 5 ms.)
sys.setswitchinterval(0.0005)

# These import models, so they must come after Django is set up.
from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from django.conf import settings  # noqa: E402
from django.urls import path  # noqa: E402

from callcenter.consumers import LiveConsumer  # noqa: E402
from knowledgebase.search import memory  # noqa: E402

# The first search should not wait for what every search needs.
memory.warm_up()

sockets = URLRouter([path("ws/live/", LiveConsumer.as_asgi())])

application = ProtocolTypeRouter(
    {
        "http": WSGIMiddleware(pages, workers=settings.WEB_THREADS),
        "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(sockets)),
    }
)
