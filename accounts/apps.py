"""Who may knock, and where."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    """People, API clients, shops and the roles table."""

    name = "accounts"

    def ready(self) -> None:
        """Write the roles table into groups after every migrate: permission rows do not exist during it."""
        from accounts.roles import write_groups

        post_migrate.connect(write_groups, dispatch_uid="accounts.write_groups")
