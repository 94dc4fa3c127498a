"""Python's search for garbage, held off while something makes many objects and no garbage.

Rosters are read so, too (roster.model), which know nothing of desks, nor desks of them: all that
both stand on is the domain, which goes into the Lambda and has no business with it.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_garbage() -> Iterator[None]:
    """What is made inside is not searched for garbage over and over: in a large matching that takes
    a fifth of the time. Afterwards it counts as old, so that the next search of what is new passes
    it by. A search that somebody else holds off stays so."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            if not gc.get_freeze_count():  # else what somebody froze would be let go, too
                gc.freeze()
                gc.unfreeze()
            gc.enable()
