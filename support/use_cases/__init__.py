"""What people do with cases, one verb each."""

from support.use_cases.hold import hold_case, release_case
from support.use_cases.move import UNCHANGED, assign, change_status, classify
from support.use_cases.open import open_case
from support.use_cases.story import record_event, touch_case
from support.use_cases.talk import add_note, record_customer_message, reply
from support.use_cases.team import add_team

__all__ = [
    "UNCHANGED",
    "add_note",
    "add_team",
    "assign",
    "change_status",
    "classify",
    "hold_case",
    "open_case",
    "record_customer_message",
    "record_event",
    "release_case",
    "reply",
    "touch_case",
]
