"""What strangers name by its reference: found if the person may see it, else as if it were not there."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from accounts.domain.refusal import Refused
from accounts.models import Shop, User
from orders.models import Customer, Order, OrderLine
from support.models import Case, Team
from support.queries.colleagues import colleagues


@dataclass(frozen=True, slots=True)
class Subject:
    """What a new case is about."""

    shop: Shop
    order: Order | None = None
    customer: Customer | None = None
    lines: list[OrderLine] = field(default_factory=list)


def subject_named(user: User, *, shop: str, order: str | None, customer: str | None, lines: Sequence[str]) -> Subject:
    """The shop, order, customer and order lines of these references.

    Refusals: shop_unknown, order_unknown, customer_unknown, line_unknown, duplicate_line.
    """
    place = Shop.objects.visible_to(user).filter(reference=shop).first()
    if place is None:
        raise Refused("shop_unknown", reference=shop)
    bought = None if order is None else _order(place, order)
    return Subject(
        shop=place,
        order=bought,
        customer=None if customer is None else _customer(place, customer),
        lines=_lines(bought, lines),
    )


def unfinished_about(subject: Subject, user: User) -> list[str]:
    """The numbers of unfinished cases on the same lines, or on the order where no line is named."""
    if subject.order is None:
        return []
    cases = Case.objects.visible_to(user).unfinished().filter(order=subject.order)
    if subject.lines:
        cases = cases.filter(lines__in=subject.lines).distinct()
    return [case.number for case in cases.only("pk").order_by("-pk")]


def colleague_named(case: Case, email: str) -> User:
    """Who signs in with the address, if they may work the case. Refusals: person_cannot_see_case."""
    person = colleagues(Shop.objects.filter(pk=case.shop_id)).filter(username=User.normalize_username(email)).first()
    if person is None:
        raise Refused("person_cannot_see_case", person=email)
    return person


def team_named(case: Case, name: str) -> Team:
    """The team of that name, if it works in the shop of the case. Refusals: team_unknown."""
    team = Team.objects.working_in(case.shop).filter(name=name).first()
    if team is None:
        raise Refused("team_unknown")
    return team


def _order(shop: Shop, reference: str) -> Order:
    found = Order.objects.select_related("customer").filter(shop=shop, reference=reference).first()
    if found is None:
        raise Refused("order_unknown", reference=reference)
    return found


def _customer(shop: Shop, reference: str) -> Customer:
    found = Customer.objects.filter(shop=shop, reference=reference).first()
    if found is None:
        raise Refused("customer_unknown", customer=reference)
    return found


def _lines(order: Order | None, references: Sequence[str]) -> list[OrderLine]:
    """`position` says which of them is refused."""
    there = {line.reference: line for line in order.lines.all()} if order and references else {}
    named: dict[str, OrderLine] = {}
    for position, reference in enumerate(references):
        if reference in named:
            raise Refused("duplicate_line", line=reference, position=position)
        if reference not in there:
            raise Refused("line_unknown", line=reference, position=position)
        named[reference] = there[reference]
    return list(named.values())
