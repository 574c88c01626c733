"""Calling the API in tests."""

from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from accounts.use_cases import issue_tokens


def api_client_for(user: User) -> APIClient:
    """A program, or a person's, that brings an access token which was given out just now."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {issue_tokens(user=user, now=timezone.now()).access}")
    return client
