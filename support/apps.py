"""Cases and their stories."""

from django.apps import AppConfig


class SupportConfig(AppConfig):
    """Cases and their stories."""

    name = "support"
