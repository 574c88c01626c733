"""Refunds in addresses."""

from support.converters import Numbered


class RefundReference(Numbered):
    """A refund, such as R-5."""

    letter = "R"
    regex = "R-[1-9][0-9]{0,17}"
