"""What the OpenAPI document says about the API as a whole."""

from typing import Any

DESCRIPTION = """\
Mirror orders, open cases, quote refunds and ask for them.

**Begin** with `POST /api/v1/token/`: it gives an `access` token for the header `Authorization: Bearer …`, and a
`refresh` token which is good for one use.

**Bodies** are JSON, read strictly: a field or a parameter that is not described here is refused, a number is never a
text. **Money** is a decimal text, such as `"12.30"`, in answers with its currency. **Times** are RFC 3339 with an
offset. **Lists** come a page at a time, with the addresses of the `next` and the `previous` one.

**Errors** are `application/problem+json` (RFC 9457): read `code`, show `detail`, and find in `errors` which field
was meant. A thing that is missing and a thing that is not yours look the same: 404.

**Sending twice** is safe: with the same `Idempotency-Key` the second call has no effect and the same answer.
"""

TAGS = {
    "Tokens": "How programs and people show who they are.",
    "Orders": "Mirror what a shop sold and what arrived; read what can be given back, and until when.",
    "Cases": "What customers ask for, and what was said and done about it.",
    "Refunds": "Quote an amount, ask for it, decide about it, follow it.",
}

_MORE = {
    "maximum": {"type": ["integer", "string"], "description": "The most that would be possible: units, or an amount."},
    "currency": {"type": "string", "description": "The currency of an amount in `maximum`."},
    "window_closes_at": {"type": "string", "format": "date-time", "description": "When the refund window closes."},
    "line": {"type": ["string", "integer"], "description": "The line of the order, or of what was sent."},
    "charge": {"type": "string", "description": "The shipping charge that it is about."},
    "version": {"type": ["integer", "string"], "description": "The version that is current."},
}
_CODE = {"type": "string", "pattern": "^[a-z0-9_]+$", "description": "Stable: what programs go by."}

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "A no, as RFC 9457 writes it.",
    "required": ["type", "title", "status", "detail", "code", "errors"],
    "properties": {
        "type": {"type": "string", "format": "uri", "description": "The name of this kind of problem."},
        "title": {"type": "string", "description": "The code in words."},
        "status": {"type": "integer", "minimum": 400, "maximum": 599, "description": "The status of the answer."},
        "detail": {"type": "string", "description": "A sentence for people."},
        "code": _CODE,
        "errors": {
            "type": "array",
            "description": "Each fault of the body or the address; empty when it is about none of them.",
            "items": {"$ref": "#/components/schemas/ProblemFault"},
        },
        **_MORE,
    },
}
FAULT: dict[str, Any] = {
    "type": "object",
    "description": "What is wrong with one field of the body or one parameter of the address.",
    "required": ["code", "detail"],
    "properties": {
        "pointer": {"type": "string", "description": "The field, as a JSON pointer (RFC 6901)."},
        "parameter": {"type": "string", "description": "The parameter of the address."},
        "code": _CODE,
        "detail": {"type": "string", "description": "A sentence for people."},
        **_MORE,
    },
}

SPECTACULAR: dict[str, Any] = {
    "OAS_VERSION": "3.1.1",
    "TITLE": "Redress",
    "VERSION": "1.0.0",
    "DESCRIPTION": DESCRIPTION,
    "LICENSE": {"name": "MIT", "identifier": "MIT"},
    "SERVERS": [{"url": "/", "description": "This desk."}],
    "TAGS": [{"name": name, "description": told} for name, told in TAGS.items()],
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "APPEND_COMPONENTS": {"schemas": {"Problem": PROBLEM, "ProblemFault": FAULT}},
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_SUFFIX": "",
    "ENUM_NAME_OVERRIDES": {
        "AccountKind": "config.api.words.ACCOUNT_KIND",
        "ApprovalBy": "config.api.words.APPROVAL_BY",
        "ApprovalReason": "config.api.words.APPROVAL_REASON",
        "CaseCategory": "config.api.words.CASE_CATEGORY",
        "CaseChannel": "config.api.words.CASE_CHANNEL",
        "CasePriority": "config.api.words.CASE_PRIORITY",
        "CaseStatus": "config.api.words.CASE_STATUS",
        "EntryKind": "config.api.words.ENTRY_KIND",
        "Gateway": "config.api.words.GATEWAY",
        "ImportOutcome": "config.api.words.IMPORT_OUTCOME",
        "MessageKind": "config.api.words.MESSAGE_KIND",
        "MirrorOutcome": "config.api.words.MIRROR_OUTCOME",
        "PayoutStatus": "config.api.words.PAYOUT_STATUS",
        "RefundStatus": "config.api.words.REFUND_STATUS",
    },
    "ENABLE_DJANGO_DEPLOY_CHECK": False,
}
