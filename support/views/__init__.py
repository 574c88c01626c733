"""The agents' pages of cases."""

from support.views.case import case, case_assignment, case_classification, case_status
from support.views.message import case_message
from support.views.new import case_new
from support.views.overview import case_list

__all__ = [
    "case",
    "case_assignment",
    "case_classification",
    "case_list",
    "case_message",
    "case_new",
    "case_status",
]
