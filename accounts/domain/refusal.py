"""One "no" for every door: a code, and the values a sentence needs."""


class Refused(Exception):
    """The rules say no. The code is stable; the parameters carry the maximum, the deadline or the line concerned."""

    def __init__(self, code: str, /, **parameters: object) -> None:
        """Say no with a code in lower case and named values: `Refused("amount_precision", currency="JPY")`."""
        super().__init__(code)
        self.code = code
        self.parameters: dict[str, object] = parameters

    def __str__(self) -> str:
        """The code, and the values in brackets: `quantity_exceeds_refundable (maximum=2, line=L1)`."""
        if not self.parameters:
            return self.code
        return f"{self.code} ({', '.join(f'{name}={value}' for name, value in self.parameters.items())})"
