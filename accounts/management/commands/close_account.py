"""`manage.py close_account NAME`: somebody left, or a program is not used any more."""

from django.utils import timezone

from accounts.management.account_command import AccountCommand
from accounts.models import User
from accounts.use_cases import close_account


class Command(AccountCommand):
    """Let nobody in by an account any more."""

    help = "Lets nobody in by this account any more; its sessions and tokens end at once. What it did stays told."

    def do(self, account: User) -> str:
        """Close it."""
        close_account(user=account, now=timezone.now())
        return f"{account.username} is closed."
