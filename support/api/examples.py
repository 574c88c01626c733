"""The case that the contract tells of."""

from typing import Any

NEW_CASE: dict[str, Any] = {
    "shop": "HARBOUR",
    "order": "1001",
    "subject": "Two cups arrived broken",
    "body": "Two of the three cups are broken. Can I have my money back?",
    "category": "damaged",
    "priority": "high",
    "lines": ["L-1"],
}
LISTED: dict[str, Any] = {
    "number": "C-1042",
    "subject": "Two cups arrived broken",
    "status": "open",
    "category": "damaged",
    "priority": "high",
    "channel": "api",
    "shop": "HARBOUR",
    "order": "1001",
    "customer": {"reference": "K-1", "name": "Kim Sample", "email": "kim@example.test"},
    "team": None,
    "assignee": None,
    "undecided_refunds": 0,
    "version": 1,
    "opened_at": "2026-05-10T08:00:00Z",
    "updated_at": "2026-05-10T08:00:00Z",
}
CLIENT = {"kind": "client", "name": "harbour-connector"}
WORDS: dict[str, Any] = {
    "id": 4712,
    "kind": "customer",
    "author": CLIENT,
    "body": NEW_CASE["body"],
    "event": None,
    "recorded_at": "2026-05-10T08:00:00Z",
}
CASE: dict[str, Any] = {
    **LISTED,
    "lines": ["L-1"],
    "follows": None,
    "follow_ups": [],
    "entries": [
        {
            "id": 4711,
            "kind": "event",
            "author": CLIENT,
            "body": "",
            "event": {"verb": "opened", "detail": "opened the case", "details": {}},
            "recorded_at": "2026-05-10T08:00:00Z",
        },
        WORDS,
    ],
}
OPENED: dict[str, Any] = {**CASE, "related_cases": []}
MESSAGE: dict[str, Any] = {
    **WORDS,
    "id": 4713,
    "body": "The third cup is chipped, too.",
    "recorded_at": "2026-05-10T08:05:00Z",
    "case": "C-1042",
    "opened_follow_up": False,
}
