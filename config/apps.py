"""The desk as a whole: settings, addresses and start-up checks."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Registers the start-up checks."""

    name = "config"

    def ready(self) -> None:
        """Make the checks known."""
        from config import checks  # noqa: F401
