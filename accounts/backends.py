"""How Django's own forms sign people in: by the same guarded verb as every other door."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db import connection
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone

from accounts.domain.refusal import Refused
from accounts.models import User
from accounts.requests import client_address
from accounts.use_cases import sign_in

PERMITTED = """
    SELECT django_content_type.app_label, auth_permission.codename FROM auth_permission
    JOIN django_content_type ON django_content_type.id = auth_permission.content_type_id
    WHERE auth_permission.id IN (
        SELECT permission_id FROM auth_group_permissions
        JOIN accounts_user_groups ON accounts_user_groups.group_id = auth_group_permissions.group_id
        WHERE accounts_user_groups.user_id = %s
        UNION ALL
        SELECT permission_id FROM accounts_user_user_permissions WHERE user_id = %s
    )
"""
"""What somebody may do, by role or by name: in SQL and at once, since every call and every page asks for it."""


class GuardedBackend(ModelBackend):
    """Django's accounts and permissions, behind counted tries; people only, for clients have tokens."""

    def get_all_permissions(self, user_obj: Any, obj: Model | None = None) -> set[str]:
        """Everything that the person may do, looked up once for each time that the person is."""
        if not user_obj.is_active or user_obj.is_anonymous or user_obj.is_superuser or obj is not None:
            return super().get_all_permissions(user_obj, obj)
        if not hasattr(user_obj, "_perm_cache"):  # where Django keeps it too
            with connection.cursor() as cursor:
                cursor.execute(PERMITTED, [user_obj.pk, user_obj.pk])
                user_obj._perm_cache = {f"{app}.{codename}" for app, codename in cursor.fetchall()}
        permitted: set[str] = user_obj._perm_cache
        return permitted

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """The person, or nobody. A refusal that is no wrong password is raised, so that no form can take it for one.

        Refusals: too_many_attempts, busy.
        """
        if username is None or password is None:
            return None
        address = client_address(request) if request else ""
        try:
            return sign_in(username=username, password=password, address=address, now=timezone.now(), people_only=True)
        except Refused as refused:
            if refused.code == "sign_in_refused":
                return None
            raise
