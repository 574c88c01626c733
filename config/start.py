"""Before the desk opens: whatever must not be wrong is checked, and said."""

import logging
import sys

from django.conf import settings
from django.core.checks import ERROR, CheckMessage, run_checks
from django.db import connections

logger = logging.getLogger(__name__)


def refuse_to_start_unfit() -> None:
    """End this process, saying why, when a check finds an error; in production also when a security check complains."""
    production = settings.ENVIRONMENT == "production"
    found = run_checks(include_deployment_checks=production, databases=list(connections))
    refused = [message for message in found if _forbids_start(message)]
    for message in found:
        if message not in refused:
            logger.warning(message)
    if refused:
        sys.exit("Redress does not start:\n" + "\n".join(str(message) for message in refused))


def _forbids_start(message: CheckMessage) -> bool:
    return message.level >= ERROR or str(message.id).startswith("security.")
