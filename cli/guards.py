"""What a command says when the ledger, or the bucket beside it, does not do what it is asked."""

from collections.abc import Iterator
from contextlib import contextmanager

from cli.failure import Failure
from payments.refusals import LedgerUnavailable
from publishing.object_store import StoreUnavailable


@contextmanager
def while_reading(what: str = "The ledger") -> Iterator[None]:
    """Raises Failure: `what` could not be read."""
    try:
        yield
    except (LedgerUnavailable, StoreUnavailable) as error:
        raise Failure(f"{what} could not be read: {error}") from error


@contextmanager
def while_writing(what: str, then: str) -> Iterator[None]:
    """Raises Failure: whether `what` ("it was recorded") is unknown, and what to do `then`. An
    error tells no more: the answer may be what was lost, or the answer to an SDK's earlier try."""
    try:
        yield
    except (LedgerUnavailable, StoreUnavailable) as error:
        raise Failure(
            f"AWS did not say that it is done: {error}\nWhether {what} is unknown: {then}."
        ) from error
    except KeyboardInterrupt:
        raise Failure(f"Stopped. Whether {what} is unknown: {then}.") from None
