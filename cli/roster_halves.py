"""A large roster, of which two processes read half each, at the same time.

What one entry says is held against what others say only so far as to be sure that nothing is wrong:
wherever something might be, one process reads the whole, and tells what, and in which line.
"""

import multiprocessing
import os
import pickle
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.connection import Connection

from cli.kept_roster import columns_of, entries_of
from roster.checks import fold
from roster.model import Roster, RosterEntry, RosterInvalid, no_garbage, parse_roster


def parse_halves(head: str, items: Sequence[str]) -> Roster | None:
    """The roster of `items` below `head`; None where the whole has to be looked at, or this machine
    does not read halves any faster."""
    if sys.platform != "linux" or (os.cpu_count() or 1) < 2:  # only there a fork is sound and quick
        return None
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    middle = len(items) // 2
    rest = head + "".join(items[middle:])
    second = context.Process(target=_send_columns, args=(ours, theirs, rest), daemon=True)
    try:
        second.start()
    except OSError:  # this machine has no process, or no memory, to spare
        ours.close()
        return None
    finally:
        theirs.close()
    try:
        first = parse_roster(head + "".join(items[:middle]))
        with no_garbage():
            others = entries_of(pickle.loads(ours.recv_bytes()))  # noqa: S301 (our own process's)
    except (RosterInvalid, EOFError):
        return None
    finally:
        ours.close()
        second.kill()
        second.join()
    entries = (*first.entries, *others)
    return Roster(first.site, entries) if len(entries) == len(items) and _differ(entries) else None


def _send_columns(theirs: Connection, to: Connection, text: str) -> None:
    """Nothing is sent if there is a mistake. Ctrl-C is the other process's; if that is killed, the
    pipe has no other end, and there is nobody to send to."""
    theirs.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(RosterInvalid, OSError):
        to.send_bytes(pickle.dumps(columns_of(parse_roster(text).entries)))


def _differ(entries: Sequence[RosterEntry]) -> bool:
    """Whether no two entries can be taken for one another, by an address or by their looks."""
    addresses = [one for entry in entries for one in (*entry.payee.all_ids, *entry.aliases)]
    looks = {(fold(entry.payee.name), fold(entry.description)) for entry in entries}
    return len(set(addresses)) == len(addresses) and len(looks) == len(entries)
