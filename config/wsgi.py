"""The WSGI application that the web server runs; it is not made when a start-up check finds an error."""

import os

from django.core.wsgi import get_wsgi_application

from config.start import refuse_to_start_unfit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
refuse_to_start_unfit()
