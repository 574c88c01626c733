"""Every refusal as a sentence for people: one table, read by pages, admin, API and commands alike."""

from datetime import UTC, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.domain.refusal import Refused

SENTENCES: dict[str, str | Promise] = {
    # People and shops
    "account_exists": _("%(username)s has an account already."),
    "account_unknown": _("There is no account named %(name)s."),
    "client_name_malformed": _("The name of an API client has 1 to %(maximum)s letters, digits and @ . + - _ only."),
    "client_name_taken": _("There is an API client or a person named %(username)s already."),
    "client_unknown": _("There is no API client named %(name)s."),
    "desk_not_empty": _("This desk holds people or shops already. The demo fills an empty one only."),
    "email_malformed": _("“%(email)s” is not an e-mail address of at most %(maximum)s characters."),
    "name_malformed": _("A name has 1 to %(maximum)s printable characters."),
    "not_allowed": _("Your role does not allow this."),
    "person_unknown": _("There is nobody with the address %(email)s."),
    "role_unknown": _("There is no role “%(role)s”. Roles: %(known)s."),
    "scope_unknown": _("There is no scope “%(scope)s”. Scopes: %(known)s."),
    "shop_missing": _("Choose the shop that the case is about."),
    "shop_unknown": _("There is no shop “%(reference)s”."),
    "sign_in_refused": _("Name and password do not match an account that may sign in here."),
    "token_refused": _("The token is not valid, or not any more. Sign in again."),
    "too_many_attempts": _("Too many tries. Try again in %(retry_after)s seconds."),
    # Shops and their orders
    "already_delivered": _(
        "Line %(line)s has %(maximum)s units, and they were delivered already: see delivery %(delivery)s."
    ),
    "amount_too_large": _("An amount is at most %(maximum)s."),
    "bad_cursor": _("This page of the list is not known. Start again at the first one."),
    "body_too_large": _("It is larger than %(maximum)s bytes."),
    "captured_below_held": _("Refunds hold %(held)s of payment %(payment)s: it cannot capture less."),
    "country_unknown": _("“%(country)s” is not a country of ISO 3166-1."),
    "currency_frozen": _("The order is in %(seen)s and stays in it."),
    "currency_unknown": _("“%(currency)s” is not a currency of ISO 4217."),
    "delivered_below_held": _("Refunds hold %(held)s units of line %(line)s: that many stay delivered."),
    "delivered_later": _("Delivery %(delivery)s arrived earlier than that, and an arrival is never moved to later."),
    "delivery_changed": _(
        "Delivery %(delivery)s is recorded otherwise; it may gain units or turn out earlier, no more."
    ),
    "json_duplicate_key": _("The key “%(key)s” stands twice in one object."),
    "json_encoding": _("This is not UTF-8."),
    "json_forbidden_character": _("The JSON holds characters that cannot be kept."),
    "json_malformed": _("This is not JSON (line %(line)s, column %(column)s)."),
    "json_number": _("The JSON holds a number that cannot be kept."),
    "json_too_deep": _("The JSON nests deeper than %(maximum)s levels."),
    "line_delivered": _("Units of line %(line)s were delivered: the line cannot go, nor grow once all of it is there."),
    "line_frozen": _("Refunds name line %(line)s: its quantity, its amounts and the line itself stay."),
    "malformed_delivery": _("This is not a delivery."),
    "malformed_order": _("This is not an order."),
    "name_missing": _("Give a name."),
    "name_too_long": _("A name has at most %(maximum)s characters."),
    "payment_in_use": _("Refunds name payment %(payment)s: it stays, at its gateway."),
    "policy_not_offered": _("This version offers the refund policy “%(offered)s” only, not “%(policy)s” yet."),
    "policy_unknown": _("There is no refund policy “%(policy)s”."),
    "redelivered_too_early": _("Delivery %(delivery)s cannot arrive before %(replaces)s, which it replaces."),
    "reference_malformed": _("A reference has 1 to %(maximum)s characters of the allowed ones."),
    "reference_missing": _("The order has no reference."),
    "replaced_not_returned": _("Delivery %(replaces)s did not come back, so %(delivery)s cannot replace it."),
    "replaced_twice": _("Delivery %(replaces)s was replaced already."),
    "replaced_unknown": _("Delivery %(delivery)s replaces %(replaces)s, which the order does not have."),
    "returned_before_delivered": _("Delivery %(delivery)s cannot come back before it arrived."),
    "returned_in_future": _("Delivery %(delivery)s cannot come back in the future."),
    "returned_too_late": _("Delivery %(replaces)s came back after its window closed on %(window_closes_at)s."),
    "sale_malformed": _("The field “%(field)s” is missing or malformed."),
    "shop_exists": _("There is a shop %(reference)s already, set up otherwise."),
    "total_differs": _("The total is %(total)s, but the lines come to %(lines)s."),
    "version_conflict": _("The order was changed at %(seen)s already: what is dated %(sent)s is not newer."),
    "zone_unknown": _("“%(zone)s” is not a time zone of the IANA database."),
    # Repeated requests
    "busy": _("The desk is busy writing. Nothing was changed; please try again."),
    "https_required": _("Call by HTTPS. Whatever was sent in plain, a token too, others may have read."),
    "idempotency_key_missing": _("Send an Idempotency-Key header, so that a repeated call has one effect."),
    "idempotency_key_malformed": _("An idempotency key has 1 to %(maximum)s printable ASCII characters."),
    "idempotency_key_reused": _("This idempotency key was used for another request."),
    "sent_before": _("This form was sent before with other words. Press again to send this as well."),
    # Cases
    "case_held": _("The case has a refund that nobody has decided yet, so it cannot be closed."),
    "case_moved_on": _("Somebody changed the case meanwhile: it is now %(status)s. Nothing of yours was lost."),
    "category_unknown": _("There is no category “%(category)s”."),
    "customer_unknown": _("The shop has no customer “%(customer)s”."),
    "if_match_malformed": _("If-Match takes the ETag of the case as it was read, or *."),
    "illegal_move": _("It is %(status)s; from there it cannot become %(asked)s."),
    "order_unknown": _("The shop has no order “%(reference)s”, or you may not see it."),
    "order_of_another_shop": _("The order belongs to another shop than the case."),
    "person_cannot_see_case": _("%(person)s has no access to this case."),
    "precondition_failed": _("The case was changed since it was read: it is now at version %(version)s."),
    "priority_unknown": _("There is no priority “%(priority)s”."),
    "subject_missing": _("A case needs a subject."),
    "subject_too_long": _("A subject has at most %(maximum)s characters."),
    "team_exists": _("There is a team “%(name)s” already."),
    "team_unknown": _("No such team works in the shop of the case."),
    "text_malformed": _("The text holds characters that cannot be kept."),
    "text_missing": _("Write something first."),
    "text_too_long": _("A text has at most %(maximum)s characters."),
    # Refunds
    "amount_exceeds_refundable": _("At most %(maximum)s is left to give back here."),
    "amount_malformed": _("This is not an amount."),
    "amount_not_positive": _("An amount to give back is above zero."),
    "amount_precision": _("The currency has no such small unit."),
    "bank_reference_missing": _("Give the bank's reference of the payment."),
    "bank_reference_too_long": _("A bank reference has at most %(maximum)s characters."),
    "bank_reference_used": _("This bank reference belongs to another payout already."),
    "case_of_another_order": _("The case is about another order."),
    "case_without_order": _("The case has no order, so there is nothing to refund."),
    "bank_reference_differs": _("The first person gave another bank reference: %(reference)s."),
    "case_closed": _("The case is closed: a new message of the customer opens a follow-up case."),
    "clients_never_decide": _("People decide about refunds, never programs."),
    "confirmed_own_request": _("Whoever requested the refund cannot confirm its payment."),
    "confirmed_twice": _("A second person has to confirm: you have confirmed this payment already."),
    "delivered_in_future": _("The delivery lies in the future."),
    "duplicate_line": _("A line is named twice in the request."),
    "fee_not_allowed": _("Under this refund policy nothing is taken off a refund."),
    "gateway_not_manual": _("Only payments by hand are confirmed here."),
    "not_delivered": _("Not delivered yet, so there is no refund window."),
    "nothing_left": _("Refunds hold all of it that has arrived."),
    "nothing_to_refund": _("There is nothing to give back in this request."),
    "own_request": _("Whoever requested the refund cannot decide about it."),
    "over_own_limit": _("The refund is above your own limit of %(maximum)s."),
    "payment_capacity_exceeded": _("The order's payments can give back at most %(maximum)s."),
    "quantity_not_positive": _("A quantity is a whole number above zero."),
    "quantity_exceeds_refundable": _("At most %(maximum)s of this line can be given back."),
    "reason_missing": _("Give a reason."),
    "reason_unknown": _("There is no refund reason “%(reason)s”."),
    "payout_moved_on": _("Somebody was quicker: the payout is now %(status)s."),
    "refund_not_approved": _("The refund is %(status)s, so its payment cannot be confirmed."),
    "refund_moved_on": _("Somebody was quicker: the refund is now %(status)s."),
    "requested_in_future": _("The request lies in the future."),
    "shipping_not_due": _("Standard shipping is due once every unit of the order is given back."),
    "stale_quote": _("The order changed since you looked: compare the old and the new amounts."),
    "line_unknown": _("The order has no line “%(line)s”."),
    "charge_unknown": _("The order has no shipping charge “%(charge)s”."),
    "window_closed": _("The refund window closed on %(window_closes_at)s."),
    # What only the database says, to whoever came past the rules or was overtaken
    "amount_differs": _("The amount is not what is due for this quantity."),
    "append_only": _("This is only ever added to, never changed or deleted."),
    "approval_missing": _("A refund goes on only when the rule or a second person approved it."),
    "books_differ": _("The refund, its lines and its payouts do not come to the same total."),
    "contended": _("Several people change the same thing at this moment. Nothing was changed; please try again."),
    "counter_guarded": _("What refunds hold is counted by the database alone."),
    "currency_differs": _("The refund is in another currency than its order."),
    "frozen_window": _("The refund window of the line changed meanwhile."),
    "judged_otherwise": _("A line is judged by the moment of its request."),
    "order_frozen": _("What the order was first seen with stays, and so does what refunds were judged by."),
    "over_held": _("Somebody was quicker: that much is not left any more."),
    "payment_of_another_order": _("The payment belongs to another order."),
    "payout_frozen": _("What a payout pays, and how it was confirmed, stays as it is."),
    "payout_lives": _("A payout of the refund still holds money."),
    "payout_not_reserved": _("A payout begins as reserved, and unconfirmed."),
    "refund_frozen": _("What was requested and how it was decided stays as it is."),
    "refund_not_open": _("The refund takes no more lines or payouts, or is about another order."),
    "refund_not_requested": _("A refund begins as a request that nobody has decided."),
}


MOVED_ON = {
    "case_moved_on",
    "contended",
    "frozen_window",
    "over_held",
    "payout_moved_on",
    "refund_moved_on",
    "stale_quote",
}


OVERLOADED = {"busy": 503, "too_many_attempts": 429}


def status_of(refused: Refused) -> int:
    """The HTTP status of a refusal on a page: 409 where somebody else was quicker, 429, 503 when busy, else 422."""
    if refused.code in OVERLOADED:
        return OVERLOADED[refused.code]
    return 409 if refused.code in MOVED_ON else 422


BARE: dict[str, str | Promise] = {
    # The same where the database says it, which names nothing
    "already_delivered": _("These units were delivered already."),
    "illegal_move": _("It cannot move there from where it is now."),
    "line_frozen": _("A refund names it, so what was paid for it stays as it is."),
    "refund_not_approved": _("The refund is not approved, so its payment cannot be confirmed."),
    "window_closed": _("The refund window is closed."),
}


def sentence(refused: Refused) -> str:
    """The refusal in words, with what it is about filled in; times in UTC."""
    parameters = {name: _readable(value) for name, value in refused.parameters.items()}
    try:
        return str(SENTENCES[refused.code]) % parameters
    except KeyError:
        return str(BARE.get(refused.code) or refused.code.replace("_", " "))


def _readable(value: object) -> object:
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC") if isinstance(value, datetime) else value
