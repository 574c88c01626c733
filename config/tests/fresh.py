"""The settings as another environment would make them."""

import runpy
from typing import Any

import pytest
from django.conf import settings


def settings_in(monkeypatch: pytest.MonkeyPatch, **environment: str | None) -> dict[str, Any]:
    """Read config/settings.py anew, with these variables set or (None) gone."""
    for name, value in environment.items():
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    return runpy.run_path(str(settings.BASE_DIR / "config/settings.py"))
