"""Idempotency keys: the same request twice has one effect and one answer."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class IdempotencyKey(models.Model):
    """A caller's key with the answer it was given, written in the transaction of its effect; kept 30 days."""

    caller = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="idempotency_keys")
    key = models.CharField(_("key"), max_length=255)
    route = models.CharField(_("route"), max_length=100)
    digest = models.CharField(_("digest of the body"), max_length=64)
    answer = models.JSONField(_("answer"), null=True)
    recorded_at = models.DateTimeField(_("recorded"), db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["caller", "key"], name="idempotency_key_once")]

    def __str__(self) -> str:
        return self.key
