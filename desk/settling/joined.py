"""The words of many lines as one text: what is looked for is looked for once, not in each line."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

_BETWEEN = "x"  # no capital, so no pattern and no form of a reference goes from one to the next


class Joined:
    """`words` are of capitals; `text` is all of them."""

    def __init__(self, words: Sequence[str]) -> None:
        self.text = _BETWEEN.join(words)
        self._starts = list(accumulate((len(one) + 1 for one in words), initial=0))

    def which(self, at: int) -> int:
        """Whose words stand there, by their place."""
        return bisect_right(self._starts, at) - 1

    def found(self, pattern: re.Pattern[str]) -> Iterator[tuple[int, str]]:
        """What fits a pattern, in the order of the text, and where it stands in it."""
        return ((one.start(), one.group()) for one in pattern.finditer(self.text))
