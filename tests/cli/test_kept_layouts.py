"""`payees reconcile --keep`: how a bank's file is read is said once."""

import pytest

from cli.settling import statements
from tests.cli.desk import Desk

ROWS = "03/04/2026,lunch,3.00\n04/05/2026,tea,110.70\n"
MAP = "date=1 text=2 amount=3 order=mdy unsigned=in currency=INR"


@pytest.fixture
def desk(aws_desk: Desk) -> Desk:
    aws_desk.payees("publish")
    (aws_desk.folder / "counter.csv").write_text(ROWS)
    (aws_desk.folder / "market.csv").write_text("Tag,Was,Wieviel\n" + ROWS)
    return aws_desk


def test_what_is_said_once_is_kept_and_found(desk: Desk) -> None:
    kept = desk.payees("reconcile", "counter.csv", "--map", MAP, "--keep", "counter")
    assert kept.exit_code == 0, kept.stderr
    assert "Kept as [counter] in statements.toml: --map counter reads one so" in kept.stderr
    assert "To have it read" not in kept.stderr
    again = desk.payees("reconcile", "counter.csv", "--map", "counter")
    assert (again.exit_code, "counter.csv: 2 bookings" in again.stderr) == (0, True)
    assert (
        "I read: date = column 1, month first; text = 2; amount = 3, decimals after “.”; in INR; "
        "all came in\n" in again.stderr
    )
    alone = desk.payees("reconcile", "counter.csv")
    assert alone.exit_code == 1
    assert "counter.csv:1: no row of heads is known" in alone.stderr


def test_heads_that_were_kept_are_known_until_they_change(desk: Desk) -> None:
    text = "Date,Was,Wieviel,Amount\n03/04/2026,lunch,,3.00\n"
    (desk.folder / "market.csv").write_text(text)
    spelled_out = MAP.replace("amount=3", "amount=4")
    first = desk.payees("reconcile", "market.csv", "--map", spelled_out, "--keep", "ours")
    assert "Kept as [ours] in statements.toml: the next one is read so" in first.stderr
    assert (
        'heads = ["Date", "Was", "Wieviel", "Amount"]'
        in (desk.folder / "statements.toml").read_text()
    )
    (desk.folder / "statements.toml").unlink()
    (desk.folder / "market.csv").write_text(text.replace("Was", "Text"))
    said = ["--map", "order=mdy unsigned=in currency=INR"]
    first = desk.payees("reconcile", "market.csv", *said)
    assert "To have it read so" not in first.stderr  # nothing was said of columns
    kept = desk.payees("reconcile", "market.csv", *said, "--keep", "hdfc")
    assert "Kept as [hdfc] in statements.toml: the next one is read so" in kept.stderr
    known = desk.payees("reconcile", "market.csv")
    assert (known.exit_code, "month first" in known.stderr) == (0, True), known.stderr
    (desk.folder / "market.csv").write_text(text.replace("Was", "Text").replace("Wieviel", "UTR"))
    changed = desk.payees("reconcile", "market.csv")
    assert changed.exit_code == 1
    assert changed.stderr == (
        "market.csv:1: these are not the columns kept as “hdfc” (statements.toml:1): new “UTR”, "
        "gone “Wieviel”: if the bank changed them, keep them anew with --keep hdfc; if it is "
        "another bank's, with another name\nNothing was changed.\n"
    )
    anew = desk.payees("reconcile", "market.csv", *said, "--keep", "hdfc")
    assert anew.exit_code == 0, anew.stderr
    assert desk.payees("reconcile", "market.csv").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--keep", "a b"], 2, "--keep: “a b” is no name for it"),
        (["--map", "countr"], 2, "--map: “countr” is not understood"),
        (
            ["--map", MAP, "market.csv", "--keep", "a"],
            1,
            "read in several ways: --keep one at a time",
        ),
    ],
)
def test_what_cannot_be_kept_says_so(
    desk: Desk, arguments: list[str], code: int, said: str
) -> None:
    result = desk.payees("reconcile", "counter.csv", *arguments)
    assert (result.exit_code, said in result.stderr) == (code, True), result.stderr
    assert not (desk.folder / "statements.toml").exists()


def test_what_says_itself_how_it_is_read_is_not_kept(desk: Desk) -> None:
    (desk.folder / "a.sta").write_text(
        ":20:X\n:25:1\n:28C:1\n:60F:C260301INR0,\n:61:260301C3,00NTRFNONREF\n:86:lunch\n"
        ":62F:C260301INR3,\n"
    )
    result = desk.payees("reconcile", "a.sta", "--keep", "bank")
    assert result.exit_code == 1
    assert "a.sta says itself how it is read: leave --keep out." in result.stderr


def test_a_broken_file_of_layouts_is_one_sentence(desk: Desk) -> None:
    (desk.folder / "statements.toml").write_text("[a]\nmap = 1\n")
    result = desk.payees("reconcile", "counter.csv")
    assert result.exit_code == 1
    assert result.stderr.startswith("statements.toml:1: [a]: map are texts\n")


def test_at_a_terminal_one_is_asked(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "at_terminal", lambda: True)
    words = "date=1 text=2 amount=3\norder=mdz\norder=mdy\nunsigned=in currency=INR\n"
    done = desk.payees("reconcile", "counter.csv", stdin=words)
    assert done.exit_code == 0, done.stderr
    assert "  1: 1=03/04/2026  2=lunch  3=3.00\n" in done.stderr
    assert "“order=mdz” is not understood" in done.stderr
    assert "Say it here, or press Enter to stop" in done.stderr
    assert "counter.csv: 2 bookings" in done.stderr
    stopped = desk.payees("reconcile", "counter.csv", stdin="\n")
    assert stopped.exit_code == 1
    assert "Nothing was changed." in stopped.stderr
