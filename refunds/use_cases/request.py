"""Asking for money back: judged, counted and reserved in one short transaction."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.domain.refusal import Refused
from accounts.guarded import guarded
from accounts.models import User
from orders.models import Order
from refunds.domain.lifecycle import RefundStatus
from refunds.models import Refund
from refunds.use_cases.locking import lock_order
from refunds.use_cases.quote import Pairs, QuoteRefused, RefundQuote, Shipping, daily_limit_of, quote_refund
from refunds.use_cases.record import Recorded, record_refund
from support.domain.lifecycle import CaseStatus
from support.models import Case, Entry
from support.use_cases import begin_case, beginning, event, tell, touch_case
from support.use_cases.wording import require_wellformed

NOTE_LENGTH = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Units of lines and shipping, by whom and why. `now` is the server's clock: the window is judged by it, once."""

    by: User
    lines: Pairs
    reason: str
    now: datetime
    shipping: Shipping = "none"
    note: str = ""
    version: str | None = None


@guarded
@transaction.atomic
def request_refund(
    *,
    case: Case,
    by: User,
    lines: Pairs,
    reason: str,
    now: datetime,
    shipping: Shipping = "none",
    note: str = "",
    version: str | None = None,
) -> Refund:
    """Ask for units of order lines (by line reference) and shipping; approved by rule, or waiting for a second person.

    `now` is the server's clock at the request: the window is judged by it, once. Refusals: case_without_order,
    case_closed, reason_unknown, text_too_long, stale_quote, and every refusal of the quote.
    """
    if case.order_id is None:
        raise Refused("case_without_order")
    order = lock_order(case.order_id)
    case = Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    ask = Ask(by=by, lines=lines, reason=reason, now=now, shipping=shipping, note=note, version=version)
    return request_on(order, ask, case=case).refund


def request_on(order: Order, ask: Ask, case: Case | None = None) -> Recorded:
    """The same within a transaction that holds the locks of the order and of the case, and ends when this refuses.

    Without a case one is opened for the request. Refusals: as `request_refund`, and case_of_another_order.
    """
    if case is not None:
        _require_open(case, order)
    _require_words(ask)
    quoted = _judged(order, ask)
    waits = not quoted.approval.by_rule
    if case is None:
        case, story = _opened(quoted, ask, held=waits)
    else:
        story = []
        touch_case(case=case, now=ask.now, **({"holds": F("holds") + 1} if waits else {}))
    recorded = record_refund(quoted, case=case, by=ask.by, reason=ask.reason, note=ask.note.strip(), now=ask.now)
    tell(*story, *_decided_by_rule(recorded.refund, ask, waits=waits))
    return recorded


def _require_open(case: Case, order: Order) -> None:
    if case.order_id is None:
        raise Refused("case_without_order")
    if case.order_id != order.pk:
        raise Refused("case_of_another_order")
    if case.status == CaseStatus.CLOSED:
        raise Refused("case_closed")


def _require_words(ask: Ask) -> None:
    if ask.reason not in Case.Category.values:
        raise Refused("reason_unknown", reason=ask.reason)
    require_wellformed(ask.note, maximum=NOTE_LENGTH)


def _judged(order: Order, ask: Ask) -> RefundQuote:
    """The quote, which allows it. Whoever has a daily limit asks for one refund at a time."""
    if daily_limit_of(ask.by, order) is not None:
        User.objects.select_for_update(no_key=True).only("pk").get(pk=ask.by.pk)
    quoted = quote_refund(order=order, by=ask.by, lines=ask.lines, shipping=ask.shipping, now=ask.now)
    if ask.version and ask.version != quoted.version:
        raise Refused("stale_quote", version=quoted.version)
    if not quoted.quote.allowed:
        raise QuoteRefused(quoted)
    return quoted


def _opened(quoted: RefundQuote, ask: Ask, *, held: bool) -> tuple[Case, list[Entry]]:
    """A case for the request, about the lines that go back, and how its story begins."""
    case = begin_case(
        order=quoted.order,
        subject=_("Refund of order %(order)s") % {"order": quoted.order.reference},
        category=ask.reason,
        lines=[quoted.lines[line.line] for line in quoted.quote.lines],
        now=ask.now,
        held=held,
    )
    note = _("%(person)s asked for money back over the API, without a case.") % {"person": ask.by}
    return case, beginning(case, by=ask.by, note=note, now=ask.now)


def _decided_by_rule(refund: Refund, ask: Ask, *, waits: bool) -> list[Entry]:
    """Approve the refund unless it waits for a second person; what the story tells of both."""
    asked = event(case=refund.case, verb="refund_requested", by=ask.by, now=ask.now, **refund.told)
    if waits:
        return [asked]
    refund.move_to(RefundStatus.APPROVED, approved_by_rule=True, decided_at=ask.now)
    return [asked, event(case=refund.case, verb="refund_approved_by_rule", by=None, now=ask.now, **refund.told)]
