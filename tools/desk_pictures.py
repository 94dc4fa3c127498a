"""Takes the pictures of docs/maintainers.md and docs/statements.md: a week at the market, and its
statement, from the running demo.

Usage: make screenshots   (writes docs/images/desk-*.svg and docs/images/report*.png)
"""

import fcntl
import io
import json
import os
import pty
import random
import re
import shlex
import struct
import subprocess
import tempfile
import termios
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from PIL import Image
from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

from cli.system import System
from payments.events import EventStatus, History, plan_event
from payments.money import Money
from payments.payee import PayeeId
from payments.payment import Payment
from payments.payment_id import mint_payment_id
from testkit.browser import running_browser
from testkit.demo_process import PAYEES, ROOT, running_demo

IMAGES = ROOT / "docs/images"
INDIA = ZoneInfo("Asia/Kolkata")
MONDAY = datetime(2026, 3, 2, 7, 30, tzinfo=INDIA)
ROWS, COLUMNS = 40, 100
_WEB_FONTS = re.compile(r"@font-face \{.*?\}\n", re.DOTALL)
_ASKS = b"? help"  # how each question of --review ends
_PATHS = re.compile(r" in the demo at http\S+(?= …)")  # another one each time
PAYERS = ["Asha", "Ben", "Farida Khan", "Gopal", "Lakshmi", "Meena", "Ravi", "Sunil K."]
GOODS = {
    "mahantesh": ["2 kg tomatoes", "onions", "beans", "", "potatoes 5 kg"],
    "shilpa": ["garland", "roses", "jasmine for the temple"],
    "sneha": ["tea", "2 tea", "samosa", "", "breakfast"],
    "adarsh": ["", "two wheels"],
}
PRICES = {
    "mahantesh": [20, 50, 80, 120],
    "shilpa": [30, 40, 150],
    "sneha": [10, 20, 35],
    "adarsh": [10],
}


def record_week(system: System) -> dict[str, str]:
    """The same week each time; on Friday somebody went through the bank's statement. Gives the
    references of the payments that somebody asks about."""
    chance = random.Random(2026)
    ledger = system.ledger()

    def record(payee_id: str, payer_id: str, rupees: int, reason: str, moment: datetime) -> Payment:
        payment = Payment(
            mint_payment_id(moment, chance.randbytes(10)),
            PayeeId(payee_id),
            payer_id,
            Money(rupees * 100, "INR"),
            reason,
            moment,
        )
        ledger.record(payment)
        return payment

    for number in range(90):
        payee_id = chance.choices(list(GOODS), [5, 2, 6, 3])[0]
        moment = MONDAY + timedelta(days=chance.randrange(6), minutes=chance.randrange(600))
        payment = record(
            payee_id,
            chance.choice(PAYERS),
            chance.choice(PRICES[payee_id]),
            chance.choice(GOODS[payee_id]),
            moment,
        )
        if moment < MONDAY + timedelta(days=4) and number % 3:
            event = plan_event(
                History(payment),
                EventStatus.CONFIRMED,
                by="meena",
                why="statement of 6 March",
                now=MONDAY + timedelta(days=4),
            )
            ledger.append(event)
    friday = MONDAY + timedelta(days=4)
    asked = {
        "asha": record("mahantesh", "Asha", 50, "2 kg tomatoes", friday + timedelta(hours=4)),
        "once": record("mahantesh", "Ben", 80, "beans", friday + timedelta(hours=5)),
        "twice": record("mahantesh", "Ben", 80, "beans", friday + timedelta(hours=5, minutes=1)),
    }
    return {name: payment.payment_id.reference for name, payment in asked.items()}


class Desk:
    """A terminal in a maintainer's folder beside the demo."""

    def __init__(self, folder: Path, state_dir: Path) -> None:
        self.folder = folder
        self.environment = {
            **os.environ,
            "PATH": f"{PAYEES.parent}:{os.environ['PATH']}",
            "PAYEES_STATE_DIR": str(state_dir),
            "PAYEES_BY": "meena",
            "TZ": "Asia/Kolkata",
            "TERM": "xterm-256color",
            "COLUMNS": str(COLUMNS),
        }

    def type(self, command: str, keys: Sequence[str] = ()) -> str:
        """What a terminal shows after `command`, with its colours. Each of `keys` is pressed when
        the command asks for the next one."""
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        process = subprocess.Popen(
            ["sh", "-c", f"exec {command}"], cwd=self.folder, env=self.environment,
            stdin=slave, stdout=slave, stderr=slave,
        )  # fmt: skip
        os.close(slave)
        shown, pressed = b"", 0
        with suppress(OSError):  # a terminal whose last program ended
            while chunk := os.read(master, 65536):
                shown += chunk
                if shown.count(_ASKS) > pressed < len(keys):
                    os.write(master, keys[pressed].encode())
                    pressed += 1
        process.wait()
        os.close(master)
        return shown.decode().replace("\r\n", "\n")

    def picture(self, name: str, *commands: str, keys: Sequence[str] = ()) -> None:
        text = Text()
        for command in commands:
            text.append(f"$ {command}\n", style="bold")
            shown = _PATHS.sub("", self.type(command, keys)).rstrip("\n")
            text.append_text(Text.from_ansi(shown))
            text.append("\n\n")
        text.rstrip()
        console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
        console.print(text, overflow="fold")
        svg = console.export_svg(
            title="payees",
            unique_id=name,
            code_format=_WEB_FONTS.sub("", CONSOLE_SVG_FORMAT).replace(
                "Fira Code", "ui-monospace, Menlo, Consolas, DejaVu Sans Mono"
            ),
        )
        (IMAGES / f"desk-{name}.svg").write_text(svg)


def make_mistakes(folder: Path) -> None:
    """What happens when one is in a hurry."""
    text = (ROOT / "payees.yaml").read_text()
    text = text.replace("  - id: shilpa\n", "  - id: Shilpa\n", 1)
    text = text.replace('amounts: ["10", "20"]', 'amuonts: ["10", "20"]')
    text = text.replace('{min: "10", max: "10"}', '{min: "20", max: "10"}')
    (folder / "hurry.yaml").write_text(text)


def make_photos(desk: Desk) -> None:
    """Two stickers on one wall, one of them a stranger's."""
    desk.type("payees qr sneha --png --out good.png")
    desk.type("payees qr sneha --png --out bad.png --url https://pay.examp1e.org/")
    wall = Image.new("L", (1600, 900), 160)
    for place, name in ((100, "good.png"), (900, "bad.png")):
        wall.paste(Image.open(desk.folder / name).convert("L").resize((600, 600)), (place, 150))
    wall.rotate(4, fillcolor=160).save(desk.folder / "stall-7.jpg", quality=70)


def take_terminal(desk: Desk, references: dict[str, str]) -> None:
    asha = references["asha"]
    desk.picture("check", "payees check hurry.yaml")
    desk.picture(
        "add",
        'payees add ravi --name Ravi --description "Juice, stall 7" --amount 20 --amount 40',
        "payees close adarsh",
        "payees publish --dry-run",
    )
    desk.picture("payments", "payees payments mahantesh --since 2026-03-05 --until 2026-03-06")
    desk.picture(
        "did-it-arrive",
        "payees payments mahantesh --payer asha --min 50 --max 50",
        f"payees show {asha}",
    )
    desk.picture(
        "corrections",
        f'payees confirm {asha} --evidence "statement of 7 March, line 14"',
        f'payees reverse {references["twice"]} --reason "paid twice"',
    )
    desk.picture("totals", "payees totals", "payees totals mahantesh --by day")
    desk.picture(
        "export",
        "payees export --out 2026-03-07.csv",
        "payees export --compare 2026-03-07.csv",
    )
    desk.picture("verify-qr", "payees verify-qr stall-7.jpg --payee sneha")


def write_statement(desk: Desk, system: System) -> None:
    """Of what was recorded since Friday, as a bank of India exports it: notes are kept here and
    lost there, one payer has another name at the bank, and there is one whom nobody knows."""
    friday = MONDAY + timedelta(days=4)
    ledger = system.ledger()
    claims = sorted(
        (one.payment for payee in GOODS for one in ledger.histories(PayeeId(payee))
         if one.payment.recorded_at >= friday and not one.events),
        key=lambda one: (one.recorded_at, one.payment_id),
    )  # fmt: skip
    lines = ["Date,Narration,Chq./Ref.No.,Value Dt,Withdrawal Amt.,Deposit Amt.,Closing Balance"]
    for number, one in enumerate(claims):
        if number % 9 == 8:
            continue  # it has not arrived
        name = "SITA RAO" if number % 7 == 6 else one.payer_id.upper().replace(".", "")
        note = one.payment_id.reference if number % 3 else "UPI"
        day = f"{one.recorded_at.astimezone(INDIA):%d/%m/%y}"
        utr = f"6062{number:08d}"
        lines.append(f"{day},UPI-{name}-{utr}-{note},0000{utr},{day},,{one.money.amount},")
    lines.insert(1, "28/02/26,ACCOUNT FEE FEBRUARY,C0228,28/02/26,11.80,,")
    lines.append("07/03/26,UPI-LATA DEVI-606299999999-UPI,0000606299999999,07/03/26,,75.00,")
    lines.append("07/03/26,RENT MARCH TOWN COUNCIL,N066260004,07/03/26,1200.00,,")
    (desk.folder / "march.csv").write_text("\n".join(lines) + "\n")


def take_settling(desk: Desk, system: System) -> None:
    write_statement(desk, system)
    desk.picture("reconcile", "payees reconcile march.csv --plan plan.csv")
    desk.picture("review", "payees reconcile --review --plan plan.csv", keys=["y", "1", "q"])
    desk.picture(
        "settled",
        "payees reconcile --apply plan.csv --include likely",
        "payees reconcile march.csv --plan after.csv",
    )
    desk.type("payees report --plan after.csv --out settled.html")
    with running_browser() as browser:
        page = browser.new_page(viewport={"width": 1000, "height": 640})
        page.goto((desk.folder / "settled.html").as_uri())
        page.locator("h2", has_text="Money that nobody claims").scroll_into_view_if_needed()
        page.evaluate("[...document.querySelectorAll('h2')].pop().scrollIntoView()")
        page.screenshot(path=IMAGES / "report-unclaimed.png")


def take_report(desk: Desk) -> None:
    desk.type("payees report --out report.html")
    with running_browser() as browser:
        page = browser.new_page(viewport={"width": 1000, "height": 1100})
        page.goto((desk.folder / "report.html").as_uri())
        # The time of taking and the demo's address would make another picture each time.
        page.locator("p.soft").first.evaluate(
            "e => e.textContent = 'the demo · the week of 2 March'"
        )
        page.screenshot(path=IMAGES / "report.png")


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        state_dir, folder_of_desk = Path(folder, "state"), Path(folder, "desk")
        folder_of_desk.mkdir()
        (folder_of_desk / "payees.yaml").write_text((ROOT / "payees.yaml").read_text())
        with running_demo(state_dir, "--port", "8000"):
            system = System(**json.loads((state_dir / "demo.json").read_text()))
            references = record_week(system)
            desk = Desk(folder_of_desk, state_dir)
            make_mistakes(folder_of_desk)
            make_photos(desk)
            take_terminal(desk, references)
            take_report(desk)
            take_settling(desk, system)
    print(f"Pictures are in {shlex.quote(str(IMAGES))}")


if __name__ == "__main__":
    main()
