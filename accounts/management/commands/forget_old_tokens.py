"""`manage.py forget_old_tokens`: what a daily timer calls, so that tokens and tries do not grow for ever."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.use_cases import forget_old_tallies, forget_old_tokens


class Command(BaseCommand):
    """Forget tokens that have expired, and minutes of counting that are over."""

    help = (
        "Forgets families of tokens that have expired, used tokens of which the same is true, and counts of the past."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Forget, and say how many."""
        now = timezone.now()
        tokens, tallies = forget_old_tokens(now=now), forget_old_tallies(now=now)
        self.stdout.write(f"{tokens} old tokens and {tallies} old counts forgotten.")
