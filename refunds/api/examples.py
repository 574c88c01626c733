"""What the contract shows of refunds."""

EUR = "EUR"
EXPLANATION = {
    "currency": EUR,
    "quantity": 3,
    "units_held": 0,
    "units": 1,
    "gross_paid": "10.00",
    "tax_paid": "1.60",
    "gross_held": "0.00",
    "tax_held": "0.00",
    "gross": "3.33",
    "tax": "0.53",
    "net": "2.80",
    "formula": "round_half_up(10.00 × 1 / 3) − 0.00 = 3.33 − 0.00 = 3.33",
    "rounding": "10.00 × 1 / 3 = 3.33333…, rounded half up to 3.33",
    "tax_formula": "round_half_up(1.60 × 3.33 / 10.00) − 0.00 = 0.53 − 0.00 = 0.53",
    "tax_rounding": "1.60 × 3.33 / 10.00 = 0.53280, rounded half up to 0.53",
    "words": [
        "10.00 was paid for 3 units; none held before, with 0.00.",
        "The target for 1 of 3 is 3.33: 10.00 × 1 / 3 = 3.33333…, rounded half up to 3.33.",
        "Less the 0.00 held before, 3.33 is due for 1 unit.",
        "The tax inside 3.33 is 0.53; less the 0.00 held before, 0.53 goes back.",
    ],
}
AMOUNTS = {"amount": "3.33", "tax": "0.53", "net": "2.80", "explanation": EXPLANATION}
SUMS = {
    "total": {"amount": "3.33", "currency": EUR},
    "tax": {"amount": "0.53", "currency": EUR},
    "net": {"amount": "2.80", "currency": EUR},
}
QUOTE_ASKED = {"shop": "HARBOUR", "order": "1001", "lines": [{"line": "L-1", "quantity": 1}], "shipping": "none"}
QUOTE = {
    "allowed": True,
    "shop": "HARBOUR",
    "order": "1001",
    "policy": "strict",
    "window_closes_at": "2026-05-18T10:30:00Z",
    **SUMS,
    "lines": [
        {
            "line": "L-1",
            "quantity": 1,
            **AMOUNTS,
            "window_closes_at": "2026-05-18T10:30:00Z",
            "refusals": [],
            "maximum": 3,
        }
    ],
    "shipping": [],
    "payouts": [{"payment": "P-1", "gateway": "manual", "amount": "3.33"}],
    "needs_approval": None,
    "refusals": [],
    "version": "2f5c1d0b9a8e7764",
}
ASKED = {
    **QUOTE_ASKED,
    "reason": "damaged",
    "case": "C-12",
    "note": "One cup arrived broken.",
    "version": "2f5c1d0b9a8e7764",
}
REFUND = {
    "reference": "R-58",
    "status": "approved",
    "shop": "HARBOUR",
    "order": "1001",
    "case": "C-12",
    "reason": "damaged",
    "requested_at": "2026-05-06T09:00:00Z",
    "window_closes_at": "2026-05-18T10:30:00Z",
    "policy": "strict",
    **SUMS,
    "lines": [{"line": "L-1", "quantity": 1, **AMOUNTS}],
    "shipping": [],
    "fees": [],
    "payouts": [{"payment": "P-1", "gateway": "manual", "status": "reserved", "amount": "3.33", "attempts": 1}],
    "needs_approval": None,
    "decided_by": "the rule",
    "version": "8c0e27ab45f1d963",
}
REASON = {"reason": "The photo shows the broken cup."}
APPROVED = {**REFUND, "decided_by": "Ada Quist", "version": "b1d92f07c3e84a56"}
REJECTED = {
    **APPROVED,
    "status": "rejected",
    "payouts": [{"payment": "P-1", "gateway": "manual", "status": "cancelled", "amount": "3.33", "attempts": 1}],
    "version": "47aa90e1f2b3c8d5",
}
CANCELLED = {**REJECTED, "status": "cancelled", "decided_by": "shop-backend", "version": "03f6b7c2d8e91a4c"}
