"""`payees qr`: a payee's QR code, to print, to draw with or to show."""

import sys
from io import BytesIO
from pathlib import Path

import click
from PIL import Image, ImageDraw

from cli.arguments import complete_payee
from cli.failure import Failure
from cli.files import replacing
from cli.publishing.addressed_roster import site_options
from cli.roster_file import find_entry
from cli.terminal_qr import qr_lines, wants_color
from payments.refusals import InvalidValue
from rails import RAILS
from rails.cash import KIND as CASH
from roster.model import Roster, RosterEntry
from sitegen.code_targets import static_code
from sitegen.pages import page_url
from sitegen.qr import cross_boxes, qr_matrix, qr_svg

_PIXELS = 24  # per module: 300 dpi at about 7 cm


@click.command()
@click.argument("payee_id", metavar="ID", shell_complete=complete_payee)
@click.option("--png", is_flag=True, help="Pixels, for letters and chats.")
@click.option("--svg", is_flag=True, help="Lines, for print of any size.")
@click.option("--terminal", is_flag=True, help="Show it here: what it does unless told otherwise.")
@click.option("--out", metavar="FILE", help="Where to write; else ID.png or ID.svg; - is stdout.")
@click.option(
    "--rail",
    type=click.Choice([kind for kind in RAILS if kind != CASH]),
    help="The code of the payee's own account there, in place of the page's.",
)
@site_options
def qr(
    *,
    roster: Roster,
    roster_path: Path,
    payee_id: str,
    png: bool,
    svg: bool,
    terminal: bool,
    out: str | None,
    rail: str | None,
) -> None:
    """Make the QR code of a payee's page, as it is on the page itself.

    With --rail it is the account's own code, for a bank app. It writes nothing down.

    With --stack it leads to that stack's pages, else to where the roster says they live.

    \b
    payees qr mahantesh
    payees qr mahantesh --png --svg
    payees qr mahantesh --rail upi --svg
    payees qr mahantesh --svg --out stall-12.svg
    """
    entry = find_entry(roster, payee_id, roster_path)
    address = _code_of(entry, rail) if rail else page_url(roster.site, entry.payee_id)
    contents = {"png": _png(address)} if png else {}
    if svg:
        contents["svg"] = _svg(address)
    if out and len(contents) != 1:
        raise click.UsageError("--out takes --png or --svg.")
    if out == "-":
        [content] = contents.values()
        sys.stdout.buffer.write(content)
        return
    if terminal or not contents:
        click.echo("\n".join(qr_lines(address, color=wants_color(sys.stdout))))
        click.echo(address, err=True)
    if not contents:
        return
    name = f"{payee_id}-{rail}" if rail else payee_id
    for form, content in contents.items():
        file = Path(out or f"{name}.{form}")
        with replacing(file, private=False) as written:
            written.write(content)
        click.echo(f"Wrote {file}: {address}", err=True)
    if not entry.payee.is_open:
        click.echo(f"But {payee_id} is {entry.payee.status}: the page takes no payments.", err=True)
    click.echo(
        "Next: print it, take a photo, and try `payees verify-qr PHOTO`, with --stack or --url if "
        "you gave one now.",
        err=True,
    )


def _code_of(entry: RosterEntry, rail: str) -> str:
    account = next((one for one in entry.pay_by if one.kind == rail), None)
    if account is None:
        raise Failure(f"{entry.payee_id} is not paid by {rail}: add it to pay_by in the roster.")
    try:
        return static_code(account, entry.payee.currency)
    except InvalidValue as error:
        raise Failure(f"{entry.payee_id}, {rail}: {error}.") from error


def _svg(address: str) -> bytes:
    svg = str(qr_svg(address, f"QR code of {address}"))
    return svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1).encode()


def _png(address: str) -> bytes:
    rows = qr_matrix(address)
    picture = Image.new("1", (len(rows), len(rows)))
    picture.putdata([not dark for row in rows for dark in row])
    picture = picture.resize((len(rows) * _PIXELS,) * 2)
    drawing = ImageDraw.Draw(picture)
    for box in cross_boxes(address, len(rows)):
        right, bottom = box.left + box.width, box.top + box.height
        corners = [round(edge * _PIXELS) for edge in (box.left, box.top, right, bottom)]
        drawing.rectangle(corners, fill=not box.is_dark)
    out = BytesIO()
    picture.save(out, "PNG", dpi=(300, 300))
    return out.getvalue()
