"""`payees sync`: a copy of the ledger on this machine, to ask whatever one likes at once."""

import shlex
from pathlib import Path

import click

from cli.copying.exports import start_from_export
from cli.copying.syncing import sync_copy
from cli.system import System, system_options
from desk.fields import local_time


@click.command()
@click.argument(
    "path", metavar="[FILE]", type=click.Path(path_type=Path, dir_okay=False),
    default="ledger.duckdb",
)  # fmt: skip
@click.option("--whole", is_flag=True, help="Read everything again, not only what changed.")
@click.option(
    "--from-archive",
    "archive",
    metavar="s3://BUCKET/PREFIX",
    help="Start from the latest export to S3 below it; then only what is newer is asked for.",
)
@system_options("table", "registry")
def sync(*, system: System, path: Path, whole: bool, archive: str | None) -> None:
    """Make FILE a copy of the ledger, or bring it up to date; ledger.duckdb unless named.

    The first time reads everything, and later ones only what changed: new payments, however late
    they arrived, what became of old ones, and what was erased, which is then gone from the copy as
    well. Once a month, and where each payee has few payments, that is looked for in the whole
    table. It may be stopped at any moment: the copy is then what it was before. The file is a
    DuckDB database, which other programs read, too. It has the payers' names in it: only you can
    read it.

    \b
    payees sync
    payees sync --from-archive s3://archive/ledger
    payees totals --by month --from ledger.duckdb
    payees payments --payer asha --from ledger.duckdb
    """
    if archive is not None:
        export = start_from_export(system, path, archive)
        of = f"{export.items} rows of {local_time(export.exported_at)}"
        click.echo(f"From the archive: {of}.", err=True)
    synced = sync_copy(system, path, whole=whole)
    click.echo(
        f"{path} is a copy of {system}: {synced.total} payments; {synced.payments} of them and "
        f"{synced.events} events are new{f', {synced.erased} erased' if synced.erased else ''}.",
        err=True,
    )
    if synced.unmarked:
        click.echo(
            f"{synced.unmarked} of the rows were written late, by an API or a `payees` of an "
            "earlier version: until each is updated, every sync passes over the whole table.",
            err=True,
        )
    click.echo(f"Next: payees totals --by month --from {shlex.quote(str(path))}", err=True)
