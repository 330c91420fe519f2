"""The WSGI door: the data domain, where nothing is long-lived."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beijiang.config.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
