"""docs/maintainers.md walks a market of three hundred from an Excel file to posters: typed here."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import Workbook, load_workbook

from cli.main import main
from roster.model import load_roster
from testkit.demo_process import ROOT
from tests.cli.desk import SITE

SECTION = "## A new market: three hundred vendors in a spreadsheet"
GOODS = ("Vegetables", "Fruit", "Flowers", "Tea", "Juice", "Bangles", "Spices", "Sarees", "Toys")
FIRST = ("Asha", "Ravi", "Usha", "Sneha", "Mahantesh", "Shilpa", "Adarsh", "Leela", "Noor", "Om")
LAST = ("Rao", "Kumar", "Patil", "Shetty", "Naik", "Das")


def write_vendors(path: Path) -> None:
    """Three hundred as a market has them: names that several have, empty rows, stray signs."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Town Market, vendors 2026"])
    sheet.append([])
    sheet.append(["S.No.", "Vendor Name", "Stall No.", "Goods", "Mobile", "UPI ID"])
    for number in range(1, 301):
        name = f"{FIRST[number % 10]} {LAST[number % 6]}"  # thirty names, ten times each
        upi = f"vendor{number}@examplebank" if number % 3 else "-"
        goods = GOODS[number % 9]
        sheet.append([number, f" {name}\u00a0", number, goods, 9_845_000_000.0 + number, upi])
        if number % 50 == 0:
            sheet.append([])
    sheet["F17"] = "vendor13examplebank"
    book.save(path)


def section() -> str:
    text = (ROOT / "docs/maintainers.md").read_text("utf-8")
    return text.partition(f"{SECTION}\n")[2].partition("\n## ")[0]


def commands() -> list[tuple[str, list[str]]]:
    """What is typed in the section, each with the lines shown below it; `…` stands for some."""
    typed: list[tuple[str, list[str]]] = []
    for block in re.findall(r"```console\n(.*?)```", section(), re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                typed.append((line.removeprefix("$ "), []))
            else:
                typed[-1][1].append(line)
    return typed


@pytest.mark.slow
def test_the_market_of_three_hundred_is_as_the_docs_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("payees.yaml").write_text(f"{SITE}  pay_by: [cash]\npayees: []\n")
    write_vendors(Path("vendors.xlsx"))
    typed = commands()
    assert [shlex.split(command)[1] for command, _ in typed].count("import") == 4
    for command, shown in typed:
        if "# mended" in command:
            book = load_workbook("vendors.xlsx")
            book.active["F17"] = "vendor13@examplebank"
            book.save("vendors.xlsx")
        program, *arguments = shlex.split(command, comments=True)
        assert program == "payees"
        result = CliRunner().invoke(main, arguments)
        said = result.stdout + result.stderr
        for line in filter(None, (line.strip() for line in shown)):
            if line != "…":
                assert line in said, f"{command}:\n{said[-1500:]}"
    entries = load_roster(Path("payees.yaml")).entries
    assert len(entries) == 300
    assert len({entry.payee_id for entry in entries}) == 300
    assert sum(bool(entry.pay_by) for entry in entries) == 300
    posters = Path("site/posters/index.html").read_text("utf-8")
    assert all(f"{entry.payee_id}" in posters for entry in entries)
