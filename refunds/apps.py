"""Money back, to the last cent, once."""

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate, pre_migrate


class RefundsConfig(AppConfig):
    """Refunds, their lines and payouts, and the triggers that guard them."""

    name = "refunds"

    def ready(self) -> None:
        """Teach the story our verbs; keep the guards through every migration: a rebuilt table loses its triggers."""
        from refunds.checks import guards_stand
        from refunds.told import SENTENCES
        from refunds.triggers import drop_before_migrate, install_after_migrate
        from support.told import SENTENCES as STORY

        STORY.update(SENTENCES)
        pre_migrate.connect(drop_before_migrate, sender=self, dispatch_uid="refunds.drop_triggers")
        post_migrate.connect(install_after_migrate, sender=self, dispatch_uid="refunds.install_triggers")
        register(guards_stand, Tags.database)
