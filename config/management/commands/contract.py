"""`manage.py contract`: writes the OpenAPI document to docs/contracts/openapi.yaml."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.api.contract import ContractError, contract

FILE = settings.BASE_DIR / "docs" / "contracts" / "openapi.yaml"


class Command(BaseCommand):
    """Renew the committed document."""

    help = "Writes the OpenAPI document, as the code gives it, to docs/contracts/openapi.yaml."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it, unless a door is not understood."""
        try:
            document = contract()
        except ContractError as error:
            raise CommandError(str(error)) from error
        FILE.parent.mkdir(parents=True, exist_ok=True)
        FILE.write_bytes(document)
        self.stdout.write(f"{len(document):,} bytes in {FILE.relative_to(settings.BASE_DIR)}")
