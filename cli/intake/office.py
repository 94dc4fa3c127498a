"""The intake of a system: its table's name follows from the ledger's."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
from botocore.exceptions import BotoCoreError, ClientError

from cli.failure import Failure
from cli.intake.patterns_file import load_patterns
from cli.system import System, same_system
from desk.alerts.lines import Alerts, Reader, read_alerts, telling
from desk.statements.line import Line
from intake.alert import Alert
from intake.rows import AlertRows


def intake_rows(system: System) -> AlertRows:
    name = f"{system.ledger_table.removesuffix('-ledger')}-intake"
    return AlertRows(system.dynamodb(), name)


@contextmanager
def asking_intake(system: System) -> Iterator[None]:
    """Raises Failure for what AWS refuses, and where there is no intake."""
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            raise Failure(
                f"{system} takes no bank alerts: `make intake STAGE=…` makes what they need."
            ) from error
        raise Failure(f"AWS refuses: {error}") from error
    except BotoCoreError as error:
        raise Failure(f"AWS does not answer: {error}") from error


def load_alerts(system: System, since: datetime, until: datetime | None = None) -> list[Alert]:
    """What was sent in that time, in its order. Raises Failure."""
    with asking_intake(system):
        found = [
            alert
            for alert in intake_rows(system).alerts()
            if since <= alert.at and (until is None or alert.at < until)
        ]
    return sorted(found, key=lambda alert: (alert.at, alert.posted.digest))


def load_alert_lines(system: System, since: datetime, roster_path: Path) -> list[Line]:
    """Alerts as lines to be matched, with a word on what became of them. Raises Failure."""
    patterns = load_patterns(roster_path)
    read = read_alerts(Reader(patterns.patterns), load_alerts(system, since))
    tell_alerts(read, f"by {patterns}")
    if not read.lines:
        raise Failure(
            "No alert tells of a booking: nothing is to be matched. `payees intake"
            f"{same_system()}` shows what came."
        )
    return list(read.lines)


def tell_alerts(read: Alerts, how: str) -> None:
    click.echo(f"Alerts, {how}: {', '.join(telling(read))}.", err=True)
    if read.unread:
        click.echo(f"What is unread: payees intake --unread{same_system()}", err=True)
