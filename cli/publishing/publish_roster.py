"""Publishing a roster to a system: asked about, told, and safe to give again."""

import getpass
import os
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from cli.failure import Failure
from cli.guards import while_reading, while_writing
from cli.progress import progress_bar
from cli.publishing.publish_consent import account_lines
from cli.site import build_or_fail
from cli.system import System
from payments.registry import PublishOvertaken
from publishing.lock import publish_lock
from publishing.manifest import CLOSED
from publishing.object_store import ObjectChanged
from publishing.publication import Plan, Publication, Step
from roster.model import Roster
from sitegen.freezing.freeze import BuildFailed

_DONE = {
    "register": ("payee", "registered"),
    "upload": ("page", "uploaded"),
    "delete": ("page", "deleted"),
    "close": ("payee", "closed"),
}
_MANY = 200  # steps for which threads of boto3 are too slow


def publish_roster(
    roster: Roster,
    system: System,
    out: Path,
    *,
    dry_run: bool,
    verify: bool,
    ask: Callable[[Plan], object] = lambda _: None,
) -> Plan:
    """Build `roster` in `out` and publish it; returns what was (or would be) done. `ask` is given
    the plan before anything is, and raises if it is not agreed to.

    Raises Failure.
    """
    with _failures():
        build = build_or_fail(roster, out, prove_all=verify)
        store = system.store()
        publication = Publication(roster, build, store, system.registry())
        with while_reading("The system"):
            if dry_run:
                return publication.plan(verify=verify)
            if not verify and (plan := publication.plan(verify=False)).is_done:
                return plan
        with publish_lock(store, _holder(), waiting=_say_who) as lock:
            plan = publication.plan(verify=verify)  # as it is now, with nobody else at work
            ask(plan)
            writer = system.bulk_writer() if len(plan.steps) >= _MANY else None
            with progress_bar("Publishing") as progress:
                done = publication.apply(plan, writer=writer, check=lock.check)
                for count, _ in enumerate(done, 1):
                    progress(count, len(plan.steps))
    return plan


def diff_lines(plan: Plan) -> Iterator[str]:
    """The plan as a diff: a line for each thing that comes (+), changes (~) or goes (-); where
    money goes first."""
    for sign, line in account_lines(plan.accounts):
        yield click.style(f"{sign} account {line}", fg=_color(sign))
    yield from step_lines(plan)


def step_lines(plan: Plan) -> Iterator[str]:
    """What is done to pages and payees."""
    before = {"page": plan.before.files, "payee": plan.before.payees}
    for step in plan.steps:
        thing = _DONE[step.action][0]
        known = before[thing].get(step.name, CLOSED) != CLOSED
        sign = "-" if step.action in ("delete", "close") else "~" if known else "+"
        note = f" ({step.note})" if step.note else ""
        yield click.style(f"{sign} {thing:5} {step.name}{note}", fg=_color(sign))


def _color(sign: str) -> str | None:
    if os.environ.get("NO_COLOR"):
        return None
    return {"+": "green", "~": "yellow", "-": "red"}[sign]


def _holder() -> str:
    return f"{getpass.getuser()} on {socket.gethostname()}"


def _say_who(holder: str) -> None:
    click.echo(f"Waiting for {holder}, who is publishing …", err=True)


@contextmanager
def _failures() -> Iterator[None]:
    with while_writing("the last step was done", "publish again to finish, which is safe"):
        try:
            yield
        except (ObjectChanged, PublishOvertaken) as error:
            raise Failure(
                f"Somebody else published at the same time ({error}): publish again."
            ) from error
        except BuildFailed as error:
            raise Failure(str(error)) from error


def _done(step: Step) -> tuple[str, str]:
    """What was done, and to what: a payee that the roster calls closed is closed by its row."""
    thing, done = _DONE[step.action]
    return thing, step.note if step.action == "register" and step.note else done


def summary(plan: Plan, verb: str) -> str:
    if not plan.steps:
        return "Nothing to change: the site equals the roster."
    counts = Counter(map(_done, plan.steps))
    parts = [
        f"{count} {thing}{'' if count == 1 else 's'} {done}"
        for (thing, done), count in counts.items()
    ]
    return f"{verb}: {', '.join(parts)}."
