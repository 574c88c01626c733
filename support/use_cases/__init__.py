"""What people do with cases, one verb each."""

from support.use_cases.begin import begin_case, beginning
from support.use_cases.hold import hold_case, release_case
from support.use_cases.move import UNCHANGED, assign, change_status, classify
from support.use_cases.open import open_case
from support.use_cases.story import event, record_event, tell, touch_case
from support.use_cases.talk import add_note, record_customer_message, reply
from support.use_cases.team import add_team

__all__ = [
    "UNCHANGED",
    "add_note",
    "add_team",
    "assign",
    "begin_case",
    "beginning",
    "change_status",
    "classify",
    "event",
    "hold_case",
    "open_case",
    "record_customer_message",
    "record_event",
    "release_case",
    "reply",
    "tell",
    "touch_case",
]
