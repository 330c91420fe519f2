"""The WSGI door: the data domain, where nothing is long-lived."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beijiang.config.settings")

from django.core.wsgi import get_wsgi_application

from beijiang.config.processes.parent import die_with_parent

die_with_parent()
application = get_wsgi_application()
