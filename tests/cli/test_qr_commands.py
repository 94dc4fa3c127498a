"""`payees qr` and `verify-qr`: codes written, printed, photographed and read again."""

import errno
import io
from pathlib import Path
from typing import NoReturn

import pytest
import zxingcpp
from PIL import Image, ImageFilter

import rails
from sitegen.qr import qr_matrix
from tests.cli.desk import Desk
from tests.qr_reading import read_qr
from tests.sitegen.html_reading import parse_html
from tests.sitegen.svg_reading import draw_qr


def photograph(*codes: str) -> Image.Image:
    """What a hand-held phone makes of stickers side by side: askew, grey, blurred, compressed."""
    stickers = [Image.open(code).convert("L").resize((300, 300)) for code in codes]
    wall = Image.new("L", (400 * len(codes) + 100, 500), 170)
    for number, sticker in enumerate(stickers):
        wall.paste(sticker, (400 * number + 100, 100))
    photo = wall.rotate(9, resample=Image.Resampling.BICUBIC, fillcolor=90)
    photo = photo.filter(ImageFilter.GaussianBlur(1.2)).point(lambda value: value * 0.7 + 20)
    out = io.BytesIO()
    photo.save(out, "JPEG", quality=60)
    return Image.open(out)


def test_a_png_says_the_pages_address(desk: Desk) -> None:
    result = desk.payees("qr", "shilpa", "--png")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.startswith("Wrote shilpa.png: https://pay.example.org/shilpa/\n")
    [code] = zxingcpp.read_barcodes(Image.open("shilpa.png").convert("L"))
    assert code.text == "https://pay.example.org/shilpa/"


def test_both_pictures_are_written_if_both_are_asked_for(desk: Desk) -> None:
    result = desk.payees("qr", "shilpa", "--svg", "--png")
    assert [line.split(":")[0] for line in result.stderr.splitlines()[:2]] == [
        "Wrote shilpa.png",
        "Wrote shilpa.svg",
    ]
    assert Path("shilpa.png").exists()
    assert Path("shilpa.svg").exists()
    result = desk.payees("qr", "shilpa", "--svg", "--png", "--out", "both")
    assert (result.exit_code, Path("both").exists()) == (2, False)


def test_an_svg_is_a_picture_by_itself(desk: Desk) -> None:
    desk.payees("qr", "shilpa", "--svg", "--out", "s.svg", "--url", "https://other.example")
    svg = Path("s.svg").read_text()
    assert svg.startswith('<svg xmlns="http://www.w3.org/2000/svg" ')
    assert "https://other.example/shilpa/" in svg
    assert read_qr(draw_qr(parse_html(svg).one("svg"))).text == "https://other.example/shilpa/"


def test_a_pipe_gets_the_picture(desk: Desk) -> None:
    result = desk.payees("qr", "shilpa", "--png", "--out", "-")
    assert result.stdout_bytes.startswith(b"\x89PNG")
    assert not Path("shilpa.png").exists()


def test_a_terminal_shows_it(desk: Desk) -> None:
    result = desk.payees("qr", "shilpa")
    assert result.exit_code == 0
    assert "▀" in result.stdout
    assert "\x1b" not in result.stdout
    assert result.stderr == "https://pay.example.org/shilpa/\n"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["shipla"], 1, "did you mean “shilpa”?"),
        (["shilpa", "--out", "x.png"], 2, "--out takes --png or --svg."),
        (["shilpa", "--png", "--out", "no/x.png"], 1, "no/x.png cannot be written"),
        (["shilpa", "--url", "ftp://x"], 2, "--url: write the whole address"),
    ],
)
def test_what_cannot_be_made_is_told(
    desk: Desk, arguments: list[str], code: int, said: str
) -> None:
    result = desk.payees("qr", *arguments)
    assert (result.exit_code, said in result.stderr) == (code, True)


@pytest.fixture
def stickers(desk: Desk) -> Desk:
    for payee_id in ("mahantesh", "shilpa"):
        desk.payees("qr", payee_id, "--png")
    desk.payees("qr", "shilpa", "--png", "--out", "evil.png", "--url", "https://evil.example/")
    return desk


def test_a_photo_of_the_right_sticker_is_all_right(stickers: Desk) -> None:
    photograph("shilpa.png").save("photo.jpg")
    result = stickers.payees("verify-qr", "photo.jpg", "--payee", "shilpa")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "photo.jpg: ok: leads to the page of Shilpa (shilpa)\n"


def test_a_photo_with_another_sticker_on_it_is_not(stickers: Desk) -> None:
    photograph("shilpa.png", "evil.png").save("photo.jpg")
    result = stickers.payees("verify-qr", "photo.jpg", "--payee", "shilpa")
    assert result.exit_code == 1
    assert sorted(result.stdout.splitlines()) == [
        "photo.jpg: WRONG: leads to another site, evil.example: “https://evil.example/shilpa/”",
        "photo.jpg: ok: leads to the page of Shilpa (shilpa)",
    ]
    assert result.stderr == "Not all right: 1 of 1 photo.\n"


def test_somebody_elses_page_is_wrong_for_a_named_payee_only(stickers: Desk) -> None:
    photograph("mahantesh.png").save("photo.jpg")
    assert stickers.payees("verify-qr", "photo.jpg").exit_code == 0
    result = stickers.payees("verify-qr", "photo.jpg", "--payee", "shilpa")
    assert result.exit_code == 1
    assert "WRONG: leads to the page of Mahantesh (mahantesh)" in result.stdout


def test_a_photo_taken_upright_is_turned_as_its_camera_says(stickers: Desk) -> None:
    photo = photograph("shilpa.png")
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: turn right
    photo.rotate(90, expand=True).save("photo.jpg", exif=exif)
    assert stickers.payees("verify-qr", "photo.jpg").exit_code == 0


def test_every_photo_is_judged_whatever_the_others_are(stickers: Desk) -> None:
    Image.new("L", (200, 200), 128).save("empty.jpg")
    Path("notes.txt").write_text("no photo")
    result = stickers.payees("verify-qr", "empty.jpg", "notes.txt", "none.jpg", "shilpa.png")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "empty.jpg: WRONG: no QR code can be read: go nearer, avoid shadow and glare",
        "notes.txt: WRONG: is no picture that can be read here: save it as JPEG or PNG",
        "none.jpg: WRONG: cannot be read (No such file or directory): check the file",
        "shilpa.png: ok: leads to the page of Shilpa (shilpa)",
    ]
    assert result.stderr == "Not all right: 3 of 4 photos.\n"


def test_an_unknown_payee_is_told(stickers: Desk) -> None:
    result = stickers.payees("verify-qr", "shilpa.png", "--payee", "shipla")
    assert (result.exit_code, "did you mean “shilpa”?" in result.stderr) == (1, True)


def with_account(desk: Desk) -> None:
    roster = Path("payees.yaml").read_text()
    item = "pay_by: [{upi: shilpa@examplebank, holder: Shilpa Ü}, cash]"
    Path("payees.yaml").write_text(roster.replace("{id: shilpa, ", f"{{{item}, id: shilpa, "))


def test_an_accounts_own_code_is_read_as_the_accounts(desk: Desk) -> None:
    with_account(desk)
    result = desk.payees("qr", "shilpa", "--rail", "upi", "--png")
    assert result.stderr.startswith("Wrote shilpa-upi.png: upi://pay?pa=shilpa@examplebank&pn=")
    photograph("shilpa-upi.png").save("photo.jpg")
    verdict = desk.payees("verify-qr", "photo.jpg", "--payee", "shilpa")
    assert verdict.exit_code == 0
    assert "ok: pays “shilpa@examplebank” by upi: the account of Shilpa" in verdict.stdout


def test_a_swiss_code_has_the_cross_of_printed_bills_and_is_still_read(desk: Desk) -> None:
    """7 mm of 46: black in a white frame, with a white cross in it."""
    item = (
        "pay_by: [{swiss: CH9300762011623852957, holder: Shilpa, postcode: '8000', city: Zürich}]"
    )
    roster = Path("payees.yaml").read_text()
    new = f"{{{item}, currency: CHF, limits: {{min: '1', max: '9'}}, id: shilpa, "
    Path("payees.yaml").write_text(roster.replace("{id: shilpa, ", new))
    for form in ("png", "svg"):
        made = desk.payees("qr", "shilpa", "--rail", "swiss", f"--{form}")
        assert made.exit_code == 0, made.stderr
    picture = Image.open("shilpa-swiss.png").convert("L")
    [code] = zxingcpp.read_barcodes(picture)
    reading = rails.read(code.bytes.decode())
    assert reading
    assert reading.account.address == "CH9300762011623852957"
    modules = picture.width // 24 - 8
    mm = modules * 24 / 46
    along = [round(picture.width / 2 + at * mm) for at in (0, 1.5, 2.8, 3.2)]
    shades = [picture.getpixel((one, one)) for one in along]
    assert shades == [255, 0, 0, 255]
    assert Path("shilpa-swiss.svg").read_text().count("<rect ") == 4
    Image.open("shilpa-swiss.png").convert("L").save("photo.jpg")
    assert desk.payees("verify-qr", "photo.jpg", "--payee", "shilpa").exit_code == 0


def test_a_sticker_over_it_says_whom_it_pays(desk: Desk) -> None:
    with_account(desk)
    picture = qr_matrix("upi://pay?pa=okbiz@exbank&pn=Shilpa&cu=INR")
    image = Image.new("1", (len(picture), len(picture)))
    image.putdata([not dark for row in picture for dark in row])
    image.resize((len(picture) * 8,) * 2).save("other.png")
    verdict = desk.payees("verify-qr", "other.png", "--payee", "shilpa")
    assert verdict.exit_code == 1
    assert "WRONG: pays “okbiz@exbank” by upi, not “shilpa@examplebank”" in verdict.stdout


def test_a_rail_that_the_payee_has_not_is_said(desk: Desk) -> None:
    result = desk.payees("qr", "shilpa", "--rail", "pix")
    assert result.exit_code == 1
    assert "shilpa is not paid by pix: add it to pay_by in the roster." in result.stderr


def test_a_full_disk_leaves_a_code_that_was_there(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert desk.payees("qr", "shilpa", "--png").exit_code == 0
    before = Path("shilpa.png").read_bytes()

    def full(*_: object, **__: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("cli.files.tempfile.mkstemp", full)
    result = desk.payees("qr", "shilpa", "--png")
    assert (result.exit_code, "No space left on device" in result.stderr) == (1, True)
    assert Path("shilpa.png").read_bytes() == before
