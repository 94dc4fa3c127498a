"""`payees verify-qr`: where the codes on photos of stickers really lead."""

from pathlib import Path

import click
import zxingcpp
from PIL import Image, ImageOps, UnidentifiedImageError

from cli.arguments import complete_payee
from cli.failure import Failure
from cli.publishing.addressed_roster import site_options
from cli.roster_file import find_entry
from roster.model import Roster
from sitegen.code_targets import find_target
from sitegen.qr import text_in


@click.command()
@click.argument(
    "photos", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PHOTO..."
)
@click.option(
    "--payee",
    "payee_id",
    shell_complete=complete_payee,
    help="Whose codes they should be; without it, anybody's of this site will do.",
)
@site_options
def verify_qr(
    *, roster: Roster, roster_path: Path, photos: tuple[Path, ...], payee_id: str | None
) -> None:
    """Read every QR code on each PHOTO (JPEG, PNG, WebP …) and say where it leads.

    Against stickers that somebody put over yours: walk round, take photos, and let this look.
    It also reads banks' codes (UPI, SEPA, Pix …) and says whose account they pay.
    Exit code 1 if any code leads elsewhere, or a photo has none that can be read.

    \b
    payees verify-qr stall-12.jpg --payee mahantesh
    payees verify-qr photos/*.jpg
    """
    if payee_id:
        find_entry(roster, payee_id, roster_path)
    bad = 0
    for photo in photos:
        verdicts = _judge(photo, roster, payee_id)
        bad += not all(is_right for is_right, _ in verdicts)
        for is_right, sentence in verdicts:
            click.echo(f"{photo}: {'ok' if is_right else 'WRONG'}: {sentence}")
    if bad:
        raise Failure(f"Not all right: {bad} of {len(photos)} photo{'s' * (len(photos) > 1)}.")


def _judge(photo: Path, roster: Roster, payee_id: str | None) -> list[tuple[bool, str]]:
    """For each code on a photo, whether it is right, and where it leads."""
    try:
        targets = [find_target(text, roster, payee_id) for text in _read_codes(photo)]
    except _NoPicture as error:
        return [(False, str(error))]
    if not targets:
        return [(False, "no QR code can be read: go nearer, avoid shadow and glare")]
    return [
        (target.entry is not None and payee_id in (None, target.entry.payee_id), target.sentence)
        for target in targets
    ]


class _NoPicture(Exception):
    pass


def _read_codes(photo: Path) -> list[str]:
    """What the codes on a photo say. Raises _NoPicture."""
    try:
        with Image.open(photo) as image:
            picture = ImageOps.exif_transpose(image).convert("L")
    except UnidentifiedImageError as error:
        raise _NoPicture("is no picture that can be read here: save it as JPEG or PNG") from error
    except (OSError, Image.DecompressionBombError) as error:
        reason = getattr(error, "strerror", None) or error
        raise _NoPicture(f"cannot be read ({reason}): check the file") from error
    return [text_in(code) for code in zxingcpp.read_barcodes(picture)]
