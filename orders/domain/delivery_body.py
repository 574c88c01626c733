"""A delivery that a shop tells of by itself: read as strictly as one inside an order."""

from collections.abc import Sequence

from orders.domain.body import BodyRefused, opened, read_delivery
from orders.domain.order_body import DeliveryBody
from orders.domain.reading import Problem


class DeliveryBodyRefused(BodyRefused):
    """The body cannot be taken (`malformed_delivery`); `problems` lists what is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Keep the problems."""
        super().__init__(problems)
        self.code = "malformed_delivery"


def parse_delivery(body: object) -> DeliveryBody:
    """Read the delivery body of the API, as `strict_json` gives it. Raises DeliveryBodyRefused with every problem.

    Whether the order has the lines, and so many units of them, only the order knows.
    """
    try:
        reader = opened(body)
    except BodyRefused as refused:
        raise DeliveryBodyRefused(refused.problems) from None
    delivery = read_delivery(reader)
    if reader.sound and delivery.replaces == delivery.reference:
        reader.note("replaces", "replaces_itself", "Name another delivery.")
    if not reader.sound:
        raise DeliveryBodyRefused(reader.problems)
    return delivery
