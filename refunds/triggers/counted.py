"""The three tables that count what refunds hold of them, and the guards that they share."""

from collections.abc import Mapping
from dataclasses import dataclass

from refunds.triggers.guard import Guard, Refuse, changed, row

LIVING_LINES = (
    "${at}refunds_refundline taken JOIN ${at}refunds_refund refund ON refund.id = taken.refund_id"
    " WHERE refund.status NOT IN ($dead_refunds)"
)
LIVING_PAYOUTS = "${at}refunds_payout taken WHERE taken.status NOT IN ($dead_payouts)"


@dataclass(frozen=True, slots=True)
class Counted:
    """A table whose counters say what the living rows of another table, its takers, hold of it."""

    name: str
    table: str
    takers: str
    link: str
    counters: Mapping[str, str]
    living: str
    identity: tuple[str, ...]
    frozen_while_held: tuple[str, ...]

    def is_off(self, name: str) -> str:
        """True when a counter of this row is not the sum of the living."""
        sums = ", ".join(f"COALESCE(SUM(taken.{column}), 0)" for column in self.counters.values())
        return f"{row(name, self.counters)} NOT IN (SELECT {sums} FROM {self.living} AND taken.{self.link} = {name}.id)"

    def moved(self, sign: str, name: str) -> str:
        """The assignments that take (`+`) or free (`-`) what a taker's row says."""
        return ", ".join(f"{counter} = {counter} {sign} {name}.{column}" for counter, column in self.counters.items())


ORDER_LINE = Counted(
    name="rx_order_line",
    table="orders_orderline",
    takers="refunds_refundline",
    link="order_line_id",
    counters={"held_quantity": "quantity", "held_gross": "gross", "held_tax": "tax"},
    living=LIVING_LINES,
    identity=("id", "order_id", "reference", "policy"),
    frozen_while_held=("quantity", "gross", "tax"),
)
CHARGE = Counted(
    name="rx_charge",
    table="orders_shippingcharge",
    takers="refunds_refundline",
    link="shipping_charge_id",
    counters={"held_gross": "gross", "held_tax": "tax"},
    living=LIVING_LINES,
    identity=("id", "order_id", "reference", "policy"),
    frozen_while_held=("gross", "tax"),
)
PAYMENT = Counted(
    name="rx_payment",
    table="orders_payment",
    takers="refunds_payout",
    link="payment_id",
    counters={"held": "amount"},
    living=LIVING_PAYOUTS,
    identity=("id", "order_id", "reference"),
    frozen_while_held=("gateway",),
)
COUNTED = (ORDER_LINE, CHARGE, PAYMENT)


def _on_both(counted: Counted) -> tuple[Guard, ...]:
    table, takers, link = counted.table, counted.takers, counted.link
    taken = f"EXISTS (SELECT 1 FROM ${{at}}{takers} WHERE {link} = %s.id)"
    lost = (
        f"EXISTS (SELECT 1 FROM ${{at}}refunds_refund refund"
        f" JOIN ${{at}}{takers} taken ON taken.refund_id = refund.id"
        f" LEFT JOIN ${{at}}{table} kept ON kept.id = taken.{link}"
        f" WHERE refund.order_id = NEW.order_id AND taken.{link} IS NOT NULL AND kept.id IS NULL)"
    )
    held = " OR ".join(f"OLD.{counter} <> 0" for counter in counted.counters)
    return (
        Guard(
            f"{counted.name}_born",
            "AFTER INSERT",
            table,
            "A new row holds nothing, and does not take the place of one that refunds know (REPLACE).",
            (
                Refuse("counter_guarded", " OR ".join(f"NEW.{counter} <> 0" for counter in counted.counters)),
                Refuse("line_frozen", taken % "NEW"),
                Refuse("line_frozen", lost),
            ),
        ),
        Guard(
            f"{counted.name}_fixed",
            "BEFORE UPDATE",
            table,
            "A row stays the same thing of the same order; what was paid for it is fixed while a refund holds of it.",
            (
                Refuse("line_frozen", changed(*counted.identity)),
                Refuse("line_frozen", f"({held}) AND {changed(*counted.frozen_while_held)}"),
            ),
        ),
        Guard(
            f"{counted.name}_kept",
            "BEFORE DELETE",
            table,
            "What a refund names stays.",
            (Refuse("line_frozen", taken % "OLD"),),
        ),
    )


def _on_sqlite(counted: Counted) -> Guard:
    return Guard(
        f"{counted.name}_counters",
        f"AFTER UPDATE OF {', '.join(counted.counters)}",
        counted.table,
        "Whoever writes a counter, a stale save or the guards themselves: it says the sum of the living.",
        (Refuse("counter_guarded", counted.is_off("NEW")),),
    )


def _on_postgres(counted: Counted) -> tuple[Guard, ...]:
    counters_changed = changed(*counted.counters)
    off_now = f"EXISTS (SELECT 1 FROM ${{at}}{counted.table} counted WHERE counted.id = NEW.id AND %s)"
    return (
        Guard(
            f"{counted.name}_counters",
            "AFTER UPDATE",
            counted.table,
            "Only the guards move a counter: an update that no trigger made is refused.",
            (Refuse("counter_guarded", f"pg_trigger_depth() = 1 AND {counters_changed}"),),
        ),
        Guard(
            f"{counted.name}_sum",
            "AFTER UPDATE",
            counted.table,
            "Whatever moved a counter: at the commit, with the row still locked, it says the sum of the living.",
            (Refuse("counter_guarded", off_now % counted.is_off("counted")),),
            only_when=counters_changed,
            at_commit=True,
        ),
    )


GUARDS = tuple(guard for counted in COUNTED for guard in _on_both(counted))
SQLITE = tuple(_on_sqlite(counted) for counted in COUNTED)
POSTGRES = tuple(guard for counted in COUNTED for guard in _on_postgres(counted))
