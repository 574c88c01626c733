"""Which HTTP status a refusal has in the API: one table."""

from accounts.domain.refusal import Refused
from accounts.refusals import MOVED_ON

MALFORMED = {
    "amount_malformed",
    "bad_cursor",
    "idempotency_key_malformed",
    "idempotency_key_missing",
    "if_match_malformed",
    "json_duplicate_key",
    "json_encoding",
    "json_forbidden_character",
    "json_malformed",
    "json_number",
    "json_too_deep",
    "malformed_delivery",
    "malformed_order",
    "quantity_not_positive",
    "reason_missing",
    "reference_malformed",
    "subject_missing",
    "subject_too_long",
    "text_malformed",
    "text_missing",
    "text_too_long",
}
UNAUTHENTICATED = {"sign_in_refused", "token_refused"}
FORBIDDEN = {"clients_never_decide", "https_required", "not_allowed", "over_own_limit", "own_request"}
MISSING = {"charge_unknown", "customer_unknown", "line_unknown", "order_unknown", "shop_unknown"}
MOVED = {*MOVED_ON, "case_closed", "case_held", "illegal_move", "version_conflict"}
STALE = {"precondition_failed"}
TOO_LARGE = {"body_too_large"}
TOO_MANY = {"too_many_attempts"}
BUSY = {"busy"}

STATUSES: dict[int, set[str]] = {
    400: MALFORMED,
    401: UNAUTHENTICATED,
    403: FORBIDDEN,
    404: MISSING,
    409: MOVED,
    412: STALE,
    413: TOO_LARGE,
    429: TOO_MANY,
    503: BUSY,
}


def status_in_api(refusal: Refused) -> int:
    """400 malformed, 401, 403, 404, 409 the state moved on, 412, 413, 429, 503 busy; else 422: the rules say no."""
    return next((status for status, codes in STATUSES.items() if refusal.code in codes), 422)
