"""The `payees` command. A command's module is loaded when it is called: `payees check` needs
neither AWS nor a web framework, and starts at once. What is said of a command in lists of them, in
help and by Tab, is therefore here, and nowhere else."""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from importlib import import_module
from keyword import iskeyword
from typing import Any, NamedTuple

import click
from click.shell_completion import CompletionItem

from cli.failure import Failure
from cli.streams import prepare_streams


class Entry(NamedTuple):
    module: str
    summary: str


COMMANDS = {
    "init": Entry("roster.init", "Start a folder with a roster of your own."),
    "check": Entry("roster.check", "Find every mistake in the roster."),
    "add": Entry("roster.edit_roster", "Add a payee to the roster."),
    "import": Entry(
        "roster.import_vendors", "Take a list of vendors, CSV or Excel, into the roster."
    ),
    "edit": Entry("roster.edit_roster", "Change a payee in the roster."),
    "rename": Entry("roster.rename", "Give a payee another id; its old stickers go on working."),
    "handover": Entry("roster.handover", "Give a stall, sticker and all, to somebody else."),
    "away": Entry("roster.edit_roster", "Say that a payee is away, and takes no payments."),
    "open": Entry("roster.edit_roster", "Open a payee again who is away or closed."),
    "close": Entry("roster.edit_roster", "Close a payee; its page stays and says so."),
    "schema": Entry("roster.schema", "Print the roster's JSON Schema, for editors."),
    "build": Entry("site.build", "Build the site as static files."),
    "preview": Entry("site.preview", "Show the site live, reloading as you edit."),
    "publish": Entry("site.publish", "Put the roster on the web."),
    "qr": Entry("site.qr", "A payee's QR code as PNG, SVG or in the terminal."),
    "verify-qr": Entry("site.verify_qr", "Say where the QR codes on photos really lead."),
    "verify-site": Entry("site.verify_site", "Hold the live pages against the roster."),
    "till": Entry("ledger.till", "Make a key to a payee's own page, list keys, end one."),
    "payments": Entry("ledger.list_payments", "List what is recorded, or follow it as it arrives."),
    "show": Entry("ledger.events", "Show a payment and what became of it."),
    "confirm": Entry("ledger.events", "Note that the money of payments has arrived."),
    "reverse": Entry("ledger.events", "Take payments back."),
    "undo": Entry("ledger.events", "Take a mistaken confirm or reverse back."),
    "reconcile": Entry("ledger.reconcile", "Settle payments by a bank's statement."),
    "count": Entry("ledger.count", "Hold a counted cash box against what was claimed in cash."),
    "notices": Entry("ledger.notices", "Who could not be told of payments; tell again, or test."),
    "intake": Entry("bank.intake", "Bank alerts: where they are sent, what came, how it is read."),
    "erase": Entry("ledger.erase", "Take out of payments who paid and why, for good."),
    "totals": Entry("ledger.totals", "Add up by payee, day, month or way to pay."),
    "report": Entry("ledger.report", "A look at the ledger: one HTML page with a chart."),
    "export": Entry(
        "ledger.export",
        "Everything, as CSV, JSON lines or for Excel; or compare with an earlier one.",
    ),
    "sync": Entry("ledger.sync", "Keep a copy of the ledger here, to ask it at once."),
    "demo": Entry("demo", "Run the whole system here, on emulated AWS."),
    "completion": Entry("completion", "Print the shell's script for completing with Tab."),
}


class _Commands(click.Group):
    def main(self, *args: Any, **extra: Any) -> Any:
        prepare_streams()
        return super().main(*args, **extra)

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        with _writing_out():  # --help and --version
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> object:
        from cli.files import ending_in_order  # noqa: PLC0415 (slow, for --version and Tab)

        with _stopping(), ending_in_order(), _writing_out():
            try:
                return super().invoke(ctx)
            except ModuleNotFoundError as error:  # of a part that is loaded when it is needed
                raise _missing_part(str(ctx.invoked_subcommand), error) from error

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS and not args[0].startswith("-") and not ctx.resilient_parsing:
            from difflib import get_close_matches  # noqa: PLC0415 (for a mistake only)

            near = get_close_matches(args[0], COMMANDS, 3)
            remedy = f"did you mean {' or '.join(near)}?" if near else "`payees -h` lists them all."
            ctx.fail(f"There is no command “{args[0]}”: {remedy}")
        return super().resolve_command(ctx, args)

    def list_commands(self, _: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        if ctx.resilient_parsing:  # for Tab
            from cli.completing.kept_options import kept_command  # noqa: PLC0415 (for Tab only)

            return kept_command(cmd_name, partial(_load_command, cmd_name))
        return _load_command(cmd_name)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """From the table as well: Tab answers at once."""
        commands = [
            CompletionItem(name, help=entry.summary)
            for name, entry in COMMANDS.items()
            if name.startswith(incomplete)
        ]
        return commands + click.Command.shell_complete(self, ctx, incomplete)

    def format_commands(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        """From the table above: no command is loaded to list them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in COMMANDS.items()])


_OUTPUT_ENDED = {
    errno.EPIPE: "what reads it has ended",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk's quota is used up",
    errno.EBADF: "it was closed from the start",
    errno.EIO: "the disk or the terminal fails",
}


@contextmanager
def _writing_out() -> Iterator[None]:
    """Raises Failure if stdout takes no more, of which Python itself would tell by a traceback, or
    after the end by a warning."""
    try:
        yield
        sys.stdout.flush()
    except OSError as error:
        if error.errno not in _OUTPUT_ENDED or error.filename:
            raise
        with suppress(OSError, ValueError):  # a test's stdout has no number
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise Failure(f"The output is cut short: {_OUTPUT_ENDED[error.errno]}.") from error


@contextmanager
def _stopping() -> Iterator[None]:
    """Ctrl-C, also at a question, ends with the exit code that shells know it by; an answer of “no”
    is none."""
    try:
        yield
    except (KeyboardInterrupt, click.Abort) as error:
        if isinstance(error, click.Abort) and not isinstance(error.__context__, KeyboardInterrupt):
            raise
        click.echo("\nStopped.", err=True)  # on a line of its own, below ^C
        raise SystemExit(128 + 2) from None


def _load_command(cmd_name: str) -> click.Command:
    try:
        module = import_module(f"cli.commands.{COMMANDS[cmd_name].module}")
    except ModuleNotFoundError as error:
        raise _missing_part(cmd_name, error) from error
    name = cmd_name.replace("-", "_")
    command: click.Command = getattr(module, f"{name}_" if iskeyword(name) else name)
    return command


def _missing_part(command: str, error: ModuleNotFoundError) -> Failure:
    from cli.installation import install_command, missing_requirements  # noqa: PLC0415 (slow)

    if missing := missing_requirements():
        remedy = f"get it and all else that is missing with\n{install_command(missing)}"
    else:
        remedy = "install Payee Pages again, on Linux or macOS."
    return Failure(f"`payees {command}` needs {error.name}, which is not installed here: {remedy}")


def _say_version(context: click.Context, _: click.Parameter, asked: bool) -> None:  # noqa: FBT001
    if asked:
        from cli.installation import installed_version  # noqa: PLC0415 (slow)

        click.echo(f"payees, version {installed_version()}")
        context.exit()


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_say_version,
    help="Show the version and exit.",
)
def main() -> None:
    """Payee Pages: a page with a QR code for everyone who can be paid.

    \b
    payees init market              start a roster, in a folder of its own
    payees check                    is the roster all right?
    payees publish                  put it on the web
    payees payments mahantesh       what is recorded for Mahantesh?
    payees COMMAND -h               a command's options and examples

    Commands that talk to a system take --stage NAME (of zappa_settings.json here), --stack NAME,
    its parts by name (--table …) or, with none of them, the demo that runs here.

    Exit codes: 0 done, 1 something is wrong (stderr says what), 2 wrong usage, 130 stopped by
    Ctrl-C. With NO_COLOR set there are no colours.
    """
    if zone := os.environ.get("TZ"):
        from cli.time_zone import zone_mistake  # noqa: PLC0415 (slow)

        if mistake := zone_mistake(zone):
            click.echo(mistake, err=True)
