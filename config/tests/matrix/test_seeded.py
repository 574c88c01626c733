"""The walk has teeth: what is missing in the table, and holes made on purpose, are found."""

import pytest
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.urls import get_resolver, include, path
from pytest_django import Settings

from accounts.rest.describe import describe
from accounts.rest.views import ApiView
from config.admin import DeskAdminSite
from config.tests.matrix.operations import Address, addresses
from config.tests.matrix.stage import Stage
from config.tests.matrix.table import ROWS, Row, read
from config.tests.matrix.walk import faults_of_list, faults_of_methods, faults_of_walk

SEEDED = "config.tests.matrix.seeded"


def desk() -> list[Address]:
    """All addresses of the desk as it is."""
    return list(addresses(get_resolver("config.urls").url_patterns))


def holes() -> list[Address]:
    """The addresses that shadow those of the desk."""
    return list(addresses(get_resolver(SEEDED).url_patterns))


def rows_of(operation: str) -> list[Row]:
    """Its rows."""
    return [row for row in ROWS if row.operation == operation]


def secret(request: HttpRequest) -> HttpResponse:
    """A page that nobody thought of."""
    return HttpResponse("secret")


class Secrets(ApiView):
    """A door of the API that nobody thought of."""

    @describe("listSecrets", "List secrets")
    def get(self, request: HttpRequest) -> HttpResponse:
        """All of them."""
        return HttpResponse("secret")


# The list


def test_an_address_without_a_row_is_found() -> None:
    more = [path("secret/", include([path("page/", secret, name="secret-page"), path("other/", secret)]))]
    faults = faults_of_list(ROWS, desk() + list(addresses(more)))
    assert faults == ["other/ has no row", "secret-page has no row"]


def test_an_operation_of_the_api_without_a_row_is_found() -> None:
    more = [path("api/v1/secrets/", Secrets.as_view(), name="api-secrets")]
    assert faults_of_list(ROWS, desk() + list(addresses(more))) == ["api:listSecrets has no row"]


def test_a_model_of_the_supervisors_site_without_rows_is_found() -> None:
    site = DeskAdminSite(name="admin")
    site.register(Group)
    faults = faults_of_list(ROWS, desk() + list(addresses([path("admin/", site.urls)])))
    assert {"admin:auth_group_changelist has no row", "admin:auth_group_delete has no row"} <= set(faults)


def test_a_row_without_an_address_is_found() -> None:
    faults = faults_of_list(ROWS, [each for each in desk() if each.name != "case"])
    assert faults == ["case has a row and no address"]


@pytest.mark.parametrize("line", ["case GET case 200 | . - | q q s s", "case GET case 200 . - q q s s . . . x"])
def test_a_row_that_cannot_be_read_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"cells|no cell"):
        read(line)


# The walk


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("operation", "name", "fault"),
    [
        ("case", "agent", "case GET about case, agent, other team: 200 instead of 404"),
        ("case", "supervisor without shop", "case GET about case, supervisor without shop, own team: 200 instead"),
        ("case", "supervisor", "case GET about case, supervisor, other shop: 200 instead of 404"),
        ("order", "supervisor", "order GET about order, supervisor, other shop: differs from what is missing"),
        ("order-list", "agent", "order-list GET, agent, missing: tells of the other shop"),
        ("case-status", "administrator", "case-status POST about case, administrator, own team: 303 instead of 403"),
    ],
)
def test_a_hole_is_found(settings: Settings, operation: str, name: str, fault: str) -> None:
    settings.ROOT_URLCONF = SEEDED
    stage = Stage()
    stage.open_other_shop()
    faults = faults_of_walk(stage, rows_of(operation), holes(), stage.callers[name])
    assert any(each.startswith(fault) for each in faults), faults


@pytest.mark.django_db
def test_a_method_without_a_row_is_found(settings: Settings) -> None:
    settings.ROOT_URLCONF = SEEDED
    stage = Stage()
    faults = faults_of_methods(stage, rows_of("case-message"), holes(), stage.callers["supervisor"])
    assert "case-message GET, supervisor: 403 instead of 405" in faults


@pytest.mark.django_db
@pytest.mark.parametrize(("letter", "fault"), [("q", "200 instead of 403"), ("s", "200 instead of 404")])
def test_a_table_that_promises_otherwise_is_found(letter: str, fault: str) -> None:
    stage = Stage()
    stage.open_other_shop()
    cells = {"q": ". - - q s s . . . .", "s": ". - n q s s . . . ."}[letter]
    faults = faults_of_walk(stage, read(f"case GET case 200 {cells}"), desk(), stage.callers["agent"])
    assert any(fault in each for each in faults)
