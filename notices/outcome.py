"""What becomes of telling: done, or not, for a reason that people can read."""


class NotTold(Exception):
    """Nobody confirmed that they were told. `is_final` if trying again is of no use: the receiver
    said that it is gone for good."""

    def __init__(self, reason: str, *, is_final: bool = False) -> None:
        super().__init__(reason)
        self.is_final = is_final
