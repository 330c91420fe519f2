"""The ASGI door of the user domain."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beijiang.config.settings")

from django.core.asgi import get_asgi_application

from beijiang.config.bodies import limited
from beijiang.config.processes.parent import die_with_parent

die_with_parent()
application = limited(get_asgi_application())
