"""How people and API clients come to the desk, what opens it for them, and how that ends."""

from accounts.use_cases.clients import add_api_client, client_named, rotate_client_secret
from accounts.use_cases.people import (
    NAME_LENGTH,
    STAFF_ROLES,
    account_named,
    add_person,
    one_time_link,
    person_named,
    shop_named,
)
from accounts.use_cases.signing_in import LONGEST_PASSWORD, sign_in
from accounts.use_cases.tallies import forget_old_tallies
from accounts.use_cases.tokens import (
    Pair,
    bearer_of,
    close_account,
    forget_old_tokens,
    issue_tokens,
    refresh_tokens,
    revoke_everything,
    revoke_tokens,
)

__all__ = [
    "LONGEST_PASSWORD",
    "NAME_LENGTH",
    "STAFF_ROLES",
    "Pair",
    "account_named",
    "add_api_client",
    "add_person",
    "bearer_of",
    "client_named",
    "close_account",
    "forget_old_tallies",
    "forget_old_tokens",
    "issue_tokens",
    "one_time_link",
    "person_named",
    "refresh_tokens",
    "revoke_everything",
    "revoke_tokens",
    "rotate_client_secret",
    "shop_named",
    "sign_in",
]
