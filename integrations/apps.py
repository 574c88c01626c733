"""What integrators touch."""

from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    """What integrators touch."""

    name = "integrations"
