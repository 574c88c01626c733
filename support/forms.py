"""The overview's filter bar, and reading from the address what it asks for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import Shop, User
from orders.filters import Choice, Filter, Label, filter_of
from orders.paging import LONGEST_CURSOR, SortKey
from support.models import STATUS_CHOICES, Case
from support.queries import colleagues
from support.queries.overview import SORTS, TABS, Asked

EVERYTHING = "all"
WORDS_LENGTH = 200
WINDOWS = [
    ("soon", _("closes within 48 h")),
    ("open", _("open")),
    ("shut", _("closed")),
    ("undelivered", _("not delivered")),
]
TAB_NAMES = {
    "mine": _("Mine"),
    "unassigned": _("Unassigned"),
    "open": _("All open"),
    "waiting": _("Waiting"),
    "closing": _("Closing soon"),
    "refunds": _("Refunds waiting"),
    "solved": _("Solved"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A head that sorts: what a press changes in the address, and the direction now, as `aria-sort` says it."""

    change: Mapping[str, str | None]
    direction: str


def filter_bar(query: QueryDict, user: User) -> list[Filter]:
    """The filters of the overview; whatever the address holds that is no option counts as not set."""
    shops = Shop.objects.visible_to(user)
    people = [(str(person.pk), person.name) for person in colleagues(shops) if person != user]
    return [
        filter_of(query, "status", _("Status"), STATUS_CHOICES),
        filter_of(query, "assignee", _("Assignee"), [("me", _("me")), ("nobody", _("nobody")), *people]),
        filter_of(query, "category", _("Category"), Case.Category.choices),
        filter_of(query, "priority", _("Priority"), [(str(value), label) for value, label in Case.Priority.choices]),
        filter_of(query, "shop", _("Shop"), [(shop.reference, shop.name) for shop in shops]),
        filter_of(query, "window", _("Refund window"), WINDOWS),
    ]


def read_overview(query: QueryDict, bar: Iterable[Filter]) -> Asked:
    """What the address asks the overview for; whatever the desk does not know is left out."""
    words = query.get("q", "").replace("\0", "").strip()[:WORDS_LENGTH]
    tab = query.get("tab", EVERYTHING if words else "open")
    sort = query.get("sort", "")
    column = sort.removeprefix("-")
    return Asked(
        tab=tab if tab in TABS else EVERYTHING,
        words=words,
        filters={each.name: each.value for each in bar if each.value},
        sort=column if column in SORTS else "updated",
        backward=sort.startswith("-") and column in SORTS,
        cursor=query.get("cursor", "")[: LONGEST_CURSOR + 1],
    )


def tabs(asked: Asked, counts: Mapping[str, int]) -> list[tuple[Choice, int]]:
    """The tabs with their exact counts; another tab starts at its beginning, with the filters kept."""
    return [
        (Choice(label, {"tab": name, "cursor": None, "q": None}, name == asked.tab), counts[name])
        for name, label in TAB_NAMES.items()
    ]


def heading(asked: Asked) -> Label:
    """What the list is: a tab, the words looked for, or everything."""
    return f"“{asked.words}”" if asked.words else TAB_NAMES.get(asked.tab, _("All"))


def columns(asked: Asked) -> dict[str, Column]:
    """The heads that sort: a press sorts by the column, another one turns it round."""
    return {name: _column(name, keys[0], asked) for name, keys in SORTS.items()}


def _column(name: str, key: SortKey, asked: Asked) -> Column:
    if name != asked.sort:
        return Column({"sort": name, "cursor": None}, "none")
    descending = key.descending != asked.backward
    turned = name if asked.backward else f"-{name}"
    return Column({"sort": turned, "cursor": None}, "descending" if descending else "ascending")
