"""The form of the house: imports run downhill, between the apps and inside each of them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("accounts", "integrations", "orders", "support", "refunds", "config")  # each may name only those before it

DOORS = {
    "views",
    "admin",
    "api",
    "webhooks",
    "forms",
    "serializers",
    "management",
    "templatetags",
    "middleware",
    "urls",
}
ABOVE = {
    **{door: {"urls"} for door in DOORS - {"urls"}},
    "use_cases": DOORS,
    "queries": DOORS,
    **{record: {"use_cases", "queries", *DOORS} for record in ("models", "constraints", "triggers")},
}
FRAMEWORKS = {"django", "rest_framework", "rest_framework_simplejwt", "guardian", "django_htmx", "environ"}
EMPTY_NAMES = {
    *{"base", "common", "core", "data", "handler", "handlers", "helper", "helpers", "info", "manager", "managers"},
    *{"process", "services", "util", "utils"},
}


def test_every_import_runs_downhill() -> None:
    assert faults(ROOT) == []


def test_every_app_is_there_to_be_judged() -> None:
    assert {app for app in APPS if not list(modules(ROOT / app))} == set()


@pytest.mark.parametrize(
    ("path", "code", "fault"),
    [
        ("orders/models.py", "from refunds.models import Refund", "orders may not name refunds"),
        ("orders/models.py", "import support.models", "orders may not name support"),
        ("accounts/views.py", "def late():\n    from config import urls", "accounts may not name config"),
        ("orders/migrations/0001_initial.py", "from support import models", "orders may not name support"),
        ("refunds/domain/amount.py", "from django.utils import timezone", "domain may not name django"),
        ("refunds/domain/amount.py", "import rest_framework.status", "domain may not name rest_framework"),
        ("refunds/domain/amount.py", "from refunds.models import Refund", "domain may not name models"),
        ("refunds/domain/amount.py", "from .. import models", "domain may not name models"),
        ("refunds/domain/amount.py", "from accounts import refusals", "domain may not name refusals"),
        ("refunds/domain/amount.py", "from orders.use_cases import mirror", "domain may not name use_cases"),
        ("refunds/models.py", "from refunds import use_cases", "models may not name use_cases"),
        ("refunds/models.py", "from .views import panel", "models may not name views"),
        ("refunds/use_cases/ask.py", "from support.forms import ReplyForm", "use_cases may not name forms"),
        ("refunds/use_cases/ask.py", "from ..admin import site", "use_cases may not name admin"),
        ("refunds/queries.py", "from refunds.management import commands", "queries may not name management"),
        ("support/views.py", "from support.urls import urlpatterns", "views may not name urls"),
        ("support/utils.py", "", "the name utils says nothing"),
        ("support/core/case.py", "", "the name core says nothing"),
    ],
)
def test_an_arrow_uphill_is_found(tmp_path: Path, path: str, code: str, fault: str) -> None:
    write(tmp_path / path, code)
    assert len(faults(tmp_path)) == 1
    assert fault in faults(tmp_path)[0]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("refunds/models.py", "from orders.models import Order\nfrom refunds.domain.amount import Amount"),
        ("refunds/use_cases.py", "from support.use_cases import record\nfrom .models import Refund\nimport json"),
        ("refunds/domain/amount.py", "from .tender import split\nfrom orders.domain import money\nimport decimal"),
        ("support/urls.py", "from . import views"),
        ("config/urls.py", "from refunds import urls"),
        ("orders/tests/test_models.py", "from refunds.models import Refund"),
        ("orders/migrations/0001_initial.py", "import orders.admin"),
    ],
)
def test_an_arrow_downhill_is_welcome(tmp_path: Path, path: str, code: str) -> None:
    write(tmp_path / path, code)
    assert faults(tmp_path) == []


def write(path: Path, code: str) -> None:
    path.parent.mkdir(parents=True)
    path.write_text(code)


def faults(root: Path) -> list[str]:
    """Everything that the house does not allow, each with its file and line."""
    found = []
    for app in APPS:
        for path in modules(root / app):
            inside = path.relative_to(root)
            found += [
                f"{inside}: the name {name} says nothing"
                for name in inside.with_suffix("").parts
                if name in EMPTY_NAMES
            ]
            found += [
                f"{inside}:{line}: {fault}" for line, target in imports(path, root) if (fault := judge(inside, target))
            ]
    return found


def modules(app: Path) -> Iterator[Path]:
    """The Python files of an app, without its tests."""
    return (path for path in sorted(app.rglob("*.py")) if "tests" not in path.parts)


def judge(inside: Path, target: list[str]) -> str:
    """Why a file may not name this module; nothing when it may."""
    app, floor, there = inside.parts[0], inside.with_suffix("").parts[1], target[0]
    if floor == "domain" and there in FRAMEWORKS:
        return f"domain may not name {there}"
    if there not in APPS:
        return ""
    if APPS.index(there) > APPS.index(app):
        return f"{app} may not name {there}"
    if len(target) > 1 and (target[1] in ABOVE.get(floor, ()) or (floor == "domain" and target[1] != "domain")):
        return f"{floor} may not name {target[1]}"
    return ""


def imports(path: Path, root: Path) -> Iterator[tuple[int, list[str]]]:
    """Line and dotted name, in parts, of everything that a file imports, wherever in it."""
    package = path.relative_to(root).parent.parts
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.split(".")) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = [*package[: len(package) - node.level + 1]] if node.level else []
            origin += node.module.split(".") if node.module else []
            yield from ((node.lineno, [*origin, alias.name]) for alias in node.names)
