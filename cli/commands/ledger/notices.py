"""`payees notices`: who could not be told, telling them again, trying an address; secrets."""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from secrets import token_bytes
from typing import Any

import click
from botocore.exceptions import BotoCoreError, ClientError

from cli.arguments import complete_payee
from cli.failure import Failure
from cli.system import System, same_system, system_options
from desk.fields import local_time
from desk.names import isolated
from desk.tables import Column, print_rows
from notices.notice import notice_to_message
from notices.queue import Failed
from notices.rows import NoticeRows
from notices.signing import write_secret
from payments.times import format_time

_COLUMNS = (Column("given up"), Column("payee"), Column("what"), Column("to"), Column("why"))
_MISSING = ("ResourceNotFoundException", "ParameterNotFound")


@click.command()
@click.argument("payee_id", required=False, shell_complete=complete_payee)
@click.option("--test", is_flag=True, help="Send a test to each address of PAYEE_ID.")
@click.option("--again", is_flag=True, help="Send what was given up once more.")
@click.option("--to", help="Of one address only, as the roster writes it.")
@click.option("--new-secret", metavar="NAME", help="Make what signs a webhook, and print it once.")
@click.option("--set-secret", metavar="NAME", help="Keep what is typed: a token of a service.")
@click.option("--stopped", is_flag=True, help="List mailboxes that get no mail, and why.")
@click.option("--resume", metavar="MAILBOX", help="Let mail go there again.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, one array.")
@system_options("table", "registry")
def notices(
    system: System, payee_id: str | None, *, to: str | None, as_json: bool, **asked: Any
) -> None:
    """List what nobody could be told for a day, and why, for all payees or for PAYEE_ID.

    Whom a payee has told is its notify in the roster. What is listed stays until it is sent again;
    then it keeps its id, so that a receiver knows what it had.

    \b
    payees notices
    payees notices mahantesh --test
    payees notices --again --to https://shop.example/payments
    payees notices --new-secret shop
    """
    said = [name for name, value in asked.items() if value]
    if len(said) > 1:
        raise click.UsageError(f"Say one of {' and '.join(map(_flag, said))}.")
    office = _Office(system)
    with _aws(system):
        if name := asked["new_secret"]:
            office.make_secret(name)
        elif name := asked["set_secret"]:
            office.set_secret(name, _typed(name))
        elif mailbox := asked["resume"]:
            office.rows.start_mail(mailbox)
            click.echo(f"Mail goes to {isolated(mailbox)} again.", err=True)
        elif asked["stopped"]:
            _list_stopped(office.rows, as_json=as_json)
        elif asked["test"]:
            _test(office, payee_id, to)
        else:
            failed = [
                one
                for one in office.rows.failed()
                if payee_id in (None, one.notice.payee_id) and to in (None, one.notice.to)
            ]
            failed.sort(key=lambda one: one.at)
            if asked["again"]:
                _again(office, failed)
            else:
                _list(failed, as_json=as_json)


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


class _Office:
    """The notices of a system: their names follow from the ledger's."""

    def __init__(self, system: System) -> None:
        self._name = f"{system.ledger_table.removesuffix('-ledger')}-notices"
        self._secrets = f"/{system.ledger_table.removesuffix('-ledger')}/notices"
        self._system = system
        self.rows = NoticeRows(system.dynamodb(), self._name)

    def ask(self, question: Mapping[str, object]) -> dict[str, Any]:
        answer = self._system.lambda_().invoke(
            FunctionName=self._name, Payload=json.dumps(question).encode()
        )
        said: dict[str, Any] = json.loads(answer["Payload"].read())
        if answer.get("FunctionError"):
            raise Failure(f"The notices' Lambda failed: {said.get('errorMessage', said)}")
        return said

    def make_secret(self, name: str) -> None:
        """What is there goes on signing beside the new one, until the next is made."""
        new = write_secret(token_bytes(32))
        before = self._secret(name).split()[:1]
        self._put(name, " ".join([new, *before]))
        click.echo(new)
        if before:
            click.echo("Both sign until you make the next: give it to the receiver now.", err=True)
        else:
            click.echo("Give it to the receiver now: it is not shown again.", err=True)
        click.echo(f"Next: payees notices PAYEE_ID --test{same_system()}", err=True)

    def set_secret(self, name: str, value: str) -> None:
        self._put(name, value)
        click.echo(f"Kept as {self._secrets}/{name}.", err=True)

    def _secret(self, name: str) -> str:
        try:
            found = self._system.ssm().get_parameter(Name=self._path(name), WithDecryption=True)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ParameterNotFound":
                return ""
            raise
        return found["Parameter"]["Value"]

    def _put(self, name: str, value: str) -> None:
        self._system.ssm().put_parameter(
            Name=self._path(name), Value=value, Type="SecureString", Overwrite=True
        )

    def _path(self, name: str) -> str:
        return f"{self._secrets}/{name}"


def _typed(name: str) -> str:
    """Not an option's value: those are in the shell's history."""
    if sys.stdin.isatty():
        return str(click.prompt(f"What {name} is", hide_input=True, err=True))
    if value := sys.stdin.read().strip():
        return value
    raise click.UsageError("--set-secret: nothing came on stdin.")


def _test(office: _Office, payee_id: str | None, to: str | None) -> None:
    if payee_id is None:
        raise click.UsageError("--test: say which payee, as in payees notices mahantesh --test.")
    said = office.ask({"test": payee_id, "to": to})
    if said["payee"] is None:
        raise Failure(f"No payee “{payee_id}” is published.")
    if not said["told"]:
        raise Failure(
            f"{payee_id} has nobody told{f' at {isolated(to)}' if to else ''}: write notify into "
            "the roster, and publish it."
        )
    for one in said["told"]:
        why = one["why"]
        click.echo(f"{isolated(one['to'])}: {'not told: ' + isolated(why) if why else 'told'}")
    if any(one["why"] for one in said["told"]):
        raise click.exceptions.Exit(1)


def _again(office: _Office, failed: list[Failed]) -> None:
    """Each goes into the queue before it leaves the list: in both is better than in none."""
    if not failed:
        click.echo("Nothing was given up.", err=True)
        return
    for at in range(0, len(failed), 100):
        some = failed[at : at + 100]
        office.ask({"again": [notice_to_message(one.notice) for one in some]})
        for one in some:
            office.rows.forget_failed(one)
    click.echo(f"Sent again: {len(failed)}. What fails for a day comes back here.", err=True)


def _list(failed: list[Failed], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps([_document(one) for one in failed], ensure_ascii=False, indent=2))
        return
    if not failed:
        click.echo("Nothing was given up: everybody was told, or is still being tried.", err=True)
        return
    rows = [
        (local_time(one.at), one.notice.payee_id, _what(one), one.notice.to, one.reason)
        for one in failed
    ]
    if sys.stdout.isatty():
        print_rows(_COLUMNS, rows)
    else:
        for row in rows:
            click.echo("\t".join(row))
    click.echo(f"Next, once its receiver answers: payees notices --again{same_system()}", err=True)


def _list_stopped(rows: NoticeRows, *, as_json: bool) -> None:
    found = sorted(rows.stopped())
    if as_json:
        click.echo(json.dumps([{"mailbox": one, "why": why} for one, why in found], indent=2))
    for mailbox, why in [] if as_json else found:
        click.echo(f"{isolated(mailbox)}\t{why}")


def _what(failed: Failed) -> str:
    notice = failed.notice
    return f"{notice.kind} {notice.subject.removeprefix('0')}"


def _document(failed: Failed) -> dict[str, object]:
    notice = failed.notice
    return {
        "id": notice.notice_id,
        "kind": notice.kind,
        "payee_id": notice.payee_id,
        "to": notice.to,
        "reason": failed.reason,
        "sent_at": format_time(failed.sent_at),
        "given_up_at": format_time(failed.at),
    }


@contextmanager
def _aws(system: System) -> Iterator[None]:
    """Raises Failure."""
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] in _MISSING:
            raise Failure(
                f"{system} tells nobody: its notices are not turned on. `make notices STAGE=…` "
                "makes what they need."
            ) from error
        raise Failure(f"AWS refuses: {error}") from error
    except BotoCoreError as error:
        raise Failure(f"AWS does not answer: {error}") from error
