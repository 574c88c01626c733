"""A hasher that tells how often it was asked."""

from typing import Any, ClassVar

from django.contrib.auth.hashers import MD5PasswordHasher


class CountedHasher(MD5PasswordHasher):
    """Quick, and counted."""

    seen: ClassVar[list[str]] = []

    def encode(self, password: str, salt: str, **options: Any) -> str:
        """Note it, and hash."""
        self.seen.append(password)
        return super().encode(password, salt, **options)
