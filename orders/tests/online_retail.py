"""Where the whole of the Online Retail sales lies, if it is on this machine (DOI 10.24432/C5CG6D, CC BY 4.0)."""

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = Path(os.environ.get("REDRESS_DATA", ROOT.parent / "shared" / "data"))
SALES = FOLDER / "uci" / "sales_with_credits.jsonl.gz"

needs_sales = pytest.mark.skipif(not SALES.exists(), reason="REDRESS_DATA names no folder with the Online Retail sales")


def read_sales() -> list[dict[str, Any]]:
    """Every sale with its lines and the pieces that were credited."""
    with gzip.open(SALES, "rt") as rows:
        return [json.loads(row) for row in rows]
