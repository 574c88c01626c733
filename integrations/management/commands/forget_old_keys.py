"""`manage.py forget_old_keys`: what a daily timer calls, so that kept answers do not grow for ever."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from integrations.use_cases import forget_old_keys


class Command(BaseCommand):
    """Forget idempotency keys that are past their time."""

    help = "Forgets idempotency keys, and the answers kept under them, that are older than 30 days."

    def handle(self, *args: Any, **options: Any) -> None:
        """Forget, and say how many."""
        self.stdout.write(f"{forget_old_keys(now=timezone.now())} old keys forgotten.")
