"""Sharing an amount over lines, to the last minor unit."""

from collections.abc import Sequence


def largest_remainder(amount: int, weights: Sequence[int]) -> list[int]:
    """Share an amount by weight so that the shares sum to it exactly; a tie goes to the earlier one.

    A negative amount is mirrored; weights that are all zero share equally. Raises ValueError for a negative weight, and
    for an amount with nobody to take it.
    """
    if any(weight < 0 for weight in weights):
        raise ValueError("a weight is negative")
    if not weights:
        if amount:
            raise ValueError("there is nobody to share with")
        return []
    if amount < 0:
        return [-share for share in largest_remainder(-amount, weights)]
    return _shares(amount, weights if any(weights) else [1] * len(weights))


def _shares(amount: int, weights: Sequence[int]) -> list[int]:
    """Whole parts first; what is left goes, one by one, to the largest remainders."""
    total = sum(weights)
    parts = [divmod(amount * weight, total) for weight in weights]
    shares = [whole for whole, _ in parts]
    by_remainder = sorted(range(len(parts)), key=lambda place: -parts[place][1])
    for place in by_remainder[: amount - sum(shares)]:
        shares[place] += 1
    return shares
