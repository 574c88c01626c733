"""Many programs at once at the door of the API: each unit goes back once, and one decision is made."""

import json
import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from orders.domain.window import WINDOW
from refunds.audit import differences
from refunds.models import Refund
from refunds.tests.factories import Desk

pytestmark = [pytest.mark.storm, pytest.mark.django_db(transaction=True)]
UNITS, PROCESSES = 10, 20


def storm(database_url: str, desk: Desk, how: str, *, by: User, attempts: int) -> dict[str, int]:
    """What twenty processes were told, by how often."""
    desk.case.assignee = by
    desk.case.save(update_fields=["assignee"])
    program = [sys.executable, "-m", "refunds.tests.guards.storming", how, str(desk.case.pk)]
    program += [str(PROCESSES), str(attempts)]
    environment = os.environ | {"DATABASE_URL": database_url}
    ended = subprocess.run(program, env=environment, capture_output=True, text=True, timeout=300, check=True)
    told: dict[str, int] = json.loads(ended.stdout)
    return told


def test_ten_of_sixty_calls_get_one_of_ten_units(database_url: str) -> None:
    arrived = timezone.now() - WINDOW + timedelta(hours=1)
    line = {"quantity": UNITS, "gross": UNITS * 1000, "delivered_at": arrived}
    desk = Desk(line, threshold=None, limit=None)
    told = storm(database_url, desk, "call", by=desk.agent, attempts=3)
    assert told == {"done": UNITS, "422 quantity_exceeds_refundable": PROCESSES * 3 - UNITS}
    assert desk.held() == (UNITS, UNITS * 1000, 0)
    assert Refund.objects.count() == UNITS
    assert list(differences()) == []


def test_twenty_approvals_make_one_decision(database_url: str) -> None:
    desk = Desk(threshold=0)
    desk.request()
    told = storm(database_url, desk, "approve", by=desk.supervisor, attempts=1)
    assert told == {"done": 1, "409 refund_moved_on": PROCESSES - 1}
    assert desk.story().count("refund_approved") == 1
