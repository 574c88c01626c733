"""Clients that others' generators make of the committed contract do the whole job, unchanged."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from accounts.tests.factories import PASSWORD, ClientFactory, ShopFactory
from config.management.commands.contract import FILE
from config.tests.contract.packages import fetched
from refunds.models import Refund

pytestmark = [pytest.mark.sqlite_only, pytest.mark.django_db(transaction=True)]

PROGRAMS = Path(__file__).parent / "clients"
TYPESCRIPT = ("openapi-typescript@7.13.0", "openapi-fetch@0.17.0", "typescript@5.9.3", "@types/node@20.19.0")


@pytest.fixture
def desk(live_server: LiveServer) -> dict[str, str]:
    """What an integrator is told: an address, a shop, a name and its secret."""
    shop = ShopFactory(reference="berlin", currency="EUR", approval_threshold=10_000)
    ClientFactory(username="webshop", scopes=["orders", "cases", "refunds"], shops=[shop])
    return {"REDRESS": live_server.url, "SHOP": "berlin", "NAME": "webshop", "SECRET": PASSWORD}


def run(command: list[str], folder: Path, **variables: str) -> str:
    """What a program says; it has to end well."""
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(folder), **variables}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def require_refund(said: str) -> None:
    """The job is done: the desk has the refund that the program tells of."""
    refund = Refund.objects.get()
    assert said.split() == [refund.status, "20.00", "EUR"]
    assert refund.case.subject == "Two cups broke"


def test_a_generated_python_client_does_the_whole_job(desk: dict[str, str], tmp_path: Path) -> None:
    settings = tmp_path / "settings.yaml"
    settings.write_text("post_hooks: []\n")
    made = [f"--path={FILE}", f"--config={settings}", "--meta=none", f"--output-path={tmp_path / 'redress_client'}"]
    run([sys.executable, "-m", "openapi_python_client", "generate", *made], tmp_path)
    require_refund(run([sys.executable, str(PROGRAMS / "job.py")], tmp_path, PYTHONPATH=str(tmp_path), **desk))


def test_a_typescript_program_does_the_whole_job(desk: dict[str, str], tmp_path: Path) -> None:
    modules = fetched(*TYPESCRIPT)
    for name in ("job.ts", "tsconfig.json"):
        (tmp_path / name).write_text((PROGRAMS / name).read_text())
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "node_modules").symlink_to(modules)
    types = tmp_path / "redress.ts"
    run(["node", str(modules / "openapi-typescript" / "bin" / "cli.js"), str(FILE), f"--output={types}"], tmp_path)
    run(["node", str(modules / "typescript" / "bin" / "tsc"), "--project", "tsconfig.json"], tmp_path)
    require_refund(run(["node", "made/job.js"], tmp_path, **desk))
