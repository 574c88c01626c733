"""What the story says of an event: one table of sentences, continued by the apps above."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from support.models import STATUS_CHOICES, Entry

type Sentence = Callable[[dict[str, Any]], str]

STATUS_NAMES = dict(STATUS_CHOICES)


def told(entry: Entry) -> str:
    """The event as the end of a sentence that begins with who did it: `assigned it to Ana`."""
    sentence = SENTENCES.get(entry.verb)
    return sentence(entry.details) if sentence else entry.verb.replace("_", " ")


def _opened(details: dict[str, Any]) -> str:
    if "follows" in details:
        return _("opened the case as a follow-up of %(follows)s") % details
    return _("opened the case")


def _assigned(details: dict[str, Any]) -> str:
    if not details["after"]:
        return _("took it from %(before)s and assigned it to nobody") % details
    return _("assigned it to %(after)s") % details


def _moved(details: dict[str, Any]) -> str:
    names = {side: STATUS_NAMES.get(details[side], details[side]) for side in ("before", "after")}
    return _("changed the status from %(before)s to %(after)s") % names


def _team(details: dict[str, Any]) -> str:
    if not details["after"]:
        return _("took it out of the team %(before)s") % details
    return _("gave it to the team %(after)s") % details


def _category(details: dict[str, Any]) -> str:
    return _("changed the category from %(before)s to %(after)s") % details


def _priority(details: dict[str, Any]) -> str:
    return _("changed the priority from %(before)s to %(after)s") % details


def _followed_up(details: dict[str, Any]) -> str:
    return _("recorded a new message of the customer in the follow-up case %(follow_up)s") % details


SENTENCES: dict[str, Sentence] = {
    "opened": _opened,
    "followed_up": _followed_up,
    "assigned": _assigned,
    "status": _moved,
    "category": _category,
    "priority": _priority,
    "team": _team,
}
