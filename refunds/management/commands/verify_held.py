"""`manage.py verify_held`: does every counter say what living refunds hold, and does every refund add up?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from refunds.audit import differences


class Command(BaseCommand):
    """Lists each difference and exits with 1, or says that there is none."""

    help = "Compare counters, frozen windows and totals with the refunds; exit with 1 when anything differs."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the differences as they are found."""
        found = 0
        for difference in differences():
            self.stdout.write(difference)
            found += 1
        if found:
            raise CommandError(f"Differences: {found}.")
        self.stdout.write("Everything agrees: counters, windows and totals.")
