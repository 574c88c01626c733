"""What a case's story says of its refunds."""

from collections.abc import Callable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.templatetags.desk import money

type Details = dict[str, Any]


def _decision(words: str | Promise) -> Callable[[Details], str]:
    """A sentence about a refund, with the reason where one was given."""

    def sentence(details: Details) -> str:
        said = str(words) % {**details, "total": money(details["total"], details["currency"])}
        return _("%(said)s: “%(reason)s”") % {**details, "said": said} if details.get("reason") else said

    return sentence


def _payment(words: str | Promise) -> Callable[[Details], str]:
    """A sentence about a payout."""

    def sentence(details: Details) -> str:
        return str(words) % {**details, "amount": money(details["amount"], details["currency"])}

    return sentence


SENTENCES = {
    "refund_requested": _decision(gettext_lazy("requested refund %(refund)s of %(total)s")),
    "refund_approved": _decision(gettext_lazy("approved refund %(refund)s of %(total)s")),
    "refund_approved_by_rule": _decision(gettext_lazy("approved refund %(refund)s of %(total)s by rule")),
    "refund_rejected": _decision(gettext_lazy("rejected refund %(refund)s of %(total)s")),
    "refund_cancelled": _decision(gettext_lazy("cancelled refund %(refund)s of %(total)s")),
    "refund_succeeded": _decision(gettext_lazy("paid refund %(refund)s of %(total)s in full")),
    "payout_confirmed": _payment(
        gettext_lazy(
            "confirmed that %(amount)s of refund %(refund)s left the bank for %(payment)s, reference %(bank_reference)s"
        )
    ),
    "bank_reference_corrected": _payment(
        gettext_lazy("corrected the bank reference of the %(amount)s of refund %(refund)s: %(bank_reference)s")
    ),
    "payout_countersigned": _payment(
        gettext_lazy("confirmed as the second person the %(amount)s of refund %(refund)s to %(payment)s")
    ),
}
