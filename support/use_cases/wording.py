"""What may be written in a case: every text and choice, checked once for all doors."""

from accounts.domain.refusal import Refused
from support.models import STATUS_CHOICES, Case

TEXT_LENGTH = 20_000
SUBJECT_LENGTH = 200
PREVIEW_LENGTH = 160


def wellformed_subject(subject: str) -> str:
    """One line of at most 200 characters. Refusals: subject_missing, subject_too_long, text_malformed."""
    subject = " ".join(subject.split())
    if not subject:
        raise Refused("subject_missing")
    require_wellformed(subject, maximum=SUBJECT_LENGTH, too_long="subject_too_long")
    return subject


def wellformed_text(body: str) -> str:
    """At most 20,000 characters. Refusals: text_missing, text_too_long, text_malformed."""
    body = body.strip()
    if not body:
        raise Refused("text_missing")
    require_wellformed(body, maximum=TEXT_LENGTH)
    return body


def require_wellformed(text: str, *, maximum: int, too_long: str = "text_too_long") -> None:
    """At most so many characters, and none that a database cannot keep. Refusals: text_malformed, and `too_long`."""
    if "\0" in text:
        raise Refused("text_malformed")
    if len(text) > maximum:
        raise Refused(too_long, maximum=maximum)


def preview_of(body: str) -> str:
    """The first words of a text, on one line."""
    return " ".join(body.split())[:PREVIEW_LENGTH]


def known_category(category: str) -> str:
    """Refusals: category_unknown."""
    if category not in Case.Category.values:
        raise Refused("category_unknown", category=category)
    return category


def known_priority(priority: int) -> int:
    """Refusals: priority_unknown."""
    if priority not in Case.Priority.values:
        raise Refused("priority_unknown", priority=priority)
    return priority


def status_label(status: str) -> str:
    """The status as people read it."""
    return str(dict(STATUS_CHOICES).get(status, status))
