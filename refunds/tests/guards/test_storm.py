"""Twenty processes want the same ten units four hundred times: ten get one, and nobody waits in a circle."""

import json
import os
import subprocess
import sys

import pytest
from django.db import connection

from refunds import triggers
from refunds.audit import differences
from refunds.models import Refund
from refunds.tests.factories import Desk

pytestmark = [pytest.mark.storm, pytest.mark.django_db(transaction=True)]
PROCESSES, ATTEMPTS, UNITS = 20, 20, 10


def storm(database_url: str, desk: Desk, how: str) -> dict[str, int]:
    """What the processes were told, by how often."""
    desk.case.assignee = desk.agent
    desk.case.save()
    program = [sys.executable, "-m", "refunds.tests.guards.storming"]
    program += [how, str(desk.case.pk), str(PROCESSES), str(ATTEMPTS)]
    environment = os.environ | {"DATABASE_URL": database_url}
    ended = subprocess.run(program, env=environment, capture_output=True, text=True, timeout=120, check=True)
    told = json.loads(ended.stdout)
    assert sum(told.values()) == PROCESSES * ATTEMPTS
    if connection.vendor == "sqlite":  # on a loaded machine its writers starve
        told.pop("busy", None)
    return told


def deadlocks() -> int:
    """How many deadlocks PostgreSQL counted; SQLite knows none."""
    if connection.vendor == "sqlite":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return cursor.fetchone()[0]


@pytest.mark.parametrize(("how", "refused"), [("request", "quantity_exceeds_refundable"), ("bulk", "over_held")])
def test_ten_of_ten_units_are_given_out(database_url: str, how: str, refused: str) -> None:
    desk = Desk({"quantity": UNITS, "gross": UNITS * 1000})
    before = deadlocks()
    told = storm(database_url, desk, how)
    assert set(told) == {"done", refused}
    assert told["done"] == UNITS
    assert desk.held() == (UNITS, UNITS * 1000, 0)
    assert desk.order.payments.get().held == UNITS * 1000
    assert Refund.objects.count() == UNITS
    assert list(differences()) == []
    assert deadlocks() == before


def test_taking_and_giving_up_at_once_ends_where_it_began(database_url: str) -> None:
    desk = Desk({"quantity": 3}, {"quantity": 3}, threshold=None, limit=None)
    before = deadlocks()
    told = storm(database_url, desk, "give_and_take")
    assert set(told) <= {"done", "quantity_exceeds_refundable"}
    assert told["done"] > 0
    assert desk.held("L1") == desk.held("L2") == (0, 0, 0)
    assert list(differences()) == []
    assert deadlocks() == before


def test_without_the_guards_the_same_storm_gives_out_more(database_url: str) -> None:
    desk = Desk({"quantity": UNITS, "gross": UNITS * 1000})
    triggers.drop(connection)
    told = storm(database_url, desk, "bulk")
    assert told["done"] > UNITS
