"""The shop's orders, mirrored."""

from django.apps import AppConfig
from django.core import checks


class OrdersConfig(AppConfig):
    """The shop's orders, mirrored."""

    name = "orders"

    def ready(self) -> None:
        """Let start-up speak of shops whose policy gives less than the law."""
        from orders.checks import check_statutory_period

        checks.register(check_statutory_period, checks.Tags.database)
