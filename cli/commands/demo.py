"""`payees demo`: the whole system on this machine, on emulated AWS."""

import fcntl
import json
import secrets
import shlex
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from botocore.exceptions import ClientError
from click.core import ParameterSource
from werkzeug.serving import BaseWSGIServer

from backend.app import create_app
from backend.table import ledger_table, registry_table, table_definition
from cli.failure import Failure
from cli.installation import own_command
from cli.local.emulator import running_emulator
from cli.local.local_cdn import API_PATH, bucket_site, one_origin
from cli.local.request_log import print_request
from cli.local.serving import ends_on_signals, free_port, listen, server_on, site_url
from cli.new_market import sample_roster
from cli.publishing.publish_roster import publish_roster
from cli.roster_file import read_roster_of_today, roster_option
from cli.site import with_url
from cli.system import System, forget_system, save_system, state_dir_option
from cli.terminal_qr import qr_lines, wants_color
from payments.payment_id import mint_payment_id
from roster.model import Roster, RosterEntry, parse_roster
from sitegen.pages import page_url

_NAME = "payee-pages-demo"
_EXISTS = {"ResourceInUseException", "BucketAlreadyOwnedByYou", "BucketAlreadyExists"}


@click.command()
@roster_option
@click.option("--host", default="127.0.0.1", show_default=True, help="0.0.0.0 lets phones in.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@state_dir_option
def demo(roster_path: Path, host: str, port: int, state_dir: Path) -> None:
    """Run everything here: the pages at /, the API at /api, on emulated AWS.

    Payments and pages are kept in --state-dir when it ends in order (Ctrl-C, kill, a closed
    terminal), and are there again next time. Where there is no payees.yaml, it shows a sample.

    \b
    payees demo
    payees demo --host 0.0.0.0 --port 8080     for phones in the same network
    """
    roster = _roster_or_sample(roster_path)
    with ends_on_signals("Stopped. What was recorded is kept."), ExitStack() as running:
        listener = running.enter_context(listen(host, port))
        running.enter_context(_only_one(state_dir))
        click.echo("Starting the AWS emulator …", err=True)
        died = threading.Event()
        emulator = running_emulator(state_dir, free_port(), keeps_tables=True, died=died.set)
        endpoint_url = running.enter_context(emulator)
        url = site_url(host, listener)
        system = System(
            ledger_table(_NAME),
            registry_table(_NAME),
            bucket=_NAME,
            endpoint_url=endpoint_url,
            site_url=url,
        )
        _create_resources(system)
        roster = with_url(roster, url)
        publish_roster(roster, system, state_dir / "site", dry_run=False, verify=True)
        save_system(state_dir, system)
        running.callback(forget_system, state_dir)
        registry = system.registry()
        api = create_app(system.ledger(), registry, registry, base_path=API_PATH, log=print_request)
        server = server_on(listener, one_origin(bucket_site(system.store()), api))
        _welcome(roster, state_dir)
        threading.Thread(target=_shut_down_after, args=(died, server), daemon=True).start()
        server.serve_forever()
        if died.is_set():
            raise Failure(
                f"The AWS emulator ended by itself ({state_dir / 'emulator.log'} may say why): "
                "payments since the last orderly stop are lost. Start the demo again."
            )


def _roster_or_sample(path: Path) -> Roster:
    """The roster at `path`, or a sample for who is only looking: nobody named a file, and there is
    none. Raises Failure."""
    is_named = (
        click.get_current_context().get_parameter_source("roster_path")
        is not ParameterSource.DEFAULT
    )
    if is_named or path.exists():
        return read_roster_of_today(path)
    click.echo(
        f"There is no {path} here, so this is a sample: `payees init` writes it to a file.",
        err=True,
    )
    return parse_roster(sample_roster())


def _shut_down_after(event: threading.Event, server: BaseWSGIServer) -> None:
    event.wait()
    server.shutdown()


@contextmanager
def _only_one(state_dir: Path) -> Iterator[None]:
    with ExitStack() as held:
        try:
            state_dir.mkdir(parents=True, exist_ok=True)
            lock = held.enter_context((state_dir / "lock").open("w"))
        except OSError as error:
            raise Failure(
                f"Cannot keep data in {state_dir} ({error.strerror}): "
                "choose another folder with --state-dir."
            ) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Failure(
                f"A demo is already running with {state_dir}: "
                "stop it, or choose another --state-dir."
            ) from error
        yield


def _create_resources(system: System) -> None:
    """Create the tables and the bucket, unless they are there from last time."""
    creations = (
        lambda: system.dynamodb().create_table(**table_definition(system.ledger_table)),
        lambda: system.dynamodb().create_table(**table_definition(system.registry_table)),
        lambda: system.s3().create_bucket(Bucket=system.bucket),
    )
    for create in creations:
        try:
            create()
        except ClientError as error:
            if error.response["Error"]["Code"] not in _EXISTS:
                raise


def _welcome(roster: Roster, state_dir: Path) -> None:
    click.echo(f"\nReady: {roster.site.url}\n")
    for entry in roster.entries:
        click.echo(f"  {page_url(roster.site, entry.payee_id)}  {entry.payee.name}")
    if payable := [entry for entry in roster.entries if entry.payee.is_open]:
        first = payable[0]
        click.echo(f"\nScan to open {first.payee.name}'s page:\n")
        for line in qr_lines(page_url(roster.site, first.payee_id), color=wants_color(sys.stdout)):
            click.echo(f"  {line}")
        option = "" if state_dir == Path(".demo") else f" --state-dir {shlex.quote(str(state_dir))}"
        click.echo("\nIn another terminal, record a payment by hand, and see what is recorded:\n")
        click.echo(f"  {_hand_made_request(roster.site.url, first)}")
        click.echo(f"  {own_command()} payments {first.payee_id}{option}")
    click.echo("\nCtrl-C stops everything.\n")


def _hand_made_request(site_url: str, entry: RosterEntry) -> str:
    payment_id = mint_payment_id(datetime.now(UTC), secrets.token_bytes(10))
    body = json.dumps({"payer_id": "Asha", "amount": entry.payee.limits.min.amount})
    path = f"{API_PATH}/payees/{entry.payee_id}/payments/{payment_id}"
    url = site_url.rstrip("/") + path
    return f"curl -i -X PUT {url} -H 'Content-Type: application/json' -d '{body}'"
