"""The integrators' door to cases."""

from support.api.case import CaseAssignmentView, CaseStatusView, CaseView
from support.api.cases import CasesView
from support.api.messages import CaseMessagesView

__all__ = ["CaseAssignmentView", "CaseMessagesView", "CaseStatusView", "CaseView", "CasesView"]
