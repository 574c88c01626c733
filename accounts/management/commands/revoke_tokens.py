"""`manage.py revoke_tokens NAME`: whoever works in the name of this account now is out at once."""

from django.utils import timezone

from accounts.management.account_command import AccountCommand
from accounts.models import User
from accounts.use_cases import revoke_everything


class Command(AccountCommand):
    """End every session and token of a person or an API client."""

    help = "Ends every session and token of a person or an API client at once; they may sign in again."

    def do(self, account: User) -> str:
        """End them."""
        families = revoke_everything(user=account, now=timezone.now())
        return f"Every session of {account.username} and {families} families of tokens have ended."
