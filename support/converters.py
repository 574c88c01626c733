"""Numbers as people call things by them, in addresses."""


class Numbered:
    """A letter and a number, such as C-12."""

    letter = ""

    def to_python(self, value: str) -> int:
        """The primary key."""
        return int(value.removeprefix(f"{self.letter}-"))

    def to_url(self, value: int | str) -> str:
        """The number, from itself or from the primary key."""
        return value if isinstance(value, str) else f"{self.letter}-{value}"


class CaseNumber(Numbered):
    """A case, such as C-12."""

    letter = "C"
    regex = "C-[1-9][0-9]{0,17}"
