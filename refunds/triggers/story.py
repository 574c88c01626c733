"""A case's story is only ever added to."""

from refunds.triggers.guard import Guard, Refuse

GUARDS = (
    Guard(
        "rx_entry_fixed",
        "BEFORE UPDATE",
        "support_entry",
        "Entries never change.",
        (Refuse("append_only", "TRUE"),),
    ),
    Guard(
        "rx_entry_kept",
        "BEFORE DELETE",
        "support_entry",
        "Entries are never deleted.",
        (Refuse("append_only", "TRUE"),),
    ),
)
SQLITE = (
    Guard(
        "rx_entry_new",
        "BEFORE INSERT",
        "support_entry",
        "No row takes the place of an entry (REPLACE).",
        (Refuse("append_only", "EXISTS (SELECT 1 FROM support_entry WHERE id = NEW.id)"),),
    ),
)
