"""The API's doors where a refund is read and decided."""

import re
from collections.abc import Callable
from typing import Any, ClassVar

from django.http import Http404
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.domain.refusal import Refused
from accounts.models import User
from accounts.rest.describe import describe
from accounts.rest.views import ApiView
from refunds.api.examples import APPROVED, CANCELLED, REASON, REFUND, REJECTED
from refunds.api.wording import in_money, refund_said
from refunds.found import refund_seen, refund_to_cancel, refund_to_decide
from refunds.models import Refund
from refunds.serializers import RefundAnswer, RefundApprovalBody, RefundCancellationBody, RefundRejectionBody
from refunds.use_cases import approve_refund, cancel_refund, reject_refund

REFERENCE = re.compile(r"R-([1-9][0-9]{0,17})", re.ASCII)
SEE = ("refunds.view_refund", "refunds.view_own_refund")
DECIDE = ("clients_never_decide", "not_allowed", "over_own_limit", "own_request", "refund_moved_on")


class RefundView(ApiView):
    """One refund."""

    needs: ClassVar = {"GET": SEE}

    @describe("getRefund", "Read a refund", answer=RefundAnswer, answered=REFUND)
    def get(self, request: Request, reference: str) -> Response:
        """A refund with its lines, payouts and explanations. A client with `refunds` alone sees its own requests."""
        return Response(refund_said(_named(refund_seen, self.caller, reference)))


class RefundApprovalView(ApiView):
    """A yes to a refund. Whoever sees it may knock, and is told why they may not decide."""

    needs: ClassVar = {"POST": SEE}

    @describe(
        "approveRefund",
        "Approve a refund",
        body=RefundApprovalBody,
        asked=REASON,
        answer=RefundAnswer,
        answered=APPROVED,
        refusals=DECIDE,
    )
    def post(self, request: Request, reference: str) -> Response:
        """Say yes to a refund that waits, as a different person than the one who asked for it.

        Senior agents decide up to the shop's daily limit, over all that they approved in 24 hours, and in cases that
        they see; supervisors without a limit. Programs never decide. A second yes is refused as `refund_moved_on`.
        """
        return _decided(self, reference, refund_to_decide, approve_refund, self.body(RefundApprovalBody)["reason"])


class RefundRejectionView(ApiView):
    """A no to a refund."""

    needs: ClassVar = {"POST": SEE}

    @describe(
        "rejectRefund",
        "Reject a refund",
        body=RefundRejectionBody,
        asked=REASON,
        answer=RefundAnswer,
        answered=REJECTED,
        refusals=DECIDE,
    )
    def post(self, request: Request, reference: str) -> Response:
        """Say no to a refund whose money was not sent yet, with the reason; what it held is free again.

        The same people may who may approve it.
        """
        return _decided(self, reference, refund_to_decide, reject_refund, self.body(RefundRejectionBody)["reason"])


class RefundCancellationView(ApiView):
    """A request taken back."""

    needs: ClassVar = {"POST": ("refunds.cancel_refund", "refunds.cancel_own_refund")}

    @describe(
        "cancelRefund",
        "Take a refund back",
        body=RefundCancellationBody,
        asked={"reason": "The customer keeps it."},
        answer=RefundAnswer,
        answered=CANCELLED,
        refusals=("not_allowed", "refund_moved_on"),
    )
    def post(self, request: Request, reference: str) -> Response:
        """Take your own request back before its money was sent, or as a supervisor anybody's; what it held is free."""
        return _decided(self, reference, refund_to_cancel, cancel_refund, self.body(RefundCancellationBody)["reason"])


def _decided(
    view: ApiView, reference: str, find: Callable[[User, int], Refund], decide: Callable[..., Any], reason: str
) -> Response:
    """Decide once, by the verb, and show the refund as it stands then."""
    refund = _named(find, view.caller, reference)
    try:
        decide(refund=refund, by=view.caller, reason=reason, now=timezone.now())
    except Refused as refusal:
        raise in_money(refusal, refund.currency) from refusal
    return Response(refund_said(refund_seen(view.caller, refund.pk)))


def _named(find: Callable[[User, int], Refund], caller: User, reference: str) -> Refund:
    """The refund of this reference, as far as the caller sees it."""
    named = REFERENCE.fullmatch(reference)
    if not named:
        raise Http404
    try:
        return find(caller, int(named[1]))
    except Refund.DoesNotExist:
        raise Http404 from None
