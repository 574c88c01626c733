"""Every operation as every caller, about things of the own queue, another team's, another shop's, and missing ones."""

from collections.abc import Iterator

import pytest
import time_machine
from django.urls import get_resolver

from config.tests.matrix.operations import Address, addresses
from config.tests.matrix.stage import Stage
from config.tests.matrix.table import ROWS
from config.tests.matrix.walk import faults_of_list, faults_of_methods, faults_of_walk
from refunds.tests.factories import NOW

CALLERS = (
    *("nobody", "person without role", "agent", "senior agent", "supervisor", "administrator"),
    *("client: read", "client: orders", "client: cases", "client: refunds", "client without scope"),
    *("agent without shop", "supervisor without shop", "somebody with all rights", "supervisor who left"),
)


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """Everything happens at one moment."""
    with time_machine.travel(NOW, tick=False):
        yield


def everything() -> list[Address]:
    """All addresses of the desk."""
    return list(addresses(get_resolver().url_patterns))


def test_every_operation_has_a_row_and_every_row_an_operation() -> None:
    assert faults_of_list(ROWS, everything()) == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", CALLERS)
def test_every_door_opens_to_whom_it_should_and_shows_nothing_else(name: str) -> None:
    stage = Stage()
    stage.open_other_shop()
    faults = faults_of_walk(stage, ROWS, everything(), stage.callers[name])
    assert faults == [], "\n" + "\n".join(faults)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["nobody", "supervisor", "somebody with all rights"])
def test_no_door_takes_a_method_without_a_row(name: str) -> None:
    stage = Stage()
    faults = faults_of_methods(stage, ROWS, everything(), stage.callers[name])
    assert faults == [], "\n" + "\n".join(faults)


@pytest.mark.django_db
def test_everybody_who_may_knock_does() -> None:
    assert set(CALLERS) == set(Stage().callers)
